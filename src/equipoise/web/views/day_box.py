"""A date in one box of a page: what was typed as its parts, and its parts as they stand there."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings

from equipoise.logic.day_read import day_text_of, two_days
from equipoise.logic.figures import month_text
from equipoise.study.catalogue import translator
from equipoise.study.reason import Reason, Refusal
from equipoise.web import write_service
from equipoise.web.reader import HERE

__all__ = ["box_text", "parts_of", "which_day"]

PARTS = ("day", "month", "year")
TWO_DAYS = Reason(
    "item.date-which",
    "",
    "is {typed} {one}, or {other}? Write the year in four digits",
)


def parts_of(posted: Mapping[str, str], name: str, on: date | None = None) -> dict[str, str]:
    """Day, month and year of a date, and the text of its box; read from the box where it is filled.

    A text that is no date has no parts, and stays as it was typed.

    :param on: the day on which it was typed; None: today
    """
    text = posted.get(f"{name}.text", "").strip()
    if not text:
        return {part: posted.get(f"{name}.{part}", "").strip() for part in PARTS}
    languages = (translator(code) for code, _ in settings.LANGUAGES)
    found = day_text_of(text, on or write_service.today(), languages)
    parts = {part: getattr(found, part) if found else "" for part in PARTS}
    return parts | {"text": text}


def which_day(text: str, where: str) -> Refusal | None:
    """The question which of two days was meant; None where it can be one at most."""
    days = two_days(text, write_service.today())
    return TWO_DAYS(where, typed=text, one=days[0], other=days[1]) if days else None


def box_text(parts: Mapping[str, str]) -> str:
    """A date as it stands in its box: 3 Apr 2026, Apr 2026, 2026, or what was typed."""
    if text := parts.get("text"):
        return text
    given = [parts[part] for part in PARTS if parts[part]]
    try:
        if len(given) == len(PARTS):
            year, month, on = (_number(parts[part]) for part in ("year", "month", "day"))
            return HERE.day(date(year, month, on))
        if parts["month"] and parts["year"]:
            return month_text(_number(parts["year"]), _number(parts["month"]), HERE.translator)
    except (ValueError, OverflowError, KeyError):
        pass
    return " ".join(given)


def _number(text: str) -> int:
    """A number of the digits 0 to 9; of others a date is not read, so none stands for it."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)
