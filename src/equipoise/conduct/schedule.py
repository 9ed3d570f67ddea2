"""The schedule: which visits one participant has, when each is due, and what was done."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Literal

import msgspec

from equipoise.conduct.coverage import visit_asked
from equipoise.conduct.cycle_calendar import Cycle, Window
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.conduct.visit_days import VisitDays, begins_after, has_cycles
from equipoise.logic.truth import Truth
from equipoise.logic.watched import unwatched
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.visits import Visit
from equipoise.study.vocabulary import ENDS, EVENTS

__all__ = [
    "SOON",
    "Planned",
    "State",
    "applies",
    "as_asked",
    "has_ended",
    "is_outside",
    "numbered",
    "planned_at",
    "unfilled",
    "unfilled_at",
    "visits",
    "window_missed",
]

SOON = 7
"""Days within which something presses; what has longer may wait."""

NOT_FILLED = Reason("visit.not-filled", "", "{visit}: {form} is to be filled in first")

State = Literal["done", "not done", "begun", "due", "overdue", "coming", "missed", "waiting"]
_OF_CYCLE: dict[str, State] = {"given": "done", "left out": "not done"}
"""How a visit stands that goes with a cycle and has no forms."""


class Planned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One visit of one participant. Without its anchor it has no days yet."""

    visit: Visit
    key: str
    number: int
    on: date | None
    first: date | None
    last: date | None
    state: State
    filled: tuple[str, ...]
    open: tuple[str, ...]
    not_done: tuple[str, ...] = ()
    cycle: Cycle | None = None
    """The cycle that it is of, where it follows cycles."""

    @property
    def label(self) -> dict[str, str]:
        return numbered(self.visit, self.key)


def numbered(visit: Visit, key: str) -> dict[str, str]:
    """What a visit is called, with its number where there are several of it."""
    _, _, number = key.partition(".")
    return {language: f"{text} {number}".strip() for language, text in visit.label.items()}


def visits(
    study: Study, subject: Subject, on: date, facts: SubjectFacts | None = None
) -> list[Planned]:
    """Every visit of the participant, in the order of the study file, as it stands on a day.

    How its state moves on with the days follows from its window and is not watched.

    :param facts: the participant's facts on that day, where more is asked of them
    """
    filled: dict[str, tuple[str, ...]] = {}
    for record in subject.forms.records.values():
        before = filled.get(record.visit, ())
        if record.form not in before:
            filled[record.visit] = (*before, record.form)
    planned: list[Planned] = []
    facts = facts or SubjectFacts(study, subject, on)
    undated = SubjectFacts(study, subject, date.min)
    retired, today = {form.id for form in study.forms if form.retired}, unwatched(on)
    withdrew = subject.consent.without("questionnaires")
    asks = {form.id for form in study.forms if form.questionnaire} if withdrew else set()
    for visit in study.visits:
        days = VisitDays(study, subject, visit, facts, undated)
        has = applies(study, subject, visit, on, facts)
        stop = _stopped_on(visit, undated)
        still = _still(visit, retired)
        for number, key in enumerate(visit.keys, start=1):
            # Until it is known whether there is such a visit, it has no day.
            window = days.window(number) if has is Truth.TRUE else None
            then = _asked_at(study, subject, still, window, today)
            # What was held stays, whatever is planned now.
            gone = visit.retired or begins_after(window, stop) or days.is_gone(number)
            if (then is None or has is Truth.FALSE or gone) and key not in filled:
                continue
            own = then or _still(still, {*still.forms})
            if begins_after(window, withdrew):
                own = _still(own, asks)
            found = filled.get(key, ())
            at = (number, key)
            planned.append(_planned(subject, own, at, window, found, today, days.cycle(number)))
    return planned


def as_asked(subject: Subject, planned: list[Planned]) -> list[Planned]:
    """Visits as they are shown: of whom the data are locked, none is due or overdue any more."""
    if subject.locked_on is None:
        return planned
    return [
        msgspec.structs.replace(one, state="begun" if one.filled else "missed")
        if one.state in ("due", "overdue")
        else one
        for one in planned
    ]


