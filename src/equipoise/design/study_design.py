"""Is it enough? What a study's own figures can show, and what a first interim look costs.

Every table says on which of the assumptions its numbers rest, and which of those the sponsor still
has to confirm. Formulas: Schoenfeld (1981); looks by exact recursive integration.
"""

from dataclasses import dataclass, replace

from equipoise.design.answer.assumed import Assumptions
from equipoise.design.answer.fixed import (
    Case,
    WhatIf,
    cases,
    needed,
    planned,
    problems,
    reached,
    smallest,
    what_if,
)
from equipoise.design.answer.looks import LookCost, by_rule, by_share
from equipoise.design.answer.sheet import Part, Sheet, number, percent
from equipoise.design.effect import LogrankEvents
from equipoise.design.logrank_method import LogrankTrial
from equipoise.design.problems import power_problems, refuse, size_problems
from equipoise.design.report.wording import Words
from equipoise.design.results import remakeable
from equipoise.logic.translator import ENGLISH

__all__ = ["StudyDesign", "study_design"]


@dataclass(frozen=True, kw_only=True)
class StudyDesign(Sheet):
    """What this number of participants can show."""

    assumed: Assumptions
    planned: LogrankTrial
    needed: LogrankEvents
    reached: float | None
    smallest: LogrankTrial
    cases: tuple[Case, ...]
    what_if: tuple[WhatIf, ...]
    looks_by_rule: tuple[LookCost, ...]
    looks_by_share: tuple[LookCost, ...]

    @property
    def title(self) -> str:
        return f"What {self.assumed.participants.value:g} participants can show"

    def parts(self) -> tuple[Part, ...]:
        parts = [_assumptions(self.assumed), _fixed(self), _cases(self), _what_if(self)]
        if self.assumed.interim is not None:
            parts += [
                _first_look(self),
                _looks(self, "Other rules at the same look", self.looks_by_rule, rules=True),
                _looks(self, "The same rule at other looks", self.looks_by_share, rules=False),
            ]
        return tuple(parts)


@remakeable
def study_design(assumed: Assumptions) -> StudyDesign:
    """The whole answer. Raises BadDesign with all that is wrong."""
    refuse(
        problems(assumed),
        size_problems(assumed.alpha.value, assumed.sided),
        power_problems(assumed.power.value, assumed.alpha.value, assumed.sided),
    )
    return StudyDesign(
        assumed=assumed,
        planned=planned(assumed),
        needed=needed(assumed),
        reached=reached(assumed),
        smallest=smallest(assumed),
        cases=cases(assumed),
        what_if=what_if(assumed),
        looks_by_rule=by_rule(assumed),
        looks_by_share=by_share(assumed),
    )


def _assumptions(assumed: Assumptions) -> Part:
    rows = [
        (name, f"{figure.value:g}", figure.unit, figure.provenance)
        for name, figure in assumed.listed()
    ]
    if assumed.interim is not None:
        rows.append(("Interim", assumed.interim.said, "", assumed.interim.provenance))
    return Part(
        title="Assumptions",
        headers=("figure", "value", "unit", "where it comes from"),
        rows=tuple(rows),
    )


def _note(assumed: Assumptions, *starts: str) -> str:
    """What a table rests on, by provenance; one unverified figure leaves the whole unverified."""
    found = [(n.lower(), f) for n, f in assumed.listed() if n.lower().startswith(starts)]
    by_tag = {
        figure.tag: [name for name, other in found if other.tag == figure.tag]
        for _, figure in found
    }
    unverified = {figure.tag for _, figure in found if figure.unverified}
    listed = "; ".join(
        f"{tag}{' [unverified]' if tag in unverified else ''}: {', '.join(names)}"
        for tag, names in by_tag.items()
    )
    return f"Rests on {listed}"


_TEST = ("experimental", "two-sided", "one-sided", "hazard")
_WORLD = ("participants", "control median", "accrual", "follow", "lost")


