"""How the trial goes: accrual against the plan, the flow of participants, survival of all together.

Whatever tells the arms apart is made only for the monitoring board, once two people opened it.
It is made from the data cut that they agreed to, or from less: with `as_of` the page answers from
the ledger as it stood at the end of that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isnan
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from equipoise.analysis import progress
from equipoise.analysis.endpoints import at_risk_subjects, follow_up
from equipoise.analysis.figures import accrual, consort, kaplan_meier
from equipoise.analysis.figures.figure import Figure
from equipoise.analysis.figures.texts import ACCRUAL, FLOW, Texts
from equipoise.analysis.frames import subjects_as_of
from equipoise.analysis.logrank import log_rank
from equipoise.analysis.progress_words import (
    flow_words,
    survival_texts,
)
from equipoise.analysis.standing import Standings
from equipoise.analysis.survival import median
from equipoise.conduct.openings import AskToOpen
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import moment as moment_written
from equipoise.logic.days import DAYS_PER_MONTH
from equipoise.study.model import Study
from equipoise.study.sections.endpoints import Endpoint
from equipoise.web import kept_counts, read_model, write_service
from equipoise.web.access import access_log
from equipoise.web.administration.openings import waiting
from equipoise.web.administration.stopping import is_open_to
from equipoise.web.jinja import day, moment
from equipoise.web.reader import HERE
from equipoise.web.results_open import ByArm, earlier, shown_by_arm
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.problems import day_read
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import label
from equipoise.web.witness import newest_head

__all__ = ["trial_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One figure of the page."""

    anchor: str
    heading: str
    note: str
    figure: Figure


@require_safe
@for_people
def trial_status(page: Page) -> HttpResponse:
    """The page, for those whose role sees the status of the trial."""
    viewer = page.viewer
    if not viewer.sees_status:
        raise Http404
    study, today = viewer.study, write_service.today()
    as_of_text = page.request.GET.get("as_of", "").strip()
    on, wrong = _day_of(as_of_text, today)
    end = _end(study, on) if as_of_text and not wrong else None
    now, seen = _standings(study, end), shown_by_arm(viewer)
    as_of = earlier(end, seen.cut)
    cut = _subjects(study, as_of) if seen.by_arm else []
    figures = [_accrual(study, now, viewer.trial_state.opened_on or on, on)]
    figures += [_flow(study, Standings.of(study, cut) if seen.by_arm else now, seen, as_of)]
    endpoint = progress.primary(study)
    by_arm = None
    if endpoint:
        figures += _pooled(endpoint, now)
    if endpoint and seen.by_arm:
        by_arm = _by_arm(study, endpoint, cut)
    context = {
        "figures": figures,
        "by_arm": by_arm,
        "opened": seen,
        "cut": as_of if seen.cut else None,
        "waiting": waiting(page),
        "watched": act_page("stopping-rules") if is_open_to(viewer) else "",
        "ask": act_page(AskToOpen.kind) if viewer.may(AskToOpen.kind) else "",
        "numbers": _numbers(study, now),
        "on": on,
        "as_of_text": as_of_text,
        "wrong": wrong,
        "today": today,
        "head": newest_head.newest(),
    }
    if seen.by_arm:
        noted_as_of = moment_written(as_of) if as_of and seen.cut else on.isoformat()
        access_log.note("results-by-arm-seen", viewer.person_id, as_of=noted_as_of)
    return page.render("status/status.jinja", 422 if wrong else 200, **context)


def _day_of(as_of_text: str, today: date) -> tuple[date, str]:
    if not as_of_text:
        return today, ""
    on = day_read(as_of_text)
    if on is None:
        return today, gettext("Give a date that exists, like 23 11 2026")
    if on > today:
        return today, gettext("That day is still to come")
    return on, ""


def _end(study: Study, on: date) -> datetime:
    """The last moment of a day where the trial is run."""
    zone = ZoneInfo(study.identity.timezone)
    return datetime.combine(on + timedelta(days=1), time(), zone) - timedelta(microseconds=1)


def _standings(study: Study, as_of: datetime | None) -> Standings:
    """Where everybody stands: as is kept; or as the ledger stood at a moment."""
    if as_of is None:
        read_model.make_current(study, write_service.LEDGER, write_service.today())
        return kept_counts.standings()
    return Standings.of(study, subjects_as_of(write_service.LEDGER, as_of))


def _subjects(study: Study, as_of: datetime | None) -> list[Subject]:
    """Everyone, as the ledger stood at a moment; by default as it stands now."""
    if as_of is None:
        return [
            read_model.decoded(row)
            for row in read_model.rows(study, write_service.today()).order_by("subject_id")
        ]
    return subjects_as_of(write_service.LEDGER, as_of)


