"""How the data of invented people are reviewed: some values are verified, forms signed and locked.

Each participant of the share has a form compared with the source, reviewed, signed and frozen some
weeks after they were drawn; of a few of them it is locked and opened again, and everything signed.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from pydantic import Field

from equipoise.conduct.act import Act
from equipoise.conduct.chapters import unfinished
from equipoise.conduct.digests import (
    digest_of_entry,
    digest_of_form,
    digest_of_subject,
    digests_of_form,
)
from equipoise.conduct.locks import LockForm, LockParticipant, UnlockForm, UnlockParticipant
from equipoise.conduct.signatures import ReviewForm, SignForm, SignParticipant
from equipoise.conduct.verification import TakeBack, VerifyItems
from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step
from equipoise.study.parts import Code, Number, Part, Source

__all__ = ["HABIT"]


class DataReviewPlan(Part):
    """Whose data are reviewed, and of how many something comes of it."""

    share: Number = Field(description="of how many participants a form is reviewed and frozen")
    forms: tuple[Code, ...] = Field(min_length=1, description="one of which it is")
    opened: Number = Field(description="of how many of them it is locked and opened again")
    source: Source


def _steps(stay: Stay) -> Iterator[Step]:
    """One visit of the monitor, and what the hospital does with it, all within an hour.

    Each act is made once the one before it is done: it is bound to what stands then.
    """
    own = stay.chance
    if own.of("chosen").random() >= float(stay.plan.share):
        return
    at = stay.moment(stay.since + timedelta(days=own.of("day").whole(20, 60)))
    form = stay.plan.forms[own.of("form").whole(0, len(stay.plan.forms) - 1)]
    if at is None or not stay.subject().forms.of(form):
        return
    yield Step(at=at, act=_consent(stay))
    opened = own.of("opened").random() < float(stay.plan.opened)
    for act in chain(_reviewed(stay, form), _opened(stay, form) if opened else ()):
        yield Step(at=at, act=act)


def _consent(stay: Stay) -> Act:
    signed = stay.subject().consent.given[0].seq
    digest = digest_of_entry(stay.subject(), "consent.give", signed)
    return VerifyItems(form="consent.give", number=signed, items=["entry"], digests=[digest])


def _reviewed(stay: Stay, form: str) -> Iterator[Act]:
    record = stay.subject().forms.of(form)[-1]
    digests, of_form = digests_of_form(record), digest_of_form(record)
    at: dict[str, Any] = {"form": form, "visit": record.visit, "number": record.number}
    yield VerifyItems(**at, items=[*digests], digests=[*digests.values()])
    yield ReviewForm(**at, digest=of_form)
    yield SignForm(**at, digest=of_form)
    # Frozen and not locked: queries about it go on.
    yield LockForm(**at, grade="freeze", reason="verified and signed")


def _opened(stay: Stay, form: str) -> Iterator[Act]:
    """Locked, opened, taken back and verified again; then everything signed, frozen, opened."""
    record = stay.subject().forms.of(form)[-1]
    at: dict[str, Any] = {"form": form, "visit": record.visit, "number": record.number}
    digests, wrong = digests_of_form(record), "the wrong letter was read"
    name = next(iter(digests))
    found = unfinished(stay.study, stay.subject(), stay.since)
    left = dict.fromkeys((one.code for one in found), "settled with the hospital")
    yield LockForm(**at, grade="lock", reason="for the committee's meeting", exceptions=left)
    yield UnlockForm(**at, reason=wrong)
    yield TakeBack(**at, items=[name], reason=wrong)
    yield VerifyItems(**at, items=[name], digests=[digests[name]])
    yield SignParticipant(digest=digest_of_subject(stay.subject()))
    yield LockParticipant(grade="freeze", reason="for the committee's meeting")
    yield UnlockParticipant(reason="the meeting is over")


HABIT = Habit(plan=DataReviewPlan, steps=_steps)