def _fixed(answer: StudyDesign) -> Part:
    assumed, plan = answer.assumed, answer.planned
    power = assumed.power.value
    when = "never" if answer.reached is None else number(answer.reached)
    rows = (
        ("Events expected at the end", number(plan.events)),
        ("Power at the end", percent(plan.power)),
        ("Length of the trial, months", number(plan.duration)),
        (f"Events needed for a power of {power:g}", number(answer.needed.events)),
        ("Month in which they are expected", when),
        (f"Hazard ratio shown with a power of {power:g}", number(answer.smallest.hazard_ratio, 3)),
        ("Largest estimate that is significant at the end", number(plan.critical_ratio, 3)),
    )
    note = _note(assumed, *_TEST, "power", *_WORLD)
    return Part(title="Without an interim look", headers=("", "value"), rows=rows, note=note)


def _cases(answer: StudyDesign) -> Part:
    rows = tuple(
        (
            f"{case.control_median:g}",
            f"{case.follow_up:g}",
            number(case.hazard_ratio, 2),
            number(case.events),
            percent(case.power),
            number(case.smallest, 3),
        )
        for case in answer.cases
    )
    return Part(
        title="Under other assumptions",
        headers=("control median", "follow-up", "hazard ratio", "events", "power", "HR shown"),
        rows=rows,
        note=_note(answer.assumed, *_TEST, "power", *_WORLD, "median"),
    )


def _what_if(answer: StudyDesign) -> Part:
    rows = tuple(
        (
            each.what,
            number(each.trial.subjects),
            number(each.trial.duration),
            number(each.trial.events),
            percent(each.trial.power),
        )
        for each in answer.what_if
    )
    return Part(
        title="One assumption changed",
        headers=("change", "followed", "months", "events", "power"),
        rows=rows,
        note=f"{_note(answer.assumed, *_TEST, *_WORLD)}; each change is ours [unverified]",
    )


def _first_look(answer: StudyDesign) -> Part:
    """The file's own look, in full."""
    look = answer.looks_by_rule[0]
    plan, first = look.plan, look.plan.events[0]
    rows = (
        ("Rule", look.rule),
        ("Events at the look", number(first)),
        ("Month of the look", number(look.months[0])),
        ("Randomised by then", number(look.entered[0], 0)),
        ("Bound in Z, at the look and at the end", _pair(plan.design.upper, 3)),
        ("Hazard ratio that stops, at the look and at the end", _pair(plan.efficacy_ratios, 3)),
        ("Chance to stop early with the effect", percent(look.stops)),
        ("Chance to stop early without effect", percent(look.stops_null, 2)),
        ("More events for the same power", percent(plan.design.inflation - 1, 2)),
        ("Or power lost with the same events", f"{number(100 * look.power_lost, 2)} points"),
        ("Power that is left", percent(look.power)),
        ("Events expected at the end, with the effect", number(look.expected_events)),
        ("Events expected at the end, without effect", number(look.expected_events_null)),
        ("Months expected, with the effect", number(look.expected_months)),
        ("Months expected, without effect", number(look.expected_months_null)),
    )
    note = f"{_note(answer.assumed, *_TEST, *_WORLD)}; the look is {_look_source(answer)}"
    return Part(title="What the interim look costs", headers=("", "value"), rows=rows, note=note)


def _looks(answer: StudyDesign, title: str, looks: tuple[LookCost, ...], *, rules: bool) -> Part:
    rows = tuple(
        (
            look.rule if rules else f"at {percent(look.shares[0], 0)} of the events",
            *look.figures(Words(ENGLISH, gap=" ")),
        )
        for look in looks
    )
    headers = (
        "rule" if rules else "look", "month", "randomised", "HR stops", "chance",
        "more events", "power lost", "months if so", "months if not",
    )  # fmt: skip
    note = (
        "Chance: to stop early with the effect; more events: for the same power; power lost: in "
        "points, with the same events; months: expected with the effect, and without. "
        f"{_note(answer.assumed, *_TEST, *_WORLD)}"
    )
    return Part(title=title, headers=headers, rows=rows, note=note)


def _look_source(answer: StudyDesign) -> str:
    interim = answer.assumed.interim
    return replace(interim, where="").provenance if interim else ""


def _pair(values: tuple[float, ...], decimals: int) -> str:
    return " and ".join(number(value, decimals) for value in (values[0], values[-1]))
