"""A sequential log-rank trial on the calendar: when each look is due, and who is in by then.

A plan speaks of events; hazards, accrual and drop-out say when those are seen. `sequential_trial`
goes from both to the looks in one call, `on_calendar` joins a plan and a setting that are there.

>>> from equipoise.design.accrual import proportional, uniform
>>> from equipoise.design.hazards import from_median
>>> setting = proportional(control=from_median(24), hazard_ratio=0.65, accrual=uniform(306, 60))
>>> trial = sequential_trial(setting, fractions=(0.5, 1))
>>> [round(months, 1) for months in trial.assumed.times]
[44.1, 68.2]
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.design.accrual import Setting, calendar_time, events_by_arm
from equipoise.design.effect import SCHOENFELD
from equipoise.design.hazards import constant_ratio
from equipoise.design.problems import Problem, positive, refuse
from equipoise.design.results import Answer, Rows, figure, printed, remakeable
from equipoise.design.sequential.hazard import HazardPlan, events_for
from equipoise.design.sequential.plan import sequential_design
from equipoise.design.sequential.spending import Efficacy, Futility
from equipoise.design.two_arms import USUAL, TwoArmTest


@dataclass(frozen=True, kw_only=True)
class Course:
    """What becomes of a sequential trial if this is the true hazard ratio.

    `times` and `subjects` (entered by then) are of each look; what is expected is the mean over
    trials that stop when a bound is crossed.
    """

    hazard_ratio: float = figure("Hazard ratio")
    times: tuple[float, ...] = figure("Calendar time of the look")
    subjects: tuple[float, ...] = figure("Participants entered")
    stopped: tuple[float, ...] = figure("Ends here")
    power: float = figure("Power")
    expected_events: float = figure("Expected events")
    expected_subjects: float = figure("Expected participants")
    expected_time: float = figure("Expected length of the trial")


@dataclass(frozen=True, kw_only=True)
class SequentialTrial(Answer):
    """Sequential log-rank trial: looks in events, on the calendar, and what is expected.

    `assumed` is its course under the effect designed for, `null` with the control arm's survival
    in both arms.
    """

    plan: HazardPlan
    setting: Setting
    assumed: Course
    null: Course

    @property
    def subjects(self) -> float:
        """The participants when accrual has run its whole length."""
        return self.setting.accrual.subjects

    def under(self, hazard_ratio: float) -> Course:
        """The course if the true hazard ratio is this. Raises BadDesign."""
        return course_of(self.plan, self.setting, hazard_ratio)

    def rows(self) -> Rows:
        """The plan, the participants, and the two courses."""
        return [
            *self.plan.rows(),
            ("Participants", printed(self.subjects)),
            *_course_rows(self.assumed, "with the effect designed for"),
            *_course_rows(self.null, "without effect"),
        ]


@remakeable
def sequential_trial(
    setting: Setting,
    *,
    fractions: Sequence[float],
    test: TwoArmTest = USUAL,
    efficacy: Efficacy | None = None,
    futility: Futility | None = None,
    binding: bool = False,
    duration: float | None = None,
) -> SequentialTrial:
    """From hazards, accrual, drop-out, test and looks to events, participants and dates.

    With `duration` the accrual is scaled so that the last look is due just then; without it the
    accrual stands, and the last look is due when its events have come. Raises BadDesign.
    """
    refuse(_problems(setting, test, duration))
    plan = events_for(
        sequential_design(
            fractions=fractions,
            alpha=test.alpha,
            power=test.power,
            sided=test.sided,
            efficacy=efficacy,
            futility=futility,
            binding=binding,
        ),
        setting.hazard_ratio,
        setting.ratio,
    )
    if duration is not None:
        seen = math.fsum(float(arm) for arm in events_by_arm(setting, duration))
        scale = plan.max_events / seen
        setting = setting.with_accrual(setting.accrual.scaled(scale))
    return on_calendar(plan, setting)


@remakeable
def on_calendar(plan: HazardPlan, setting: Setting) -> SequentialTrial:
    """A plan in events, joined with when events are seen. Raises BadDesign."""
    refuse(_problems(setting, USUAL, None))
    return SequentialTrial(
        plan=plan,
        setting=setting,
        assumed=course_of(plan, setting, setting.hazard_ratio),
        null=course_of(plan, setting, 1.0),
    )


def course_of(plan: HazardPlan, setting: Setting, hazard_ratio: float) -> Course:
    """The course of a plan where this is the ratio to the control arm's hazard."""
    true_setting, found = setting.with_ratio(hazard_ratio), plan.under(hazard_ratio)
    times = tuple(calendar_time(true_setting, events) for events in plan.events)
    subjects = tuple(true_setting.accrual.enrolled(times).tolist())
    return Course(
        hazard_ratio=hazard_ratio,
        times=times,
        subjects=subjects,
        stopped=found.stopped,
        power=found.power,
        expected_events=found.expected_fraction * plan.max_events,
        expected_subjects=_mean(subjects, found.stopped),
        expected_time=_mean(times, found.stopped),
    )


def _mean(values: tuple[float, ...], chances: tuple[float, ...]) -> float:
    return sum(value * chance for value, chance in zip(values, chances, strict=True))


def _course_rows(course: Course, when: str) -> Rows:
    return [
        (f"Looks at, {when}", printed(course.times)),
        (f"Participants entered, {when}", printed(course.subjects)),
        (f"Events expected at the end, {when}", printed(course.expected_events)),
        (f"Participants expected at the end, {when}", printed(course.expected_subjects)),
        (f"Length expected, {when}", printed(course.expected_time)),
    ]


def _problems(setting: Setting, test: TwoArmTest, duration: float | None) -> Iterator[Problem]:
    wrong = list(setting.problems())
    yield from wrong
    yield from test.power_problems((SCHOENFELD,), setting.ratio)
    if not wrong and constant_ratio(setting.control, setting.treatment) is None:
        because = "the two hazards have no constant ratio"
        received = (setting.control, setting.treatment)
        yield Problem("treatment", because, received, "Simulate it: equipoise.design.kernel.")
    if duration is not None:
        yield from positive("duration", "the length of the trial", duration)
