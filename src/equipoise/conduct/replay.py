"""After the trial: draw every allocation again from the revealed seed, and compare."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.allocation import choose
from equipoise.conduct.draw_rules import begins_anew, codes_of, draw_rules
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
    anew: dict[int, str] = {}
    for entry in stated(entries):
        act = read(entry)
        if isinstance(act, AdoptAmendment):
            anew |= {act.counted_from: entry.at} if act.counted_from else {}
            if because := _other_rule(texts, trial_state.study_digest, act):
                wrong.append(Mismatch(act.counted_from, "", because))
        if isinstance(act, Randomise):
            count += 1
            study = texts.get(entry.study)
            because = _wrong(study, entry, act, trial_state, random_source, count)
            if because := because or _out_of_time(anew, entry, act.number):
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


def _other_rule(texts: Mapping[str, Study], before: str, act: AdoptAmendment) -> str:
    """Why an amendment let the balance go on, or begin anew, otherwise than its texts say."""
    old, new = texts.get(before), texts.get(act.digest)
    if old is None or new is None or not act.draws or act.draws == ["lost"]:
        return ""  # of before there were rules, or with nothing to compare
    rules = draw_rules(old, new)
    if (act.draws, bool(act.counted_from)) == (codes_of(rules), begins_anew(rules)):
        return ""
    return f"version {act.version} records another rule for the draws than its text gives"


def _out_of_time(anew: Mapping[int, str], entry: Entry, number: int) -> str:
    """Why a draw stands on the other side of a beginning of the balance than its moment."""
    for first, at in anew.items():
        if entry.at < at if number >= first else entry.at > at:
            return f"it was not drawn on its side of number {first}, where the balance began anew"
    return ""
