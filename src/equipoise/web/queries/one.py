"""One query: what is asked of which value, what people said, and what can be done; where to ask."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from equipoise.conduct.act import Refused
from equipoise.conduct.locks import shuts
from equipoise.conduct.queries import (
    ABLE,
    ACTS,
    NO_VISIT,
    AnswerQuery,
    AskQuery,
    Query,
    query_named,
)
from equipoise.conduct.state.forms import Record, record_key
from equipoise.conduct.subject import Subject
from equipoise.conduct.voiding import VoidEntry
from equipoise.web import write_service
from equipoise.web.forms.form_history import VersionLine, history_of
from equipoise.web.forms.queries_beside import INLINE, query_here, value_page
from equipoise.web.jinja import moment, say
from equipoise.web.queries.listed import TAGS
from equipoise.web.queries.several import act_of
from equipoise.web.views.act_words import wording
from equipoise.web.views.next_act import form_page, visit_beside
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people

__all__ = ["asked_at", "query_page", "reply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLine:
    """One thing that somebody said, in the reader's words."""

    name: str
    text: str
    by: str
    at: str
    error: str


@for_people
def query_page(page: Page, subject_id: str, query: str) -> HttpResponse:
    """The query with its value and its thread."""
    return _rendered(page, subject_id, query, Problems())


@for_people
def reply(page: Page, subject_id: str, query: str) -> HttpResponse:
    """What is said of a query where it stands: one act; then back to where it was said."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    subject, posted, problems = page.subject(subject_id), page.request.POST, Problems()
    found = query_named(page.study, subject, query)
    turn = next((turn for turn in INLINE if turn == posted.get("does", "")), None)
    if found is None or turn is None or not page.may(ACTS[turn].kind, subject):
        raise Http404
    text = posted.get("text", "").strip()
    act = AnswerQuery(query=query, text=text) if turn == "answer" else act_of(turn, query, text, "")
    if act is None:
        raise Http404
    try:
        write_service.perform(
            act, page.viewer.person_id, subject_id=subject_id, once=page.once, known=page.folds
        )
    except Refused as refused:
        page.read_anew()
        problems.take(refused.refusals)
        return _rendered(page, subject_id, query, problems, text)
    page.tell(wording(ACTS[turn].words.done))
    if posted.get("back") != "form":
        return redirect("query", subject_id, query)
    address = form_page(subject_id, found.form, found.visit, found.number)
    return redirect(f"{address}#{found.item}-place" if found.item else address)


def _rendered(
    page: Page, subject_id: str, query: str, problems: Problems, text: str = ""
) -> HttpResponse:
    subject = page.subject(subject_id)
    found = query_named(page.study, subject, query)
    if found is None:
        raise Http404
    form, item = page.study.form_of.get(found.form), page.study.items.get(found.item)
    here = query_here(page, subject, found)
    return page.render(
        "queries/one.jinja",
        problems.status if problems else 200,
        subject=subject,
        query=found,
        here=here,
        problems=problems,
        entered=text,
        form=say(form.title) if form else found.form,
        item=say(item.label) if item else found.item,
        visit=visit_beside(page.study, found.form, found.visit),
        history=_history(subject_id, found) if item else "",
        link=form_page(subject_id, found.form, found.visit, found.number),
        mark=TAGS[found.state],
        to=next((say(one.label) for one in page.study.roles if one.id == found.to), ""),
        versions=_versions(page, subject, found),
        turns=_turns(page, subject, found),
        acts=[one for one in _acts(page, subject, found) if one[0] not in dict(here.does).values()],
    )


def _history(subject_id: str, query: Query) -> str:
    """Where everything stands that was ever recorded of the value."""
    return value_page(subject_id, (query.form, query.visit, query.number), query.item)


def _versions(page: Page, subject: Subject, query: Query) -> list[tuple[str, list[VersionLine]]]:
    """What was answered to the question, version by version."""
    record = subject.forms.records.get(record_key(query.form, query.visit, query.number))
    form = page.study.form_of.get(query.form)
    items = tuple(i for i in form.items if query.item in ("", i.id)) if form else ()
    if record is None or form is None:
        return []
    return history_of(page, form.model_copy(update={"items": items}), subject, record)


def _turns(page: Page, subject: Subject, query: Query) -> list[TurnLine]:
    names = {"ask": AskQuery.words.name} | {turn: act.words.name for turn, act in ACTS.items()}
    kinds = {"ask": AskQuery.kind} | {turn: act.kind for turn, act in ACTS.items()}
    roles = {role.id: say(role.label) for role in page.study.roles}
    voids = page.may(VoidEntry.kind, subject)
    return [
        TurnLine(
            name=wording(names[turn.kind]),
            text=" · ".join(part for part in (turn.text, roles.get(turn.to, turn.to)) if part),
            by=page.people[turn.by],
            at=moment(turn.at),
            error=reverse(VoidEntry.kind, args=(subject.subject_id, turn.seq))
            if voids and page.may(kinds[turn.kind], subject)
            else "",
        )
        for turn in query.turns
    ]


def _acts(page: Page, subject: Subject, query: Query) -> list[tuple[str, str]]:
    """What this viewer can do of the query now: its name and its page."""
    acts = (ACTS[turn] for turn in ABLE[query.state])
    place = (query.form, query.visit, query.number)
    return [
        (wording(act.words.link), reverse(act.kind, args=(subject.subject_id, query.key)))
        for act in acts
        if page.may(act.kind, subject) and not shuts(subject, act, place)
    ]


def asked_at(page: Page, subject: Subject, record: Record) -> list[tuple[str, str]]:
    """Where this viewer asks about each question of a filled form; nothing where they may not."""
    form = page.study.form_of.get(record.form)
    if form is None or not page.may(AskQuery.kind, subject):
        return []
    place = (subject.subject_id, record.form, record.visit or NO_VISIT, record.number)
    return [
        (say(item.label), reverse(AskQuery.kind, args=(*place, item.id))) for item in form.items
    ]
