"""What was typed and may mean two things: it is not guessed at, but asked which of them it is."""

import re
from collections.abc import Mapping

from equipoise.conduct.state.forms import Value
from equipoise.study.kinds.day import DATE
from equipoise.study.reason import Reason, Refusal
from equipoise.web.views.day_box import which_day
from equipoise.web.views.form_data import AMBIGUOUS

__all__ = ["doubted"]

THOUSANDS = Reason(
    "item.thousands",
    "",
    "is {typed} a decimal number, or {plain}? Write it without that sign",
)


def doubted(refusal: Refusal, answers: Mapping[str, Value]) -> Refusal:
    """The refusal; of what may mean two things, the question which of them it is."""
    text = _typed_at(refusal.where, answers)
    if text.startswith(AMBIGUOUS):
        number = text.removeprefix(AMBIGUOUS)
        return THOUSANDS(refusal.where, typed=number, plain=re.sub(r"[,.]", "", number))
    dated = refusal.code == DATE.code
    return (which_day(text, refusal.where) if dated else None) or refusal


def _typed_at(where: str, answers: Mapping[str, Value]) -> str:
    """What was typed at a place, in a row of a list too."""
    item, row, cell = (*where.split("."), "", "")[:3]
    value, rows = answers.get(where), answers.get(item)
    if isinstance(rows, list) and row.isdecimal() and 0 < int(row) <= len(rows):
        value = rows[int(row) - 1].get(cell)
    return value if isinstance(value, str) else ""