def _numbers(study: Study, now: Standings) -> list[tuple[str, str]]:
    planned = study.identity.enrolment.value
    drawn, died = now.number(randomised=True), now.number(randomised=True, died=True)
    return [
        (gettext("screened"), str(now.number())),
        (gettext("randomised, of %(planned)s planned") % {"planned": planned}, str(drawn)),
        (gettext("deaths after randomisation"), str(died)),
    ]


def _accrual(study: Study, now: Standings, start: date, on: date) -> Chart:
    listed = progress.months(study, now, start, on, HERE.language)
    drawn = sum(month.randomised or 0 for month in listed)
    plan = sum(month.planned for month in listed)
    values = {"drawn": drawn, "plan": f"{plan:.0f}", "day": day(on)}
    description = gettext("By %(day)s %(drawn)s were randomised; the plan had %(plan)s.") % values
    texts = Texts(ACCRUAL, HERE.translator, own={"description": description})
    return Chart(
        anchor="accrual",
        heading=texts("title"),
        note=gettext("The plan spreads the participants evenly over the accrual time."),
        figure=accrual.accrual_figure(listed, texts),
    )


def _flow(study: Study, now: Standings, seen: ByArm, as_of: datetime | None) -> Chart:
    labels, language = flow_words(HERE.translator), HERE.language
    trunk, branches = progress.flow(study, now, labels, language, by_arm=seen.by_arm)
    texts = Texts(FLOW, HERE.translator)
    note = gettext("Each failed screening counts under the first criterion recorded.")
    if seen.cut and as_of:
        note += " " + gettext("By arm: with the data as of %(moment)s.") % {"moment": moment(as_of)}
    return Chart(
        anchor="flow",
        heading=texts("title"),
        note=note,
        figure=consort.consort_figure(trunk, branches, texts),
    )


def _pooled(endpoint: Endpoint, now: Standings) -> list[Chart]:
    arm = progress.pooled_curve(now, gettext("All arms together"))
    if arm is None:
        return []
    title = gettext("%(endpoint)s, all arms together") % {"endpoint": label(endpoint.label)}
    drawing = kaplan_meier.kaplan_meier_figure(
        [arm], _horizon([arm]), survival_texts(HERE.translator, endpoint, title), band=True
    )
    return [
        Chart(
            anchor="survival",
            heading=title,
            note=f"{label(endpoint.definition)} {_median(arm)}",
            figure=drawing,
        )
    ]


def _horizon(arms: Sequence[kaplan_meier.Arm]) -> int:
    """Whole months that hold the longest follow-up, in steps of six, at least twelve."""
    longest = max((int(arm.curve.days[-1]) for arm in arms if arm.curve.subjects), default=0)
    return max(12, -(-int(longest / DAYS_PER_MONTH + 1) // 6) * 6)


def _median(arm: kaplan_meier.Arm) -> str:
    half = median(arm.curve).days
    if half is None:
        return gettext("The median has not been reached.")
    months = HERE.signed(f"{half / DAYS_PER_MONTH:.1f}")
    return gettext("Median: %(months)s months.") % {"months": months}


def _by_arm(study: Study, endpoint: Endpoint, subjects: Sequence[Subject]) -> dict[str, object]:
    """The closed part: curves by arm and the log-rank test."""
    arms = progress.curves_by_arm(study, endpoint, subjects, HERE.language)
    title = gettext("%(endpoint)s by arm") % {"endpoint": label(endpoint.label)}
    chart = None
    if arms:
        drawing = kaplan_meier.kaplan_meier_figure(
            arms, _horizon(arms), survival_texts(HERE.translator, endpoint, title)
        )
        note = " ".join(f"{arm.name}: {_median(arm)}" for arm in arms)
        chart = Chart(anchor="by-arm", heading=title, note=note, figure=drawing)
    return {"chart": chart, "test": _test(study, endpoint, subjects)}


def _test(
    study: Study, endpoint: Endpoint, subjects: Sequence[Subject]
) -> dict[str, object] | None:
    # Whoever has no arm (yet) is no arm of their own, though their clock may have started.
    drawn = at_risk_subjects(endpoint, [s for s in subjects if s.randomised_on])
    groups = [s.arm for s in drawn if s.randomised_on]
    if len(set(groups)) < 2:
        return None
    found = log_rank(follow_up(study, endpoint, drawn), groups)
    names = {arm.id: label(arm.label) for arm in study.arms}
    rows = zip(found.groups, found.subjects, found.observed, found.expected, strict=True)
    return {
        "rows": [
            (names.get(arm, arm), str(many), str(seen), HERE.signed(f"{awaited:.1f}"))
            for arm, many, seen, awaited in rows
        ],
        "chi_square": "–" if isnan(found.chi_square) else _number(found.chi_square),
        "degrees": found.degrees,
        "p": "–" if isnan(found.p) else _number(found.p),
    }


def _number(value: float) -> str:
    return HERE.signed(f"{value:.3f}" if value >= 0.001 else "< 0.001")
