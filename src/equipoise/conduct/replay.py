"""After the trial: draw every allocation again from the revealed seed, and compare."""

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.conduct.allocation import choose
from equipoise.conduct.luck import Luck, commitment
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.trial import read, stamp_of
from equipoise.conduct.whole import Whole
from equipoise.ledger import Entry
from equipoise.study.model import Study

__all__ = ["Mismatch", "replay"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A draw that does not follow from the seed, the method and the draws before it."""

    number: int
    subject_id: str
    because: str


def replay(study: Study, entries: Iterable[Entry], seed: bytes) -> tuple[int, list[Mismatch]]:
    """How many draws there are, and those that do not follow.

    :param entries: the streams `study` and `allocation`, each in order
    """
    whole, luck, count = Whole(), Luck(seed), 0
    wrong: list[Mismatch] = []
    for entry in entries:
        act = read(entry)
        if isinstance(act, Randomise):
            count += 1
            choice = choose(study, whole.draws, act.strata, count, luck)
            basis = {name: part for name, part in choice.record().items() if name != "arm"}
            if (act.number, act.arm, act.basis) != (count, choice.arm, basis):
                wrong.append(
                    Mismatch(count, entry.subject, f"drawn {choice.arm}, recorded {act.arm}")
                )
        if act is not None:
            act.apply_to_whole(whole, stamp_of(entry), entry.subject)
    if whole.seed_commitment != commitment(seed):
        because = "the seed is not the one that was committed when the trial opened"
        wrong.insert(0, Mismatch(0, "", because))
    return count, wrong
