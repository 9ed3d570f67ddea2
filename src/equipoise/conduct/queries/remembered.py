"""What the rules say of a copy of a form, found anew only where what was read for it is another.

It is remembered in the process by what was read, to the letter: the copy itself, the copies of the
other forms that were asked, and what those chapters left that were asked. Whoever knows the same
finds the same, of whichever participant of whichever trial, and nobody finds more than they gave.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from equipoise.conduct.facts import EVERY_COPY
from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import STATES, Subject
from equipoise.study.model import Study

if TYPE_CHECKING:
    from equipoise.conduct.queries.rules import Fired

__all__ = ["Remembered"]

MOST = 256
"""Of so many participants: some ten megabytes."""
_packed = msgspec.msgpack.Encoder()


class _Known(msgspec.Struct, frozen=True, gc=False):
    """What was found of one copy, of which text, and the marks of all that was read for it."""

    study: tuple[object, object]
    texts: bytes
    own: bytes
    others: dict[str, bytes]
    fired: tuple["Fired", ...]


class Remembered:
    """One participant as they stand, and what is remembered of them."""

    def __init__(self, study: Study, subject: Subject) -> None:
        self._study, self._subject = (study.forms, study.vocabulary), subject
        # Of a text that is lost no unit is known; once it is found again that is another answer.
        lost = [study.under(digest) is None for _, digest in subject.texts]
        self._texts = _mark([subject.texts, lost])
        self._copies = {key: _mark(one) for key, one in subject.forms.records.items()}
        self._others: dict[str, bytes] = {}
        self._known = _kept(subject.subject_id)

    def fired(
        self, key: str, record: Record, work_out: Callable[[set[str]], Iterable["Fired"]]
    ) -> tuple["Fired", ...]:
        """What the rules say of a copy, as it was found before, or is worked out now.

        :param work_out: notes the forms and the chapters that it asks
        """
        known = self._known.get(key)
        if known is None or not self._holds_now(known, key):
            read: set[str] = set()
            found = tuple(work_out(read))
            others = {name: self._other(name) for name in read - {record.form}}
            known = _Known(self._study, self._texts, self._copies[key], others, found)
            self._known[key] = known
        return tuple([replace(one, record=record) for one in known.fired])

    def _holds_now(self, known: _Known, key: str) -> bool:
        same_text = all(one is two for one, two in zip(known.study, self._study, strict=True))
        return (
            same_text
            and known.texts == self._texts
            and known.own == self._copies[key]
            and all(self._other(name) == mark for name, mark in known.others.items())
        )

    def _other(self, name: str) -> bytes:
        """The mark of what a chapter left, or of every copy of a form as they were begun."""
        if name not in self._others:
            form, records = name.removeprefix(EVERY_COPY), self._subject.forms.records.items()
            copies = [self._copies[key] for key, one in records if one.form == form]
            left = _mark(getattr(self._subject, name)) if name in STATES else b""
            self._others[name] = b"".join([left, *copies])
        return self._others[name]


@lru_cache(maxsize=MOST)
def _kept(subject_id: str) -> dict[str, _Known]:
    return {}


def _mark(state: object) -> bytes:
    return sha256(_packed.encode(state)).digest()
