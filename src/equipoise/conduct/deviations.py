"""Deviations: what went otherwise than the study says, worked out from what is recorded.

Nothing here is stored: a value that is put right, or an entry that is voided, takes its deviation
away. Each says of which day it is and on which day it became known: the day on which the entry was
made that shows it, or the day after a window passed. Only who was registered can deviate.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Literal

from equipoise.conduct import eligibility, schedule
from equipoise.conduct.allocation import Corrected, corrected
from equipoise.conduct.chapters import CHAPTERS
from equipoise.conduct.coverage import in_time_unsigned
from equipoise.conduct.earlier import as_of
from equipoise.conduct.missing_days import missing_days
from equipoise.conduct.moments import day_of
from equipoise.conduct.not_done import WHYS
from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Choices
from equipoise.logic.truth import Truth
from equipoise.logic.watched import note
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Given, Phrase, Wording
from equipoise.study.sections.criteria import Criterion

__all__ = ["KINDS", "Deviation", "Kind", "deviations"]

Kind = Literal[
    "ineligible",
    "other-stratum",
    "after-withdrawal",
    "consent-late",
    "drawn-in-error",
    "outside-window",
    "late",
    "day-not-recorded",
    "not-done",
    "dose",
    "report",
]
KINDS = Choices(
    {
        "ineligible": "Not eligible after all",
        "other-stratum": "Drawn in another stratum",
        "after-withdrawal": "After the withdrawal",
        "consent-late": "Consent again late",
        "drawn-in-error": "Randomised in error",
        "outside-window": "Outside the window",
        "late": "Late",
        "day-not-recorded": "A date is missing",
        "not-done": "Not done",
        "dose": "Dose given otherwise",
        "report": "Serious event reported late",
    }
)

NOT_MET = Phrase("{criterion}: not met on the day of registration, by what was recorded since")
NOT_KNOWN = Phrase("{criterion}: no longer known on the day of registration")
STRATUM = Phrase("{factor}: {now}, by what was recorded since; drawn as {drawn}")
STRATUM_OPEN = Phrase("{factor}: no longer known; drawn as {drawn}")
REGISTERED_AFTER = Phrase("registered on {day}; consent had been withdrawn on {left}")
DRAWN_AFTER = Phrase("randomised on {day}; consent had been withdrawn on {left}")
KEPT_AFTER = Phrase("{place} of {day}: the participant had left on {left}")
ASKED_AFTER = Phrase("{place} of {day}: the participant filled in no questionnaires since {left}")
UNSIGNED = Phrase("version {version}, by amendment {amendment}, was to be signed by {last}")
SIGNED_LATE = Phrase(
    "version {version}, by amendment {amendment}, was to be signed by {last}, and was on {day}"
)
IN_ERROR = Phrase("the randomisation was marked as made in error: {reason}")
PLACE = Phrase("{visit} ({forms})")
EARLY = Phrase("{place} on {day}, {days} before the window of {first} to {last}")
AFTER = Phrase("{place} on {day}, {days} after the window of {first} to {last}")
NOT_HELD = Phrase("{place} was to be filled in by {last}")
NO_DAY = Phrase("{form}: {item} is not recorded, and visits wait for it")
NOT_DONE = Phrase("{place}: {why}")
NOT_DONE_IN_WORDS = Phrase("{place}: {why}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One deviation of one participant."""

    kind: Kind
    on: date  # the day that it is of
    known_on: date
    what: Wording
    by: str = ""  # who recorded what shows it; empty where no entry does
    visit: str = ""
    form: str = ""
    number: int = 1


def deviations(study: Study, subject: Subject, on: date) -> list[Deviation]:
    """Every deviation as it stands on a day, the one that became known last first."""
    if subject.registered_on is None:
        return []
    planned = schedule.visits(study, subject, on)
    found = [
        *_ineligible(study, subject),
        *_strata(study, subject),
        *_after_withdrawal(study, subject),
        *_consent_late(study, subject, on),
        *_in_error(study, subject),
        *_outside(study, subject, planned, on),
        *_late(study, subject, planned, on),
        *_days_missing(study, subject, planned, on),
        *_not_done(study, subject, planned),
        *_of_chapters(study, subject, on),
    ]
    return sorted(found, key=lambda one: (one.known_on, one.on), reverse=True)


def _ineligible(study: Study, subject: Subject) -> Iterator[Deviation]:
    """Criteria that stood at registration and do not any more, by what was recorded since.

    They are those of the text under which the participant was registered.
    """
    registered, before = subject.screening.registered, _since_registration(subject)
    if registered is None or not before:
        return
    then = study.under(subject.text_of(registered.seq))
    if then is None:
        return
    for line in eligibility.open_lines(then, subject, registered.on):
        _, at, by = _known_by(subject, before, partial(_satisfied, then, line.criterion))
        text = {"criterion": line.criterion.text}
        yield Deviation(
            kind="ineligible",
            on=registered.on,
            known_on=day_of(study, at),
            what=NOT_MET(**text) if line.satisfied is Truth.FALSE else NOT_KNOWN(**text),
            by=by,
        )


