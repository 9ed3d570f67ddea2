"""Two adopted study texts side by side: what the later one says otherwise, and for whom."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from equipoise.conduct.comparison import Comparison, compared
from equipoise.conduct.consequences import ABOUT
from equipoise.conduct.differences import by_chapter
from equipoise.study.model import Study
from equipoise.web import adopted
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["ComparisonText", "comparison_text", "texts"]

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ComparisonText:
    """A comparison in the reader's words."""

    about: list[tuple[str, Rows]]
    """What changes and for whom, by what it is about."""
    draws: list[str]
    chapters: list[tuple[str, list[str]]]
    against: list[str]


@require_safe
@for_people
def texts(page: Page) -> HttpResponse:
    """Any two of the texts that the trial ran under; the newest beside the one before it.

    :raises Http404: for whoever does not read the audit of the whole trial
    """
    if not page.viewer.sees_whole_audit:
        raise Http404
    order = list(dict.fromkeys(page.viewer.trial_state.adopted))
    held = adopted.texts()
    known = [digest for digest in order if digest in held]
    old, new = _chosen(page, known)
    found = compared(held[old], held[new]) if old else None
    return page.render(
        "people/texts.jinja",
        choices=[(digest, _called(held[digest])) for digest in known],
        lost=[f"{digest[:16]}…" for digest in order if digest not in held],
        old=old,
        new=new,
        before=held.get(old),
        now=held.get(new),
        comparison=comparison_text(found) if found else None,
    )


def comparison_text(found: Comparison) -> ComparisonText:
    """A comparison as its page says it."""
    by_about = (
        (
            HERE.written(heading()),
            [
                (HERE.written(one.wording), HERE.written(one.whom))
                for one in found.consequences
                if one.about == about
            ],
        )
        for about, heading in ABOUT.items()
    )
    return ComparisonText(
        about=[(heading, rows) for heading, rows in by_about if rows],
        draws=[HERE.written(rule.wording) for rule in found.draws],
        chapters=[
            (HERE.written(heading), [HERE.written(one.wording) for one in changes])
            for heading, changes in by_chapter(found.changes)
        ],
        against=[refusal.wording(HERE) for refusal in found.against],
    )


def _chosen(page: Page, known: list[str]) -> tuple[str, str]:
    """The two that are asked for; else the newest with the one before it; nothing of one alone."""
    if len(known) < 2:
        return "", ""
    new = page.request.GET.get("new", "")
    new = new if new in known else known[-1]
    before = known[max(0, known.index(new) - 1)]
    old = page.request.GET.get("old", "")
    return (old if old in known else before), new


def _called(text: Study) -> str:
    return gettext("version %(version)s") % {"version": text.version} + f" ({text.digest[:16]}…)"
