"""What makes a dose lower or holds it: conditions and decision tables, the lowest level wins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.treatment.resuming import held
from equipoise.logic.decision import Decided, decide
from equipoise.logic.decision_sentences import decided_text
from equipoise.logic.truth import Truth
from equipoise.study.catalogue import everywhere, spoken, translator
from equipoise.study.model import Study
from equipoise.study.reason import Phrase
from equipoise.study.sections.treatment import FULL
from equipoise.study.sections.treatment_rules import Modification

__all__ = ["Modified", "modified"]

NOT_RAISED = Phrase("it was held before, and does not rise above the last dose by itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class Modified:
    """What one modification says of a drug on a day."""

    rule: Modification
    state: str
    """lowers, holds, or open: not known."""
    because: Mapping[str, str]
    """Why, in every language; empty where a table decided."""
    decided: Decided | None = None
    """What its table gave, and why."""
    level: Decimal | None = None
    row: int | None = None
    """The row that fired, where a table decided."""

    @property
    def why(self) -> Mapping[str, str]:
        """Why, in every language that is spoken here."""
        found = self.decided
        if found is None:
            return self.because
        return {language: decided_text(found, translator(language)) for language in spoken()}

    @property
    def of_last(self) -> bool:
        """Whether the level is one of the last dose that was given."""
        return bool(self.rule.resumes)

    @property
    def name(self) -> str:
        """As it is kept: the rule, and the row of its table."""
        return self.rule.id if self.row is None else f"{self.rule.id}:{self.row}"


def modified(study: Study, facts: SubjectFacts, drug: str, on: date) -> tuple[Modified, ...]:
    """Every modification that holds for a drug, or of which that is not known."""
    what = f"modified {drug} {on}"
    if what not in facts.worked_out:
        facts.worked_out[what] = tuple(_modified(study, facts, drug, on))
    found: tuple[Modified, ...] = facts.worked_out[what]
    return found


def _modified(study: Study, facts: SubjectFacts, drug: str, on: date) -> Iterator[Modified]:
    treatment = study.treatment
    for rule in treatment.modifications if treatment else ():
        counts = facts.holds(rule.when) if rule.when else Truth.TRUE
        if drug not in rule.drugs or counts is Truth.FALSE:
            continue
        since = held(study, facts, rule, drug, on) if rule.resumes else "last"
        if not since:
            continue
        if since == "earlier":
            why = everywhere(NOT_RAISED.sentence)
            yield Modified(rule=rule, state="lowers", because=why, level=FULL)
        elif rule.table is not None:
            yield _by_table(study, facts, rule, rule.table, on, counts)
        else:
            state = "lowers" if counts is Truth.TRUE else "open"
            yield Modified(rule=rule, state=state, because=rule.because or {}, level=rule.level)


def _by_table(
    study: Study, facts: SubjectFacts, rule: Modification, table: str, on: date, counts: Truth
) -> Modified:
    found = decide(study.table_of[table], study.vocabulary, facts, on)
    level, row = _level(found), found.row.number if found.row else None
    state = "open" if counts is Truth.UNKNOWN or found.gives is None else ""
    state = state or ("holds" if level is None else "lowers")
    return Modified(rule=rule, state=state, because={}, decided=found, level=level, row=row)


def _level(found: Decided) -> Decimal | None:
    """The percentage that a table gives; None where it holds, stops, or is not known."""
    value = found.gives.value if found.gives else None
    return value if isinstance(value, Decimal) else None
