"""How the trial goes: accrual against the plan, the flow of participants, pooled survival.

What is shown by arm is asked for apart, by whoever may see it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np

from equipoise.analysis.endpoints import at_risk_subjects, follow_up
from equipoise.analysis.figures.accrual import Month
from equipoise.analysis.figures.consort import Box, Branch, Count, Step
from equipoise.analysis.figures.kaplan_meier import Arm
from equipoise.analysis.survival import kaplan_meier
from equipoise.conduct.subject import Subject
from equipoise.logic.figures import month_text
from equipoise.study.catalogue import translator
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.sections.endpoints import Endpoint

__all__ = ["curves_by_arm", "flow", "months", "pooled_curve", "primary"]

Said = dict[str, str]


def primary(study: Study) -> Endpoint | None:
    """The primary endpoint, else the first."""
    endpoints = study.endpoints
    return next((e for e in endpoints if e.primary), endpoints[0] if endpoints else None)


def months(
    study: Study, subjects: Sequence[Subject], start: date, on: date, language: str
) -> list[Month]:
    """Randomised in each month from the start to today, and what an even plan asks of each.

    The plan spreads the enrolment evenly over the accrual months of the study file's design
    (`accrual`, in months); without it, over 60.
    """
    told = study.design.get("accrual")
    length = float(str(told.value)) if told else 60.0
    each = float(str(study.identity.enrolment.value)) / length
    counted = Counter((d.year, d.month) for s in subjects if (d := s.randomised_on))
    listed: list[Month] = []
    year, month = start.year, start.month
    while (year, month) <= (on.year, on.month):
        label = month_text(year, month, translator(language))
        planned = each * min(max(length - len(listed), 0.0), 1.0)
        listed.append(Month(label=label, randomised=counted[year, month], planned=planned))
        year, month = (year + month // 12, month % 12 + 1)
    return listed


def flow(
    study: Study, subjects: Sequence[Subject], said: Said, language: str, *, by_arm: bool
) -> tuple[list[Step], list[Branch]]:
    """The boxes of a CONSORT flow, counted from the trial as it stands.

    :param said: the figure's words: assessed, other, registered, waiting, not_randomised,
        undrawn, randomised, followed, died, withdrawn, enrolment, allocation, follow_up
    :param by_arm: whether what happened after allocation may be shown by arm
    """
    registered = [s for s in subjects if s.registered_on]
    drawn = [s for s in subjects if s.randomised_on]
    outside = [s for s in subjects if not s.registered_on]
    undrawn = [s for s in registered if not s.randomised_on]
    # Each box less the one beside it is the next box.
    not_entered = _left(study, "not_entered", "waiting", outside, said, language)
    not_drawn = _left(study, "not_randomised", "undrawn", undrawn, said, language)
    steps = [
        Step(box=_box(said["assessed"], len(subjects)), aside=not_entered, stage=said["enrolment"]),
        Step(box=_box(said["registered"], len(registered)), aside=not_drawn if undrawn else None),
        Step(box=_box(said["randomised"], len(drawn))),
    ]
    if not by_arm:
        pooled = Branch(boxes=(_followed(said["together"], drawn, said),), stage=said["follow_up"])
        return steps, [pooled]
    arms = [
        (
            say(arm.label, language),
            [s for s in drawn if s.randomised_on and s.arm == arm.id],
        )
        for arm in study.arms
    ]
    allocated = Branch(
        boxes=tuple(_box(name, len(found)) for name, found in arms), stage=said["allocation"]
    )
    followed = Branch(
        boxes=tuple(_followed(said["followed"], found, said) for _, found in arms),
        stage=said["follow_up"],
    )
    return steps, [allocated, followed]


def pooled_curve(endpoint: Endpoint, subjects: Sequence[Subject], name: str) -> Arm | None:
    """The curve of all arms together; None while nobody is followed."""
    followed = follow_up(endpoint, subjects)
    return Arm(name=name, curve=kaplan_meier(followed)) if len(followed) else None


def curves_by_arm(
    study: Study, endpoint: Endpoint, subjects: Sequence[Subject], language: str
) -> list[Arm]:
    """A curve for each arm that has anyone; for the monitoring board alone."""
    curves = []
    drawn = at_risk_subjects(endpoint, subjects)
    followed = follow_up(endpoint, drawn)
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
    study: Study, label: str, still: str, those: Sequence[Subject], said: Said, language: str
) -> Box:
    """Those who did not come so far: why they never will, and how many still may."""
    failed = [s for s in those if s.failed_on]
    died = sum(1 for s in those if s.died_on and not s.failed_on)
    withdrew = sum(1 for s in those if s.consent.withdrawals and not (s.failed_on or s.died_on))
    gone = {"died": died, "withdrawn": withdrew}
    parts = (
        *_reasons(study, failed, said, language),
        *(Count(label=said[name], number=number) for name, number in gone.items() if number),
        Count(label=said[still], number=len(those) - len(failed) - died - withdrew),
    )
    return Box(count=Count(label=said[label], number=len(those)), parts=parts)


def _reasons(
    study: Study, failed: Sequence[Subject], said: Said, language: str
) -> tuple[Count, ...]:
    """The criteria that failed, each participant counted under the first one recorded."""
    texts = {leaf.id: say(leaf.text, language) for _, leaf in study.criteria.leaves()}
    first = Counter(
        failure.criteria[0] if failure.criteria else ""
        for s in failed
        if (failure := s.screening.failure)
    )
    common = first.most_common(6)
    rest = sum(first.values()) - sum(number for _, number in common)
    counts = [Count(label=texts.get(name, said["other"]), number=number) for name, number in common]
    return (*counts, *((Count(label=said["more"], number=rest),) if rest else ()))


def _followed(label: str, subjects: Sequence[Subject], said: Said) -> Box:
    died = sum(1 for s in subjects if s.died_on)
    left = sum(1 for s in subjects if s.consent.withdrawals and not s.died_on)
    return Box(
        count=Count(label=label, number=len(subjects)),
        parts=(
            Count(label=said["died"], number=died),
            Count(label=said["withdrawn"], number=left),
        ),
    )
