"""Screening: a participant gets a number, fails with reasons, or is registered.

Registration is the day from which the eligibility windows count. It is refused until consent
stands, the panel has concluded (where the study has one) and every criterion is met on that day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, ClassVar

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.ballots import open_review
from equipoise.conduct.chapter import Chapter, Due, Happened
from equipoise.conduct.coverage import criteria_asked
from equipoise.conduct.eligibility import checklist, expiries, open_points, retired_site
from equipoise.conduct.message import Message, own_hospital
from equipoise.conduct.schedule import SOON, unfilled
from equipoise.conduct.screened_before import NUMBER_SHAPE, ScreenAgain, rested_on
from equipoise.conduct.standing import standing
from equipoise.conduct.state.screening import Failure, ScreeningState
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Labels, Words, hospitals_of
from equipoise.logic.language import parsed
from equipoise.logic.needed import facts_needed
from equipoise.logic.truth import Truth
from equipoise.logic.watched import Watch, note, unwatched
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Reason, Refusal
from equipoise.study.sections.panel import FACTS as PANEL_FACTS

__all__ = ["EnterScreening", "FailScreening", "Register"]

NUMBER_TAKEN = Reason("screening.number-taken", "", "{number} is taken; ask for the next number")
NUMBER = Reason("screening.number", "", "a number at this site begins with {start}")
NOT_OPEN = Reason("site.not-open", "site", "site {site} is not open")
NO_CRITERION = Reason("screening.no-criterion", "criteria", "there is no criterion {criterion}")
NO_REASON = Reason("screening.no-reason", "criteria", "say which criterion failed, or why")
FAILED_BEFORE = Reason("screening.failed-before", "", "this was recorded before")
RANDOMISED = Reason("screening.randomised", "", "the participant has been randomised")
REGISTERED_BEFORE = Reason("registration.before", "", "the participant was registered before")
NUMBER_IS_KEPT = Reason(
    "void.number-stands", "entry", "the number was given; record a screening failure instead"
)
DRAWN_SINCE = Reason(
    "void.draw-rests", "entry", "the randomisation of {day} rests on it, and cannot be voided"
)
FAILED = Reason("registration.failed", "", "the participant failed screening")


SOME_NOT_MET = Phrase("{count} criteria not met: mend, or record the failure")
ONE_NOT_MET = Phrase("1 criterion not met: mend it, or record the failure")
SOME_NOT_KNOWN = Phrase("{count} criteria not known yet")
ONE_NOT_KNOWN = Phrase("1 criterion not known yet")
ALL_MET = Phrase("Register: every criterion is met")
COUNTS_UNTIL = Phrase("Counts until {day}: {what}")


def criteria_of(study: Study) -> Labels:
    """Every criterion that is judged, by its number."""
    return {
        leaf.id: {language: f"{leaf.id} {text}" for language, text in leaf.text.items()}
        for _, leaf in study.criteria.leaves()
    }


def not_met(study: Study, subject: Subject, on: date) -> list[str]:
    """The criteria that keep the participant out on that day."""
    lines = checklist(study, subject, on)
    return [line.criterion.id for line in lines if line.satisfied is Truth.FALSE]


class EnterScreening(Act, frozen=True, kw_only=True):
    """Someone is considered for the trial, under a number that says nothing about them."""

    kind: ClassVar[str] = "screening.enter"
    writes: ClassVar[str] = "screening"
    gives_number: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Screening started",
        title="New participant",
        intro=(
            "The participant gets a number that says nothing about them. Keep the list of names "
            "and numbers in your hospital; no name is entered here."
        ),
        happened="Day on which screening starts",
        button="Give the next number",
    )
    site: Annotated[str, Ask("Hospital", hospitals_of, needed="Choose the hospital")]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        number = context.subject.subject_id
        start = f"{context.study.identity.prefix}-{self.site}-"
        shaped = number.startswith(start) and NUMBER_SHAPE.fullmatch(number.removeprefix(start))
        given = context.trial_state.restored.numbers.get(self.site, 0)
        if context.subject.entered_on or (shaped and int(number.removeprefix(start)) <= given):
            yield NUMBER_TAKEN(number=number)
        if not shaped:
            yield NUMBER(start=start)
        if self.site not in context.trial_state.sites:
            yield NOT_OPEN(site=self.site)
        yield from retired_site(context.study, self.site)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        yield NUMBER_IS_KEPT()

    def apply(self, state: ScreeningState, stamp: Stamp) -> None:
        state.site = self.site
        state.entered = stamp.done


class FailScreening(Act, frozen=True, kw_only=True):
    """The participant will not enter the trial: the criteria that failed, or another reason."""

    kind: ClassVar[str] = "screening.fail"
    writes: ClassVar[str] = "screening"
    words: ClassVar[Words] = Words(
        name="Screening failed",
        title="Record that screening failed",
        link="Record a screening failure",
        intro="The criteria that are not met today are ticked already.",
        happened="Day on which this was decided",
        button="Record the screening failure",
        done="The screening failure is recorded",
        address="screening-failed",
    )
    criteria: Annotated[
        list[str],
        Ask(
            "Which criteria keep the participant out?",
            criteria_of,
            label="Criteria",
            before=not_met,
        ),
    ] = []
    note: Annotated[
        str,
        Ask(
            "Another reason, or a note",
            label="Note",
            kind="area",
            hint="For example: chose another hospital. No names here.",
        ),
    ] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return not (subject.randomised_on or subject.failed_on or subject.died_on)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        known = {leaf.id for _, leaf in context.study.criteria.leaves()}
        for unknown in sorted(set(self.criteria) - known):
            yield NO_CRITERION(criterion=unknown)
        if not self.criteria and is_blank(self.note):
            yield NO_REASON()
        if context.subject.failed_on:
            yield FAILED_BEFORE()
        if context.subject.randomised_on:
            yield RANDOMISED()

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        if context.named and not context.named.replaced:
            yield from rested_on(context)

    def apply(self, state: ScreeningState, stamp: Stamp) -> None:
        state.failure = Failure(criteria=self.criteria, note=self.note, **stamp.marks)


class Register(Act, frozen=True, kw_only=True):
    """The participant is registered on the day it happened; the windows are fixed from then on."""

    kind: ClassVar[str] = "registration.register"
    writes: ClassVar[str] = "screening"
    irreversible: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Registered",
        title="Register",
        intro=(
            "The windows of the criteria count back from the day of registration. "
            "After it the participant can be randomised."
        ),
        happened="Day of registration",
        button="Register the participant",
        done="The participant is registered",
        address="register",
    )

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return not (subject.registered_on or subject.failed_on or subject.died_on)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        subject, on = context.subject, context.stamp.on
        if subject.registered_on:
            yield REGISTERED_BEFORE()
        if subject.failed_on:
            yield FAILED()
        yield from unfilled(context.study, subject, "registration", on)
        yield from context.keeps_out(context.study, subject, on)
        yield from open_points(context.study, subject, on, registering=on)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        if drawn := context.subject.randomised_on:
            yield DRAWN_SINCE(day=drawn)

    def apply(self, state: ScreeningState, stamp: Stamp) -> None:
        state.registered = stamp.done


def _keeps_out(study: Study, subject: Subject, on: date) -> Iterator[Refusal]:
    return retired_site(study, subject.site)


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What the criteria ask: register, mend, fail, or find out; and what will soon not count."""
    if not (subject.is_entering and subject.consent.given):
        return
    watch = Watch(unwatched(on))
    now = standing(study, subject, watch.day)
    failed, unknown = now.count(Truth.FALSE), now.count(Truth.UNKNOWN)
    if open_review(subject):
        unknown -= _for_the_panel(study, subject, now, watch.day)
    if failed:
        what = ONE_NOT_MET() if failed == 1 else SOME_NOT_MET(count=failed)
        yield Due(urgency="due", what=what, where="criteria")
    elif unknown:
        what = ONE_NOT_KNOWN() if unknown == 1 else SOME_NOT_KNOWN(count=unknown)
        yield Due(urgency="due", what=what, where="criteria")
    elif Truth.UNKNOWN not in now:
        yield Due(urgency="due", what=ALL_MET(), where=Register)
    # Before the watch says so none stands otherwise, and until a week before that none will soon.
    note(on, watch.until)
    note(on, watch.until - timedelta(days=SOON))
    if watch.until <= unwatched(on) + timedelta(days=SOON):
        soon = standing(study, subject, on + timedelta(days=SOON))
        if any(a is Truth.TRUE and b is not Truth.TRUE for a, b in zip(now, soon, strict=True)):
            yield from _expiring(study, subject, on)