Mark = tuple[int, datetime, str]  # the entry, when it was recorded, by whom


def _since_registration(subject: Subject) -> list[Mark]:
    """The entries since registration that may have changed what was true on its day, in order."""
    start = subject.screening.registered
    if start is None:
        return []
    found = {(one.seq, one.at, one.by) for one in subject.voiding.voided if one.seq > start.seq}
    for record in subject.forms.records.values():
        saved = [*record.dates, *record.changes()]
        if all(one.seq > start.seq and one.on > start.on for one in saved):
            continue  # it is of a later day, and always was
        found |= {(one.seq, one.at, one.by) for one in saved if one.seq > start.seq}
    return sorted(found)


def _known_by(subject: Subject, since: list[Mark], held: Callable[[Subject], bool]) -> Mark:
    """The first entry from which on something has not stood."""
    found = since[-1]
    for earlier in reversed(since[:-1]):
        if held(as_of(subject, earlier[0])):
            break
        found = earlier
    return found


def _satisfied(study: Study, criterion: Criterion, subject: Subject) -> bool:
    on = subject.registered_on
    lines = eligibility.open_lines(study, subject, on) if on else ()
    return all(line.criterion.id != criterion.id for line in lines)


def _strata(study: Study, subject: Subject) -> Iterator[Deviation]:
    """Factors of the draw that were put right since: who was drawn counts in another stratum."""
    drawn, since = subject.randomisation.allocation, _since_registration(subject)
    if drawn is None or not since:
        return
    then = study.under(drawn.study) or study
    factors = {factor.id: factor for factor in then.randomisation.factors}
    for one in corrected(study, subject):
        _, at, by = _known_by(subject, since, partial(_as_drawn, study, one))
        factor = factors[one.factor]
        values: dict[str, Given] = {"factor": factor.label}
        values["drawn"] = factor.levels.get(one.drawn, one.drawn)
        if one.now:
            values["now"] = factor.levels.get(one.now, one.now)
        what = (STRATUM if one.now else STRATUM_OPEN)(**values)
        known = day_of(study, at)
        yield Deviation(kind="other-stratum", on=drawn.on, known_on=known, what=what, by=by)


def _as_drawn(study: Study, one: Corrected, subject: Subject) -> bool:
    return all(other.factor != one.factor for other in corrected(study, subject))


def _after_withdrawal(study: Study, subject: Subject) -> Iterator[Deviation]:
    """What had been done or recorded of a day after a withdrawal that was told later."""
    yield from _kept_after(study, subject)
    first = subject.consent.first_without("treatment", "follow-up")
    if first is None:
        return
    for done, phrase in (
        (subject.screening.registered, REGISTERED_AFTER),
        (subject.randomisation.allocation, DRAWN_AFTER),
    ):
        if done and done.on > first.on:
            what = phrase(day=done.on, left=first.on)
            yield _untold(study, done.on, max(done.at, first.at), what, first.by)


def _kept_after(study: Study, subject: Subject) -> Iterator[Deviation]:
    """Forms of a day after they had left; questionnaires after these were withdrawn from."""
    left = subject.consent.first_without("follow-up")
    unasked = subject.consent.first_without("questionnaires")
    for record in subject.forms.records.values() if left or unasked else ():
        form = study.form_of.get(record.form)
        since, phrase = left, KEPT_AFTER
        if form and form.questionnaire and not (left and record.on > left.on):
            since, phrase = unasked, ASKED_AFTER
        if since and record.on > since.on:
            what = phrase(place=_of(study, record), day=record.on, left=since.on)
            at = max(_dated_at(record)[0] or since.at, since.at)
            yield _untold(study, record.on, at, what, since.by, record)


def _untold(
    study: Study, on: date, at: datetime, what: Wording, by: str, record: Record | None = None
) -> Deviation:
    return Deviation(
        kind="after-withdrawal",
        on=on,
        known_on=day_of(study, at),
        what=what,
        by=by,
        visit=record.visit if record else "",
        form=record.form if record else "",
        number=record.number if record else 1,
    )


def _of(study: Study, record: Record) -> Given:
    """What a filled form is called, with its visit where it has one."""
    form = study.form_of.get(record.form)
    title: Given = form.title if form else record.form
    visit = study.visit_keyed.get(record.visit)
    return PLACE(visit=schedule.numbered(visit, record.visit), forms=(title,)) if visit else title


def _consent_late(study: Study, subject: Subject, on: date) -> Iterator[Deviation]:
    """Versions of the consent form that were to be signed again, and were not in time."""
    for one in in_time_unsigned(study, subject, on):
        version, name, done = one.amendment.consent, one.amendment.id, one.signed
        values: dict[str, Given] = {"version": version, "amendment": name, "last": one.last}
        yield Deviation(
            kind="consent-late",
            on=one.last,
            known_on=max(one.last + timedelta(days=1), day_of(study, one.known)),
            what=SIGNED_LATE(**values, day=done.on) if done else UNSIGNED(**values),
            by=done.by if done else "",
        )


