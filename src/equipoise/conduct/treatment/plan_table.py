"""The plans of cycles, a row a plan: what stands, who has checked it, and what became of it."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.treatment.agenda import PAGE
from equipoise.conduct.treatment.cycles import of_an_arm, regimens_of
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["PLANS"]


def _plans(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    state = subject.treatment
    for plan in state.plans:
        check, release = state.check_of(plan), state.release_of(plan)
        valid = plan is state.plan_of(plan.of)
        given = state.given_of(plan.of) if valid else []
        yield (
            subject.subject_id,
            plan.seq,
            plan.day,
            plan.regimen,
            plan.cycle,
            valid,
            check.on if check else None,
            release.on if release else None,
            min((one.on for one in given), default=None),
        )


PLANS = Table(
    name="cycles_planned",
    label=Phrase("Cycles planned"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("plan", "number", Phrase("Entry that made the plan")),
        TableColumn("day", "day", Phrase("First day of the cycle")),
        TableColumn("regimen", "text", Phrase("Regimen"), regimens_of, by_arm=True),
        TableColumn("cycle", "number", Phrase("Cycle")),
        TableColumn("stands", "yes or no", Phrase("Stands")),
        TableColumn("checked_on", "day", Phrase("Checked")),
        TableColumn("released_on", "day", Phrase("Released")),
        TableColumn("given_on", "day", Phrase("Given")),
    ),
    rows=_plans,
    listed=("day", "regimen", "cycle", "stands", "checked_on", "released_on", "given_on"),
    tells_arm=lambda study, row: of_an_arm(study),
    page=(PAGE, "plan"),
    of_study=lambda study: study.treatment is not None,
)
