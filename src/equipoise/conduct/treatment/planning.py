"""A cycle is planned by one person and checked by another; every standing stop refuses both."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, ClassVar, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.state.treatment import Checked, Plan, TreatmentState
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.apart import too_near
from equipoise.conduct.treatment.cycles import (
    GIVEN_BEFORE,
    NO_AMOUNT,
    NO_PART,
    ByPart,
    cycle_refusals,
    digest_of_plan,
    regimens_for,
    regimens_of,
    treatable,
)
from equipoise.conduct.treatment.proposal import Proposal, figure, propose
from equipoise.conduct.treatment.stops import amount_of, hard_stops
from equipoise.conduct.treatment.warning import unseen, warnings_of, warns
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.number_text import canonical_number
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Reason, Refusal
from equipoise.study.sections.treatment import Regimen
from equipoise.study.sections.treatment_rules import DoseWarning

__all__ = ["CheckPlan", "PlanCycle", "plan_stops", "regimen_named", "worked_out_otherwise"]

NOTHING = Reason("treatment.nothing", "doses", "no dose is planned; say that the cycle is left out")
WHY_DROPPED = Reason("treatment.why-dropped", "", "{part} is left out: say why, or plan its dose")
WHY_OTHERWISE = Reason(
    "treatment.why-otherwise", "", "{part}: {amount} is worked out and {planned} planned; say why"
)
NOT_WORKED_OUT = Reason(
    "treatment.not-worked-out",
    "",
    "{part}: the dose cannot be worked out; not recorded or not in use: {missing}",
)
BEFORE_DRAW = Reason("treatment.before-draw", "day", "the participant was randomised on {day}")
NO_PLAN = Reason("treatment.no-plan", "plan", "there is no such plan of this participant")
LAPSED = Reason(
    "treatment.lapsed", "plan", "this plan no longer stands: the cycle was planned anew, or put off"
)
SAME_PERSON = Reason(
    "treatment.same-person", "", "a plan is checked by another person than who made it"
)
CHECKED_BEFORE = Reason("treatment.checked-before", "", "this plan was checked on {day}")
OTHERWISE = Reason(
    "treatment.changed-meanwhile", "digest", "this is not the plan that was shown; look again"
)
PROPOSED_OTHERWISE = Reason(
    "treatment.proposed-otherwise",
    "",
    "{part}: {now} is worked out now, and {then} was when it was planned; plan the cycle anew",
)
CHECK_RESTS = Reason("void.check-rests", "entry", "the plan was checked; void the check first")
RELEASE_RESTS = Reason(
    "void.release-rests", "entry", "what was prepared was released; void the release first"
)


class PlanCycle(Act, frozen=True, kw_only=True):
    """The doses of one cycle, as worked out or otherwise for a reason."""

    kind: ClassVar[str] = "treatment.plan"
    writes: ClassVar[str] = "treatment"
    words: ClassVar[Words] = Words(
        name="Cycle planned",
        title="Plan a cycle",
        line="Planned: {regimen}, cycle {cycle}, for {day}",
        happened="Day on which it is planned",
        button="Plan this cycle",
        done="The cycle is planned; another person checks it",
    )
    regimen: Annotated[str, Ask("Regimen", regimens_of, needed="Choose the regimen")]
    cycle: Annotated[int, Ask("Cycle", kind="number")]
    day: Annotated[date, Ask("First day of the cycle", kind="day")]
    doses: Annotated[ByPart, Ask("Dose", kind="doses")]
    reasons: Annotated[ByPart, Ask("Why otherwise", kind="part reasons")] = {}
    prescribed: Annotated[ByPart, Ask("Dose in the prescribing system", kind="doses")] = {}
    rates: Annotated[ByPart, Ask("Rate, mL/h", kind="rates")] = {}
    acknowledged: Annotated[list[str], Ask("Warnings that were seen", warnings_of)] = []
    proposed: Annotated[ByPart, Ask("Dose as worked out", kind="doses", by_trial=True)] = {}
    levels: Annotated[ByPart, Ask("Dose level, %", kind="levels", by_trial=True)] = {}
    rules: Annotated[ByPart, Ask("Rules that hold", kind="rules", by_trial=True)] = {}
    arithmetic: Annotated[ByPart, Ask("Arithmetic", kind="arithmetic", by_trial=True)] = {}

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        out = subject.died_on or not subject.randomised_on
        return bool(study.treatment and regimens_for(study, subject)) and not out

    def canonical(self, study: Study) -> Self:
        """An amount that is left open is none; numbers are written in one way."""
        kept = {
            name: {
                part: canonical_number(text.strip())
                for part, text in getattr(self, name).items()
                if text.strip()
            }
            for name in ("doses", "prescribed", "rates")
        }
        reasons = {part: text for part, text in self.reasons.items() if not is_blank(text)}
        return msgspec.structs.replace(self, **kept, reasons=reasons)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from cycle_refusals(context.study, self.regimen, self.cycle)
        regimen = regimen_named(context.study, self.regimen)
        if regimen is None:
            return
        yield from treatable(context, regimen, self.day)
        drawn = context.subject.randomised_on
        if drawn and self.day < drawn:
            yield BEFORE_DRAW(day=drawn)
        given = context.subject.treatment.given_of((self.regimen, self.cycle))
        if given:
            yield GIVEN_BEFORE(cycle=self.cycle, regimen=regimen.label, day=given[0].on)
        yield from too_near(context, regimen, self.cycle, self.day)
        if not self.doses:
            yield NOTHING()
        facts = context.facts(self.day)
        found = propose(context.study, context.subject, regimen, self.day, facts=facts)
        yield from self._strangers(regimen, found)
        for one in found:
            yield from self._against(context.study, one)
        amounts = (self.doses, self.prescribed, self.rates)
        yield from hard_stops(context.study, context.subject, self.day, *amounts, facts)
        yield from unseen(self._warns(context), self.acknowledged)

    def _warns(self, context: Context) -> list[DoseWarning]:
        """The warnings that stand for what is planned, on the day for which it is."""
        treatment = context.study.treatment
        known = treatment.part_of if treatment else {}
        drugs = {known[part].drug for part in self.doses if part in known}
        return list(warns(context.study, context.subject, drugs, self.day))

    def _strangers(self, regimen: Regimen, found: list[Proposal]) -> Iterator[Refusal]:
        known = {one.part.id for one in found}
        named = {*self.doses, *self.reasons, *self.prescribed, *self.rates}
        for part in sorted(named - known):
            yield NO_PART(f"doses.{part}", part=part, regimen=regimen.label)

    def _against(self, study: Study, one: Proposal) -> Iterator[Refusal]:
        """What is against one dose beside the stops: it must be explained, or left out so."""
        treatment, part = study.treatment, one.part
        if treatment is None:
            return
        text, why = self.doses.get(part.id, ""), self.reasons.get(part.id, "")
        at, called = f"doses.{part.id}", treatment.called(part)
        if not text:
            if not why and not part.optional:
                yield WHY_DROPPED(f"reasons.{part.id}", part=called)
            return
        amount = amount_of(text)
        if amount is None:
            yield NO_AMOUNT(at, part=called, text=text)
        if one.amount is None:
            open_rules = tuple(rule.why for rule in one.open_rules)
            yield NOT_WORKED_OUT(at, part=called, missing=(*one.missing, *open_rules))
        elif amount is not None and amount != one.amount and not why:
            worked, planned = Amount(one.amount, one.drug.unit), Amount(amount, one.drug.unit)
            yield WHY_OTHERWISE(f"reasons.{part.id}", part=called, amount=worked, planned=planned)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        regimen = regimen_named(context.study, self.regimen)
        study, subject, facts = context.study, context.subject, context.facts(self.day)
        found = propose(study, subject, regimen, self.day, facts=facts) if regimen else []
        standing = {one.id for one in self._warns(context)}
        return msgspec.structs.replace(
            self,
            acknowledged=sorted(standing.intersection(self.acknowledged)),
            proposed={one.part.id: one.text for one in found if one.text},
            levels={one.part.id: figure(one.level) for one in found},
            rules={
                one.part.id: " ".join(rule.name for rule in one.rules) for one in found if one.rules
            },
            arithmetic={one.part.id: one.arithmetic for one in found if one.arithmetic},
        )

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        if any(check.plan == seq for check in context.subject.treatment.checks):
            yield CHECK_RESTS()

    def apply(self, state: TreatmentState, stamp: Stamp) -> None:
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        state.plans.append(Plan(**fields, **stamp.marks))


class CheckPlan(Act, frozen=True, kw_only=True):
    """A second person checked the doses of a plan and answers for it."""

    kind: ClassVar[str] = "treatment.check"
    writes: ClassVar[str] = "treatment"
    step_up: ClassVar[bool] = True
    of_now: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Plan checked",
        title="Check a planned cycle",
        link="Check",
        line="The plan of a cycle was checked",
        button="Sign the check",
        done="The plan is checked",
        meaning="I have checked every dose of this cycle, and I answer for it.",
    )
    plan: Annotated[int, Ask("Entry that made the plan", kind="entry")]
    digest: Annotated[str, Ask("Digest of what was shown")]
    meaning: Annotated[str, Ask("Meaning of the signature", by_trial=True)] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False  # it is led to from the plan itself

    def refusals(self, context: Context) -> Iterator[Refusal]:
        state = context.subject.treatment
        plan = state.plan(self.plan)
        regimen = regimen_named(context.study, plan.regimen) if plan else None
        if plan is None or regimen is None:
            yield NO_PLAN()
            return
        if state.plan_of(plan.of) is not plan:
            yield LAPSED()
        if plan.by == context.stamp.by:
            yield SAME_PERSON()
        if check := state.check_of(plan):
            yield CHECKED_BEFORE(day=check.on)
        if self.digest != digest_of_plan(plan):
            yield OTHERWISE()
        yield from treatable(context, regimen, plan.day)
        yield from too_near(context, regimen, plan.cycle, plan.day)
        yield from worked_out_otherwise(context, regimen, plan)
        yield from plan_stops(context, plan)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        meaning = context.stamp.how.meaning or self.words.meaning
        return msgspec.structs.replace(self, meaning=meaning)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        state = context.subject.treatment
        checked = next((check for check in state.checks if check.seq == seq), None)
        if checked and any(one.plan == checked.plan for one in state.releases):
            yield RELEASE_RESTS()

    def apply(self, state: TreatmentState, stamp: Stamp) -> None:
        made = Checked(plan=self.plan, digest=self.digest, meaning=self.meaning, **stamp.marks)
        state.checks.append(made)


def regimen_named(study: Study, name: str) -> Regimen | None:
    return study.treatment.regimen_of.get(name) if study.treatment else None


def plan_stops(context: Context, plan: Plan) -> Iterator[Refusal]:
    """Every stop that stands against a plan."""
    amounts = (plan.doses, plan.prescribed, plan.rates)
    facts = context.facts(plan.day)
    return hard_stops(context.study, context.subject, plan.day, *amounts, facts)


def worked_out_otherwise(context: Context, regimen: Regimen, plan: Plan) -> Iterator[Refusal]:
    """The doses that would be others now: what stands is judged again."""
    treatment = context.study.treatment
    facts = context.facts(plan.day)
    found = propose(context.study, context.subject, regimen, plan.day, facts=facts)
    now: Mapping[str, Proposal] = {one.part.id: one for one in found}
    for name in plan.doses:
        one, then = now.get(name), amount_of(plan.proposed.get(name, ""))
        if treatment is None or (one and one.amount is not None and one.amount == then):
            continue
        part = treatment.part_of.get(name)
        if part is None or one is None or one.amount is None:
            called = treatment.called(part) if part else name
            yield NOT_WORKED_OUT(part=called, missing=one.missing if one else ())
        else:
            unit = one.drug.unit
            before = Amount(then, unit) if then is not None else "–"
            changed = PROPOSED_OTHERWISE(
                part=treatment.called(part), now=Amount(one.amount, unit), then=before
            )
            yield replace(changed, where="")
