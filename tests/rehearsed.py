"""Rehearsals that several tests look at, each played once a run."""

from datetime import date
from functools import lru_cache

from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import Rehearsed, rehearse
from equipoise.ledger import Entry, MemoryLedger
from tests.shared import shared
from tests.support import STUDIES, a_study


@lru_cache
def played(
    name: str, participants: int = 25, seed: int = 7, until: date | None = None
) -> tuple[MemoryLedger, Rehearsed]:
    def play() -> tuple[list[Entry], Rehearsed]:
        ledger, plan = MemoryLedger(), load_plan(STUDIES / name, a_study(name))
        done = rehearse(a_study(name), plan, ledger, participants, seed, until)
        return list(ledger.everything()), done

    entries, done = shared(f"{name}-{participants}-{seed}-{until}", play)
    return MemoryLedger.of(entries), done
