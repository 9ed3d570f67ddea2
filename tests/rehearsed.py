"""Rehearsals that several tests look at, each played once."""

from datetime import date
from functools import lru_cache

from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import Rehearsed, rehearse
from equipoise.ledger import MemoryLedger
from tests.support import STUDIES, a_study


@lru_cache
def played(
    name: str, participants: int = 25, seed: int = 7, until: date | None = None
) -> tuple[MemoryLedger, Rehearsed]:
    ledger = MemoryLedger()
    plan = load_plan(STUDIES / name, a_study(name))
    return ledger, rehearse(a_study(name), plan, ledger, participants, seed, until)
