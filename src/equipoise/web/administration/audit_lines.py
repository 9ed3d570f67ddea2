"""Entries of the ledger as they are listed: who, as what, when, and in words what was done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

import msgspec
from django.urls import reverse

from equipoise.conduct import folding, trial
from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.chapters import seals_of
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.redaction import RedactEntry
from equipoise.conduct.restating import texts_of
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.subject import Subject
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import Entry
from equipoise.web import read_model, write_service
from equipoise.web.jinja import day, moment
from equipoise.web.sealed import closed
from equipoise.web.viewer import Viewer
from equipoise.web.views.audit_words import EntryText, entry_text, kind_label
from equipoise.web.views.page import Page

__all__ = ["Line", "lines", "subject_of"]

VOID = VoidEntry.kind
STANDS = (VOID, EnterScreening.kind, Randomise.kind, RedactEntry.kind)
"""What is never taken back as an error: a void, a number that was given, a draw, a redaction."""
SEALED = {kind for kind in trial.ACTS if any(seals.waits for seals, _ in seals_of(kind))}
"""The kinds of act that need the participant as they stand, to know what is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as it is listed."""

    recorded: str
    happened: str
    subject_id: str
    who: str
    role: str
    """As what they acted, and at which hospital, as it was then."""
    kind: str
    text: EntryText
    place: str
    url: str
    """The page of this entry."""
    voided: bool = False
    redacted: bool = False
    redact: str = ""  # where something can be taken out of it
    error: str = ""  # where it can be said to be in error
    amended: str = ""  # where the text that was adopted is beside the one before it


def lines(page: Page, entries: list[Entry]) -> Iterator[Line]:
    """Each of these entries as this reader may read it."""
    viewer, names, state = page.viewer, page.people, page.folds
    study = page.study
    asked_about = {subject_of(entry) for entry in entries if entry.kind in SEALED}
    subjects = {subject_id: state.subject(subject_id) for subject_id in asked_about}
    voided, sites = _named_by(VOID, entries), _sites(viewer, entries)
    redacted = _named_by(RedactEntry.kind, entries)
    for entry in entries:
        subject_id = subject_of(entry)
        marked = (entry.stream, entry.seq) in voided
        may = all(viewer.may(kind, sites.get(entry.stream, "")) for kind in (VOID, entry.kind))
        open_to = may and not marked and entry.stream == subject_id and entry.kind not in STANDS
        subject = subjects.get(subject_id) or Subject(subject_id=subject_id)
        yield Line(
            recorded=moment(datetime.fromisoformat(entry.at)),
            happened=day(date.fromisoformat(entry.happened[:10])),
            subject_id=subject_id,
            who=names[entry.by],
            role=page.capacities.of_entry(entry, _site(entry, sites)),
            kind=kind_label(entry.kind),
            text=entry_text(study, entry, names, closed(viewer, subject, entry)),
            place=f"{entry.stream} {entry.seq}",
            url=reverse("audit-entry", args=[entry.stream, entry.seq]),
            voided=marked,
            amended=_amended(entry),
            redacted=(entry.stream, entry.seq) in redacted,
            redact=_redact(viewer, entry, sites),
            error=reverse(VOID, args=[subject_id, entry.seq]) if open_to else "",
        )


def _amended(entry: Entry) -> str:
    """Where the text that an entry adopted stands beside the one before it."""
    if entry.kind != AdoptAmendment.kind:
        return ""
    return reverse("study-texts") + "?" + urlencode({"new": entry.study})


def _redact(viewer: Viewer, entry: Entry, sites: dict[str, str]) -> str:
    """Where this reader takes words out that somebody typed in an entry of a participant's own."""
    own = entry.stream == subject_of(entry)
    if not own or not viewer.may(RedactEntry.kind, sites.get(entry.stream, "")):
        return ""
    words = texts_of(entry.kind, msgspec.json.decode(entry.payload))
    return reverse(RedactEntry.kind, args=[entry.stream]) if words else ""


def _named_by(kind: str, entries: list[Entry]) -> set[tuple[str, int]]:
    """Which of these entries another names that voids or redacts, by stream and number."""
    streams = {entry.stream for entry in entries} - set(folding.TRIAL_STREAMS)
    return {
        (entry.stream, act.entry)
        for entry in write_service.LEDGER.of_kind(kind, streams)
        if isinstance(act := folding.read(entry), (VoidEntry, RedactEntry))
    }


def _sites(viewer: Viewer, entries: list[Entry]) -> dict[str, str]:
    """The hospital of each participant whose stream is among the entries."""
    rows = read_model.rows(viewer.study, viewer.on).filter(
        subject_id__in={subject_of(entry) for entry in entries}
    )
    return dict(rows.values_list("subject_id", "site"))


def _site(entry: Entry, sites: dict[str, str]) -> str:
    """The hospital that an entry concerns: that of its participant, or the one that it names."""
    site = sites.get(subject_of(entry), "")
    return site or str(getattr(folding.read(entry), "site", ""))


def subject_of(entry: Entry) -> str:
    """The participant whom an entry concerns; empty where it is the whole trial."""
    if entry.stream in folding.TRIAL_STREAMS:
        return entry.subject
    return entry.stream
