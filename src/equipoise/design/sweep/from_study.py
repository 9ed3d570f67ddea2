"""Where a sweep starts when it is asked of a study: the figures of the study file's design."""

from fractions import Fraction

from equipoise.design.answer.assumed import Assumptions
from equipoise.design.sweep.settings import Settings

__all__ = ["settings_of"]


def settings_of(assumed: Assumptions) -> Settings:
    """The study's own design and world, as far as its file tells.

    The share lost over the whole follow-up becomes a yearly one, by the mean time that a
    participant can be followed: half the accrual and all of the follow-up.
    """
    ratio = Fraction(assumed.ratio.value).limit_denominator(100)
    years = (assumed.accrual.value / 2.0 + assumed.follow_up.value) / 12.0
    return Settings(
        participants=round(assumed.participants.value),
        ratio=f"{ratio.numerator}:{ratio.denominator}",
        accrual=assumed.accrual.value,
        follow_up=assumed.follow_up.value,
        control_median=assumed.control_median.value,
        hazard_ratio=assumed.hazard_ratio.value,
        drop_out=1.0 - (1.0 - assumed.lost.value) ** (1.0 / years),
        alpha=assumed.alpha.value,
        sided=assumed.sided,
    )
