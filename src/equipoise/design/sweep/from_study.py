"""Where a sweep starts when it is asked of a study: its design's figures, its way to give arms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from equipoise.design.answer.assumed import Assumed, Assumptions, assumptions_of
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Scheme
from equipoise.design.own_scheme import Change, own_scheme
from equipoise.design.sweep.question import Sweep
from equipoise.design.sweep.question_text import SETTINGS
from equipoise.design.sweep.settings import Settings, can_hold
from equipoise.study.model import Study

__all__ = ["Start", "otherwise", "start_of"]

# What the study's own way to give out arms settles.
OF_THE_DRAW = {
    "minimisation": ("scheme", "probability", "measure", "weights", "factors"),
    "blocks": ("scheme", "block_sizes", "factors"),
    "simple": ("scheme",),
    "big-stick": ("scheme", "limit"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a sweep of a study starts; `changes` says what is not quite the study's own.

    `sources` has where the study file has each setting from, as far as it says anything of it.
    """

    settings: Settings
    changes: tuple[Change, ...] = ()
    sources: Mapping[str, Assumed] = field(default_factory=dict)


def otherwise(start: Start, sweep: Sweep) -> dict[str, str]:
    """Where a sweep draws otherwise than the study though nobody asked it to: by setting, why."""
    varied, fixed = dict(sweep.vary), sweep.fixed
    reasons: dict[str, str] = {}
    for name, sentence in start.changes:
        if name not in varied and getattr(fixed, name) == getattr(start.settings, name):
            reasons[name] = f"{reasons[name]} {sentence}" if name in reasons else sentence
    sizes, ratios = start.settings.block_sizes, varied.get("ratio", (fixed.ratio,))
    short = [ratio for ratio in ratios if not can_hold(sizes, ratio)]
    if short and not fixed.block_sizes and "block_sizes" not in varied:
        reasons["block_sizes"] = (
            f"The study's own blocks of {' and '.join(map(str, sizes))} cannot hold "
            f"{', '.join(short)}: each ratio has blocks of once and twice its sum, 1:1 of 4 and 6."
        )
    return reasons


def start_of(study: Study) -> Start:
    """The study's own design, scheme and world, as far as its file tells.

    The share lost over the whole follow-up becomes a yearly one, by the mean time that a
    participant can be followed: half the accrual and all of the follow-up. Raises BadDesign.
    """
    assumed = assumptions_of(study)
    own = own_scheme(study, assumed.ratio.value)
    one, other = own.scheme.ratio
    settings = Settings(
        participants=round(assumed.participants.value),
        ratio=f"{one}:{other}",
        factors=own.factors,
        accrual=assumed.accrual.value,
        follow_up=assumed.follow_up.value,
        control_median=assumed.control_median.value,
        hazard_ratio=assumed.hazard_ratio.value,
        drop_out=_yearly_loss(assumed),
        alpha=assumed.alpha.value,
        sided=assumed.sided,
        **_scheme(own.scheme),
    )
    return Start(settings=settings, changes=own.changes, sources=_sources(study, assumed))


def _sources(study: Study, assumed: Assumptions) -> dict[str, Assumed]:
    how = study.randomisation
    drawn = Assumed(0, tag=how.source.tag, where=how.source.where)
    figures = {name: figure for name in SETTINGS if (figure := assumed.figure(name))}
    return figures | dict.fromkeys(OF_THE_DRAW[how.method], drawn)


def _yearly_loss(assumed: Assumptions) -> float:
    years = (assumed.accrual.value / 2.0 + assumed.follow_up.value) / 12.0
    return float(1.0 - (1.0 - assumed.lost.value) ** (1.0 / years))


def _scheme(scheme: Scheme) -> dict[str, Any]:
    match scheme:
        case Minimisation(probability=p, weights=weights, measure=measure):
            own = {"probability": p, "weights": weights, "measure": measure}
            return {"scheme": "minimisation", **own}
        case Blocks(sizes=sizes):
            return {"scheme": "blocks", "block_sizes": sizes}
        case BigStick(limit=limit):
            return {"scheme": "big stick", "limit": limit}
    return {"scheme": "simple"}
