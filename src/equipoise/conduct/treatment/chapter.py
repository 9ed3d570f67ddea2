"""What treatment adds to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.chapter import Chapter, Deviated, Happened
from equipoise.conduct.message import Message
from equipoise.conduct.moments import day_of
from equipoise.conduct.state.treatment import Given
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.treatment.agenda import FILLINGS, REFILL, agenda
from equipoise.conduct.treatment.amiss import amiss
from equipoise.conduct.treatment.cycles import drugs_of, of_an_arm, parts_of, regimens_of
from equipoise.conduct.treatment.giving import WHYS, DelayCycle, GiveDose, OmitCycle
from equipoise.conduct.treatment.intensity_table import INTENSITY
from equipoise.conduct.treatment.off_days import off_days
from equipoise.conduct.treatment.plan_table import PLANS
from equipoise.conduct.treatment.planning import CheckPlan, PlanCycle
from equipoise.conduct.treatment.releasing import ReleasePreparation
from equipoise.conduct.treatment.tablet_tables import COUNTED, TABLETS
from equipoise.conduct.treatment.tablets import CountTablets
from equipoise.conduct.treatment.warning import warnings_of
from equipoise.conduct.words import YES_NO
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["CHAPTER"]


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    state = subject.treatment
    for plan in state.plans:
        yield Happened(done=plan, act=PlanCycle, what=plan)
    for check in state.checks:
        yield Happened(done=check, act=CheckPlan)
    for one in state.releases:
        yield Happened(done=one, act=ReleasePreparation)
    for given in state.given:
        more = tuple(amiss(study, subject, given))
        # A filling of the pump is found to be in error where it is told as such.
        own = not given.filled
        yield Happened(done=given, act=GiveDose, what=given, more=more, in_error=own)
    for count in state.counts:
        yield Happened(done=count, act=CountTablets, what=count)
    for off in state.not_given:
        act = DelayCycle if off.until else OmitCycle
        yield Happened(done=off, act=act, what=off, more=(off.reason,))


def _deviates(study: Study, subject: Subject, on: date) -> Iterator[Deviated]:
    """Doses without a checked plan, otherwise than planned, against a stop, or off their days."""
    for one in subject.treatment.given:
        known = day_of(study, one.at)
        for what in amiss(study, subject, one):
            yield Deviated(kind="dose", on=one.on, known_on=known, what=what, by=one.by)
    yield from off_days(study, subject, on)


def _drug(study: Study, part: str) -> tuple[str | None, str | None]:
    """The drug of a part and its unit."""
    treatment = study.treatment
    found = treatment.part_of.get(part) if treatment else None
    if treatment is None or found is None:
        return None, None
    return found.drug, treatment.drug_of[found.drug].unit


def _given(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for given in subject.treatment.given:
        for part, amount in given.doses.items():
            drug, unit = _drug(study, part)
            yield (
                subject.subject_id,
                given.seq,
                given.on,
                given.regimen,
                given.cycle,
                part,
                drug,
                amount,
                unit,
                given.starts.get(part),
                "yes" if part in given.partly else "no",
                given.reasons.get(part),
                "yes" if given.filled else "no",
            )


GIVEN = Table(
    name="doses",
    label=Phrase("Doses given"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("entry", "number", Phrase("Entry that tells of it")),
        TableColumn("given_on", "day", Phrase("Day on which it was given")),
        TableColumn("regimen", "text", Phrase("Regimen"), regimens_of, by_arm=True),
        TableColumn("cycle", "number", Phrase("Cycle")),
        TableColumn("part", "text", Phrase("Dose of the regimen"), parts_of, by_arm=True),
        TableColumn("drug", "text", Phrase("Drug"), drugs_of, by_arm=True),
        TableColumn("amount", "text", Phrase("Amount"), by_arm=True),
        TableColumn("unit", "text", Phrase("Unit")),
        TableColumn("start", "text", Phrase("Begun at")),
        TableColumn("partly", "text", Phrase("Given in part only"), YES_NO),
        TableColumn("reason", "text", Phrase("Why in part, or otherwise")),
        TableColumn("filled", "text", Phrase("With a filling of the pump"), YES_NO),
    ),
    rows=_given,
    listed=("given_on", "regimen", "cycle", "part", "amount", "unit", "partly"),
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: study.treatment is not None,
)


def _planned(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    state = subject.treatment
    for plan in state.plans:
        check, made = state.check_of(plan), state.release_of(plan)
        for part in [*plan.doses, *(one for one in plan.reasons if one not in plan.doses)]:
            yield (
                subject.subject_id,
                plan.seq,
                plan.on,
                plan.day,
                plan.regimen,
                plan.cycle,
                part,
                plan.doses.get(part),
                _drug(study, part)[1],
                plan.proposed.get(part),
                plan.levels.get(part),
                plan.rules.get(part),
                plan.arithmetic.get(part),
                plan.reasons.get(part),
                plan.prescribed.get(part),
                plan.rates.get(part),
                " ".join(plan.acknowledged) or None,
                plan is state.plan_of(plan.of),
                check.on if check else None,
                check.by if check else None,
                check.digest if check else None,
                check.meaning if check else None,
                made.on if made else None,
                made.lots.get(part) if made else None,
                made.expiries.get(part) if made else None,
                made.strengths.get(part) if made else None,
            )


PLANNED = Table(
    name="planned_doses",
    label=Phrase("Doses planned"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("plan", "number", Phrase("Entry that made the plan")),
        TableColumn("planned_on", "day", Phrase("Day on which it is planned")),
        TableColumn("day", "day", Phrase("First day of the cycle")),
        TableColumn("regimen", "text", Phrase("Regimen"), regimens_of, by_arm=True),
        TableColumn("cycle", "number", Phrase("Cycle")),
        TableColumn("part", "text", Phrase("Dose of the regimen"), parts_of, by_arm=True),
        TableColumn("dose", "text", Phrase("Dose; empty: left out"), by_arm=True),
        TableColumn("unit", "text", Phrase("Unit")),
        TableColumn("proposed", "text", Phrase("Dose as worked out"), by_arm=True),
        TableColumn("level", "text", Phrase("Dose level, %"), by_arm=True),
        TableColumn("rules", "codes", Phrase("Rules that hold"), by_arm=True),
        TableColumn("arithmetic", "text", Phrase("Arithmetic"), by_arm=True),
        TableColumn("reason", "text", Phrase("Why otherwise"), by_arm=True),
        TableColumn("prescribed", "text", Phrase("Dose in the prescribing system"), by_arm=True),
        TableColumn("rate", "text", Phrase("Rate, mL/h"), by_arm=True),
        TableColumn(
            "warnings", "codes", Phrase("Warnings that were seen"), warnings_of, by_arm=True
        ),
        TableColumn("stands", "yes or no", Phrase("Whether the plan stands")),
        TableColumn("checked_on", "day", Phrase("Day of the check")),
        TableColumn("checked_by", "text", Phrase("Checked by")),
        TableColumn("digest", "text", Phrase("Digest of what was shown")),
        TableColumn("meaning", "text", Phrase("Meaning of the signature")),
        TableColumn("released_on", "day", Phrase("Day of the release")),
        TableColumn("lot", "text", Phrase("Lot")),
        TableColumn("expiry", "text", Phrase("May be used until")),
        TableColumn("strength", "text", Phrase("Strength of the product, a mL")),
    ),
    rows=_planned,
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: study.treatment is not None,
)


def _not_given(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for one in subject.treatment.not_given:
        yield (
            subject.subject_id,
            one.on,
            one.regimen,
            one.cycle,
            one.until,
            one.why,
            one.reason or None,
            one.ended,
        )


NOT_GIVEN = Table(
    name="cycles_not_given",
    label=Phrase("Cycles put off or left out"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("on", "day", Phrase("Day on which that was decided")),
        TableColumn("regimen", "text", Phrase("Regimen"), regimens_of, by_arm=True),
        TableColumn("cycle", "number", Phrase("Cycle")),
        TableColumn("until", "day", Phrase("Put off until; empty: left out")),
        TableColumn("why", "text", Phrase("Reason"), WHYS),
        TableColumn("reason", "text", Phrase("In words")),
        TableColumn("ended", "text", Phrase("Ended for good"), YES_NO),
    ),
    rows=_not_given,
    listed=("on", "regimen", "cycle", "until", "why", "ended"),
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: study.treatment is not None,
)


def _named(subject: Subject, entry: Entry) -> str:
    """The entry of a dose; of a filling the day, by which its alarm is known too."""
    given = next((one for one in subject.treatment.given if one.seq == entry.seq), None)
    return _about(given) if given else ""


def _is_amiss(study: Study, subject: Subject, about: str, on: date) -> bool:
    found = [one for one in subject.treatment.given if _about(one) == about]
    return any(True for one in found for _ in amiss(study, subject, one))


def _about(given: Given) -> str:
    return f"{REFILL} {given.on}" if given.filled else str(given.seq)


AMISS = Message(
    name="treatment.amiss",
    title=Phrase("Dose given otherwise than allowed"),
    heading=Phrase("{trial}: a dose was given otherwise than allowed, {subject}"),
    text=Phrase(
        "A dose of participant {subject} was given without a checked plan, otherwise than planned, "
        "or against a stop. The page says which."
    ),
    after=(GiveDose,),
    after_others=FILLINGS,
    presses="alarm",
    about=_named,
    holds=_is_amiss,
    urgent=True,
)

CHAPTER = Chapter(
    name="treatment",
    tells_arm=of_an_arm,
    acts=(PlanCycle, CheckPlan, ReleasePreparation, GiveDose, CountTablets, DelayCycle, OmitCycle),
    agenda=agenda,
    deviates=_deviates,
    course=_course,
    tables=(PLANS, GIVEN, PLANNED, NOT_GIVEN, COUNTED, TABLETS, INTENSITY),
    tells=(AMISS,),
)