def _asked_at(
    study: Study, subject: Subject, visit: Visit, window: Window | None, on: date
) -> Visit | None:
    """One visit with the forms that amendments ask on its day, or today where it has none yet."""
    if not study.amendments:
        return visit
    return visit_asked(study, subject, visit, window.day if window else on)


def _still(visit: Visit, retired: set[str]) -> Visit:
    """The visit with the forms that are filled there still."""
    if retired.isdisjoint(visit.forms):
        return visit
    return visit.model_copy(update={"forms": tuple(f for f in visit.forms if f not in retired)})


def _stopped_on(visit: Visit, facts: SubjectFacts) -> date | None:
    """The day after which none of these visits begins any more, as after the end of treatment."""
    days = [facts.anchor(name) for name in visit.stops_after]
    return min((day for day in days if day), default=None)


def applies(
    study: Study,
    subject: Subject,
    visit: Visit,
    on: date,
    facts: SubjectFacts | None = None,
    key: str = "",
) -> Truth:
    """Whether the participant has such a visit, as far as is known on a day.

    :param facts: the participant's facts on that day, where several visits are asked about
    :param key: the one of the row that is meant, of which some may begin too late; empty: any
    """
    if visit.arms and subject.arm not in visit.arms:
        return Truth.FALSE
    if visit.anchor in EVENTS and _event(study, subject, visit, on, facts) is None:
        return Truth.FALSE
    facts = facts or SubjectFacts(study, subject, on)
    if key and (visit.stops_after or visit.cycles):
        days, number = VisitDays(study, subject, visit, facts, facts), visit.keys.index(key) + 1
        stops = begins_after(days.window(number), _stopped_on(visit, facts))
        if stops or days.is_gone(number):
            return Truth.FALSE
    of_cycles = has_cycles(study, subject, visit, facts)
    return of_cycles & facts.holds(visit.when) if visit.when else of_cycles


def _event(
    study: Study, subject: Subject, visit: Visit, on: date, facts: SubjectFacts | None
) -> date | None:
    """The day of the event that a visit counts from; until it has happened nobody waits for it."""
    return (facts or SubjectFacts(study, subject, on)).anchor(visit.anchor)


def unfilled(study: Study, subject: Subject, act: str, on: date) -> Iterator[Refusal]:
    """The forms that the study wants filled before an act, and that no day until then has.

    :param act: "registration" or "randomisation"
    """
    facts = SubjectFacts(study, subject, on)
    for visit in study.visits:
        if visit.before != act or applies(study, subject, visit, on, facts) is Truth.FALSE:
            continue
        for number, key in enumerate(visit.keys, start=1):
            done = {r.form for r in subject.forms.records.values() if r.visit == key and r.on <= on}
            window = VisitDays(study, subject, visit, facts, facts).window(number)
            then = _asked_at(study, subject, visit, window, on)
            for form in then.forms if then else ():
                if form not in done:
                    title = study.form_of[form].title
                    yield NOT_FILLED(form, visit=visit.label, form=title)


def unfilled_at(subject: Subject, visit: Visit, key: str) -> tuple[str, ...]:
    """The forms of a visit that nobody filled in and nobody said were not done.

    :param key: what the forms of the visit are kept under
    """
    filled = {record.form for record in subject.forms.records.values() if record.visit == key}
    return _unfilled(subject, visit, key, filled)


def _unfilled(subject: Subject, visit: Visit, key: str, filled: Collection[str]) -> tuple[str, ...]:
    not_done = {one.form for one in subject.forms.not_done if one.visit == key}
    if "" in not_done:
        return ()
    return tuple([form for form in visit.forms if form not in filled and form not in not_done])


