"""Authorisation of every act: who may do it, on which day, of whom, under which study text.

What is peculiar to one kind of act stands with the act itself.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from equipoise.conduct import (
    administration,
    assumptions,
    clock,
    forms,
    locks,
    not_done,
    persons,
    restored,
    screened_before,
    screening,
    step_up,
    witnesses,
)
from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.eligibility import DIED_BEFORE
from equipoise.conduct.input_limits import out_of_range, unfit
from equipoise.conduct.personal import numbers_of_persons
from equipoise.conduct.trial_state import TrialState
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["LIKE", "MAY_NOT", "NOT_PROVED", "TRIAL", "UNLESS_NAMED", "all_refusals", "dated", "may"]

NOT_OPEN = Reason("study.not-open", "", "the trial has not been opened")
NOT_ADOPTED = Reason(
    "study.not-adopted",
    "",
    "the study file is not the text that the trial runs under (version {version}); the trial "
    "office adopts it as an amendment first",
)
NO_ROLE = Reason("role.may-not", "", "you have no role in this trial")
MAY_NOT = Reason("role.may-not", "", "your role does not allow this")
MAY_NOT_AT = Reason("role.may-not", "", "your role does not allow this at {hospital}")
NO_ZONE = Reason("time.no-zone", "", "the moment of recording needs its time zone")
FUTURE = Reason("time.future", "happened", "{day} lies in the future")
NOW_ONLY = Reason(
    "time.now-only",
    "happened",
    "this is about what stands now, and so of the day on which it is recorded: {day}",
)
BY_KEY = Reason(
    "step-up.by-key",
    "",
    "a key alone does not do this: its owner's password goes with it, or is given on the page",
)
NOT_PROVED = Reason("step-up.needed", "", "whoever does this gives their password once more")
NOBODY = Reason("subject.unknown", "", "there is no participant {number}")
NOBODY_NAMED = Reason("subject.unknown", "", "no participant is named")
FROM_A_COPY = Reason(
    "restored.numbers-unknown",
    "",
    "this installation was restored from a copy that ends at {moment}; the trial office states "
    "first which numbers were given since, or shows a witness's head, so that none is given twice",
)
TRIAL_ALONE = Reason("role.may-not", "", "the trial does this itself")

BEFORE_OPENING = (administration.OpenTrial.kind, assumptions.ConfirmValue.kind)
"""What is done before the trial is open, when nobody has a role in it."""

TRIAL = "trial"
"""Who does what the trial does by rule; no person has this id."""

LIKE = {
    clock.RanAhead.kind: administration.GiveRole.kind,
    restored.SayRestored.kind: administration.GiveRole.kind,
    restored.ShowHead.kind: administration.GiveRole.kind,
    witnesses.AdoptPolicy.kind: administration.GiveRole.kind,
    persons.ResetSecondFactor.kind: administration.GiveRole.kind,
    persons.ErasePerson.kind: administration.GiveRole.kind,
    not_done.SayNotDone.kind: forms.SaveForm.kind,
    screened_before.ScreenAgain.kind: screening.EnterScreening.kind,
}
"""What is allowed as another kind is: study texts that were written before it do not name it."""

UNLESS_NAMED = {
    assumptions.ConfirmValue.kind: administration.AdoptAmendment.kind,
    assumptions.TakeBackConfirmation.kind: administration.AdoptAmendment.kind,
}
"""The same, where no role of the text names it: the sponsor's own role may."""


def all_refusals(act: Act | type[Act], context: Context) -> Iterator[Refusal]:
    """Every reason against an act, the general ones first.

    Of an act that would tell of sealed votes, whoever may not do it hears that alone. Where the
    answers make no act yet, its kind is judged: then only the general reasons are found.
    """
    kind, made = (act, None) if isinstance(act, type) else (type(act), act)
    closed = tuple(_permission(kind, context, getattr(made, "site", "")))
    yield from closed
    if closed and kind.sealed:
        return
    yield from _times(kind, context)
    if made:
        yield from unfit(made)
        yield from numbers_of_persons(made)
    if kind.stream != "study":
        yield from _presence(kind, context)
        yield from locks.closed(kind, made, context)
    yield from _study_text(kind, context)
    yield from _step_up(kind, context)
    if kind.gives_number and context.copy and context.waits_for_numbers:
        yield FROM_A_COPY(moment=context.copy.ends)
    yield from made.refusals(context) if made else ()


