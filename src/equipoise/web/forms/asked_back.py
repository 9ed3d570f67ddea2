"""What a form asks back, each question beside its place and with a field for its own answer.

An answer holds for the very values of which was asked: that of its place, and what the checks read
beside it. When something else stands there by then, or another check asks, the question is asked
again, and what was typed stays in its field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from msgspec import json

from equipoise.conduct.checks import FIRST, items_in_question, soft_checks_at
from equipoise.conduct.confirmed import CONFIRMABLE, Confirmed
from equipoise.conduct.state.forms import Value
from equipoise.study.model import Study
from equipoise.web.views.problems import Problems
from equipoise.web.views.spoken import reason_read

__all__ = [
    "Back",
    "Question",
    "asked_back",
    "asked_first",
    "first_given",
    "in_question",
    "of_name",
    "reasons_given",
    "whys_given",
]

Question = tuple[str, str]
"""The code of the refusal and its place."""

WHY, OF, TYPED, CHANGED = (
    "why-right",
    "why-right-of",
    "typed-first",
    "why-changed",
)  # no study can name a field so


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """One question with the field of its answer."""

    name: str
    why: str
    of_name: str
    of: str
    asks: bool = True
    """Whether it still asks; what was typed first is carried along when it does not."""
    first_name: str = ""
    first: str = ""


def whys_given(flat: Mapping[str, str]) -> dict[Question, str]:
    """Every answer that was typed, by its question."""
    found = {}
    for name, text in flat.items():
        begins, *question = name.split(":")
        if begins == WHY and len(question) == 2:
            found[question[0], question[1]] = text.strip()
    return found


def first_given(flat: Mapping[str, str]) -> Confirmed:
    """What was typed first of what was asked back, as the page carries it."""
    found: Confirmed = {}
    for name, text in flat.items():
        begins, *question = name.split(":")
        if begins == TYPED and len(question) == 2 and text:
            found.setdefault(question[0], {})[question[1]] = text
    return found


def reasons_given(flat: Mapping[str, str]) -> dict[str, str]:
    """Why each value is changed, by its item, as it was typed or chosen."""
    found = {}
    for name, text in flat.items():
        begins, _, item = name.partition(":")
        if begins == CHANGED and text.strip():
            found[item] = reason_read(text)
    return found


def asked_first(first: Confirmed, problems: Problems, values: Mapping[str, Value]) -> Confirmed:
    """The same with what is asked back now; what was typed before it stays the first."""
    found = {code: dict(places) for code, places in first.items()}
    for one in problems:
        value = values.get(one.where)
        if one.code in FIRST and isinstance(value, str) and value:
            found.setdefault(one.code, {}).setdefault(one.where, value)
    return found


def of_name(code: str, where: str) -> str:
    """The field that carries what a question was asked of."""
    return f"{OF}:{code}:{where}"


def in_question(study: Study, values: Mapping[str, Value], of: str, question: Question) -> str:
    """The mark of what a question asks of: the same as long as the same is names of the same.

    :param values: what stands on the form, as the trial would keep it, in whichever language
    :param of: whose it is, which copy of the form, and of which day
    """
    code, where = question
    if where == "happened":
        return _mark([code, where, of])
    names = items_in_question(study, code, where)
    values_read = sorted((n, one) for n, one in values.items() if one and _base(n) in names)
    checks = sorted(one.that for one in soft_checks_at(study, code, where))
    # A reason of a change has no item; what was typed into it stands beside the answers.
    return _mark([code, where, values_read, checks, of])


def _base(name: str) -> str:
    return name.partition(".")[0]


def _mark(of: object) -> str:
    return sha256(json.encode(of)).hexdigest()[:16]


def asked_back(
    problems: Problems,
    whys: Mapping[Question, str],
    of: Callable[[Question], str],
    first: Confirmed,
) -> dict[str, list[Back]]:
    """The questions by their place: those that are asked now, and those that have an answer.

    With them what was typed first, also where nothing is asked any more.

    :param of: the mark of what a question asks of, as it stands on the page
    """
    asks = {(p.code, p.where) for p in problems if p.code in CONFIRMABLE}
    asks |= {question for question, why in whys.items() if why}
    carried = {
        (code, where): text for code, places in first.items() for where, text in places.items()
    }
    found: dict[str, list[Back]] = {}
    for code, where in sorted(asks | carried.keys()):
        one = Back(
            name=f"{WHY}:{code}:{where}",
            why=whys.get((code, where), ""),
            of_name=of_name(code, where),
            of=of((code, where)),
            asks=(code, where) in asks,
            first_name=f"{TYPED}:{code}:{where}",
            first=carried.get((code, where), ""),
        )
        found.setdefault(where, []).append(one)
    return found
