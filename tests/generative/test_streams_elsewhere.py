"""However many streams name a subject, each of their entries is applied once, and in one order."""

from datetime import timedelta
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Act
from equipoise.conduct.state.consent import ConsentGiven
from equipoise.conduct.subject import Subject
from equipoise.ledger import MemoryLedger, follow
from tests.support import DAY, noon

NAMED = "TEA-01-0001"
OTHER = "TEA-01-0002"
streams = st.sampled_from([NAMED, NAMED, OTHER, "allocation", "readings", "couriers"])
steps = st.lists(
    st.tuples(streams, st.sampled_from([NAMED, NAMED, OTHER]), st.integers(-1, 2), st.booleans()),
    max_size=30,
)


class Note(Act, frozen=True, kw_only=True):
    """An act of no chapter, which leaves its name on whom it concerns, in any stream."""

    kind: ClassVar[str] = "test.note"
    writes: ClassVar[str] = "consent"
    name: str

    def apply(self, state, stamp):
        state.given.append(ConsentGiven(version=self.name, **stamp.marks))


@pytest.fixture(autouse=True, scope="module")
def _known():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(folding._DECODERS, Note.kind, msgspec.json.Decoder(Note))
        yield


def record(ledger, stream, subject, at, name):
    own = stream in (NAMED, OTHER)
    head = ledger.head(subject)
    entry = follow(
        ledger.head(stream),
        stream=stream,
        kind=Note.kind,
        payload=msgspec.json.encode(Note(name=name)).decode(),
        by="someone",
        at=trial.moment(at),
        happened=DAY.isoformat(),
        study="0" * 64,
        subject="" if own else subject,
        after=0 if own or head is None else head.seq,
    )
    ledger.append(entry)


def names(subject):
    return [done.version for done in subject.consent.given]


@given(steps)
def test_each_entry_of_each_stream_is_applied_once_however_often_one_looks(steps):
    """Recorded step by step, by a clock that may be set back; some looks see several at once."""
    ledger, at = MemoryLedger(), noon(DAY)
    known = {name: Subject(subject_id=name) for name in (NAMED, OTHER)}
    expected: dict[str, set[str]] = {NAMED: set(), OTHER: set()}
    for number, (stream, subject, minutes, looks) in enumerate(steps):
        at += timedelta(minutes=minutes)
        concerned = stream if stream in (NAMED, OTHER) else subject
        record(ledger, stream, concerned, at, str(number))
        expected[concerned].add(str(number))
        for name, subject_known in known.items() if looks else ():
            folding.catch_up_subject(subject_known, ledger)
            assert names(subject_known) == names(folded(ledger, name))
            assert sorted(names(subject_known)) == sorted(expected[name])


@given(steps)
def test_as_of_any_moment_each_stream_is_applied_up_to_that_moment(steps):
    ledger, at, recorded = MemoryLedger(), noon(DAY), []
    for number, (stream, subject, minutes, _) in enumerate(steps):
        at += timedelta(minutes=max(minutes, 0))
        concerned = stream if stream in (NAMED, OTHER) else subject
        record(ledger, stream, concerned, at, str(number))
        recorded.append((at, concerned, str(number)))
    for moment in {at for at, _, _ in recorded}:
        then = folded(ledger, NAMED, trial.moment(moment))
        told = [name for at, who, name in recorded if who == NAMED and at <= moment]
        assert sorted(names(then)) == sorted(told)


def folded(ledger, name, until=""):
    return folding.catch_up_subject(Subject(subject_id=name), ledger, until)