def _step_up(act: type[Act], context: Context) -> Iterator[Refusal]:
    """Whoever does it has just proved who they are, and what they were shown is recorded."""
    how = context.stamp.how
    acts = step_up.concerned(act, type(context.named.act) if context.named else None)
    proved = bool(how.meaning and how.shown)
    if not context.stamp.live or proved or not step_up.is_asked(_deciding(act, context), *acts):
        return
    yield BY_KEY() if how.key else NOT_PROVED()


def _study_text(act: type[Act], context: Context) -> Iterator[Refusal]:
    """The trial is open, and runs under this very text."""
    trial_state = context.trial_state
    if act.kind in BEFORE_OPENING and not trial_state.opened_on:
        return
    if not trial_state.opened_on:
        yield NOT_OPEN()
    elif (
        act.kind not in (administration.OpenTrial.kind, administration.AdoptAmendment.kind)
        and trial_state.study_digest != context.study.digest
    ):
        yield NOT_ADOPTED(version=trial_state.study_version)


def _permission(act: type[Act], context: Context, named: str) -> Iterator[Refusal]:
    # An act of the trial's own stream is done where it says, whomever it is said to concern.
    site = (context.subject.site if act.stream != "study" else "") or named
    by = context.stamp.by
    if act.by_trial and by == TRIAL:
        return
    if act.by_trial:
        yield TRIAL_ALONE()
        return
    # Who may not do an act may not void one either.
    kinds = {act.kind, context.named.act.kind if context.named else act.kind}
    texts = _deciding(act, context)
    if all(may(text, context.trial_state, by, kind, site) for kind in kinds for text in texts):
        return
    person = context.trial_state.people.get(by)
    if person is None or not person.roles:
        yield NO_ROLE()
    else:
        known = context.study.site_of.get(site)
        yield MAY_NOT_AT(hospital=known.name) if known else MAY_NOT()


def _deciding(act: type[Act], context: Context) -> list[Study]:
    """The study texts that say who may do it: no new text gives itself who may adopt it."""
    if act.kind == administration.AdoptAmendment.kind:
        running = context.study.under(context.trial_state.study_digest)
        return [running, context.study] if running else [context.study]
    return [context.study]


def _times(act: type[Act], context: Context) -> Iterator[Refusal]:
    stamp = context.stamp
    if stamp.at.tzinfo is None:
        yield NO_ZONE()
    else:
        today = stamp.at.astimezone(_zone(context.study.identity.timezone)).date()
        if stamp.on > today:
            yield FUTURE(day=stamp.on)
        elif act.of_now and stamp.on < today and not _is_repeated(context):
            yield NOW_ONLY(day=today)
    yield from out_of_range(stamp.on, "happened")


def _is_repeated(context: Context) -> bool:
    """Whether the moment is that of an earlier entry, since the clock had run ahead."""
    ahead = context.trial_state.clock.ahead
    return bool(ahead) and context.stamp.at <= datetime.fromisoformat(ahead)


def _presence(act: type[Act], context: Context) -> Iterator[Refusal]:
    entering = act.kind == screening.EnterScreening.kind
    if not entering and context.subject.entered_on is None:
        number = context.subject.subject_id
        yield NOBODY(number=number) if number else NOBODY_NAMED()
    if context.subject.died_on and not act.of_record and context.stamp.on > context.subject.died_on:
        yield DIED_BEFORE(day=context.subject.died_on)


def may(study: Study, trial_state: TrialState, person_id: str, kind: str, site: str) -> bool:
    """Whether the study file lets this person do this kind of act at this site."""
    person, named = trial_state.people.get(person_id), _as_named(study, kind)
    if not trial_state.people:
        # Nobody has a role yet: anyone may open the trial, and who did may give the first role.
        first = (
            person_id == trial_state.administration.opened_by
            and named == administration.GiveRole.kind
        )
        return first or (kind in BEFORE_OPENING and not trial_state.opened_on)
    if person is None:
        return False
    for held in person.roles:
        role = study.role_of.get(held.role)
        if role and named in role.may and (role.scope == "trial" or held.site == site):
            return True
    return False


def _as_named(study: Study, kind: str) -> str:
    """The kind by which the roles of a text allow an act."""
    of_trial = (role.may for role in study.roles if role.scope == "trial")
    if kind in UNLESS_NAMED and not any(kind in may for may in of_trial):
        return UNLESS_NAMED[kind]
    return LIKE.get(kind, kind)


def dated(study: Study, stamp: Stamp) -> Stamp:
    """A day that is not told is the day it is where the trial is run."""
    if stamp.happened or stamp.at.tzinfo is None:
        return stamp
    local = stamp.at.astimezone(_zone(study.identity.timezone)).date()
    return msgspec.structs.replace(stamp, happened=local)


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
