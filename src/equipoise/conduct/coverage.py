"""What amendments ask of one participant: from when each covers them, and what follows from that.

An amendment covers a participant from the day on which their hospital works by it; where a version
of the consent form belongs to it and they signed an older one, from the day on which they signed
that version or a later one. What is recorded is asked what its own day asks. A form that was signed
or locked before any of this was recorded stays as it was.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Literal, NamedTuple

from equipoise.conduct.state.done import Done
from equipoise.conduct.state.forms import Record, Value, record_key
from equipoise.conduct.subject import Subject
from equipoise.logic.watched import note, unwatched
from equipoise.study.forms import Column, Form, Item
from equipoise.study.model import Study
from equipoise.study.sections.amendments import Amendment, Period
from equipoise.study.sections.criteria import Criterion
from equipoise.study.sections.visits import Visit

__all__ = [
    "Again",
    "Coverage",
    "Unsigned",
    "again",
    "visit_asked",
    "begins",
    "cells_waiting",
    "columns_waiting",
    "coverage",
    "criteria_asked",
    "draws_wait_for",
    "in_time_unsigned",
    "is_asked",
    "is_over",
    "item_asked",
    "versions_barred",
    "versions_of_amendment",
    "without_waiting",
]


class Coverage(NamedTuple):
    """From which day an amendment covers a participant, and when the last of that was recorded."""

    on: date
    known: datetime


class Again(NamedTuple):
    """A participant consents again: to the version of an amendment, since a day, until a last."""

    amendment: Amendment
    since: date
    last: date


class Unsigned(NamedTuple):
    """Whoever is in had not signed the version of an amendment on the last day for it."""

    amendment: Amendment
    last: date
    known: datetime
    """When the last of what shows it was recorded: that the hospital works by it, or the draw."""
    signed: Done | None
    """When they signed it, or a later version, after all."""


def coverage(study: Study, subject: Subject, name: str) -> Coverage | None:
    """From when an amendment covers a participant; None while it does not."""
    activated = study.active.get(subject.site, {}).get(name)
    amendment = study.amendment_of.get(name)
    if activated is None or amendment is None:
        return None
    own = study.version_order.get(amendment.consent, -1)
    signed = [(study.version_order.get(one.version, -1), one) for one in subject.consent.given]
    if all(order >= own for order, _ in signed):
        return Coverage(*activated)
    first = min(
        (one for order, one in signed if order >= own), key=lambda one: one.on, default=None
    )
    if first is None:
        return None
    return Coverage(max(activated.on, first.on), max(activated.at, first.at))


def begins(
    study: Study, subject: Subject, since: str, on: date, *, past: bool = True
) -> Coverage | None:
    """The coverage by which something of a day is asked since an amendment; None: it is not.

    :param past: whether an amendment that says so asks of days before it too
    """
    found = coverage(study, subject, since)
    if found is None or (on < found.on and not (past and study.amendment_of[since].also_past)):
        return None
    return found


def is_over(study: Study, subject: Subject, until: str, on: date) -> bool:
    """Whether something is asked no longer on a day, since an amendment ended it."""
    found = coverage(study, subject, until) if until else None
    return found is not None and on >= found.on


def is_asked(
    study: Study, subject: Subject, period: Period, on: date, *, past: bool = True
) -> bool:
    """Whether something of a day is asked, as far as amendments go."""
    if period.since and begins(study, subject, period.since, on, past=past) is None:
        return False
    return not is_over(study, subject, period.until, on)


def item_asked(study: Study, subject: Subject, name: str, record: Record | None, on: date) -> bool:
    """Whether an item is asked on a copy of its form, as far as amendments go.

    :param on: the day of a copy that is not begun
    """
    period = study.item_period.get(name)
    if period is None:
        return True
    if record is None:
        return is_asked(study, subject, period, on)
    if period.since:
        found = begins(study, subject, period.since, record.on)
        if found is None or (not record.settles(name) and _is_closed(subject, record, found.known)):
            return False
    # As of what is retired, what was recorded of it stays and counts.
    return record.answers(name) or not is_over(study, subject, period.until, record.on)


def columns_waiting(
    study: Study, subject: Subject, item: Item, record: Record | None, on: date
) -> list[Column]:
    """The columns of a list that are not asked yet on a copy of its form, by their amendments.

    :param on: the day that the copy has, or is given
    """
    rows = record.current.get(item.id) if record else None
    named = {cell for row in rows if row for cell in row} if isinstance(rows, list) else set()
    waiting = []
    for column in item.columns:
        if not column.since or column.id in named:
            continue
        found = begins(study, subject, column.since, on)
        if found is None or (record and _is_closed(subject, record, found.known)):
            waiting.append(column)
    return waiting


def cells_waiting(
    study: Study,
    subject: Subject,
    form: Form,
    record: Record | None,
    values: Mapping[str, Value],
    on: date,
) -> Iterator[tuple[str, Column]]:
    """Each cell that is filled in of a column that is not asked yet, with where it stands."""
    for item in form.items:
        rows = values.get(item.id)
        for column in columns_waiting(study, subject, item, record, on):
            for index, row in enumerate(rows if isinstance(rows, list) else (), start=1):
                if row.get(column.id):
                    yield f"{item.id}.{index}.{column.id}", column


def without_waiting(
    study: Study, subject: Subject, form: Form, record: Record | None, on: date
) -> Form:
    """The form, of which no column has to be filled in that is not asked yet."""
    if not form.has_later_columns:
        return form
    items = []
    for item in form.items:
        waiting = columns_waiting(study, subject, item, record, on)
        columns = tuple(
            one.model_copy(update={"required": False}) if one in waiting else one
            for one in item.columns
        )
        items.append(item.model_copy(update={"columns": columns}) if waiting else item)
    return form.with_items(items)


def _is_closed(subject: Subject, record: Record, known: datetime) -> bool:
    """Whether a copy was signed or locked before a moment, and not changed since."""
    key = record_key(record.form, record.visit, record.number)
    locks = (subject.locks.forms.get(key), subject.locks.participant)
    if any(lock and lock.at < known for lock in locks):
        return True
    places = (("", "", 1), (record.form, record.visit, record.number))
    last = max((one.at for one in record.saves), default=known)
    return any(
        last <= one.at < known and (one.form, one.visit, one.number) in places
        for one in subject.signatures.signatures
    )


def visit_asked(study: Study, subject: Subject, visit: Visit, on: date) -> Visit | None:
    """The visit of a day with the forms that amendments ask then; None where it is not asked."""
    if not study.amendments:
        return visit
    if not is_asked(study, subject, Period(visit.since, visit.until), on):
        return None
    forms = tuple(
        name
        for name in visit.forms
        if (form := study.form_of[name])
        and is_asked(study, subject, Period(form.since, form.until), on)
    )
    if forms == visit.forms:
        return visit
    return visit.model_copy(update={"forms": forms}) if forms else None


def criteria_asked(
    study: Study, subject: Subject, on: date
) -> Iterator[tuple[Literal["inclusion", "exclusion"], Criterion]]:
    """The criteria by which a participant is judged on a day; once registered, on that day."""
    day = subject.registered_on or on
    for side, one in study.criteria.leaves():
        period = Period(one.since, one.until)
        if not any(period) or is_asked(study, subject, period, day, past=False):
            yield side, one


def draws_wait_for(study: Study, site: str, on: date) -> list[Amendment]:
    """The amendments without which nobody is randomised at a hospital on a day."""
    active = study.active.get(site, {})
    return [
        one
        for one in study.amendments
        if one.before_draws and (one.id not in active or on < active[one.id].on)
    ]


def versions_barred(study: Study, subject: Subject, on: date) -> dict[str, Amendment]:
    """The versions that may not be signed on a day at the participant's hospital, and why.

    Before its amendment holds there a version is too new; from then on those before it are too old.
    """
    active, order = study.active.get(subject.site, {}), study.version_order
    barred: dict[str, Amendment] = {}
    for amendment in (one for one in study.amendments if one.consent):
        activated = active.get(amendment.id)
        if activated is None or on < activated.on:
            barred |= dict.fromkeys(versions_of_amendment(study, amendment), amendment)
            continue
        own = order.get(amendment.consent, 0)
        barred |= {name: amendment for name, place in order.items() if place < own}
    return barred


def versions_of_amendment(study: Study, amendment: Amendment) -> tuple[str, ...]:
    """Its version of the consent form, and those that came after it before another amendment's."""
    order, others = study.version_order, {one.consent for one in study.amendments if one.consent}
    if amendment.consent not in order:
        return ()
    own = [name for name, place in order.items() if place > order[amendment.consent]]
    return (amendment.consent, *takewhile(lambda name: name not in others, own))


