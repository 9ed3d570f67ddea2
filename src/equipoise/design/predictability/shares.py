"""How common each level of a factor is: as told, else as the study's rehearsal has it."""

from collections.abc import Sequence
from pathlib import Path

from equipoise.design.problems import BadDesign, Problem
from equipoise.design.rehearsal.plan import Plan, load_plan
from equipoise.study.model import Study

__all__ = ["rehearsed_shares", "told_shares"]

Told = dict[str, tuple[Sequence[float], str]]


def told_shares(said: Sequence[str]) -> Told:
    """`panel=0.84,0.16` as shares of the factor `panel`; raises BadDesign."""
    told: Told = {}
    problems = []
    for words in said:
        name, _, listed = words.partition("=")
        try:
            shares = tuple(_share(word) for word in listed.split(","))
        except ValueError:
            remedy = "Write shares above 0, with a point, as in panel=0.84,0.16."
            problems.append(Problem("--share", "these are no shares", words, remedy))
            continue
        told[name] = shares, "assumed: given with the question"
    if problems:
        raise BadDesign(problems)
    return told


def _share(word: str) -> float:
    """Raises ValueError for what is no share: 0,84 would be two of them, 0 and 84."""
    share = float(word)
    if not 0 < share <= 1 or "_" in word:
        raise ValueError(word)
    return share


def rehearsed_shares(study: Study, folder: Path) -> Told:
    """What the rehearsal beside the study file says of hospitals, and of the panel's categories."""
    if not (folder / "rehearsal.yaml").is_file():
        return {}
    plan = load_plan(folder)
    told: Told = {}
    for factor in study.randomisation.factors:
        levels = tuple(factor.levels) or tuple(site.id for site in study.sites)
        weights = _weights(plan, levels, hospital=not factor.levels)
        if weights:
            whole = sum(weights)
            source = f"assumed: rehearsal.yaml, {plan.source.where}"
            told[factor.id] = tuple(weight / whole for weight in weights), source
    return told


def _weights(plan: Plan, levels: Sequence[str], *, hospital: bool) -> list[float]:
    known = plan.site_weights if hospital else plan.votes.first if plan.votes else {}
    found = [float(known[level]) for level in levels if level in known]
    return found if len(found) == len(levels) and all(weight > 0 for weight in found) else []
