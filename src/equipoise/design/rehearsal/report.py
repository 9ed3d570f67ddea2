"""A rehearsal on one page: what came of the invented trial, as figures with their tables."""

from collections.abc import Iterator, Sequence
from html import escape
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
from equipoise.analysis.progress_words import (
    flow_words,
    survival_texts,
)
from equipoise.analysis.standing import Standings
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.run import Rehearsed
from equipoise.ledger import Ledger
from equipoise.logic.translator import ENGLISH
from equipoise.study.model import Study
from equipoise.study.sections.endpoints import Endpoint

__all__ = ["report", "write_report"]

_LOOK = """body{font:17px/1.5 "Source Sans 3",sans-serif;color:#1b2733;
max-width:820px;margin:2rem auto;padding:0 1rem}h1,h2{color:#12303f;line-height:1.2}
table{border-collapse:collapse;margin:.5rem 0}
td,th{border-bottom:1px solid #d5dee5;padding:.2rem .8rem .2rem 0;text-align:left}
.note{background:#eef3f6;border-left:4px solid #12303f;padding:.5rem 1rem}svg{max-width:100%}
summary{cursor:pointer;color:#0f5499}"""


def write_report(study: Study, ledger: Ledger, path: Path, done: Rehearsed) -> None:
    """Write the page; it needs nothing from elsewhere."""
    path.write_text(report(study, ledger, done), encoding="utf-8")


def report(study: Study, ledger: Ledger, done: Rehearsed) -> str:
    """The page as HTML."""
    subjects = subjects_as_of(ledger)
    parts = [
        f"<h1>{escape(study.identity.acronym)}: a rehearsal</h1>",
        '<p class="note">Everyone on this page is invented. Nothing here is a result of the '
        "trial.</p>",
        *_counts(subjects),
        *(_section(figure) for figure in _figures(study, subjects)),
        *_comparison(study, subjects),
        *_told(done),
        f"<p>Cut: <code>{manifest(ledger, study)['digest']}</code></p>",
    ]
    title = escape(f"{study.identity.acronym}: a rehearsal")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_LOOK}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _counts(subjects: Sequence[Subject]) -> Iterator[str]:
    drawn = sum(1 for s in subjects if s.randomised_on)
    died = sum(1 for s in subjects if s.died_on and s.randomised_on)
    treated = sum(1 for s in subjects if s.follow_up.resections)
    yield (
        f"<p>{len(subjects)} people were screened, {drawn} randomised; {treated} had local "
        f"treatment and {died} died.</p>"
    )


def _told(done: Rehearsed) -> Iterator[str]:
    """What the rehearsal tells of the study and the plan themselves."""
    stops = done.stops
    yield "<h2>What was tried</h2>"
    if stops.kept_out:
        yield f"<p>Kept out by {escape(stops.who())}.</p>"
    if stops.trajectories:
        lines = "".join(f"<li>{escape(line)}</li>" for line in stops.lines())
        yield f"<p>{stops.trajectories} lives stopped before their end:</p><ul>{lines}</ul>"
    else:
        yield "<p>No life stopped before its end.</p>"
    for kind, names in done.unused.by_kind():
        yield f"<p>{kind.capitalize()} never used: {escape(', '.join(names))}.</p>"
    if not done.unused:
        yield "<p>Every act, visit, form and item of the study was used.</p>"


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
        curves = curves_by_arm(study, endpoint, subjects, "en")
        texts = survival_texts(ENGLISH, endpoint)
        yield kaplan_meier_figure(curves, _horizon(endpoint, subjects), texts, band=True)


def _horizon(endpoint: Endpoint, subjects: Sequence[Subject]) -> int:
    followed = follow_up(endpoint, subjects)
    months_seen = int(followed.days.max() / (365.25 / 12)) if len(followed) else 12
    return max(12, min(months_seen // 12 * 12 + 12, 120))


def _section(figure: Figure) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in figure.table.headers)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in figure.table.rows
    )
    return (
        f"<h2>{escape(figure.title)}</h2>{figure.svg}<details><summary>The numbers</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _comparison(study: Study, subjects: Sequence[Subject]) -> Iterator[str]:
    endpoint = primary(study)
    allocated = [s for s in subjects if s.randomised_on]
    drawn = at_risk_subjects(endpoint, allocated) if endpoint else []
    arms = [s.arm for s in drawn if s.randomised_on]
    if endpoint is None or len(set(arms)) < 2 or not any(s.died_on for s in drawn):
        return
    test = log_rank(follow_up(endpoint, drawn), arms)
    if not test.degrees:
        yield "<p>The invented arms are not compared: nobody died while two were followed.</p>"
        return
    yield (
        f"<p>Log-rank test of the invented arms: chi-square {test.chi_square:.2f} on "
        f"{test.degrees} degrees of freedom, p = {test.p:.3g}.</p>"
    )
