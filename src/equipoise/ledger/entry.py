"""One act as it stands in the ledger: what was done, to whom, by whom, and when, twice over.

`at` is the moment it was recorded, by the server's clock; `happened` is the day or moment it is
true of. `previous` and `digest` tie it to the entry before it, so that no entry can be changed,
taken out or slipped in without every later digest disagreeing.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from equipoise.ledger.canonical import LARGEST, START, NotCanonical, digest_of, is_canonical

__all__ = ["Entry", "Head", "digest_now", "follow", "problems"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One recorded act; never changed, never taken away."""

    stream: str
    """The chain it stands in: a subject's id, "study" or "allocation"."""
    seq: int
    """Its place in that chain: 1, 2, 3 …"""
    kind: str
    """What was done, such as "consent.give"."""
    payload: str
    """What the act says, as the canonical JSON text of an object."""
    by: str
    """Who did it: an opaque person id, never a name."""
    at: str
    """When it was recorded: UTC, such as "2026-03-01T09:30:00.000000Z"."""
    happened: str
    """When it happened: a date, or a moment with its zone."""
    study: str
    """SHA-256 of the study text it was done under."""
    subject: str = ""
    """The subject it concerns, when the stream is not that subject's own."""
    after: int = 0
    """How many entries stood in that subject's own stream when this was recorded."""
    previous: str
    """The digest of the entry before it in the stream; 64 zeros for the first."""
    digest: str
    """SHA-256 of the canonical form of all of the above, with "v":1."""


class Head(msgspec.Struct, frozen=True):
    """How far a stream has come: its last entry's place and digest."""

    seq: int
    digest: str


def follow(
    head: Head | None,
    *,
    stream: str,
    kind: str,
    payload: str,
    by: str,
    at: str,
    happened: str,
    study: str,
    subject: str = "",
    after: int = 0,
) -> Entry:
    """The entry that comes next after `head` (None: the stream is empty), with its digest."""
    seq, previous = (head.seq + 1, head.digest) if head else (1, START)
    content: dict[str, Any] = {
        "stream": stream,
        "seq": seq,
        "kind": kind,
        "payload": payload,
        "by": by,
        "at": at,
        "happened": happened,
        "study": study,
        "subject": subject,
        "after": after,
        "previous": previous,
    }
    return Entry(**content, digest=digest_of(**content))


def digest_now(entry: Entry) -> str:
    """The digest an entry's content asks for, whatever its `digest` says.

    Raises NotCanonical when the content cannot be written as UTF-8.
    """
    return digest_of(
        stream=entry.stream,
        seq=entry.seq,
        kind=entry.kind,
        payload=entry.payload,
        by=entry.by,
        at=entry.at,
        happened=entry.happened,
        study=entry.study,
        subject=entry.subject,
        after=entry.after,
        previous=entry.previous,
    )


def problems(entry: Entry) -> Iterator[str]:
    """Everything about an entry that is wrong in itself, apart from payload and digest."""
    if not is_sound(entry):
        yield from all_problems(entry)


def is_sound(entry: Entry) -> bool:
    """The same at one look, which says nothing of what is wrong: every entry passes here."""
    told = (entry.stream, entry.kind, entry.by, entry.at, entry.happened, entry.study)
    return (
        _SOUND("\n".join((*told, entry.previous, entry.subject))) is not None
        and _is_real(entry.at)
        and _is_real(entry.happened)
        and 1 <= entry.seq <= LARGEST
        and (entry.seq == 1) == (entry.previous == START)
        and entry.subject != entry.stream
        and (0 <= entry.after <= LARGEST if entry.subject else entry.after == 0)
    )


def all_problems(entry: Entry) -> Iterator[str]:
    """Each thing that is wrong with it, in words."""
    for name in ("stream", "kind", "by"):
        if not _NAME(getattr(entry, name)):
            yield f"{name} {getattr(entry, name)!r} must be 1 to 200 characters, none a control"
    if not (_MOMENT_UTC(entry.at) and _is_real(entry.at)):
        yield f"at {entry.at!r} must be UTC, as 2026-03-01T09:30:00.000000Z"
    if not (_HAPPENED(entry.happened) and _is_real(entry.happened)):
        yield f"happened {entry.happened!r} must be a date, or a moment with its zone"
    for name in ("study", "previous"):
        if not _DIGEST(getattr(entry, name)):
            yield f"{name} {getattr(entry, name)!r} must be 64 lower-case hexadecimal digits"
    if not 1 <= entry.seq <= LARGEST:
        yield f"seq {entry.seq} must be 1 or more"
    if (entry.seq == 1) != (entry.previous == START):
        yield f"previous {entry.previous!r} must be 64 zeros for the first entry, and only for it"
    yield from _subject_problems(entry)


def _subject_problems(entry: Entry) -> Iterator[str]:
    if entry.subject and not _NAME(entry.subject):
        yield f"subject {entry.subject!r} must be at most 200 characters, none a control"
    if entry.subject and entry.subject == entry.stream:
        yield f"subject {entry.subject!r} is for entries outside the subject's own stream"
    if not 0 <= entry.after <= LARGEST or (entry.after and not entry.subject):
        yield f"after {entry.after} counts entries of a named subject; without one it is 0"


def content_problems(entry: Entry) -> Iterator[str]:
    """What is wrong with an entry's payload and digest."""
    if not (entry.payload.startswith("{") and is_canonical(entry.payload)):
        yield "payload must be the canonical JSON text of an object (see canonical)"
    try:
        if digest_now(entry) != entry.digest:
            yield f"digest {entry.digest!r} is not that of its content"
    except NotCanonical as refused:
        yield str(refused)


_A_NAME, _A_DIGEST = r"[^\x00-\x1f\x7f]{1,200}", r"[0-9a-f]{64}"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_A_MOMENT = _DAY + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_A_TIME = r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
_A_DAY = f"{_DAY}(?:{_A_TIME})?"
_NAME, _DIGEST = re.compile(_A_NAME).fullmatch, re.compile(_A_DIGEST).fullmatch
_MOMENT_UTC, _HAPPENED = re.compile(_A_MOMENT).fullmatch, re.compile(_A_DAY).fullmatch
# No part of it can hold the sign between two parts.
_SOUND = re.compile(
    "\n".join(
        (*[_A_NAME] * 3, _A_MOMENT, _A_DAY, _A_DIGEST, _A_DIGEST, f"(?:{_A_NAME})?"),
    )
).fullmatch


def _is_real(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True
