"""Worked cases: what is recorded of someone, and what must follow; a doctor can add them."""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from equipoise.study.bundle import Bundle
from equipoise.study.load import Invalid, read_bundle
from equipoise.study.misread import problems_of
from equipoise.study.parts import Code, Day, Part, not_meant
from equipoise.study.places import Place, Places, Problem, Unparsable, read_text

__all__ = ["Answer", "Asked", "Case", "Given", "load_cases"]

Answer = Literal["met", "not met", "unknown"]
Asked = Literal["asks", "answered", "silent"]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (date, Decimal)):
        return value.isoformat() if isinstance(value, date) else f"{value:f}"
    if isinstance(value, (dict, list)):
        raise not_meant(value, "one value")
    return "" if value is None else str(value)


def _row(row: Any) -> dict[str, str]:
    if not isinstance(row, dict):
        raise not_meant(row, "a row, such as {column: value},")
    return {str(name): _text(cell) for name, cell in row.items()}


def _plain(value: Any) -> str | list[dict[str, str]]:
    return [_row(row) for row in value] if isinstance(value, list) else _text(value)


Plain = Annotated[str | list[dict[str, str]], BeforeValidator(_plain)]


class Given(Part):
    """One thing that is recorded first: a form, the panel's conclusion, or any act."""

    on: Day
    form: Code | None = None
    visit: str = Field(default="", description="its key; else the first that asks the form")
    values: Annotated[dict[str, Plain], BeforeValidator(lambda told: told or {})] = {}
    right: str = Field(default="", description="why what a check asks back is right")
    reason: str = Field(default="", description="why what was recorded is changed")
    panel: Code | None = Field(default=None, description="the category that all readers vote")
    scan_on: Day | None = None
    act: str | None = None
    fields: dict[str, Any] = {}

    @model_validator(mode="after")
    def _one(self) -> "Given":
        if sum(x is not None for x in (self.form, self.panel, self.act)) != 1:
            raise ValueError("say one of form, panel or act")
        return self


class Case(Part):
    """On this day, given this, these criteria stand so, and these values are worked out."""

    because: str
    on: Day
    given: tuple[Given, ...] = ()
    then: dict[str, Answer] = {}
    checks: dict[str, Asked] = Field(
        default={}, description="item, or form: whether a check of it asks, or was answered"
    )
    facts: dict[str, Plain] = Field(
        default={}, description="what tables are asked of, in place of what is given"
    )
    tables: dict[str, Plain] = Field(
        default={}, description="decision table: what it gives, or unknown"
    )
    arm: Code | None = Field(
        default=None, description="the arm to which they are taken to be drawn"
    )
    doses: dict[Code, str] = Field(
        default={},
        description="dose of a regimen: what is worked out on this day, unknown, or none",
    )
    stops: dict[Code, tuple[Code, ...]] = Field(
        default={}, description="drug: the stops and holding modifications that stand on this day"
    )
    expires: dict[str, Day] = Field(
        default={}, description="criterion: the first day on which its answer will be another"
    )
    gives: dict[Code, str] = Field(
        default={},
        description="derived fact, or one that a chapter leaves: its value as people write it",
    )
    place: str = ""


def load_cases(source: Path | Bundle) -> list[Case]:
    """The cases of a study's folder or text, in the order of their files.

    :raises Invalid: with every error, each with file and line
    """
    cases: list[Case] = []
    problems: list[Problem] = []
    here = (sys.modules[__name__],)
    bundle = read_bundle(source)
    for path in bundle.within("cases"):
        shown, places = bundle.shown(path), Places()
        try:
            data = read_text(bundle.files[path], shown, places)
        except Unparsable as error:
            problems += error.problems
            continue
        if not isinstance(data, list):
            problems.append(Problem(Place(shown, 1), "", "a file of cases is a list"))
            continue
        for n, raw in enumerate(data):
            place = places.place((n,))
            try:
                case = Case.model_validate(raw)
                cases.append(case.model_copy(update={"place": str(place)}))
            except ValidationError as error:
                problems += problems_of(error, places, (n,), here)
    if problems:
        raise Invalid(problems)
    return cases
