"""What was recorded, read as acts and folded into what is true of a subject, or of the trial."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from equipoise.conduct import voiding
from equipoise.conduct.act import Act, Stamp
from equipoise.conduct.chapters import ACTS
from equipoise.conduct.order import by_then, elsewhere_in_order, is_overtaken, merged
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry, EntrySource, Ledger, is_redaction, stated
from equipoise.study.model import Study

__all__ = [
    "CHECKPOINT",
    "TRIAL_STREAMS",
    "Folds",
    "FreshFolds",
    "NotUnderstood",
    "as_active",
    "catch_up_subject",
    "catch_up_trial",
    "read",
    "stamp_of",
]

CHECKPOINT = "ledger.checkpoint"
TRIAL_STREAMS = ("study", "allocation")

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(act) for kind, act in ACTS.items()
}


class NotUnderstood(Exception):
    """An entry of the ledger cannot be read as an act; nothing is folded past it."""

    def __init__(self, entry: Entry, because: str) -> None:
        super().__init__(f"{entry.stream} {entry.seq}: an act of kind {entry.kind!r}: {because}")
        self.entry = entry


class Folds(Protocol):
    """Where folded state comes from; an entry point may keep it between requests."""

    def trial_state(self) -> TrialState: ...

    def subject(self, subject_id: str) -> Subject: ...

    def now(self, subject_id: str) -> tuple[TrialState, Subject]:
        """Both together, which an act is judged against."""

    def forget_kept(self) -> None:
        """From now on fold from the ledger alone, whatever was kept."""


class FreshFolds:
    """Folds from the ledger, remembering what it folded and adding only what is new."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._trial_state = TrialState()
        self._subjects: dict[str, Subject] = {}

    def trial_state(self) -> TrialState:
        """The whole trial as it stands now."""
        return catch_up_trial(self._trial_state, self._ledger)

    def subject(self, subject_id: str) -> Subject:
        """One subject as it stands now; an empty one when nothing is recorded of it."""
        known = self._subjects.get(subject_id)
        if known is None:
            known = self._subjects[subject_id] = Subject(subject_id=subject_id)
        return catch_up_subject(known, self._ledger)

    def now(self, subject_id: str) -> tuple[TrialState, Subject]:
        """The whole trial and one subject as they stand now."""
        return self.trial_state(), self.subject(subject_id)

    def forget_kept(self) -> None:
        """Nothing to do: what it remembers it folded itself, from the ledger."""


def read(entry: Entry) -> Act | None:
    """The act that an entry records; None for the ledger's own checkpoints.

    :raises NotUnderstood: when this version of Equipoise does not know such an act
    """
    if (decoder := _DECODERS.get(entry.kind)) is None:
        if entry.kind == CHECKPOINT:
            return None
        raise NotUnderstood(entry, "this version of Equipoise does not know it; use a later one")
    try:
        act: Act = decoder.decode(entry.payload)
    except msgspec.MsgspecError as error:
        raise NotUnderstood(entry, f"it cannot be read: {error}") from error
    return act


def catch_up_subject(
    subject: Subject,
    ledger: EntrySource,
    until: str = "",
    without: int = 0,
    saying: Mapping[int, str] | None = None,
) -> Subject:
    """Apply what was recorded since; with `until` (a UTC moment), only what was by then.

    What was by then is the beginning of each stream up to the first later entry, so that nothing
    is ever applied without what stood before it, even where a clock was set back. What was voided
    by then is passed over: a void that is new is a reason to fold from the beginning, and so is a
    redaction. What was redacted is read as it is said anew, also as of a moment before.

    :param without: one of the subject's own entries that is passed over too
    :param saying: what some of these entries would say, in the place of what they do
    """
    known = list(ledger.entries(subject.subject_id, after=subject.seq))
    own = list(by_then(stated(known), until))
    concerning = list(ledger.concerning(subject.subject_id))
    fresh = any(entry.seq > subject.elsewhere.get(entry.stream, 0) for entry in concerning)
    if not own and not fresh:
        return subject
    last, voided = own[-1].seq if own else subject.seq, _voided(own)
    redacts = any(map(is_redaction, known))
    # Entries elsewhere need to be put in order only where some of them are new.
    anew = bool(voided or redacts)
    elsewhere = elsewhere_in_order(concerning, until, last) if fresh or anew else []
    if anew or (elsewhere and is_overtaken(elsewhere, subject.elsewhere, subject.seq)):
        subject.begin_anew()
        own = list(by_then(stated(ledger.entries(subject.subject_id)), until))
        voided = _voided(own)
    passed_over = voided | {without}
    new = [entry for entry in elsewhere if entry.seq > subject.elsewhere.get(entry.stream, 0)]
    text = subject.texts[-1][1] if subject.texts else None
    if saying:
        own = [_saying(entry, saying) for entry in own]
    for entry in merged(own, new) if new else own:
        act = read(entry)
        if entry.subject:
            subject.elsewhere[entry.stream] = entry.seq
        else:
            subject.seq = entry.seq
            if text != entry.study:
                text = entry.study
                subject.texts.append((entry.seq, text))
        if act is not None and (entry.subject or entry.seq not in passed_over):
            act.leave(subject, stamp_of(entry))
    return subject


def _saying(entry: Entry, saying: Mapping[int, str]) -> Entry:
    return msgspec.structs.replace(entry, payload=saying.get(entry.seq, entry.payload))


def _voided(own: list[Entry]) -> set[int]:
    """The places of the entries that some of a subject's own entries void."""
    acts = [read(entry) for entry in own if entry.kind == voiding.VoidEntry.kind]
    return {act.entry for act in acts if isinstance(act, voiding.VoidEntry)}


def catch_up_trial(trial_state: TrialState, ledger: EntrySource, until: str = "") -> TrialState:
    """Apply what was recorded since in the streams of the whole trial."""
    for stream in TRIAL_STREAMS:
        for entry in by_then(ledger.entries(stream, after=trial_state.seq.get(stream, 0)), until):
            act = read(entry)
            if act is not None:
                act.leave_on_trial(trial_state, stamp_of(entry), entry.subject)
            trial_state.seq[stream] = entry.seq
    return trial_state


def as_active(study: Study, ledger: EntrySource, until: str = "") -> Study:
    """The study with the amendments that hospitals worked by at a moment; without one, by now."""
    if not study.amendments:
        return study
    return study.activated(catch_up_trial(TrialState(), ledger, until).amendments.active)


def stamp_of(entry: Entry) -> Stamp:
    """Who did it and when, as recorded."""
    return Stamp(
        by=entry.by,
        at=datetime.fromisoformat(entry.at),
        happened=date.fromisoformat(entry.happened[:10]),
        seq=entry.seq,
        study=entry.study,
    )
