"""Refusals over the wire: code, place, values as JSON can hold them, and the reader's sentence."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from equipoise.conduct.shape import DAY, MISSING, NUMBER, TEXT, WRONG_KIND
from equipoise.study.reason import ENGLISH, Amount, Given, OneOf, Reason, Refusal, Unit, Wording
from equipoise.web.reader import HERE

__all__ = ["API", "NOT_JSON", "NO_SUCH_FIELD", "NUL", "TWICE", "found", "inside", "refusal_answer"]

API = "/api/"
"""Where programs ask; what they are told is JSON, whatever it is."""

NOT_JSON = Reason("request.not-json", "body", "this is not JSON that can be read")
TWICE = Reason(
    "request.twice", "body", "'{field}' stands twice in one place; which of them counts?"
)
NUL = Reason("request.nul", "query", "the address has a sign in it (NUL) that no value can have")
NO_SUCH_FIELD = Reason("request.no-field", "", "there is no field '{field}' here")
UNREAD = Reason("request.malformed", "", "{field} cannot be read as it was sent")
KINDS = {"string_type": TEXT, "int_type": NUMBER, "int_parsing": NUMBER, "value_error": DAY}


def refusal_answer(refusal: Refusal) -> dict[str, Any]:
    """One refusal, its sentence in the language that the request asks for."""
    return {
        "code": refusal.code,
        "where": refusal.where,
        "values": {name: plain(value) for name, value in refusal.values.items()},
        "because": refusal.wording(HERE),
    }


def plain(given: Given) -> Any:
    """A value as JSON holds it: numbers as exact text, days as 2026-11-23, texts by language."""
    match given:
        case Decimal():
            return f"{given:f}"
        case date():
            return given.isoformat()
        case Unit():
            return given.code
        case Amount():
            sign = {"comparator": given.comparator} if given.comparator else {}
            return {"number": plain(given.number), "unit": given.unit, **sign}
        case Wording():
            inner = {name: plain(value) for name, value in given.values.items()}
            return {"sentence": ENGLISH.open(given.phrase, given.values), "values": inner}
        case OneOf():
            return [plain(choice) for choice in given.choices]
        case tuple():
            return [plain(one) for one in given]
    return given


def inside(place: str, refusal: Refusal) -> Refusal:
    """The refusal of something that stands in a part of the body."""
    return replace(refusal, where=f"{place}.{refusal.where}")


def found(wrong: dict[str, Any]) -> Refusal:
    """What the description of a request holds against it, without the names of our own code."""
    steps = [
        str(step) for step in wrong["loc"] if step not in ("body", "request_body", "query", "path")
    ]
    where, kind = ".".join(steps) or "body", str(wrong["type"])
    if kind == "missing":
        return MISSING(where, field=where)
    if kind == "extra_forbidden":
        return NO_SUCH_FIELD(where, field=where)
    if kind in KINDS:
        return WRONG_KIND(where, field=where, kind=KINDS[kind]())
    if kind.startswith("date"):
        return WRONG_KIND(where, field=where, kind=DAY())
    return UNREAD(where, field=where)
