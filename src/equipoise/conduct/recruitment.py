"""What anyone may know of how the trial goes: whether it takes people, where, and how many joined.

Counts are of all hospitals and all arms together; nothing here tells one of them apart.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.conduct.trial_state import TrialState
from equipoise.study.model import Study
from equipoise.study.sections.sites import Site

__all__ = ["Hospital", "Recruitment", "recruitment"]

Stage = Literal["not yet recruiting", "recruiting", "closed to new participants"]


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital of the trial, and the day from which it takes people; None while it does not."""

    site: Site
    since: date | None


@dataclass(frozen=True, slots=True)
class Recruitment:
    """How the trial stands on a day, as far as it is public."""

    stage: Stage
    joined: int
    hospitals: tuple[Hospital, ...]


def recruitment(study: Study, state: TrialState, on: date) -> Recruitment:
    """How the trial stands on a day; it takes people once it and a hospital are open."""
    hospitals = tuple(
        Hospital(site, since if (since := state.sites.get(site.id)) and since <= on else None)
        for site in study.sites_taking
    )
    return Recruitment(_stage(state, hospitals, on), len(state.draws), hospitals)


def _stage(state: TrialState, hospitals: tuple[Hospital, ...], on: date) -> Stage:
    if state.closed_on and state.closed_on <= on:
        return "closed to new participants"
    opened = state.opened_on is not None and state.opened_on <= on
    if opened and any(hospital.since for hospital in hospitals):
        return "recruiting"
    return "not yet recruiting"
