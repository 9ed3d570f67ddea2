"""What a form asks back, each question beside its place and with a field for its own answer.

An answer holds for the value that it was given of. When something else stands there by then, the
question is asked again, and what was typed stays in its field.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.conduct.confirmed import CONFIRMABLE
from equipoise.web.views.problems import Problems, day_parts

__all__ = ["Back", "Question", "asked_back", "in_question", "of_name", "whys_given"]

Question = tuple[str, str]
"""The code of the refusal and its place."""

WHY, OF = "why-right", "why-right-of"  # no study can name a field so


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """One question with the field of its answer."""

    name: str
    why: str
    of_name: str
    of: str


def whys_given(flat: Mapping[str, str]) -> dict[Question, str]:
    """Every answer that was typed, by its question."""
    found = {}
    for name, text in flat.items():
        begins, *question = name.split(":")
        if begins == WHY and len(question) == 2:
            found[question[0], question[1]] = text.strip()
    return found


def of_name(code: str, where: str) -> str:
    """The field that carries what a question was asked of."""
    return f"{OF}:{code}:{where}"


def in_question(flat: Mapping[str, str], posted: Mapping[str, str], where: str) -> str:
    """What stands at a place, with its unit, as it was typed."""
    if where == "happened":
        return _day(day_parts(posted, where))
    unit = f"{where.partition('.')[0]}.unit"
    return f"{flat.get(where, '')} {flat.get(unit, '')}".strip()


def asked_back(
    problems: Problems,
    whys: Mapping[Question, str],
    flat: Mapping[str, str],
    happened: Mapping[str, str],
) -> dict[str, list[Back]]:
    """The questions by their place: those that are asked now, and those that have an answer."""
    questions = {(p.code, p.where): "" for p in problems if p.code in CONFIRMABLE}
    found: dict[str, list[Back]] = {}
    for code, where in questions | {q: "" for q, why in whys.items() if why}:
        of = _day(happened) if where == "happened" else in_question(flat, {}, where)
        name, why = f"{WHY}:{code}:{where}", whys.get((code, where), "")
        one = Back(name=name, why=why, of_name=of_name(code, where), of=of)
        found.setdefault(where, []).append(one)
    return found


def _day(parts: Mapping[str, str]) -> str:
    return "-".join(parts.get(part, "") for part in ("year", "month", "day"))
