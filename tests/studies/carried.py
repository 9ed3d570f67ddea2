"""The two studies that this repository carries, each loaded once."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from equipoise.study.cases import Case, load_cases
from equipoise.study.load import load_with_places
from equipoise.study.model import Study
from equipoise.study.places import Places

STUDIES = Path(__file__).parents[2] / "studies"


@dataclass(frozen=True)
class Carried:
    """A study with its cases, and where everything in it stands."""

    folder: Path
    study: Study
    places: Places
    cases: list[Case]


@lru_cache
def carried(name: str) -> Carried:
    folder = STUDIES / name
    study, places = load_with_places(folder)
    return Carried(folder, study, places, load_cases(folder))