def _in_error(study: Study, subject: Subject) -> Iterator[Deviation]:
    wrong, drawn = subject.randomisation.draw_error, subject.randomisation.allocation
    if wrong and drawn:
        yield Deviation(
            kind="drawn-in-error",
            on=drawn.on,
            known_on=day_of(study, wrong.at),
            what=IN_ERROR(reason=wrong.reason),
            by=wrong.by,
        )


def _outside(
    study: Study, subject: Subject, planned: list[schedule.Planned], on: date
) -> Iterator[Deviation]:
    """Forms that are dated outside the window of their visit; those of one day together.

    The window is that of the text under which the form was dated: no amendment makes late what
    was in time.
    """
    windows = {study.digest: {one.key: one for one in planned}}
    found: dict[tuple[str, str, date], list[Record]] = {}
    for record in subject.forms.records.values():
        text = study.under(subject.text_of(record.dated)) or study
        if text.digest not in windows:
            then = schedule.visits(text, subject, on)
            windows[text.digest] = {one.key: one for one in then}
        one = windows[text.digest].get(record.visit)
        if one and schedule.is_outside(one, record.on):
            found.setdefault((text.digest, record.visit, record.on), []).append(record)
    for (digest, visit, day), records in found.items():
        yield _off_window(study, windows[digest][visit], day, records)


def _off_window(study: Study, one: schedule.Planned, on: date, records: list[Record]) -> Deviation:
    first, last = one.first or on, one.last or on
    days = Amount(Decimal((first - on if on < first else on - last).days), "d")
    at, by = max((_dated_at(record) for record in records), key=lambda found: str(found[0]))
    place = _place(study, one, dict.fromkeys(record.form for record in records))
    phrase = EARLY if on < first else AFTER
    return Deviation(
        kind="outside-window",
        on=on,
        known_on=day_of(study, at) if at else on,
        what=phrase(place=place, day=on, days=days, first=first, last=last),
        by=by,
        visit=one.key,
        form=records[0].form,
        number=records[0].number,
    )


def _dated_at(record: Record) -> tuple[datetime | None, str]:
    """When and by whom the form got its date."""
    return (record.dates[-1].at, record.dates[-1].by) if record.dates else (None, "")


def _late(
    study: Study, subject: Subject, planned: list[schedule.Planned], on: date
) -> Iterator[Deviation]:
    for one in planned:
        if one.state in ("coming", "due", "begun") and one.open and one.last:
            note(on, one.last + timedelta(days=1))
        if one.state == "overdue" and one.last:
            yield Deviation(
                kind="late",
                on=one.last,
                known_on=one.last + timedelta(days=1),
                what=NOT_HELD(last=one.last, place=_place(study, one, one.open)),
                visit=one.key,
                form=one.open[0],
            )


def _days_missing(
    study: Study, subject: Subject, planned: list[schedule.Planned], on: date
) -> Iterator[Deviation]:
    for missing in missing_days(study, subject, planned, on):
        if missing.is_late(on):
            form = study.form_of[missing.record.form]
            yield Deviation(
                kind="day-not-recorded",
                on=missing.until,
                known_on=missing.until + timedelta(days=1),
                what=NO_DAY(form=form.title, item=study.vocabulary[missing.name].label),
                visit=missing.record.visit,
                form=form.id,
                number=missing.record.number,
            )


def _not_done(
    study: Study, subject: Subject, planned: list[schedule.Planned]
) -> Iterator[Deviation]:
    windows = {one.key: one for one in planned}
    for not_done in subject.forms.not_done:
        one = windows.get(not_done.visit)
        forms = [form for form in one.not_done if not_done.form in ("", form)] if one else []
        if one is None or not forms:
            continue  # it was filled in after all
        why = Phrase(WHYS.get(not_done.why, not_done.why))()
        values = {"place": _place(study, one, forms), "why": why}
        in_words = {"reason": not_done.reason} if not_done.reason.strip() else {}
        yield Deviation(
            kind="not-done",
            on=min(one.last or not_done.on, not_done.on),
            known_on=day_of(study, not_done.at),
            what=(NOT_DONE_IN_WORDS if in_words else NOT_DONE)(**values, **in_words),
            by=not_done.by,
            visit=not_done.visit,
            form=forms[0],
        )


def _place(study: Study, one: schedule.Planned, forms: Iterable[str]) -> Given:
    """The visit, with its number where there are several, and those forms not called as it is."""
    titles = (study.form_of[form].title for form in forms if form in study.form_of)
    others = tuple(title for title in titles if title != one.visit.label)
    return PLACE(visit=one.label, forms=others) if others else one.label


def _of_chapters(study: Study, subject: Subject, on: date) -> Iterator[Deviation]:
    for one in (found for chapter in CHAPTERS for found in chapter.deviates(study, subject, on)):
        yield Deviation(kind=one.kind, on=one.on, known_on=one.known_on, what=one.what, by=one.by)
