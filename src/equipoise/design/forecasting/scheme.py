"""How the forecast simulates the study's own scheme: its hospitals as common as they have been."""

from dataclasses import dataclass

from equipoise.design.forecasting.so_far import Progress
from equipoise.design.kernel.scenario import Factor
from equipoise.design.kernel.schemes import Scheme, Simple
from equipoise.design.own_scheme import own_scheme
from equipoise.design.predictability.population import population_of
from equipoise.study.model import Study

__all__ = ["Simulation", "simulation_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """How power is simulated again: so many worlds, so many trials in each, and the scheme.

    `otherwise` says where the scheme differs from the study's own.
    """

    scheme: Scheme = Simple()
    factors: tuple[Factor, ...] = ()
    worlds: int = 200
    trials: int = 500
    otherwise: str = ""


def simulation_of(
    study: Study, progress: Progress, ratio: float, worlds: int = 200, trials: int = 500
) -> Simulation:
    """The study's own scheme, its hospitals as common as their entries so far make them.

    Raises BadDesign where the study's factors cannot be read.
    """
    entries = [len(site.randomised) + 1.0 for site in progress.sites]
    own = own_scheme(study, ratio, {population_of(study).centre: entries})
    return Simulation(
        scheme=own.scheme,
        factors=own.factors,
        worlds=worlds,
        trials=trials,
        otherwise=own.otherwise,
    )
