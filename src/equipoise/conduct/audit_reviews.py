"""Reviews of the audit: who looked through which entries, until which moment, and what was found.

What was looked at is recorded as values: the filters, the moment until which, how many entries
these were, and how many the whole ledger held by then. So it says exactly what was reviewed, and
what was recorded since.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, StreamName
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.cut import moment
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.words import Ask, Choices, Words, forms_of, hospitals_of, items_of
from equipoise.study.reason import Reason, Refusal

__all__ = ["KINDS", "ReviewAudit"]

NO_FINDING = Reason("audit-review.no-finding", "finding", "say what was found")
NOTHING_FOUND = Reason(
    "audit-review.nothing-found",
    "finding",
    "nothing was found, and yet a finding is described; choose which of the two",
)
NO_MOMENT = Reason(
    "audit-review.no-moment", "cut", "say until which moment it was looked at, one that has been"
)
NOTHING_THERE = Reason(
    "audit-review.nothing-there", "matched", "there is no such entry: nothing was looked at"
)
TOO_MANY = Reason(
    "audit-review.too-many",
    "matched",
    "only {entries} entry was recorded by then",
    several="only {entries} entries were recorded by then",
)
NO_FORM = Reason("audit-review.no-form", "form", "there is no form '{form}'")
NO_ITEM = Reason("audit-review.no-item", "item", "there is no question '{item}'")
NO_SITE = Reason("audit-review.no-site", "site", "there is no hospital '{site}'")
ELSEWHERE = Reason(
    "audit-review.elsewhere", "participant", "{participant} is no participant of {hospital}"
)
NO_QUERY = Reason(
    "audit-review.no-query",
    "queries",
    "'{query}' names no query; one is named as PARTICIPANT/QUERY, such as PIT-01-0001/12",
)

KINDS = Choices()
"""Every kind of act, by its name; filled by the list of chapters, which is above."""
OUTCOMES = Choices({"nothing": "Nothing", "finding": "A finding"})
_QUERY = re.compile(r"[^\s/]{1,200}/[^\s/]{1,200}")


class ReviewAudit(Act, frozen=True, kw_only=True):
    """Somebody looked through the entries of the audit that these filters let through."""

    kind: ClassVar[str] = "audit.review"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Audit reviewed",
        title="Record a review of the audit",
        line="Audit reviewed until {cut}: {outcome}",
        button="Record the review",
        done="The review is recorded",
    )
    site: Annotated[str, Ask("Hospital", hospitals_of)] = ""
    """Empty: all hospitals, and what was done in the trial as a whole."""
    participant: Annotated[str, Ask("Participant")] = ""
    person: Annotated[str, Ask("Person", kind="person")] = ""
    act: Annotated[str, Ask("What", KINDS, kind="choice")] = ""
    form: Annotated[str, Ask("Form", forms_of)] = ""
    item: Annotated[str, Ask("Question", items_of)] = ""
    since: Annotated[date | None, Ask("Recorded from", kind="day")] = None
    until: Annotated[date | None, Ask("Recorded until", kind="day")] = None
    cut: Annotated[str, Ask("Until which moment was it looked at?", label="As of", kind="moment")]
    matched: Annotated[int, Ask("How many entries are these?", label="Entries looked through")]
    entries: Annotated[int, Ask("Entries in the whole ledger by then", by_trial=True)] = 0
    outcome: Annotated[
        Literal["nothing", "finding"],
        Ask("What was found?", OUTCOMES, label="Found", needed="Choose whether something was"),
    ]
    finding: Annotated[str, Ask("The finding", kind="area", hint="No names.", label="Finding")] = ""
    queries: Annotated[
        list[str], Ask("Queries that were asked about it", label="Queries", words=False)
    ] = []

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if self.outcome == "finding" and not self.finding.strip():
            yield NO_FINDING()
        if self.outcome == "nothing" and (self.finding.strip() or self.queries):
            yield NOTHING_FOUND()
        yield from self._of_hospital(context)
        if self.form and self.form not in context.study.form_of:
            yield NO_FORM(form=self.form[:100])
        if self.item and self.item not in context.study.items:
            yield NO_ITEM(item=self.item[:100])
        for query in self.queries:
            if not _QUERY.fullmatch(query):
                yield NO_QUERY(query=query[:100])
        yield from self._extent(context)

    def _of_hospital(self, context: Context) -> Iterator[Refusal]:
        """What was looked through is of the hospital that it says."""
        known = context.study.site_of.get(self.site)
        if self.site and known is None:
            yield NO_SITE(site=self.site[:100])
        elif known and self.participant and context.other(self.participant).site != self.site:
            yield ELSEWHERE(participant=self.participant[:100], hospital=known.name)

    def _extent(self, context: Context) -> Iterator[Refusal]:
        """What was looked at was there by then."""
        at = _moment(self.cut)
        if at is None or at > context.stamp.at:
            yield NO_MOMENT()
        if self.matched < 1:
            yield NOTHING_THERE()
        elif at and self.matched > (entries := context.entries_by(self.cut)):
            yield TOO_MANY(entries=entries)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        return msgspec.structs.replace(self, entries=context.entries_by(self.cut))


def _moment(text: str) -> datetime | None:
    """A moment as the ledger writes it; None where it is none."""
    try:
        at = datetime.fromisoformat(text)
        return at if moment(at) == text else None
    except ValueError:
        return None


CHAPTER = Chapter(name="audit reviews", acts=(ReviewAudit,))
