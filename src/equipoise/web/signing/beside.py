"""What was recorded beside forms, wholly: whoever signs or verifies it sees every field of it."""

from datetime import date

from equipoise.conduct.chapters import ACTS
from equipoise.conduct.digests import by_itself, entries
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry, is_tombstone, stated
from equipoise.web.jinja import day
from equipoise.web.sealed import closed
from equipoise.web.views.act_words import wording
from equipoise.web.views.audit_words import entry_text
from equipoise.web.views.page import Page
from equipoise.web.write_service import LEDGER

__all__ = ["Texts", "beside_forms"]

Texts = dict[tuple[str, int], str]
"""By the kind of act and the number of its entry."""


def beside_forms(page: Page, subject: Subject) -> Texts:
    """Everything that a signature over all of a participant covers beside forms, the first first.

    What was verified and has been voided since is told by its name.
    """
    own = {entry.seq: entry for entry in stated(LEDGER.entries(subject.subject_id))}
    others = LEDGER.concerning(subject.subject_id)
    elsewhere = {(entry.kind, entry.seq): entry for entry in others}
    found: list[tuple[str, str, str, int]] = []
    for kind, seq in entries(subject):
        entry, done = elsewhere.get((kind, seq)) or own[seq], by_itself(subject, kind, seq)
        if done:
            found.append((done.on.isoformat(), _text(page, subject, entry), kind, seq))
    return {(kind, seq): text for _, text, kind, seq in sorted(found, key=lambda one: one[0])}


def _text(page: Page, subject: Subject, entry: Entry) -> str:
    """The day, the line and what the line does not say; of what was redacted the name alone."""
    on = day(_day_of(entry))
    if is_tombstone(entry):
        return f"{on}: {wording(ACTS[entry.kind].words.name)}"
    text = entry_text(page.study, entry, page.people, closed(page.viewer, subject, entry))
    return f"{on}: " + "; ".join((text.line, *(f"{name}: {value}" for name, value in text.fields)))


def _day_of(entry: Entry) -> date:
    """The day that it is of."""
    return date.fromisoformat(entry.happened[:10])
