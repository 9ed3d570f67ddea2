"""The fields of a form as a page shows them, made from the study file and what was typed."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.forms import Record
from equipoise.conduct.unanswered import PARTS, STATES, WHYS
from equipoise.conduct.unverified import Unverified
from equipoise.logic.evaluate import Calculated
from equipoise.logic.figures import opening, unit_text
from equipoise.logic.truth import Truth
from equipoise.study.forms import Column, Form, Item
from equipoise.study.kinds.several import NONE, NONE_OF_THESE
from equipoise.study.model import Study
from equipoise.web.jinja import say
from equipoise.web.reader import HERE
from equipoise.web.views.spoken import unit_label

__all__ = ["Field", "fields_of", "hidden_items", "unverified_marked"]

SHORT = 44  # characters of all choices together that still fit in one line
FEW = 5
UNKNOWN = Calculated(value=None, text="", arithmetic="", missing=())
POINTS = 11  # numbers of a scale that stand beside each other; more of them are typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """What may be said instead of an answer, and what is said."""

    states: tuple[tuple[str, str], ...]
    whys: tuple[tuple[str, str], ...]
    given: Mapping[str, str]
    errors: Mapping[str, tuple[str, ...]]

    @property
    def is_open(self) -> bool:
        """Whether there is something to see."""
        return any(self.given.values()) or any(self.errors.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `value` is a text, or the three parts of a date."""

    name: str
    widget: str  # a macro of parts/widgets.jinja
    label: str
    hint: str = ""
    value: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    units: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    lln: str | None = None
    uln: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    limit_errors: Mapping[str, str] = field(default_factory=dict)
    range: str = ""  # the hospital's own limits, which stand where none is typed
    low: str = ""  # what the ends of a scale mean
    high: str = ""
    lowest: str = ""  # and which numbers they are
    highest: str = ""
    ticked: Collection[str] = ()
    columns: tuple[tuple[str, str], ...] = ()  # of a list: what each is called, and its hint
    rows: tuple[tuple["Field", ...], ...] = ()
    added: bool = False  # whether the last row was just asked for
    none: bool = False
    unanswered: "Unanswered | None" = None
    worked_out: Calculated | None = None
    beside: tuple[str, ...] = ()  # what chapters have beside the value
    conditional: bool = False
    unverified: bool = False  # whether its rule is recalled, and not confirmed
    visible: bool = True


def fields_of(
    form: Form,
    flat: Mapping[str, str],
    rows: Mapping[str, int],
    errors: Mapping[str, Collection[str]],
    hidden: Collection[str],
    ranges: Mapping[str, str],
    unitless: Collection[str] = (),
    worked_out: Mapping[str, Calculated] | None = None,
    added: str = "",
) -> list[Field]:
    """Every field of the form.

    :param rows: how many rows each list shows
    :param errors: the sentences against each field
    :param hidden: items that are not asked at present
    :param ranges: the hospital's limits of normal, of items that have them
    :param added: the list to which somebody adds a row
    :param worked_out: what the server worked out of what stands here, by item
    :param unitless: items whose number stands without a unit, which no later text may give it
    """
    return [
        _without_unit(field, item) if item.id in unitless else field
        for item in form.items
        for field in (
            _worked_out(item, (worked_out or {}).get(item.id, UNKNOWN))
            if item.formula
            else _field(item, flat, rows, errors, hidden, ranges, added),
        )
    ]


def unverified_marked(fields: list[Field], study: Study, found: Unverified) -> list[Field]:
    """The fields, of which what is recalled says so, or what is worked out from it."""
    return [replace(one, unverified=found.uses(study.items[one.name])) for one in fields]


def _worked_out(item: Item, found: Calculated) -> Field:
    """What the server worked out, which nobody types."""
    label, hint = say(item.label), say(item.hint) if item.hint else ""
    return Field(name=item.id, widget="derived", label=label, hint=hint, worked_out=found)


def _without_unit(field: Field, item: Item) -> Field:
    """The same field, which does not say that the number is in the unit that is asked now."""
    lost = ("", gettext("unit not recorded"))
    hint = gettext(
        "The unit of the number that stands here is not recorded; a new one is in %(unit)s"
    )
    text = hint % {"unit": unit_label(item.unit) or item.unit}
    return replace(
        field,
        units=(lost, *field.units) if item.units else (lost,),
        hint=f"{field.hint}. {text}" if field.hint else text,
    )


def hidden_items(form: Form, facts: SubjectFacts, copy: Record | None) -> set[str]:
    """Items whose condition does not hold on this copy, or is not known to hold."""
    return {item.id for item in form.items if facts.asks(item, copy) is not Truth.TRUE}


