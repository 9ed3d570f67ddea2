"""Whether amendments hold together: what is asked between which, and what rests on it."""

import difflib
from collections.abc import Iterable, Iterator

from equipoise.logic.language import Unreadable, parse
from equipoise.logic.needed import facts_needed
from equipoise.study.forms import Form, Item
from equipoise.study.model import Study
from equipoise.study.places import Key
from equipoise.study.runnable import Report, keyed_criteria, keyed_items
from equipoise.study.sections.amendments import Period
from equipoise.study.sections.criteria import Criterion
from equipoise.study.sections.visits import Visit

__all__ = ["amended"]

Part = Criterion | Visit | Form | Item


def amended(study: Study, report: Report) -> None:
    """Report every amendment that is not there, comes in no order, or takes away what is needed."""
    for key, part in _with_period(study):
        _known(study, key, part, report)
    _columns(study, report)
    _signed(study, report)
    if study.amendments and not any("amendment.activate" in r.may for r in study.roles):
        report(("amendments",), "no role may do 'amendment.activate', so that none could hold")
    for key, period, names in _readers(study):
        for name in sorted(names):
            if because := _missing(study, period, name):
                report(key, because)


def _with_period(study: Study) -> Iterator[tuple[Key, Part]]:
    yield from keyed_criteria(study)
    yield from ((("visits", n), visit) for n, visit in enumerate(study.visits))
    yield from ((("forms", n), form) for n, form in enumerate(study.forms))
    yield from keyed_items(study)


def _known(study: Study, key: Key, part: Part, report: Report) -> None:
    order, names = study.amendment_order, (part.since, part.until)
    for field, name in zip(Period._fields, names, strict=True):
        if name and name not in order:
            close = difflib.get_close_matches(name, order, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            report((*key, field), f"there is no amendment {name!r}{hint}")
        if name and isinstance(part, Criterion) and part.parts:
            report((*key, field), f"a group has no `{field}`; give it to each of its parts")
    within = study.fact_period(part.id) if isinstance(part, Item) else None
    since, until = within or names
    if since in order and until in order and order[until] <= order[since]:
        report((*key, "until"), f"it ends with {until!r} and begins with {since!r}: never asked")


def _columns(study: Study, report: Report) -> None:
    """Report every column that comes with no amendment that there is, or before its list."""
    order = study.amendment_order
    for key, item in keyed_items(study):
        begins = order.get(study.fact_period(item.id).since, -1)
        for n, column in enumerate(item.columns):
            if column.since and column.since not in order:
                there = f"there is no amendment {column.since!r}"
                report((*key, "columns", n, "since"), there)
            elif column.since and order[column.since] <= begins:
                list_since = "its list is asked no earlier: leave it out"
                report((*key, "columns", n, "since"), list_since)


def _signed(study: Study, report: Report) -> None:
    """The versions that belong to amendments come in their order, after one of before."""
    order, last = study.version_order, 0
    for n, amendment in enumerate(study.amendments):
        place: Key = ("amendments", n, "consent")
        if not amendment.consent:
            continue
        if amendment.consent not in order:
            report(place, f"there is no consent version {amendment.consent!r}")
        elif order[amendment.consent] == 0:
            report(place, "the first version can belong to no amendment: it is signed before any")
        elif order[amendment.consent] <= last:
            report(place, "the versions of amendments come in the order of the amendments")
        else:
            last = order[amendment.consent]


def _readers(study: Study) -> Iterator[tuple[Key, Period, Iterable[str]]]:
    """Everything that cannot do without what it reads: where it stands, its period, the names.

    A check that reads what is not asked is not known to fail, and so asks nothing.
    """
    for key, criterion in keyed_criteria(study):
        period = Period(criterion.since, criterion.until)
        yield (*key, "when"), period, _read(study, criterion.when)
    for n, factor in enumerate(study.randomisation.factors):
        yield ("randomisation", "factors", n, "of"), Period(), _read(study, factor.of)
    for n, visit in enumerate(study.visits):
        period = Period(visit.since, visit.until)
        yield ("visits", n, "when"), period, _read(study, visit.when)
        yield ("visits", n, "anchor"), period, filter(None, (visit.anchor, *visit.stops_after))
    for key, item in keyed_items(study):
        period = study.fact_period(item.id)
        yield (*key, "shown_when"), period, _read(study, item.shown_when)
        yield (*key, "formula"), period, _read(study, item.formula)


def _read(study: Study, text: str) -> frozenset[str]:
    try:
        return facts_needed(parse(text), study.vocabulary) if text else frozenset()
    except Unreadable:
        return frozenset()  # told where it stands


def _missing(study: Study, period: Period, name: str) -> str:
    """Why something between these period can not read a fact; empty where it can."""
    order, read = study.amendment_order, study.fact_period(name)
    if order.get(read.since, -1) > order.get(period.since, -1):
        return f"it reads {name!r}, which is asked only since {read.since!r}; give it that `since`"
    never = len(order)
    if order.get(read.until, never) < order.get(period.until, never):
        return f"it reads {name!r}, which is asked only until {read.until!r}; give it that `until`"
    return ""
