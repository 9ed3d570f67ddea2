"""The one way in: an act is refused, or recorded and so done.

`perform` reads, judges, fills in what only the trial can know, and records, all while it holds the
streams it writes to. What was recorded is folded into what is true in `folding`.
"""

import copy
from collections.abc import Sequence
from typing import Any

import msgspec

from equipoise.conduct import redaction, voiding
from equipoise.conduct.act import Act, Context, Copy, Entered, Named, Refused, Stamp
from equipoise.conduct.authorisation import all_refusals, dated, may
from equipoise.conduct.chapters import ACTS, keeps_out, unfinished
from equipoise.conduct.cut import entries_by, moment
from equipoise.conduct.folding import (
    CHECKPOINT,
    TRIAL_STREAMS,
    Folds,
    FreshFolds,
    NotUnderstood,
    catch_up_subject,
    read,
)
from equipoise.conduct.how import payload_of
from equipoise.conduct.input_limits import well_formed
from equipoise.conduct.order import by_then
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry, Ledger, checkpoint_payload, follow, stated
from equipoise.study.model import Study
from equipoise.study.reason import Refusal

__all__ = [
    "ACTS",
    "by_then",
    "checkpoint",
    "may",
    "moment",
    "next_subject_id",
    "perform",
    "replace",
    "streams_of",
    "subject_ids",
    "together",
    "try_out",
]


def perform(
    study: Study,
    ledger: Ledger,
    act: Act,
    stamp: Stamp,
    *,
    subject_id: str = "",
    random_source: RandomSource | None = None,
    folds: Folds | None = None,
    seen: int | None = None,
    replaced: bool = False,
    copy_of: Copy | None = None,
) -> Entry:
    """Record the act.

    :param subject_id: whom it concerns; empty for acts in the stream `study`
    :param random_source: the sealed source of draws, needed by acts that draw
    :param folds: where folded state is kept between calls; without it everything is folded anew
    :param seen: the last entry of the subject's own stream that the person knew of
    :param replaced: whether the entry that the act voids is about to be replaced (see `replace`)
    :param copy_of: the copy that the trial goes on from, where the installation was restored
    :raises Refused: with every reason, if the study, the roles or the subject's state forbids it
    :raises WrongSeed: when an act draws, and the seed is missing or not the one committed to
    """
    act, stamp = well_formed(act).canonical(study), _under(study, stamp)
    folds = folds or FreshFolds(ledger)
    if act.irreversible:
        folds.forget_kept()
    with ledger.writing(*streams_of(act, subject_id)):
        trial_state, subject = folds.now(subject_id)
        named, entered = (
            _named(ledger, act, subject_id, replaced),
            _entered(ledger, act, subject_id),
        )
        context = _context(
            study, ledger, trial_state, subject, stamp, seen, named, entered, copy_of, folds
        )
        if refusals := tuple(all_refusals(act, context)):
            raise Refused(refusals)
        entry = _entry(study, ledger, act.settled(context, random_source), stamp, subject)
        ledger.append(entry)
    return entry


def streams_of(act: Act, subject_id: str) -> tuple[str, ...]:
    """The streams that are held while an act is judged and recorded."""
    stream = subject_id if act.stream == "subject" else act.stream
    return tuple(dict.fromkeys((stream, subject_id or stream, *act.held())))


def try_out(
    study: Study,
    ledger: Ledger,
    act: Act | type[Act],
    stamp: Stamp,
    *,
    subject_id: str = "",
    folds: Folds | None = None,
    seen: int | None = None,
    copy_of: Copy | None = None,
) -> tuple[Refusal, ...]:
    """Everything that `perform` would have against the act now; nothing is held or recorded.

    :param act: the act; or its kind, where the answers make none yet: then only what is against
        every act of that kind is found
    """
    if not isinstance(act, type):
        try:
            act = well_formed(act).canonical(study)
        except Refused as refused:
            return refused.refusals
    folds, stamp = folds or FreshFolds(ledger), _under(study, stamp)
    trial_state, subject = folds.now(subject_id)
    made = None if isinstance(act, type) else act
    named = _named(ledger, made, subject_id, False)
    entered = _entered(ledger, made, subject_id)
    context = _context(
        study, ledger, trial_state, subject, stamp, seen, named, entered, copy_of, folds
    )
    return tuple(all_refusals(act, context))


def _under(study: Study, stamp: Stamp) -> Stamp:
    """The stamp with its day, where none was told, and the study text that it is done under."""
    return msgspec.structs.replace(dated(study, stamp), study=study.digest)


def _context(
    study: Study,
    ledger: Ledger,
    trial_state: TrialState,
    subject: Subject,
    stamp: Stamp,
    seen: int | None,
    named: Named | None,
    entered: Entered | None,
    copy_of: Copy | None,
    folds: Folds,
) -> Context:
    return Context(
        study=study.activated(trial_state.amendments.active),
        trial_state=trial_state,
        subject=subject,
        stamp=stamp,
        keeps_out=keeps_out,
        seen=seen,
        named=named,
        entered=entered,
        copy=copy_of,
        entries_by=lambda until: entries_by(ledger, until),
        unfinished=unfinished,
        other=folds.subject,
        everybody=lambda: map(folds.subject, subject_ids(ledger)),
    )