def _field(
    item: Item,
    flat: Mapping[str, str],
    rows: Mapping[str, int],
    errors: Mapping[str, Collection[str]],
    hidden: Collection[str],
    ranges: Mapping[str, str],
    added: str,
) -> Field:
    limit_errors = {
        name: "; ".join(map(opening, errors[name]))
        for name in (f"{item.id}.lln", f"{item.id}.uln")
        if errors.get(name)
    }
    known = {
        "range": ranges.get(item.id, ""),
        "lln": flat.get(f"{item.id}.lln", "") if item.limits else None,
        "uln": flat.get(f"{item.id}.uln", "") if item.limits else None,
        "none": bool(flat.get(f"{item.id}.none")),
        "rows": tuple(
            tuple(
                _cell(column, f"{item.id}.{index}.{column.id}", flat, errors)
                for column in item.columns
            )
            for index in range(1, rows.get(item.id, 1) + 1)
        ),
        "columns": tuple((say(one.label), _hint(one)) for one in item.columns),
        "added": added == item.id,
        "conditional": bool(item.shown_when or item.since or item.until),
        "visible": item.id not in hidden,
        "limit_errors": limit_errors,
        "unanswered": _unanswered(item, flat, errors),
    }
    return _cell(item, item.id, flat, errors, tuple(limit_errors.values()), **known)


def _unanswered(
    item: Item, flat: Mapping[str, str], errors: Mapping[str, Collection[str]]
) -> Unanswered | None:
    if not item.unanswered:
        return None
    return Unanswered(
        states=tuple((one, opening(HERE.written(STATES[one]()))) for one in item.unanswered),
        whys=tuple((code, opening(HERE.written(why()))) for code, why in WHYS.items()),
        given={part: flat.get(f"{item.id}.{part}", "") for part in PARTS},
        errors={part: _errors(errors, f"{item.id}.{part}") for part in PARTS},
    )


def _cell(
    column: Column,
    name: str,
    flat: Mapping[str, str],
    errors: Mapping[str, Collection[str]],
    extra: tuple[str, ...] = (),
    **known: object,
) -> Field:
    unit = column.unit if unit_text(column.unit) else ""
    units = (unit, *column.units) if unit or column.units else ()
    in_list = re.search(r"\.\d+\.", name) is not None
    return Field(
        name=name,
        widget=_widget(column, in_list),
        label=say(column.label),
        hint=_hint(column),
        value=flat.get(name, ""),
        parts={part: flat.get(f"{name}.{part}", "") for part in ("day", "month", "year", "text")},
        # A row of a list is recorded in its own unit.
        units=tuple((code, unit_label(code)) for code in (units[:1] if in_list else units)),
        unit=flat.get(f"{name}.unit", ""),
        choices=_choices(column),
        ticked={code for code, _ in _choices(column) if flat.get(f"{name}.{code}")},
        lowest=HERE.number(column.scale.lowest) if column.scale else "",
        highest=HERE.number(column.scale.highest) if column.scale else "",
        low=say(column.scale.low) if column.scale else "",
        high=say(column.scale.high) if column.scale else "",
        errors=_errors(errors, name) + extra,
        **known,  # type: ignore[arg-type]  # of several types, each its own
    )


def _choices(column: Column) -> tuple[tuple[str, str], ...]:
    """What there is to choose from: codes with their words, or the numbers of a short scale."""
    choices = tuple((code, say(text)) for code, text in column.choices.items())
    if column.of_kind.many:
        return (*choices, (NONE, say(column.none) or opening(HERE.written(NONE_OF_THESE()))))
    return tuple((number, number) for number in _points(column)) or choices


def _points(column: Column) -> list[str]:
    """The numbers of a scale that are few enough to stand beside each other."""
    scale = column.scale
    if scale is None or scale.step <= 0 or scale.step % 1 or scale.lowest % 1:
        return []
    numbers = range(int(scale.lowest), int(scale.highest) + 1, int(scale.step))
    return [str(number) for number in numbers] if len(numbers) <= POINTS else []


def _widget(column: Column, in_list: bool) -> str:
    """The macro by which a value is asked; choices are looked at, how long they are."""
    if column.of_kind.widget == "scale":
        short = "select" if in_list else "scale"
        return short if _points(column) else "line"
    if column.of_kind.widget != "choice":
        return column.of_kind.widget
    labels = [say(text) for text in column.choices.values()]
    if in_list or len(labels) > FEW or any(len(label) > SHORT for label in labels):
        return "select"
    return "inline" if sum(map(len, labels)) <= SHORT and len(labels) <= 4 else "radios"


def _hint(column: Column) -> str:
    hints = [say(column.hint)] if column.hint else []
    if column.of_kind.widget == "partial_day" and column.recorded_to == "year":
        hints.append(gettext("The year alone, such as 1961"))
    elif column.of_kind.widget == "partial_day" and column.recorded_to == "month":
        hints.append(gettext("The month and year, such as 4 2026"))
    if isinstance(column, Item) and column.judge:
        hints.append(gettext("A judgement of %(who)s") % {"who": say(column.judge)})
    return ". ".join(hints)


def _errors(errors: Mapping[str, Collection[str]], name: str) -> tuple[str, ...]:
    return tuple(opening(sentence) for sentence in errors.get(name, ()))
