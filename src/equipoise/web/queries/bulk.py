"""Several queries at once, from their list: first tried, then done, an act for each.

Trying records nothing and says of each what stands against it. What is refused is left as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext

from equipoise.conduct.act import Refused
from equipoise.conduct.queries import query_named
from equipoise.conduct.subject import Subject
from equipoise.study.reason import Refusal
from equipoise.web import write_service
from equipoise.web.jinja import say
from equipoise.web.queries.several import MOST, QueryAct, act_of, choices
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["several"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One of those that were ticked, and what stands against it."""

    subject_id: str
    key: str
    ticked: str
    wording: str
    where: str
    against: tuple[str, ...]


@for_people
def several(page: Page) -> HttpResponse:
    """Try what was chosen on each that is ticked; do it once that is confirmed."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not page.viewer.sees_subjects:
        raise Http404
    posted = page.request.POST
    chosen = list(_chosen(page))
    if not chosen:
        page.tell(gettext("Tick the queries that it is about, and choose what is to be done"))
        return redirect("queries")
    if posted.get("step") == "do":
        done = sum(_done(page, subject, act) for subject, act, _ in chosen)
        sentence = ngettext("Done for %(count)s query", "Done for %(count)s queries", done)
        left = len(chosen) - done
        more = ngettext("%(count)s was left as it is", "%(count)s were left as they are", left)
        parts = [sentence % {"count": done}, *([more % {"count": left}] if left else [])]
        page.tell("; ".join(parts))
        return redirect("queries")
    tried = [_tried(page, *one) for one in chosen]
    return page.render(
        "queries/several.jinja",
        tried=tried,
        able=sum(not one.against for one in tried),
        does=posted.get("does", ""),
        what=choices()[posted.get("does", "")],
        text=posted.get("text", "").strip(),
        to=posted.get("to", ""),
    )


def _chosen(page: Page) -> Iterator[tuple[Subject, QueryAct, str]]:
    """Whose and which of those that are ticked the viewer sees."""
    posted = page.request.POST
    does, text, to = (posted.get(name, "").strip() for name in ("does", "text", "to"))
    for ticked in list(dict.fromkeys(posted.getlist("ticked")))[:MOST]:
        subject_id, _, key = ticked.partition(" ")
        act = act_of(does, key, text, to)
        if act is not None:
            yield page.subject(subject_id), act, ticked


def _tried(page: Page, subject: Subject, act: QueryAct, ticked: str) -> Tried:
    query = query_named(page.study, subject, act.query)
    item = page.study.items.get(query.item) if query else None
    form = page.study.form_of.get(query.form) if query else None
    against = write_service.try_out(
        act, page.viewer.person_id, subject_id=subject.subject_id, known=page.folds
    )
    return Tried(
        subject_id=subject.subject_id,
        key=act.query,
        ticked=ticked,
        wording=HERE.written(query.wording) if query else "",
        where=" · ".join(say(one) for one in (form and form.title, item and item.label) if one),
        against=tuple(_sentences(against)),
    )


def _sentences(refusals: tuple[Refusal, ...]) -> Iterator[str]:
    return (refusal.wording(HERE) for refusal in refusals)


def _done(page: Page, subject: Subject, act: QueryAct) -> bool:
    """Whether one was done; what the trial refuses is left."""
    try:
        write_service.perform(act, page.viewer.person_id, subject_id=subject.subject_id)
    except Refused:
        return False
    return True
