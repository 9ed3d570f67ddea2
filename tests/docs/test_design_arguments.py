"""The page of arguments names what each question and object of a design takes, and its default."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Callable
from types import ModuleType

import pytest

import equipoise.design
from equipoise.design import sequential, two_arms
from equipoise.design.incidence import NEVER
from equipoise.design.two_arms import USUAL
from tests.docs.test_documents import text

PAGE = text("docs/reference/design-arguments.md")
NAMED = re.compile(r"^### `([\w.]+)`\n\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
SECTIONS = dict(NAMED.findall(PAGE))
ROW = re.compile(r"^\| `(\w+)` \| (?:`(.*?)`)? *\|", re.MULTILINE)
FORMULAS = (
    "accrual", "effect", "exact_shares", "hazards", "logrank", "means", "milestone",
    "nonproportional", "proportions", "rmst", "two_arms",
)  # fmt: skip
LAWS = ("hazards", "accrual", "kernel.laws", "kernel.scenario", "kernel.schemes")


def module(name: str) -> ModuleType:
    return importlib.import_module(f"{equipoise.design.__name__}.{name}")


def found(name: str) -> Callable[..., object]:
    where, _, what = name.rpartition(".")
    return getattr(module(where), what)


def written(default: object) -> str:
    if default is inspect.Parameter.empty:
        return ""
    return {id(USUAL): "USUAL", id(NEVER): "NEVER"}.get(id(default), repr(default))


def taken(asked: Callable[..., object]) -> list[tuple[str, str]]:
    """Each argument with its default as it is written; how an answer was made is none."""
    arguments = inspect.signature(asked).parameters.values()
    return [(each.name, written(each.default)) for each in arguments if each.name != "made_by"]


def questions() -> set[str]:
    """Every question of a formula or a sequential design whose answer can print its own call."""
    looks = [f"sequential.{each.name}" for each in pkgutil.iter_modules(sequential.__path__)]
    return {
        f"{name}.{asked.__name__}"
        for name in (*FORMULAS, *looks)
        for asked in vars(module(name)).values()
        if inspect.isfunction(asked)
        and hasattr(asked, "__wrapped__")
        and asked.__module__ == module(name).__name__
    }


@pytest.mark.parametrize("name", SECTIONS)
def test_each_argument_stands_in_its_place_with_its_default(name: str) -> None:
    assert ROW.findall(SECTIONS[name]) == taken(found(name))


@pytest.mark.parametrize("name", SECTIONS)
def test_each_argument_is_told_in_a_line(name: str) -> None:
    rows = [line for line in SECTIONS[name].splitlines() if line.startswith("| `")]
    assert all(row.split(" | ")[-1].strip(" |") for row in rows)


def test_no_question_is_left_out() -> None:
    assert len(questions()) > 25
    assert questions() <= set(SECTIONS)


def test_what_a_question_takes_has_its_place_as_well() -> None:
    """Whatever can be compared, and every law, accrual and rule that is made by hand."""
    kinds = {
        f"{name}.{kind.__name__}"
        for name in (*FORMULAS, "sequential.spending", *LAWS)
        for kind in vars(module(name)).values()
        if inspect.isclass(kind)
        and kind.__module__ == module(name).__name__
        and dataclasses.is_dataclass(kind)
        and not issubclass(kind, two_arms.Answer | two_arms.Signal)
        and taken(kind)
    }
    assert kinds - {"kernel.laws.ControlBehind"} <= set(SECTIONS)  # made by a forecast alone


def test_a_name_that_a_design_is_made_of_means_one_thing() -> None:
    names = Counter(
        kind.__name__
        for name in LAWS
        for kind in vars(module(name)).values()
        if (inspect.isclass(kind) or inspect.isfunction(kind))
        and kind.__module__ == module(name).__name__
        and not kind.__name__.startswith("_")
    )
    assert [name for name, count in names.items() if count > 1] == []
    assert not any("sides" in dict(taken(found(name))) for name in SECTIONS)