def again(study: Study, subject: Subject) -> Again | None:
    """To which amendment a participant who is in already consents again; None: to none.

    It is the last that is active and has a version: who signs it has signed all of before. It is
    due since the first that asks it of them, and until the first of their last days.
    """
    signed = [study.version_order.get(one.version, -1) for one in subject.consent.given]
    if not signed or subject.is_out or subject.left_on:
        return None
    active = study.active.get(subject.site, {})
    newer = [
        one
        for one in study.amendments
        if one.id in active and study.version_order.get(one.consent, -1) > max(signed)
    ]
    asking = [one for one in newer if _concerned(one, subject)]
    if not asking:
        return None
    last = min(active[one.id].on + timedelta(days=one.consent_within) for one in asking)
    return Again(newer[-1], min(active[one.id].on for one in asking), last)


def in_time_unsigned(study: Study, subject: Subject, on: date) -> Iterator[Unsigned]:
    """The amendments whose version was to be signed by a day that has passed, and was not by then.

    Of who had left, failed screening or died by that day nothing was asked any more.
    """
    order, active = study.version_order, study.active.get(subject.site, {})
    signed = sorted(subject.consent.given, key=lambda one: one.on)
    gone = min(filter(None, (subject.failed_on, subject.died_on, subject.left_on)), default=None)
    for amendment in study.amendments if signed else ():
        activated, own = active.get(amendment.id), order.get(amendment.consent)
        if activated is None or own is None or signed[0].on >= activated.on:
            continue
        last = activated.on + timedelta(days=amendment.consent_within)
        if not _concerned(amendment, subject, last) or (gone and gone <= last):
            continue
        done = next((one for one in signed if order.get(one.version, -1) >= own), None)
        note(on, last + timedelta(days=1))
        if unwatched(on) > last and (done is None or done.on > last):
            yield Unsigned(amendment, last, activated.at, done)


def _concerned(amendment: Amendment, subject: Subject, on: date = date.max) -> bool:
    """Whether an amendment asks a participant to consent again, as they stood on a day."""
    drawn = subject.randomised_on is not None and subject.randomised_on <= on
    return {
        "all": True,
        "none": False,
        "in_screening": not drawn,
        "randomised": drawn,
    }[amendment.consent_again]
