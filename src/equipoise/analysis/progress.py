"""How the trial goes: accrual against the plan, the flow of participants, pooled survival.

What is shown by arm is asked for apart, by whoever may see it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.endpoints import at_risk_subjects, follow_up, primary
from equipoise.analysis.figures.accrual import Month
from equipoise.analysis.figures.consort import Box, Branch, Count, Step
from equipoise.analysis.figures.kaplan_meier import Arm
from equipoise.analysis.standing import Followed, Standing, Standings
from equipoise.analysis.survival import kaplan_meier, kaplan_meier_of_counts
from equipoise.conduct.subject import Subject
from equipoise.logic.figures import month_text
from equipoise.study.catalogue import translator
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.sections.endpoints import Endpoint

__all__ = ["curves_by_arm", "flow", "months", "pooled_curve", "primary"]

Said = dict[str, str]
Counts = NDArray[np.int64]


def months(study: Study, progress: Standings, start: date, on: date, language: str) -> list[Month]:
    """Randomised in each month from the start to today, and what an even plan asks of each.

    The plan spreads the enrolment evenly over the accrual months of the study file's design
    (`accrual`, in months); without it, over 60.
    """
    told = study.design.get("accrual")
    length = float(str(told.value)) if told else 60.0
    each = float(str(study.identity.enrolment.value)) / length
    listed: list[Month] = []
    year, month = start.year, start.month
    while (year, month) <= (on.year, on.month):
        label = month_text(year, month, translator(language))
        planned = each * min(max(length - len(listed), 0.0), 1.0)
        randomised = progress.months[year, month]
        listed.append(Month(label=label, randomised=randomised, planned=planned))
        year, month = (year + month // 12, month % 12 + 1)
    return listed


def flow(
    study: Study, progress: Standings, said: Said, language: str, *, by_arm: bool
) -> tuple[list[Step], list[Branch]]:
    """The boxes of a CONSORT flow, counted from the trial as it stands.

    :param said: the figure's words: assessed, other, registered, waiting, not_randomised,
        undrawn, randomised, followed, died, withdrawn, enrolment, allocation, follow_up
    :param by_arm: whether what happened after allocation may be shown by arm
    """
    assessed, registered = progress.number(), progress.number(registered=True)
    drawn = progress.number(randomised=True)
    outside = progress.where(registered=False)
    undrawn = progress.where(registered=True, randomised=False)
    # Each box less the one beside it is the next box.
    not_entered = _left(study, "not_entered", "waiting", outside, said, language)
    not_drawn = _left(study, "not_randomised", "undrawn", undrawn, said, language)
    steps = [
        Step(box=_box(said["assessed"], assessed), aside=not_entered, stage=said["enrolment"]),
        Step(box=_box(said["registered"], registered), aside=not_drawn if undrawn else None),
        Step(box=_box(said["randomised"], drawn)),
    ]
    if not by_arm:
        together = _followed(said["together"], progress.where(randomised=True), said)
        return steps, [Branch(boxes=(together,), stage=said["follow_up"])]
    arms = [
        (say(arm.label, language), progress.where(randomised=True, arm=arm.id))
        for arm in study.arms
    ]
    allocated = Branch(
        boxes=tuple(_box(name, found.total()) for name, found in arms), stage=said["allocation"]
    )
    followed = Branch(
        boxes=tuple(_followed(said["followed"], found, said) for _, found in arms),
        stage=said["follow_up"],
    )
    return steps, [allocated, followed]


def pooled_curve(progress: Standings, name: str) -> Arm | None:
    """The curve of all arms together; None while nobody is followed."""
    curve = kaplan_meier_of_counts(*_by_day(progress.followed))
    return Arm(name=name, curve=curve) if progress.followed else None


def _by_day(followed: Counter[Followed]) -> tuple[Counts, Counts, Counts]:
    """The days on which anybody's follow-up ended, how many had the event, how many ended."""
    days = sorted({day for day, _ in followed})
    events = np.array([followed[day, True] for day in days], dtype=np.int64)
    censored = np.array([followed[day, False] for day in days], dtype=np.int64)
    return np.array(days, dtype=np.int64), events, events + censored


def curves_by_arm(
    study: Study, endpoint: Endpoint, subjects: Sequence[Subject], language: str
) -> list[Arm]:
    """A curve for each arm that has anyone; for the monitoring board alone."""
    curves = []
    drawn = at_risk_subjects(endpoint, subjects)
    followed = follow_up(study, endpoint, drawn)
    arms = np.array([s.arm for s in drawn])
    for arm in study.arms:
        mine = arms == arm.id
        if mine.any():
            curve = kaplan_meier(followed.of(mine))
            curves.append(Arm(name=say(arm.label, language), curve=curve))
    return curves


def _box(label: str, number: int) -> Box:
    return Box(count=Count(label=label, number=number))


def _left(
    study: Study, label: str, still: str, those: Counter[Standing], said: Said, language: str
) -> Box:
    """Those who did not come so far: why they never will, and how many still may."""
    failed = Counter({one: number for one, number in those.items() if one.failed})
    others = those - failed
    gone = _gone(others)
    parts = (
        *_reasons(study, failed, said, language),
        *(Count(label=said[name], number=number) for name, number in gone.items() if number),
        Count(label=said[still], number=others.total() - sum(gone.values())),
    )
    return Box(count=Count(label=said[label], number=those.total()), parts=parts)


def _reasons(
    study: Study, failed: Counter[Standing], said: Said, language: str
) -> tuple[Count, ...]:
    """The criteria that failed, each participant counted under the first one recorded."""
    texts = {leaf.id: say(leaf.text, language) for _, leaf in study.criteria.leaves()}
    first: Counter[str] = Counter()
    for one, number in failed.items():
        first[one.criterion] += number
    common = sorted(first.items(), key=lambda each: (-each[1], each[0]))[:6]
    rest = first.total() - sum(number for _, number in common)
    counts = [Count(label=texts.get(name, said["other"]), number=number) for name, number in common]
    return (*counts, *((Count(label=said["more"], number=rest),) if rest else ()))


def _followed(label: str, those: Counter[Standing], said: Said) -> Box:
    parts = (Count(label=said[name], number=number) for name, number in _gone(those).items())
    return Box(count=Count(label=label, number=those.total()), parts=tuple(parts))


def _gone(those: Counter[Standing]) -> dict[str, int]:
    """How many died, and how many withdrew and did not die."""
    died = sum(number for one, number in those.items() if one.died)
    withdrew = sum(number for one, number in those.items() if one.withdrew and not one.died)
    return {"died": died, "withdrawn": withdrew}