def planned_at(study: Study, subject: Subject, key: str, on: date) -> Planned | None:
    """One visit of the participant as it stands on a day; None where they have none such."""
    visit, facts = study.visit_keyed.get(key), SubjectFacts(study, subject, on)
    if visit is None or applies(study, subject, visit, on, facts, key) is not Truth.TRUE:
        return None
    filled = {r.form: None for r in subject.forms.records.values() if r.visit == key}
    number, days = visit.keys.index(key) + 1, VisitDays(study, subject, visit, facts, facts)
    window = days.window(number)
    then = _asked_at(study, subject, visit, window, on)
    if then is None and not filled:
        return None
    own, at = then or _still(visit, {*visit.forms}), (number, key)
    return _planned(subject, own, at, window, tuple(filled), on, days.cycle(number))


def is_outside(planned: Planned, on: date) -> bool:
    """Whether a day lies outside the window of a visit."""
    first, last = planned.first, planned.last
    if first is None or last is None or not _is_bound(planned.visit):
        return False
    return not first <= on <= last


def window_missed(
    study: Study, subject: Subject, key: str, day: date, on: date, facts: SubjectFacts
) -> tuple[date, date] | None:
    """The window of a visit if a day lies outside of it; None where the participant has none.

    :param facts: the participant's facts on the day `on`
    """
    visit = study.visit_keyed.get(key)
    if visit is None or not _is_bound(visit):
        return None
    days = VisitDays(study, subject, visit, facts, facts)
    window = days.window(visit.keys.index(key) + 1)
    if window is None:
        return None
    first, last = window.first, window.last
    if first <= day <= last or applies(study, subject, visit, on, facts, key) is not Truth.TRUE:
        return None
    return first, last


def _is_bound(visit: Visit) -> bool:
    """Whether a visit has a window to be in.

    At a visit that counts from entering screening, what is there already is written down; how old
    that may be is what the criteria say.
    """
    return visit.anchor != "screening"


def _planned(
    subject: Subject,
    visit: Visit,
    which: tuple[int, str],
    window: Window | None,
    filled: tuple[str, ...],
    on: date,
    cycle: Cycle | None,
) -> Planned:
    number, key = which
    still = _unfilled(subject, visit, key, filled)
    if cycle and cycle.state == "left out":
        still = ()
    return Planned(
        visit=visit,
        key=key,
        number=number,
        on=window.day if window else None,
        first=window.first if window else None,
        last=window.last if window else None,
        state=_state(subject, (visit, key), window, filled, still, on, cycle),
        filled=filled,
        open=still,
        not_done=tuple(form for form in visit.forms if form not in (*filled, *still)),
        cycle=cycle,
    )


def _state(
    subject: Subject,
    at: tuple[Visit, str],
    window: Window | None,
    filled: tuple[str, ...],
    still: tuple[str, ...],
    on: date,
    cycle: Cycle | None,
) -> State:
    visit, key = at
    if cycle and not visit.forms:  # what it is for is the cycle itself
        return _OF_CYCLE.get(cycle.state, "coming")
    if not still:
        not_done = any(one.visit == key for one in subject.forms.not_done)
        not_done = not_done or bool(cycle and cycle.state == "left out")
        return "not done" if not_done and not filled else "done"
    if window is None:
        return "begun" if filled else "waiting"
    first, last = window.first, window.last
    if cycle and cycle.state == "coming" and not filled and not has_ended(subject, first, visit):
        return "coming"  # it waits for the cycle before it, however late that is
    if has_ended(subject, first, visit):
        return "missed" if not filled else "begun"
    if on > last:
        # Whoever died or left while the window was open is not waited for.
        return "missed" if has_ended(subject, last, visit) and not filled else "overdue"
    if on >= first:
        return "begun" if filled else "due"
    return "coming"


def has_ended(subject: Subject, day: date, visit: Visit | None = None) -> bool:
    """Whether the participant had died, left, failed or been locked by a day of the window.

    :param visit: one that counts from such an end comes after it, and is asked all the same
    """
    if visit and visit.anchor in ENDS:
        return False
    ends = (subject.died_on, subject.failed_on, subject.left_on, subject.locked_on)
    return any(end <= day for end in ends if end)
