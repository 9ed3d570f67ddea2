"""What is true of one subject, and nothing about how it came to be so.

A subject is mutable so that a long history folds in linear time; only `trial` and the acts' `apply`
change it, and whoever asks for one gets a subject of its own.
"""

import sys
from datetime import date, datetime

import msgspec

__all__ = [
    "FOLD",
    "Allocation",
    "ConsentGiven",
    "Death",
    "DrawError",
    "Failure",
    "NotDone",
    "Progression",
    "Record",
    "Resection",
    "Review",
    "Row",
    "Subject",
    "Value",
    "Version",
    "Voided",
    "Vote",
    "Withdrawal",
    "record_key",
]

FOLD = 12
"""The number of the fold: one more whenever the same entries fold to another state than before, so
that nothing which an earlier code has kept is taken for what this code would say. A golden ledger
(`tests/fixtures/fold`) fails when the state changes and the number does not."""

Row = dict[str, str]
Value = str | list[Row]


class Done(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who recorded something, when, the day it happened, and the entry that says so.

    Nothing that is kept in one can point back to it, so that no cycle need be looked for (`gc`):
    a history holds many thousands.

    `seq` is the place of that entry in the subject's own stream; 0 while it is not recorded yet.
    """

    by: str
    at: datetime
    on: date
    seq: int = 0

    @property
    def order(self) -> int:
        """Where it stands among what was recorded; what is not recorded yet comes last."""
        return self.seq or sys.maxsize


class Version(Done, frozen=True, kw_only=True):
    """One value of one item as it once stood."""

    value: Value
    reason: str = ""


class Record(msgspec.Struct, kw_only=True):
    """One form as filled at one visit: every version of every item, the last one valid."""

    form: str
    visit: str
    number: int
    on: date
    dates: list[Done] = []
    """Every day that it was dated by, and who said so; the last one is valid."""
    values: dict[str, list[Version]] = {}

    @property
    def dated(self) -> int:
        """The entry that gave it its date; 0 where none did yet."""
        return self.dates[-1].seq if self.dates else 0

    def now(self, item: str) -> Value | None:
        """The valid value of an item; None when it was never recorded or was taken back."""
        versions = self.values.get(item)
        return versions[-1].value or None if versions and versions[-1].value != "" else None

    def answers(self, item: str) -> bool:
        """Whether an item is answered; that a list has no rows is an answer too."""
        versions = self.values.get(item, [])
        return bool(versions) and versions[-1].value != ""


class ConsentGiven(Done, frozen=True, kw_only=True):
    """A signed consent."""

    version: str


class Withdrawal(Done, frozen=True, kw_only=True):
    """What the subject no longer agrees to: treatment, follow-up, or everything."""

    scope: str
    reason: str = ""


class Failure(Done, frozen=True, kw_only=True):
    """The subject will not enter the trial, and why."""

    criteria: list[str]
    note: str = ""


class Vote(Done, frozen=True, kw_only=True):
    """One panel member's opinion."""

    category: str
    reasons: list[str] = []
    remark: str = ""


class Conclusion(Done, frozen=True, kw_only=True):
    """What the chair concluded, and by which rule."""

    category: str
    rule: str
    advice: str = ""


class Review(msgspec.Struct, kw_only=True):
    """One question put to the panel: who was drawn, in this order, and what they said."""

    number: int
    asked: Done
    scan_on: date
    drawn: list[str]
    votes: list[Vote] = []
    conclusion: Conclusion | None = None


class Allocation(Done, frozen=True, kw_only=True):
    """The arm the subject was drawn; its entry stands in the stream of all draws."""

    stream: str = "allocation"
    number: int
    arm: str
    strata: dict[str, str]
    study: str = ""
    """The text of the study under which it was drawn."""


class Death(Done, frozen=True, kw_only=True):
    """The death of the subject."""

    cause: str


class Progression(Done, frozen=True, kw_only=True):
    """Disease progression, and where."""

    place: str
    basis: str = ""


class Resection(Done, frozen=True, kw_only=True):
    """Local treatment of the disease, and what remained."""

    residual: str
    what: str = ""


class DrawError(Done, frozen=True, kw_only=True):
    """That the subject should not have been drawn, or not so; the allocation stands."""

    reason: str


class NotDone(Done, frozen=True, kw_only=True):
    """A form at a visit, or the whole visit where `form` is empty, that was not done, and why."""

    visit: str
    form: str
    why: str
    reason: str = ""


class Voided(Done, frozen=True, kw_only=True):
    """One entry of the subject's own stream that was recorded in error."""

    entry: int
    kind: str
    reason: str


class Subject(msgspec.Struct, kw_only=True):
    """One person in the trial, by the trial's own number."""

    subject_id: str
    site: str = ""
    entered_on: date | None = None
    consents: list[ConsentGiven] = []
    withdrawals: list[Withdrawal] = []
    failure: Failure | None = None
    records: dict[str, Record] = {}
    registered: Done | None = None
    reviews: list[Review] = []
    allocation: Allocation | None = None
    draw_error: DrawError | None = None
    death: Death | None = None
    progressions: list[Progression] = []
    resections: list[Resection] = []
    contacts: list[Done] = []
    not_done: list[NotDone] = []
    voided: list[Voided] = []
    seq: int = 0
    """How many of its own entries were applied."""
    elsewhere: dict[str, int] = {}
    """Of each other stream that names it, the last entry that was applied."""
    texts: list[tuple[int, str]] = []
    """Under which study text what was recorded, from which entry of their own stream on."""

    def text_of(self, seq: int) -> str:
        """The digest of the study text that an entry of their own stream names; empty: not known.

        What is not recorded yet (0) is of no other text than the one at hand.
        """
        return next((text for first, text in reversed(self.texts) if 0 < first <= seq), "")

    def begin_anew(self) -> None:
        """Forget everything but the number, to be folded from the beginning."""
        fresh = Subject(subject_id=self.subject_id)
        for name in self.__struct_fields__:
            setattr(self, name, getattr(fresh, name))

    @property
    def left_on(self) -> date | None:
        """The day from which nothing more may be asked of the subject or collected about them."""
        ending = ("follow-up", "everything")
        return min((w.on for w in self.withdrawals if w.scope in ending), default=None)

    @property
    def alive_on(self) -> list[date]:
        """The days on which someone saw or spoke to the subject."""
        return [contact.on for contact in self.contacts]

    @property
    def consent_on(self) -> date | None:
        """The day of the first consent."""
        return min((c.on for c in self.consents), default=None)

    @property
    def registered_on(self) -> date | None:
        """The day of registration, from which the eligibility windows count."""
        return self.registered.on if self.registered else None

    @property
    def randomised_on(self) -> date | None:
        """The day of the draw."""
        return self.allocation.on if self.allocation else None

    def records_of(self, form: str) -> list[Record]:
        """Every filled copy of a form, in the order in which they were begun."""
        return [record for record in self.records.values() if record.form == form]


def record_key(form: str, visit: str, number: int) -> str:
    """The name under which a filled form is kept."""
    return f"{form}@{visit}#{number}"
