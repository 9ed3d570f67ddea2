"""Amendments: each hospital works by one from the day that the trial office says, once it may.

The text that has it is adopted before, once for the whole trial; nothing of it is asked anywhere
until a hospital's own committee and board have agreed.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar

from equipoise.conduct.act import Act, Context, Stamp, StreamName
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.coverage import again, coverage, versions_of_amendment
from equipoise.conduct.state.amendments import AmendmentsState
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import Ask, Labels, Words, hospitals_of
from equipoise.ledger import EVERYTHING
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Reason, Refusal
from equipoise.study.sections.amendments import Activation, Amendment

__all__ = ["AMENDMENTS", "ActivateAmendment", "TakeBackActivation", "amendments_of"]

NO_AMENDMENT = Reason(
    "amendment.unknown", "amendment", "the study file names no amendment '{amendment}'"
)
NO_SITE = Reason("amendment.site-not-open", "site", "site {site} is not open")
TOO_EARLY = Reason(
    "amendment.too-early",
    "happened",
    "amendment {amendment} is of {day}; no hospital works by it before",
)
NOT_ADOPTED = Reason(
    "amendment.before-adoption",
    "happened",
    "the study text that has amendment {amendment} was adopted on {day}; nothing of it was asked "
    "before",
)
BEFORE = Reason(
    "amendment.active-already",
    "amendment",
    "{hospital} works by amendment {amendment} since {day}; to put the day right, say why",
)
SAME = Reason(
    "amendment.same-day",
    "happened",
    "{hospital} works by amendment {amendment} since this day already",
)
NOTHING = Reason(
    "amendment.nothing-put-right",
    "reason",
    "the amendment is not active there; there is nothing to put right",
)
NOT_ACTIVE = Reason(
    "amendment.not-active", "amendment", "{hospital} does not work by amendment {amendment}"
)
WHY = Reason("amendment.no-reason", "reason", "say what was wrong")
SIGNED = Reason(
    "amendment.signed",
    "",
    "the consent of {count} participant to version {version} would be without it: {number}",
    several="the consents of {count} participants to version {version} would be without it, such "
    "as {number}",
)


def amendments_of(study: Study) -> Labels:
    """The amendments of the study, by their titles."""
    return {one.id: one.title for one in study.amendments}


class ActivateAmendment(Act, frozen=True, kw_only=True):
    """From the day it happened a hospital works by an amendment."""

    kind: ClassVar[str] = "amendment.activate"
    writes_trial: ClassVar[str] = "amendments"
    stream: ClassVar[StreamName] = "study"
    irreversible: ClassVar[bool] = True
    holds: ClassVar[tuple[str, ...]] = (EVERYTHING,)
    words: ClassVar[Words] = Words(
        name="Amendment activated",
        title="Activate an amendment at a hospital",
        line="Amendment {amendment} activated: site {site}[, put right: {reason}]",
        intro="From this day what the amendment asks is asked at this hospital: of forms and "
        "visits of that day and later, and of whoever signed the version of the consent form that "
        "belongs to it, where one does.",
        happened="First day on which the hospital works by it",
        button="Activate the amendment",
        done="The amendment is activated",
        address="activate/{amendment}/{site}",
    )
    amendment: Annotated[str, Ask("Amendment", amendments_of)]
    site: Annotated[str, Ask("Hospital", hospitals_of)]
    reason: Annotated[
        str,
        Ask(
            "Why is the day put right?",
            label="Reason",
            kind="area",
            where=lambda study, given: given["amendment"] in study.active.get(given["site"], {}),
        ),
    ] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        amendment, on = context.study.amendment_of.get(self.amendment), context.stamp.on
        if self.site not in context.trial_state.sites:
            yield NO_SITE(site=self.site)
        if amendment is None:
            yield NO_AMENDMENT(amendment=self.amendment)
            return
        if on < amendment.from_on:
            yield TOO_EARLY(amendment=self.amendment, day=amendment.from_on)
        adopted = _adopted_on(context, self.amendment)
        if adopted and on < adopted:
            yield NOT_ADOPTED(amendment=self.amendment, day=adopted)
        yield from self._once(context, amendment)

    def _once(self, context: Context, amendment: Amendment) -> Iterator[Refusal]:
        before = _active(context, self.site, self.amendment)
        named = {"hospital": _hospital(context, self.site), "amendment": self.amendment}
        if before is None:
            if not is_blank(self.reason):
                yield NOTHING()
        elif before.on == context.stamp.on:
            yield SAME(**named)
        elif is_blank(self.reason):
            yield BEFORE(**named, day=before.on)
        else:
            yield from _signed_before(context, amendment, self.site, context.stamp.on)

    def apply_to_trial(self, state: AmendmentsState, stamp: Stamp, subject_id: str) -> None:
        active = state.active.setdefault(self.site, {})
        active[self.amendment] = Activation(stamp.on, stamp.at)


class TakeBackActivation(Act, frozen=True, kw_only=True):
    """An amendment was said to be active at a hospital in error; nothing of it is asked there."""

    kind: ClassVar[str] = "amendment.take-back"
    writes_trial: ClassVar[str] = "amendments"
    stream: ClassVar[StreamName] = "study"
    irreversible: ClassVar[bool] = True
    holds: ClassVar[tuple[str, ...]] = (EVERYTHING,)
    words: ClassVar[Words] = Words(
        name="Activation taken back",
        title="Take back the activation of an amendment",
        line="Activation of amendment {amendment} taken back: site {site}: {reason}",
        intro="What was answered by it stays in the record, and is asked no longer. Only an "
        "activation that was recorded in error is taken back; a wrong day is put right.",
        happened="Day on which the error was found",
        button="Take it back",
        done="The activation is taken back",
        address="take-back/{amendment}/{site}",
    )
    amendment: Annotated[str, Ask("Amendment", amendments_of)]
    site: Annotated[str, Ask("Hospital", hospitals_of)]
    reason: Annotated[str, Ask("What was wrong?", label="Reason", kind="area")]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if is_blank(self.reason):
            yield WHY()
        amendment = context.study.amendment_of.get(self.amendment)
        if amendment is None:
            yield NO_AMENDMENT(amendment=self.amendment)
        elif _active(context, self.site, self.amendment) is None:
            hospital = _hospital(context, self.site)
            yield NOT_ACTIVE(hospital=hospital, amendment=self.amendment)
        else:
            yield from _signed_before(context, amendment, self.site, date.max)

    def apply_to_trial(self, state: AmendmentsState, stamp: Stamp, subject_id: str) -> None:
        state.active.get(self.site, {}).pop(self.amendment, None)


def _active(context: Context, site: str, amendment: str) -> Activation | None:
    return context.trial_state.amendments.active.get(site, {}).get(amendment)


def _hospital(context: Context, site: str) -> str:
    known = context.study.site_of.get(site)
    return known.name if known else site


def _adopted_on(context: Context, amendment: str) -> date | None:
    """The day on which a text that has the amendment was adopted first; None: not known."""
    days = context.trial_state.administration.adopted_on
    for digest in context.trial_state.adopted:
        text = context.study.under(digest)
        if text and amendment in text.amendment_of:
            return days.get(digest)
    return None


def _signed_before(
    context: Context, amendment: Amendment, site: str, day: date
) -> Iterator[Refusal]:
    """The consents that rest on the activation, and would not on one of this day."""
    if not amendment.consent:
        return
    rests = versions_of_amendment(context.study, amendment)
    found = [
        subject.subject_id
        for subject in context.everybody()
        if subject.site == site
        and any(one.version in rests and one.on < day for one in subject.consent.given)
    ]
    if found:
        yield SIGNED(count=len(found), version=amendment.consent, number=found[0])


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    """One row for every amendment by which the participant's hospital works."""
    needed = again(study, subject)
    for name, activated in study.active.get(subject.site, {}).items():
        amendment, covered = study.amendment_of[name], coverage(study, subject, name)
        yield (
            subject.subject_id,
            name,
            activated.on,
            amendment.consent or None,
            _signed_on(subject, amendment),
            covered.on if covered else None,
            needed is not None and needed.amendment.id == name,
        )


def _signed_on(subject: Subject, amendment: Amendment) -> date | None:
    signed = (one.on for one in subject.consent.given if one.version == amendment.consent)
    return min(signed, default=None)


AMENDMENTS = Table(
    name="amendments",
    label=Phrase("By which amendments each participant is in the trial"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("amendment", "text", Phrase("Amendment"), amendments_of),
        TableColumn("active_on", "day", Phrase("Day from which the hospital works by it")),
        TableColumn("version", "text", Phrase("Version of the consent form that belongs to it")),
        TableColumn("signed_on", "day", Phrase("Day on which that version was signed")),
        TableColumn("covers_on", "day", Phrase("Day from which it covers the participant")),
        TableColumn("consent_again", "yes or no", Phrase("Is to consent again")),
    ),
    rows=_rows,
    of_study=lambda study: bool(study.amendments),
)

CHAPTER = Chapter(
    name="amendments",
    acts=(ActivateAmendment, TakeBackActivation),
    tables=(AMENDMENTS,),
)
