"""A rehearsal on one page: what came of the invented trial, as figures with their tables."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from equipoise.analysis.endpoints import at_risk_subjects, follow_up
from equipoise.analysis.figures.accrual import accrual_figure
from equipoise.analysis.figures.consort import consort_figure
from equipoise.analysis.figures.figure import Figure
from equipoise.analysis.figures.kaplan_meier import kaplan_meier_figure
from equipoise.analysis.figures.texts import ACCRUAL, FLOW, Texts
from equipoise.analysis.frames import manifest, subjects_as_of
from equipoise.analysis.logrank import log_rank
from equipoise.analysis.progress import curves_by_arm, flow, months, primary
from equipoise.analysis.progress_words import flow_words, survival_texts
from equipoise.analysis.standing import Standings
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.run import Rehearsed
from equipoise.design.report.page import Section, page, section_of
from equipoise.ledger import Ledger
from equipoise.logic.days import DAYS_PER_MONTH
from equipoise.logic.translator import ENGLISH
from equipoise.study.model import Study
from equipoise.study.sections.endpoints import Endpoint

__all__ = ["report", "write_report"]

INVENTED = "Everyone on this page is invented. Nothing here is a result of the trial."


def write_report(study: Study, ledger: Ledger, path: Path, done: Rehearsed) -> None:
    """Write the page; it needs nothing from elsewhere."""
    path.write_text(report(study, ledger, done), encoding="utf-8")


def report(study: Study, ledger: Ledger, done: Rehearsed) -> str:
    """The page as HTML."""
    subjects = subjects_as_of(ledger)
    return page(
        f"{study.identity.acronym}: a rehearsal",
        [
            Section(note=INVENTED, paragraphs=(_counts(subjects),)),
            *map(section_of, _figures(study, subjects)),
            Section(paragraphs=tuple(_comparison(study, subjects))),
            *_tried(done),
            Section(paragraphs=(f"Cut: {manifest(ledger, study)['digest']}",)),
        ],
    )


def _counts(subjects: Sequence[Subject]) -> str:
    drawn = sum(1 for s in subjects if s.randomised_on)
    died = sum(1 for s in subjects if s.died_on and s.randomised_on)
    treated = sum(1 for s in subjects if s.follow_up.resections)
    return (
        f"{len(subjects)} people were screened, {drawn} randomised; {treated} had local "
        f"treatment and {died} died."
    )


def _tried(done: Rehearsed) -> Iterator[Section]:
    """What the rehearsal tells of the study and the plan themselves."""
    stops = done.stops
    kept_out = (f"Kept out by {stops.who()}.",) if stops.kept_out else ()
    stopped = "No life stopped before its end."
    if stops.trajectories:
        stopped = f"{stops.trajectories} lives stopped before their end:"
    lines = tuple(stops.lines()) if stops.trajectories else ()
    yield Section(heading="What was tried", paragraphs=(*kept_out, stopped), lines=lines)
    unused = [f"{k.capitalize()} never used: {', '.join(n)}." for k, n in done.unused.by_kind()]
    used = "Every act, visit, form and item of the study was used."
    yield Section(paragraphs=tuple(unused) if done.unused else (used,))


def _figures(study: Study, subjects: Sequence[Subject]) -> Iterator[Figure]:
    progress = Standings.of(study, subjects)
    days = [day for s in subjects if (day := s.entered_on)]
    last = max((s.randomised_on for s in subjects if s.randomised_on), default=None)
    if days and last:
        listed = months(study, progress, min(days), last, "en")
        yield accrual_figure(listed, Texts(ACCRUAL, ENGLISH))
    steps, branches = flow(study, progress, flow_words(ENGLISH), "en", by_arm=True)
    yield consort_figure(steps, branches, Texts(FLOW, ENGLISH))
    endpoint = primary(study)
    if endpoint and last:
        yield _survival(study, endpoint, subjects)


def _survival(study: Study, endpoint: Endpoint, subjects: Sequence[Subject]) -> Figure:
    curves = curves_by_arm(study, endpoint, subjects, "en")
    texts = survival_texts(ENGLISH, endpoint)
    return kaplan_meier_figure(curves, _horizon(study, endpoint, subjects), texts, band=True)


def _horizon(study: Study, endpoint: Endpoint, subjects: Sequence[Subject]) -> int:
    followed = follow_up(study, endpoint, subjects)
    months_seen = int(followed.days.max() / DAYS_PER_MONTH) if len(followed) else 12
    return max(12, min(months_seen // 12 * 12 + 12, 120))


def _comparison(study: Study, subjects: Sequence[Subject]) -> Iterator[str]:
    endpoint = primary(study)
    allocated = [s for s in subjects if s.randomised_on]
    drawn = at_risk_subjects(endpoint, allocated) if endpoint else []
    arms = [s.arm for s in drawn if s.randomised_on]
    if endpoint is None or len(set(arms)) < 2 or not any(s.died_on for s in drawn):
        return
    test = log_rank(follow_up(study, endpoint, drawn), arms)
    if not test.degrees:
        yield "The invented arms are not compared: nobody died while two were followed."
        return
    yield (
        f"Log-rank test of the invented arms: chi-square {test.chi_square:.2f} on "
        f"{test.degrees} degrees of freedom, p = {test.p:.3g}."
    )
