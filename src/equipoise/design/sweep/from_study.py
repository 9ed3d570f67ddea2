"""Where a sweep starts when it is asked of a study: its design's figures, its way to give arms."""

from typing import Any

from equipoise.design.answer.assumed import Assumptions, assumptions_of
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Scheme
from equipoise.design.own_scheme import in_whole_numbers, own_scheme
from equipoise.design.sweep.settings import Settings
from equipoise.study.model import Study

__all__ = ["settings_of"]


def settings_of(study: Study) -> Settings:
    """The study's own design, scheme and world, as far as its file tells.

    The share lost over the whole follow-up becomes a yearly one, by the mean time that a
    participant can be followed: half the accrual and all of the follow-up. Raises BadDesign.
    """
    assumed = assumptions_of(study)
    own = own_scheme(study, assumed.ratio.value)
    one, other = in_whole_numbers(assumed.ratio.value)
    return Settings(
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


def _yearly_loss(assumed: Assumptions) -> float:
    years = (assumed.accrual.value / 2.0 + assumed.follow_up.value) / 12.0
    return float(1.0 - (1.0 - assumed.lost.value) ** (1.0 / years))


def _scheme(scheme: Scheme) -> dict[str, Any]:
    match scheme:
        case Minimisation(probability=p, weights=weights, measure=measure):
            told = {"probability": p, "weights": weights, "measure": measure}
            return {"scheme": "minimisation", **told}
        case Blocks(sizes=sizes):
            return {"scheme": "blocks", "block_sizes": sizes}
        case BigStick(limit=limit):
            return {"scheme": "big stick", "limit": limit}
    return {"scheme": "simple"}
