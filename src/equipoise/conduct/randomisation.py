"""Randomisation: one participant after another is drawn an arm, and the draw is final.

The draw is refused until consent, the panel and every criterion stand. It is recorded in the stream
`allocation`, where draws queue, with what it was drawn from, so that it can be made again once the
seed is revealed and tells nothing about the next one.
"""

from collections.abc import Iterator
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

import msgspec

from equipoise.conduct.act import Act, Refusal, Refused, Scene, Stamp, StreamName
from equipoise.conduct.allocation import choose, strata_of
from equipoise.conduct.choice import Unsound
from equipoise.conduct.eligibility import open_points
from equipoise.conduct.luck import Luck
from equipoise.conduct.subject import Allocation, Subject
from equipoise.conduct.whole import Draw, Whole
from equipoise.study.parts import say

__all__ = ["Randomise"]


class Randomise(Act, frozen=True, kw_only=True):
    """Draw the arm. `strata` are the factors as they were read back and confirmed."""

    kind: ClassVar[str] = "randomisation.randomise"
    stream: ClassVar[StreamName] = "allocation"
    irreversible: ClassVar[bool] = True
    strata: dict[str, str]
    number: int = 0
    arm: str = ""
    basis: dict[str, str | list[str] | dict[str, str]] = {}

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        subject, on = scene.subject, scene.stamp.on
        drawn = {draw.subject_id for draw in scene.whole.draws}
        if subject.allocation or subject.subject_id in drawn:
            yield Refusal("randomisation.before", "the participant was randomised before")
            return
        if self.arm or self.number or self.basis:
            yield Refusal("randomisation.arm-given", "the trial draws the arm; do not name it")
        yield from _today(scene)
        if scene.whole.closed_on:
            yield Refusal("randomisation.closed", "the trial has stopped taking participants")
        if subject.registered is None:
            yield Refusal("randomisation.not-registered", "the participant is not registered")
        elif subject.registered.on > on:
            yield Refusal(
                "randomisation.before-registration",
                f"the participant was registered on {subject.registered.on:%-d %B %Y}",
                "happened",
            )
        if subject.failure:
            yield Refusal("randomisation.failed", "the participant failed screening")
        yield from open_points(scene.study, subject, on)
        yield from self._strata(scene)

    def settled(self, scene: Scene, luck: Luck | None) -> Self:
        before, sealed = scene.whole.draws, scene.sealed(luck)
        try:
            choice = choose(scene.study, before, self.strata, len(before) + 1, sealed)
        except Unsound as error:
            # Such as after an amendment of the factors; `equipoise check` tries one draw before.
            because = f"the arm cannot be drawn as the study file says: {error}"
            raise Refused((Refusal("randomisation.unsound", because),)) from error
        basis = {name: part for name, part in choice.record().items() if name != "arm"}
        return msgspec.structs.replace(self, number=len(before) + 1, arm=choice.arm, basis=basis)

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.allocation = Allocation(
            number=self.number,
            arm=self.arm,
            strata=self.strata,
            by=stamp.by,
            at=stamp.at,
            on=stamp.on,
        )

    def apply_to_whole(self, whole: Whole, stamp: Stamp, subject_id: str) -> None:
        whole.draws.append(
            Draw(
                number=self.number,
                subject_id=subject_id,
                arm=self.arm,
                strata=self.strata,
                on=stamp.on,
            )
        )

    def _strata(self, scene: Scene) -> Iterator[Refusal]:
        now = strata_of(scene.study, scene.subject, scene.stamp.on)
        labels = {factor.id: say(factor.label) for factor in scene.study.randomisation.factors}
        for factor, level in now.items():
            if not level:
                yield Refusal(
                    "randomisation.factor-unknown", f"{labels[factor]} is not known", factor
                )
            elif self.strata.get(factor) != level:
                yield Refusal(
                    "randomisation.factor-changed",
                    f"{labels[factor]} is not what was read back; read the factors again",
                    factor,
                )
        for factor in sorted(set(self.strata) - set(now)):
            yield Refusal("randomisation.factor-unknown", f"there is no factor {factor}", factor)


def _today(scene: Scene) -> Iterator[Refusal]:
    """The arm is drawn now; no earlier day can be written on it."""
    zone, at = ZoneInfo(scene.study.identity.timezone), scene.stamp.at
    if at.tzinfo and scene.stamp.on < at.astimezone(zone).date():
        because = "the arm is drawn today; an earlier day cannot be recorded"
        yield Refusal("randomisation.backdated", because, "happened")
