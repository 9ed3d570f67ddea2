"""What is sealed, as web tells it: which fields stay closed, and which digests are kept back.

A digest would betray what is sealed to whoever tries the few things it can say, and so would every
later digest of its stream. Until it is opened to a viewer, these digests are kept back. What is
sealed, to whom and until when, each chapter says (`conduct/seals.py`).
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from equipoise.conduct.chapters import ACTS, CHAPTERS, seals_of
from equipoise.conduct.how import FIELD, How, how_of
from equipoise.conduct.restating import RESTATED
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry, is_redaction
from equipoise.web.viewer import Viewer

__all__ = [
    "closed",
    "has_seals",
    "logged_kinds",
    "nothing_open",
    "opened",
    "visible_entries",
    "visible_fields",
    "visible_how",
    "withheld",
]


def opened(viewer: Viewer, subject: Subject) -> Subject:
    """The subject with that only which the viewer may see."""
    for chapter in CHAPTERS:
        if chapter.seals:
            chapter.seals.hide(viewer.study, viewer.sight, subject)
    return subject


def has_seals(subject: Subject) -> bool:
    """Whether something of this participant is still closed that opens in time."""
    seals = (chapter.seals for chapter in CHAPTERS if chapter.seals)
    return any(one.waits is not None and one.waits(subject) for one in seals)


def closed(viewer: Viewer, subject: Subject, entry: Entry) -> set[str]:
    """The fields of an entry that are not open to this viewer, by name.

    :param subject: whom the entry concerns; it is read only where a seal opens in time
    """
    if is_redaction(entry) and (anew := _redacted_entry(entry)):
        return {RESTATED} if closed(viewer, subject, anew) else set()
    return {
        name
        for seals, fields in seals_of(entry.kind)
        if not seals.open_to(viewer.study, viewer.sight, subject, entry)
        for name in fields
    }


def _redacted_entry(entry: Entry) -> Entry | None:
    """The entry that a redaction says again: what is closed of it is closed there too."""
    content = msgspec.json.decode(entry.payload)
    if not content.get("redacts"):
        return None
    return msgspec.structs.replace(entry, seq=content["entry"], kind=content["redacts"])


def nothing_open(viewer: Viewer, subject: Subject, entry: Entry) -> bool:
    """Whether an entry has fields, and all of them are closed to this viewer."""
    fields = set(ACTS[entry.kind].__struct_fields__) if entry.kind in ACTS else set()
    return bool(fields) and fields <= closed(viewer, subject, entry)


def logged_kinds(viewer: Viewer, entries: Iterable[Entry]) -> list[str]:
    """What the log of access says of showing these entries, which are closed to most."""
    found = {
        seals.logged_as
        for entry in entries
        for seals, _ in seals_of(entry.kind)
        if seals.logged_as and not closed(viewer, Subject(subject_id=""), entry)
    }
    return sorted(found)


def visible_fields(viewer: Viewer, subject: Subject, entry: Entry) -> dict[str, Any]:
    """What an entry says, without the fields that are sealed to this viewer."""
    fields: dict[str, Any] = msgspec.json.decode(entry.payload)
    fields.pop(FIELD, None)
    if is_redaction(entry):  # what it says again is read where it stood
        fields = {n: v for n, v in fields.items() if n not in (RESTATED, "digest", "tombstone")}
    return {**fields, **dict.fromkeys(closed(viewer, subject, entry))}


def visible_how(viewer: Viewer, subject: Subject, entry: Entry) -> How:
    """How it was done. The digest of what was shown could be tried out, as that of an entry."""
    how = how_of(entry)
    return msgspec.structs.replace(how, shown="") if closed(viewer, subject, entry) else how


def visible_entries(
    viewer: Viewer, subject: Subject, entries: Iterable[Entry]
) -> list[dict[str, Any]]:
    """A participant's entries as the viewer may read them."""
    sealed_streams: set[str] = set()
    voids = {voided.entry: voided.seq for voided in subject.voiding.voided}
    redacted = {one.entry: one.seq for one in subject.redaction.redacted}
    visible = []
    for entry in entries:
        fields = visible_fields(viewer, subject, entry)
        everything = bool(fields) and all(value is None for value in fields.values())
        answer = {**msgspec.structs.asdict(entry), "fields": None if everything else fields}
        answer["how"] = msgspec.to_builtins(visible_how(viewer, subject, entry))
        own = entry.stream == subject.subject_id
        answer["voided_by"] = voids.get(entry.seq) if own else None
        answer["redacted_by"] = redacted.get(entry.seq) if own else None
        del answer["payload"]
        if entry.stream in sealed_streams:
            answer["previous"] = answer["digest"] = None
        if _betrays(viewer, subject, entry):
            sealed_streams.add(entry.stream)
            answer["digest"] = None
        visible.append(answer)
    return visible


def withheld(viewer: Viewer, subject: Subject, entries: Iterable[Entry]) -> set[tuple[str, int]]:
    """Which of a participant's entries can not be given letter by letter: stream and number.

    An entry tells the digest of the one before it, and so betrays what is sealed in that.
    """
    found: set[tuple[str, int]] = set()
    sealed_streams: set[str] = set()
    for entry in entries:
        if closed(viewer, subject, entry) or entry.stream in sealed_streams:
            found.add((entry.stream, entry.seq))
        if _betrays(viewer, subject, entry):
            sealed_streams.add(entry.stream)
    return found


def _betrays(viewer: Viewer, subject: Subject, entry: Entry) -> bool:
    """Whether its digest tells what is closed to this viewer, once the few answers are tried."""
    return any(
        not seals.open_to(viewer.study, viewer.sight, subject, entry)
        for seals, _ in seals_of(entry.kind)
        if seals.waits is not None
    )
