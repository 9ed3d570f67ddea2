"""How items are answered in a rehearsal, and whether the study can take such answers."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from pydantic import Field

from equipoise.conduct.answers import answer_refusals
from equipoise.conduct.input_limits import LATEST
from equipoise.conduct.state.forms import Value
from equipoise.logic.language import Unreadable, parse
from equipoise.logic.typing_check import problems
from equipoise.study.forms import Column, Form, Item
from equipoise.study.model import Study
from equipoise.study.parts import Code, Number, Part, Whole, YesNo
from equipoise.study.places import Key
from equipoise.study.vocabulary import ANCHORS

__all__ = ["Again", "FixedRow", "RowPlan", "ValuePlan", "misfitting"]

Misfit = tuple[Key, str]

_WAYS = (
    *("normal", "lognormal", "choice", "yes", "holds", "days_before", "always", "rows", "several"),
)
_FOLLOWING = ("same", "times")  # in which the column of a list that follows another is answered


class ValuePlan(Part):
    """How one item is answered. One of the ways is given; `unit` and `uln` go with it."""

    normal: tuple[Number, Number] | None = Field(default=None, description="mean, sd")
    lognormal: tuple[Number, Number] | None = Field(default=None, description="median, sigma")
    decimals: Whole = 1
    least: Number | None = None
    most: Number | None = None
    choice: dict[str, Number] = Field(default={}, description="code: weight")
    several: dict[str, Number] = Field(default={}, description="code: the chance of each")
    yes: Number | None = Field(default=None, description="the chance of yes")
    holds: str | None = Field(
        default=None, description="yes where this is known to hold, in the language of the study"
    )
    days_before: tuple[Whole, Whole] | None = Field(
        default=None, description="a date this many days before the form's own"
    )
    always: str | None = None
    same: YesNo | None = Field(default=None, description="as in the row that is followed")
    times: tuple[Number, Number] | None = Field(
        default=None, description="the number of that row times a lognormal: median, sigma"
    )
    of: str = Field(default="", description="the item whose number is taken times that")
    rows: "RowPlan | None" = None
    again: tuple["Again", ...] = Field(
        default=(), description="how a number goes on once there is one; the first that holds"
    )
    by_arm: dict[Code, "ValuePlan"] = Field(default={}, description="arm: another way for it")
    unit: str = ""
    uln: Number | None = None
    lln: Number | None = None
    missing: Number = Decimal(0)
    copied: Number = Field(
        default=Decimal(0), description="the share that is copied from the last visit"
    )


class Again(Part):
    """How the next number follows from the first and the last one of the participant."""

    when: str = Field(default="", description="in the language of the study; empty: always")
    keeps: Number = Field(
        default=Decimal(0), description="how much of the way from the first to the last is kept"
    )
    times: tuple[Number, Number] = Field(description="a lognormal that it is taken times")


class FixedRow(Part):
    """One row that a list has, in the participants of whom `when` holds."""

    when: str = Field(default="", description="in the language of the study; empty: everyone")
    chance: Number = Decimal(1)
    columns: dict[str, ValuePlan]


class RowPlan(Part):
    """How a list is answered: the chance of a row, at most so many, and its columns.

    Rows that have their own condition stand under `each`, before those that come by chance. A list
    that follows others has one row for each of theirs, as told last: by `columns`, or by those of
    the first of `instead` whose condition holds.
    """

    follows: tuple[str, ...] = Field(default=(), description="lists, the first that is known")
    instead: tuple[FixedRow, ...] = ()

    chance: Number = Decimal(0)
    most: Whole = 1
    columns: dict[str, ValuePlan] = {}
    each: tuple[FixedRow, ...] = ()


def misfitting(study: Study, values: Mapping[str, ValuePlan]) -> Iterator[Misfit]:
    """Every answer that the study would refuse from everybody, as (where, why)."""
    for name, plan in values.items():
        item = study.items.get(name)
        if item is None:
            continue
        form = study.form_asking[name]
        yield from _of_item(study, form, item, plan, ("values", name))
        for arm, other in plan.by_arm.items():
            yield from _of_item(study, form, item, other, ("values", name, "by_arm", arm))


def _of_item(study: Study, form: Form, item: Item, plan: ValuePlan, key: Key) -> Iterator[Misfit]:
    if not (plan.of and plan.times):
        yield from _way(item, plan, key)
    elif plan.of not in study.items:
        yield (*key, "of"), f"the study has no item {plan.of!r}"
    if plan.holds:
        yield from (((*key, "holds"), said) for said in _unsound(study, plan.holds))
    for n, one in enumerate(plan.again):
        if one.when:
            yield from (((*key, "again", n, "when"), said) for said in _unsound(study, one.when))
    for at, text in _texts(plan):
        yield from (((*key, *at), because) for because in _refused(form, item.id, text))
    if plan.unit:
        refused = _refused(form, f"{item.id}.unit", plan.unit)
        yield from (((*key, "unit"), because) for because in refused)
    if plan.rows:
        yield from _of_rows(study, form, item, plan.rows, (*key, "rows"))


def _of_rows(study: Study, form: Form, item: Item, rows: RowPlan, key: Key) -> Iterator[Misfit]:
    many: list[tuple[Key, Mapping[str, ValuePlan]]] = [((*key, "columns"), rows.columns)]
    for n, row in enumerate(rows.each):
        many.append(((*key, "each", n, "columns"), row.columns))
        if row.when:
            yield from (((*key, "each", n, "when"), said) for said in _unsound(study, row.when))
    many += [((*key, "instead", n, "columns"), row.columns) for n, row in enumerate(rows.instead)]
    yield from _following(study, rows, key)
    columns = {column.id: column for column in item.columns}
    for at, cells in many:
        for name, plan in cells.items():
            if name not in columns:
                yield (*at, name), f"{item.id!r} has no column {name!r}"
                continue
            if not (rows.follows and (plan.same or plan.times)):
                yield from _way(columns[name], plan, (*at, name))
            for below, text in _texts(plan):
                refused = _refused(form, item.id, [{name: text}])
                yield from (((*at, name, *below), because) for because in refused)


def _following(study: Study, rows: RowPlan, key: Key) -> Iterator[Misfit]:
    """What is wrong with the lists that are followed, and with what holds instead."""
    for n, row in enumerate(rows.instead):
        yield from (((*key, "instead", n, "when"), said) for said in _unsound(study, row.when))
    for n, name in enumerate(rows.follows):
        if name not in study.items or not study.items[name].of_kind.rows:
            yield (*key, "follows", n), f"the study has no list {name!r}"


def _way(column: Column, plan: ValuePlan, key: Key) -> Iterator[Misfit]:
    given = [way for way in (*_WAYS, *_FOLLOWING) if getattr(plan, way) not in (None, {})]
    ways = column.of_kind.ways
    fit = ", ".join(ways)
    if len(given) != 1:
        yield key, f"one way of answering is needed, of {fit}; {len(given)} are given"
    elif given[0] not in ways:
        yield (*key, given[0]), f"a {column.kind} is not answered by {given[0]!r}; by {fit}"


def _texts(plan: ValuePlan) -> Iterator[tuple[Key, str]]:
    """The answers that stand in the plan itself, each with its place below it."""
    if plan.always is not None:
        yield ("always",), plan.always
    yield from ((("choice", code), code) for code in plan.choice)
    yield from ((("several", code), code) for code in plan.several)


def _refused(form: Form, name: str, value: Value) -> Iterator[str]:
    """Why one answer would be refused; what else the form asks is no matter here."""
    # A plan knows no day of recording: no date is too late for it.
    found = answer_refusals(form, {name: value}, {}, LATEST)
    yield from (refusal.because for refusal in found if refusal.code != "item.required")


def _unsound(study: Study, text: str) -> Iterator[str]:
    try:
        node = parse(text)
    except Unreadable as error:
        yield str(error)
        return
    found = problems(node, study.vocabulary, ANCHORS, expected="yes or no")
    yield from (problem.message for problem in found)
