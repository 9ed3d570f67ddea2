"""The forecast of this installation, worked out once for each question and state of the ledger.

What was found is kept for all processes under the heads of the ledger and the question; an entry
more, and it is worked out anew. Bounded: so many posterior draws and trials, the same seed each
time, one simulation at once in a process.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.core.cache import cache

from equipoise import design
from equipoise.design.answer.assumed import assumptions_of
from equipoise.design.drawn import DRAWS, SEED, WORLDS
from equipoise.design.forecast import Forecast, forecast, plan_of
from equipoise.design.forecasting.observed import observed_data
from equipoise.design.forecasting.updated_power import Simulation, simulation_of
from equipoise.study.model import Study
from equipoise.web import write_service
from equipoise.web.design.forecast_query import Question

__all__ = ["TRIALS", "Answered", "answered"]

TRIALS = 100  # fewer than on the command line: somebody waits for the page
PATIENCE = 3.0  # seconds that one waits for another's simulation
KEPT = timedelta(days=7)
_ONE = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The forecast; `busy` when its power was to be simulated, but another simulation runs."""

    forecast: Forecast
    busy: bool = False


def answered(study: Study, question: Question, *, simulate: bool = False) -> Answered:
    """The forecast, with its power simulated again if that is asked for or known already.

    Raises BadDesign with all that is wrong.
    """
    place = _place(study, question)
    known = cache.get(f"{place}:simulated")
    if known is not None:
        return Answered(forecast=known)
    if not simulate:
        return Answered(forecast=_kept(place, study, question))
    if not _ONE.acquire(timeout=PATIENCE):
        return Answered(forecast=_kept(place, study, question), busy=True)
    try:
        return Answered(forecast=_kept(f"{place}:simulated", study, question, simulate=True))
    finally:
        _ONE.release()


def _kept(place: str, study: Study, question: Question, *, simulate: bool = False) -> Forecast:
    found: Forecast | None = cache.get(place)
    if found is None:
        found = _worked_out(study, question, simulate=simulate)
        cache.set(place, found, timeout=int(KEPT.total_seconds()))
    return found


def _worked_out(study: Study, question: Question, *, simulate: bool) -> Forecast:
    observed = observed_data(
        study,
        write_service.LEDGER,
        question.on,
        dict(question.opens),
        reported_at_once=question.alive,
    )
    plan = plan_of(assumptions_of(study))
    simulation: Simulation | None = None
    if simulate:
        simulation = simulation_of(study, observed, plan.ratio, WORLDS, TRIALS)
    return forecast(observed, plan, DRAWS, SEED, simulation=simulation)


def _place(study: Study, question: Question) -> str:
    """Where the answer is kept: all that it follows from, in one digest."""
    heads = {stream: head.digest for stream, head in write_service.LEDGER.heads().items()}
    opens = [(site, day.isoformat()) for site, day in question.opens]
    rest = [study.digest, question.on.isoformat(), opens, question.alive, _made_by()]
    text = json.dumps([heads, rest], sort_keys=True)
    return f"forecast:{hashlib.sha256(text.encode()).hexdigest()}"


@lru_cache(maxsize=1)
def _made_by() -> str:
    """A digest of all that makes a forecast: a new version of it does not read an old one's."""
    digest = hashlib.sha256(repr((DRAWS, WORLDS, TRIALS, SEED)).encode())
    for module in sorted(Path(design.__path__[0]).rglob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()