def together(
    study: Study,
    ledger: Ledger,
    acts: Sequence[Act],
    stamp: Stamp,
    *,
    subject_id: str,
    folds: Folds | None = None,
) -> list[Entry]:
    """Record several acts on one subject, each judged after those before it: all, or none.

    :param folds: not to be used again when it is refused
    :raises Refused: with every reason against the first that may not be done
    """
    with ledger.writing(subject_id):
        folds = folds or FreshFolds(ledger)
        return [
            perform(study, ledger, act, stamp, subject_id=subject_id, folds=folds) for act in acts
        ]


def replace(
    study: Study,
    ledger: Ledger,
    void: voiding.VoidEntry,
    act: Act,
    stamp: Stamp,
    *,
    subject_id: str,
    folds: Folds | None = None,
) -> tuple[Entry, Entry]:
    """Void an entry and put an act of the same kind in its place: both are recorded, or neither.

    What rests on the entry is judged once the new act stands in its place.

    :param stamp: who, and the day on which the new act happened; the error was found today
    :param folds: not to be used again when it is refused
    :raises Refused: with every reason of the first that may not be done
    """
    with ledger.writing(subject_id):
        folds, found = folds or FreshFolds(ledger), msgspec.structs.replace(stamp, happened=None)
        folds.forget_kept()
        before = copy.deepcopy(folds.subject(subject_id))
        how: dict[str, Any] = {"subject_id": subject_id, "folds": folds}
        first = perform(study, ledger, void, found, replaced=True, **how)
        if msgspec.json.decode(first.payload)["voids"] != act.kind:
            raise Refused((voiding.OTHER_KIND(),))
        second = perform(study, ledger, act, stamp, **how)
        after = folds.subject(subject_id)
        if left := voiding.newly_unsupported(study, before, after):
            raise Refused(tuple(left))
    return first, second


def _named(ledger: Ledger, act: Act | None, subject_id: str, replaced: bool) -> Named | None:
    """The entry that an act voids, and the subject without it; None where there is none."""
    if not isinstance(act, voiding.VoidEntry):
        return None
    stream = act.named_stream or subject_id
    head = ledger.head(stream)
    if head is None or not 1 <= act.entry <= head.seq:
        return None
    entry = stated(ledger.entries(stream, after=act.entry - 1))[0]
    voided = read(entry)
    if voided is None or subject_id not in (entry.stream, entry.subject):
        return None
    return Named(
        act=voided,
        replaced=replaced,
        without=lambda: catch_up_subject(Subject(subject_id=subject_id), ledger, without=entry.seq),
    )


def _entered(ledger: Ledger, act: Act | None, subject_id: str) -> Entered | None:
    """The entry that an act redacts, as it was recorded, and what it says now."""
    if not isinstance(act, redaction.RedactEntry):
        return None
    entries = list(ledger.entries(subject_id, after=max(act.entry, 1) - 1))
    if not entries or entries[0].seq != act.entry:
        return None
    return Entered(
        entry=entries[0],
        content=msgspec.json.decode(stated(entries)[0].payload),
        folded_with=lambda payload: catch_up_subject(
            Subject(subject_id=subject_id), ledger, saying={act.entry: payload}
        ),
        unreadable=NotUnderstood,
    )


def subject_ids(ledger: Ledger) -> list[str]:
    """The number of every participant ever entered, in order."""
    return sorted(stream for stream in ledger.heads() if stream not in TRIAL_STREAMS)


def next_subject_id(study: Study, ledger: Ledger, site: str, given: int = 0) -> str:
    """The next free number at a site, such as PIT-01-0007. Two who ask at once get the same
    number, and the later of them is refused and asks again.

    :param given: the last number that is known to have been given, whether it is recorded or not
    """
    start = f"{study.identity.prefix}-{site}-"
    ends = (s.removeprefix(start) for s in subject_ids(ledger) if s.startswith(start))
    # Where one site's code begins with another's, the rest of a number need not be a number.
    taken = [int(end) for end in ends if end.isdecimal() and end.isascii()]
    return f"{start}{max([given, *taken]) + 1:04d}"


def checkpoint(study: Study, ledger: Ledger, stamp: Stamp) -> Entry:
    """Bind the heads of all streams in the study's stream."""
    with ledger.writing("study"):
        entry = follow(
            ledger.head("study"),
            stream="study",
            kind=CHECKPOINT,
            payload=checkpoint_payload(ledger),
            by=stamp.by,
            at=moment(stamp.at),
            happened=stamp.on.isoformat(),
            study=study.digest,
        )
        ledger.append(entry)
    return entry


def _entry(study: Study, ledger: Ledger, act: Act, stamp: Stamp, subject: Subject) -> Entry:
    own, elsewhere = act.stream == "subject", act.stream not in ("subject", "study")
    stream = subject.subject_id if own else act.stream
    return follow(
        ledger.head(stream),
        stream=stream,
        kind=act.kind,
        payload=payload_of(act, stamp.how),
        by=stamp.by,
        at=moment(stamp.at),
        happened=stamp.on.isoformat(),
        study=study.digest,
        subject=subject.subject_id if elsewhere else "",
        after=subject.seq if elsewhere else 0,
    )
