"""What the monitoring board watches, live: each rule of the study file as a picture.

No opening is waited for, as for results by arm, since a rule that is seen late protects nobody. A
rule counts what befell the people of one arm; it sets no arms beside each other. Looks are noted.
"""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from equipoise.analysis.figures.figure import Figure
from equipoise.analysis.figures.stopping import stopping_figure
from equipoise.analysis.figures.texts import STOPPING, Texts
from equipoise.analysis.stopping import Count, boundary, crosses, steps, watched_now
from equipoise.study.model import Study
from equipoise.study.sections.stopping import Watched
from equipoise.web import read_model, write_service
from equipoise.web.access import access_log
from equipoise.web.reader import HERE
from equipoise.web.viewer import Viewer
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import label
from equipoise.web.witness import newest_head

__all__ = ["is_open_to", "stopping_rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One rule on the page."""

    rule: Watched
    name: str
    arm: str
    judged: str
    crossed: bool
    state: str
    figure: Figure


def is_open_to(viewer: Viewer) -> bool:
    """Whether they are of the board, in a study that has something watched."""
    return viewer.could_see_results_by_arm and bool(_rules(viewer.study))


@require_safe
@for_people
def stopping_rules(page: Page) -> HttpResponse:
    """The page, for those who could see results by arm and for nobody else."""
    viewer = page.viewer
    if not is_open_to(viewer):
        raise Http404
    study, today = viewer.study, write_service.today()
    rows = read_model.rows(study, today).order_by("subject_id")
    subjects = [read_model.decoded(row) for row in rows]
    rules = [_chart(study, r, watched_now(study, r, subjects, today)) for r in _rules(study)]
    head = newest_head.newest()
    access_log.note("stopping-rules-seen", viewer.person_id)
    return page.render("status/stopping.jinja", rules=rules, on=today, head=head)


def _rules(study: Study) -> tuple[Watched, ...]:
    return study.stopping.rules if study.stopping else ()


def _chart(study: Study, rule: Watched, now: Count) -> Chart:
    name = label(rule.label)
    places = {"events": str(now.events), "people": str(now.people)}
    texts = Texts(STOPPING, HERE.translator, places, own={"title": name})
    people = max(now.people, _planned(study, rule))
    return Chart(
        rule=rule,
        name=name,
        arm=label(study.arm_of[rule.arm].label),
        judged=_judged(rule),
        crossed=crosses(rule, now.events, now.people),
        state=_state(rule, now),
        figure=stopping_figure(steps(rule, people), now, texts, people),
    )


def _planned(study: Study, rule: Watched) -> int:
    """How many of the planned participants the arm is to have."""
    ratio = sum(arm.ratio for arm in study.arms_drawn) or 1
    share = study.arm_of[rule.arm].ratio / ratio
    return round(float(str(study.identity.enrolment.value)) * share)


def _state(rule: Watched, now: Count) -> str:
    """How it stands, in words: the numbers, the boundary, and of whom it is not known yet."""
    places = {"events": now.events, "people": now.people, "waiting": now.waiting}
    sentences = [gettext("%(events)s of %(people)s.") % places]
    bound = boundary(rule, now.people)
    if bound is None:
        sentences.append(gettext("In so few participants no number crosses it."))
    else:
        sentences.append(gettext("Crossed from %(bound)s on.") % {"bound": bound})
    if now.waiting:
        sentences.append(gettext("For %(waiting)s more it is too early to tell.") % places)
    return " ".join(sentences)


def _judged(rule: Watched) -> str:
    limit = HERE.signed(f"{rule.limit.normalize():f}")
    if rule.posterior:
        prior = rule.posterior
        return gettext(
            "Crossed when the true share is above %(limit)s%% with a probability of at least "
            "%(probability)s, after a prior of beta(%(with_it)s, %(without)s)."
        ) % {
            "limit": limit,
            "probability": HERE.signed(f"{prior.probability}"),
            "with_it": HERE.signed(f"{prior.prior_with}"),
            "without": HERE.signed(f"{prior.prior_without}"),
        }
    alpha = HERE.signed(f"{rule.exact.alpha}") if rule.exact else ""
    return gettext(
        "Crossed when so many events have a probability of at most %(alpha)s at a true share of "
        "%(limit)s%% (exact binomial, one-sided)."
    ) % {"limit": limit, "alpha": alpha}