def _for_the_panel(study: Study, subject: Subject, standing: list[Truth], on: date) -> int:
    """How many criteria are not known that wait for the panel: nothing to be done here."""
    of_panel = {fact.name for fact in PANEL_FACTS}
    leaves = [criterion for _, criterion in criteria_asked(study, subject, on)]
    return sum(
        truth is Truth.UNKNOWN and not of_panel.isdisjoint(facts_needed(parsed(criterion.when)))
        for criterion, truth in zip(leaves, standing, strict=True)
    )


def _expiring(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """The first fact that counts now and soon will not."""
    soon = min(expiries(study, subject, on), key=lambda one: one[0], default=None)
    if soon is None:
        return
    changes_on, first = soon
    last = changes_on - timedelta(days=1)
    what = COUNTS_UNTIL(day=last, what=first.text)
    yield Due(urgency="expiring", what=what, when=changes_on, where="criteria")


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    state = subject.screening
    if state.entered:
        yield Happened(done=state.entered, act=EnterScreening, in_error=False)
    if state.again:
        yield Happened(done=state.again, act=ScreenAgain, what=state.again, other=state.again_of)
    if state.registered:
        yield Happened(done=state.registered, act=Register)
    if failure := state.failure:
        texts = {leaf.id: leaf.text for _, leaf in study.criteria.leaves()}
        more = (*(texts.get(one, one) for one in failure.criteria), failure.note)
        yield Happened(done=failure, act=FailScreening, more=more)


EXPIRING = Message(
    name="criteria.expiring",
    title=Phrase("Criteria soon not met any longer"),
    heading=Phrase("{trial}: criteria soon not met any longer, {subject}"),
    text=Phrase(
        "Something by which participant {subject} may enter counts for a few days only. The "
        "criteria say what, and until when."
    ),
    presses="expiring",
    tells_arm=own_hospital,
)

CHAPTER = Chapter(
    name="screening",
    acts=(EnterScreening, Register, FailScreening, ScreenAgain),
    keeps_out=_keeps_out,
    agenda=_agenda,
    course=_course,
    tells=(EXPIRING,),
)
