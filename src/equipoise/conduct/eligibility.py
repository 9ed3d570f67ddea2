"""Eligibility: every criterion, met, not met or not known, and what would mend it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.conduct.coverage import criteria_asked
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import Missing, Used, answer, evaluate
from equipoise.logic.expiry import changes_on
from equipoise.logic.language import parsed
from equipoise.logic.lookup import Here
from equipoise.logic.truth import Truth, all_of
from equipoise.study.catalogue import spoken, translator
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.criteria import Criterion

Side = Literal["inclusion", "exclusion"]

__all__ = [
    "Line",
    "Side",
    "checklist",
    "expiries",
    "open_lines",
    "open_points",
    "retired_site",
    "verdict",
]

NOT_MET = Reason("criterion.not-met", "", "{criterion}: not met. {why}")
NOT_KNOWN = Reason("criterion.unknown", "", "{criterion}: not known. {why}")
NOT_CONCLUDED = Reason("panel.no-conclusion", "panel", "the {panel} has not concluded")
DIED = Reason("subject.died", "", "the participant died on {day}")
DIED_BEFORE = Reason(
    "subject.died", "happened", "the participant died on {day}; nothing happens after"
)
NO_CONSENT = Reason("consent.none", "consent", "there is no signed consent on this day")
NOTHING_SIGNED = Reason("consent.none", "", "there is no consent to withdraw")
SITE_RETIRED = Reason("site.retired", "site", "{hospital} takes no new participants any more")
"""What several chapters hold against an act stands here once, with all that its code says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the checklist. `stands` says whether the criterion lets the participant in.

    A criterion that waits only for what is not asked of this participant does not apply: it stands.
    """

    criterion: Criterion
    side: Side
    satisfied: Truth
    sentence: str
    used: tuple[Used, ...]
    missing: tuple[Missing, ...]
    changes_on: date | None
    judged: bool
    applies: bool = True


def checklist(
    study: Study,
    subject: Subject,
    on: date,
    language: str = "en",
    registering: date | None = None,
    only: Collection[str] | None = None,
) -> list[Line]:
    """Every criterion as it stands on a day, in the protocol's order, with its reasons.

    :param only: the criteria that are asked for by their id, where not all are
    """
    facts = SubjectFacts(study, subject, on, registering, language)
    return [
        _line(study, side, criterion, facts, on, language)
        for side, criterion in criteria_asked(study, subject, registering or on)
        if only is None or criterion.id in only
    ]


def verdict(lines: list[Line]) -> Truth:
    """Whether the participant may enter: every criterion stands, some does not, or not known."""
    return all_of(*(line.satisfied for line in lines))


def open_points(
    study: Study, subject: Subject, on: date, registering: date | None = None
) -> Iterator[Refusal]:
    """Every criterion that still keeps the participant out on a day."""
    facts = SubjectFacts(study, subject, on, registering)
    for side, criterion in criteria_asked(study, subject, registering or on):
        wanted = side == "inclusion"
        truth = facts.holds(criterion.when)
        satisfied = truth if wanted else ~truth
        if satisfied is Truth.TRUE:
            continue
        found = answer(parsed(criterion.when), study.vocabulary, facts, on, wanted=wanted)
        if _applies(facts, found.waits_for):
            # In every language at once: a reason travels to readers who are not known here.
            why = {language: found.sentence(translator(language)) for language in spoken()}
            reason = NOT_MET if satisfied is Truth.FALSE else NOT_KNOWN
            yield reason(criterion.id, criterion=criterion.text, why=why)


def retired_site(study: Study, site: str) -> Iterator[Refusal]:
    """Whether a hospital takes new participants no longer."""
    known = study.site_of.get(site)
    if known and known.retired:
        yield SITE_RETIRED(hospital=known.name)


def open_lines(
    study: Study,
    subject: Subject,
    on: date,
    registering: date | None = None,
    language: str = "en",
) -> Iterator[Line]:
    """The criteria that do not stand on a day; reasons are worked out for these alone."""
    facts = SubjectFacts(study, subject, on, registering, language)
    for side, criterion in criteria_asked(study, subject, registering or on):
        truth = facts.holds(criterion.when)
        if (truth if side == "inclusion" else ~truth) is not Truth.TRUE:
            line = _line(study, side, criterion, facts, on, language)
            if line.satisfied is not Truth.TRUE:
                yield line


def expiries(study: Study, subject: Subject, on: date) -> Iterator[tuple[date, Criterion]]:
    """Of each criterion that stands, as if registered on a day, when it will not by itself."""
    facts = SubjectFacts(study, subject, on, on)
    for side, criterion in criteria_asked(study, subject, on):
        node, wanted = parsed(criterion.when), side == "inclusion"
        truth = facts.holds(criterion.when)
        if truth is (Truth.TRUE if wanted else Truth.FALSE):
            day = changes_on(node, Here(study.vocabulary, facts, on, wanted=wanted), truth)
            if day:
                yield day, criterion


def _line(
    study: Study, side: Side, criterion: Criterion, facts: SubjectFacts, on: date, language: str
) -> Line:
    wanted = side == "inclusion"
    tree, reader = parsed(criterion.when), translator(language)
    outcome = evaluate(tree, study.vocabulary, facts, on, reader, wanted=wanted)
    applies = _applies(facts, {missing.name for missing in outcome.missing})
    satisfied = outcome.truth if wanted else ~outcome.truth
    return Line(
        criterion=criterion,
        side=side,
        satisfied=satisfied if applies else Truth.TRUE,
        applies=applies,
        sentence=outcome.sentence if applies else "",
        used=outcome.used,
        missing=outcome.missing,
        changes_on=outcome.changes_on,
        judged=outcome.judged,
    )


def _applies(facts: SubjectFacts, waits_for: Collection[str]) -> bool:
    """Whether a criterion concerns the participant: not where it waits only for what is not asked.

    :param waits_for: the facts that leave it open, those in a row with the row's number
    """
    items = {name.partition("[")[0] for name in waits_for}
    return not items or not all(map(facts.not_applicable, items))
