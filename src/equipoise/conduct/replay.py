"""After the trial: draw every allocation again from the revealed seed, and compare."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from equipoise.conduct.allocation import choose
from equipoise.conduct.folding import read, stamp_of
from equipoise.conduct.random_source import RandomSource, commitment
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry, stated
from equipoise.study.model import Study

__all__ = ["Mismatch", "replay"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A draw that does not follow from the seed, the method and the draws before it."""

    number: int
    subject_id: str
    because: str


def replay(
    entries: Iterable[Entry], seed: bytes, texts: Mapping[str, Study]
) -> tuple[int, list[Mismatch]]:
    """How many draws there are, and those that do not follow, each under its own study text.

    :param entries: the streams `study` and `allocation`, each in order
    :param texts: the study texts by digest, as `study_text.recorded` finds them in a ledger
    """
    trial_state, random_source, count = TrialState(), RandomSource(seed), 0
    wrong: list[Mismatch] = []
    for entry in stated(entries):
        act = read(entry)
        if isinstance(act, Randomise):
            count += 1
            because = _wrong(texts.get(entry.study), entry, act, trial_state, random_source, count)
            if because:
                wrong.append(Mismatch(count, entry.subject, because))
        if act is not None:
            act.leave_on_trial(trial_state, stamp_of(entry), entry.subject)
    if trial_state.seed_commitment != commitment(seed):
        because = "the seed is not the one that was committed when the trial opened"
        wrong.insert(0, Mismatch(0, "", because))
    return count, wrong


def _wrong(
    study: Study | None,
    entry: Entry,
    act: Randomise,
    trial_state: TrialState,
    random_source: RandomSource,
    count: int,
) -> str:
    """Why a draw does not follow; empty when it does."""
    if study is None:
        return f"it was drawn under another study text, {entry.study[:16]}…; give that too"
    if set(act.strata) != {factor.id for factor in study.randomisation.factors}:
        return "its factors are not those of the study text"
    number = act.number if trial_state.may_be_draw(act.number) else count
    since = trial_state.counted_from(number)
    choice = choose(study, trial_state.draws, act.strata, number, random_source, since)
    basis = {name: part for name, part in choice.record().items() if name != "arm"}
    if (act.number, act.arm) != (number, choice.arm):
        return f"drawn {choice.arm}, recorded {act.arm} as number {act.number}"
    return "" if act.basis == basis else "what it was drawn from is recorded otherwise"
