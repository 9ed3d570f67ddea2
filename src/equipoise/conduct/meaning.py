"""Whether what a ledger tells could have happened: faults of meaning, beside those of its digests.

An entry may stand where it was written and still say what the trial would never have taken: a
second allocation, a draw out of turn, an act by someone whose role did not allow it.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise

from equipoise.conduct.act import Act
from equipoise.conduct.administration import AdoptAmendment, OpenTrial
from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.draw_rules import begins_anew, codes_of, draw_rules
from equipoise.conduct.folding import CHECKPOINT, TRIAL_STREAMS, NotUnderstood, read, stamp_of
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.restored import SayRestored
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.trial import may
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry, Fault, stated
from equipoise.study.model import Study

__all__ = ["MEANING", "faults_of_meaning", "unjudged"]

MEANING = {
    "not-understood": "of a kind, or with fields, that this version does not know",
    "other-stream": "stands in a stream in which such an act is never recorded",
    "no-participant": "concerns a participant who was never entered",
    "allocated-twice": "a second allocation of one participant",
    "draw-number": "a draw that does not follow the one before it",
    "draw-rule": "an amendment by which other draws count than by the texts before and after it",
    "back-in-time": "recorded at an earlier moment than the entry before it in its stream",
    "role-not-held": "by someone whose roles at that moment did not allow it",
}


def faults_of_meaning(
    entries: Iterable[Entry], texts: Mapping[str, Study] | None = None
) -> list[Fault]:
    """Every entry that says what could not have been recorded; [] when there is none.

    :param entries: those of a whole ledger, each stream in its order
    :param texts: the study texts by digest; roles are judged of entries under one of these
    """
    listed = stated(entries)
    understood, faults = [], []
    for entry in listed:
        try:
            act = read(entry)
        except NotUnderstood as error:
            faults.append(Fault(entry.stream, entry.seq, "not-understood", str(error)))
            continue
        if act is not None:
            understood.append((entry, act))
    faults += _back_in_time(listed)
    faults += _places(understood)
    faults += _draws(understood)
    faults += _draw_rules(understood, texts or {})
    faults += _roles(understood, texts or {})
    return sorted(faults)


def unjudged(entries: Iterable[Entry], texts: Mapping[str, Study]) -> int:
    """How many acts were done under a text that is not given, so that no role can be judged."""
    return sum(1 for e in entries if e.kind != CHECKPOINT and e.study not in texts)


def _back_in_time(entries: list[Entry]) -> Iterator[Fault]:
    for before, entry in pairwise(entries):
        if entry.stream == before.stream and entry.at < before.at:
            message = f"it was recorded at {entry.at}, and the entry before it at {before.at}"
            yield Fault(entry.stream, entry.seq, "back-in-time", message)


def _places(understood: list[tuple[Entry, Act]]) -> Iterator[Fault]:
    entered = {e.stream for e, act in understood if isinstance(act, EnterScreening)}
    for entry, act in understood:
        own = entry.stream not in TRIAL_STREAMS
        if own != (act.stream == "subject") or (not own and entry.stream != act.stream):
            message = f"an act of kind {entry.kind} is never recorded in this stream"
            yield Fault(entry.stream, entry.seq, "other-stream", message)
        concerned = entry.subject or (entry.stream if own else "")
        if concerned and concerned not in entered:
            message = f"{concerned} was never entered"
            yield Fault(entry.stream, entry.seq, "no-participant", message)


def _draws(understood: list[tuple[Entry, Act]]) -> Iterator[Fault]:
    drawn: dict[str, int] = {}
    last, stated = 0, {act.last_draw for _, act in understood if isinstance(act, SayRestored)}
    for entry, act in understood:
        if not isinstance(act, Randomise):
            continue
        if entry.subject in drawn:
            message = f"{entry.subject} had been allocated by entry {drawn[entry.subject]}"
            yield Fault(entry.stream, entry.seq, "allocated-twice", message)
        drawn.setdefault(entry.subject, entry.seq)
        if act.number != last + 1 and not (act.number > last and act.number - 1 in stated):
            message = f"it says that it is draw {act.number}, and it is draw {last + 1}"
            yield Fault(entry.stream, entry.seq, "draw-number", message)
        last = max(last + 1, act.number)


def _draw_rules(understood: list[tuple[Entry, Act]], texts: Mapping[str, Study]) -> Iterator[Fault]:
    """Amendments by which the balance began anew, or went on, otherwise than their texts say."""
    draws, before = [(e, act) for e, act in understood if isinstance(act, Randomise)], ""
    for entry, act in understood:
        if isinstance(act, AdoptAmendment):
            old, new = texts.get(before), texts.get(act.digest)
            if old and new and act.draws and act.draws != ["lost"]:
                rules = draw_rules(old, new)
                found = codes_of(rules), begins_anew(rules)
                if (act.draws, bool(act.counted_from)) != found:
                    message = f"by its texts it changes of the draws: {', '.join(found[0])}"
                    yield Fault(entry.stream, entry.seq, "draw-rule", message)
            elsewhere = [e.seq for e, draw in draws if _on_the_other_side(e, draw, entry, act)]
            if act.counted_from and elsewhere:
                message = f"draw {elsewhere[0]} was on the other side of number {act.counted_from}"
                yield Fault(entry.stream, entry.seq, "draw-rule", message)
        if isinstance(act, (OpenTrial, AdoptAmendment)):
            before = act.digest


def _on_the_other_side(drawn: Entry, draw: Randomise, adopted: Entry, act: AdoptAmendment) -> bool:
    """Whether a draw counts, or does not, against the moment at which the balance began anew."""
    if draw.number >= act.counted_from:
        return drawn.at < adopted.at
    return drawn.at > adopted.at


def _roles(understood: list[tuple[Entry, Act]], texts: Mapping[str, Study]) -> Iterator[Fault]:
    """Those whose roles did not allow it when it was recorded.

    Two streams tell nothing of their order at one and the same moment, so that a role given or
    ended then counts both ways.
    """
    sites = {e.stream: act.site for e, act in understood if isinstance(act, EnterScreening)}
    of_trial = [(e, act) for e, act in understood if e.stream == "study"]
    others = sorted((pair for pair in understood if pair[0].stream != "study"), key=_moment)
    trial_state, past = TrialState(), 0
    for at, group in groupby(others, key=_moment):
        waiting = list(group)
        while past < len(of_trial) and of_trial[past][0].at < at:
            yield from _trial_act(trial_state, *of_trial[past], texts)
            past += 1
        waiting = [pair for pair in waiting if not _allowed(trial_state, *pair, sites, texts)]
        while past < len(of_trial) and of_trial[past][0].at <= at:
            yield from _trial_act(trial_state, *of_trial[past], texts)
            past += 1
            waiting = [pair for pair in waiting if not _allowed(trial_state, *pair, sites, texts)]
        for entry, _ in waiting:
            yield _not_held(entry)
    for entry, act in of_trial[past:]:
        yield from _trial_act(trial_state, entry, act, texts)


def _moment(pair: tuple[Entry, Act]) -> str:
    return pair[0].at


def _trial_act(
    trial_state: TrialState, entry: Entry, act: Act, texts: Mapping[str, Study]
) -> Iterator[Fault]:
    if not _allowed(trial_state, entry, act, {}, texts):
        yield _not_held(entry)
    try:
        act.leave_on_trial(trial_state, stamp_of(entry), entry.subject)
    except LookupError:
        # Only a ledger that was tampered with ends a role that was never given.
        message = "it ends what had never begun"
        yield Fault(entry.stream, entry.seq, "not-understood", message)


def _allowed(
    trial_state: TrialState,
    entry: Entry,
    act: Act,
    sites: Mapping[str, str],
    texts: Mapping[str, Study],
) -> bool:
    if act.by_trial:
        return entry.by == TRIAL
    text = texts.get(entry.study)
    site = sites.get(entry.subject or entry.stream, "") or str(getattr(act, "site", ""))
    return text is None or may(text, trial_state, entry.by, entry.kind, site)


def _not_held(entry: Entry) -> Fault:
    message = f"{entry.by} held no role then that allows {entry.kind}"
    return Fault(entry.stream, entry.seq, "role-not-held", message)
