"""The panel's pages: what waits for a reader, a sealed vote, and the chair's conclusion.

Nobody sees another's vote before all are in. A reader always sees their own; the chair sees them
side by side once none is awaited; the site sees the conclusion and the advice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.conduct import folding
from equipoise.conduct import panel as chapter
from equipoise.conduct.act import Refused
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.locks import shuts
from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.conduct.state.forms import Record, Value
from equipoise.conduct.state.panel import Review, Vote
from equipoise.conduct.subject import Subject
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.model import Study
from equipoise.study.sections.panel import Panel
from equipoise.web import people, read_model, write_service
from equipoise.web.access import access_log
from equipoise.web.mail import letters_sent
from equipoise.web.proof import besides_proof, proof_of
from equipoise.web.store import Filters
from equipoise.web.viewer import Viewer
from equipoise.web.views.act_forms import form_for
from equipoise.web.views.act_words import choice_text, wording
from equipoise.web.views.closed_by import closed_by
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import label, record_texts
from equipoise.web.views.subject_bar import BORN

__all__ = ["conclude", "overview", "read_scan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One question of the panel as a list shows it."""

    subject_id: str
    asked_on: date
    scan_on: date
    days: int
    remind_since: date | None  # what the study file wants
    reminded_on: date | None  # what was sent
    votes: str
    mine: str
    ready: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One reader's seat: an opened vote, or only whether it is in."""

    seat: int
    who: str
    voted: bool
    category: str = ""
    reasons: str = ""
    remark: str = ""
    on: date | None = None


@require_safe
@for_people
def overview(page: Page) -> HttpResponse:
    """What waits for this reader, and for the chair."""
    viewer, rules = _reader(page)
    rows = read_model.rows(page.study, page.viewer.on)
    decoded = (read_model.decoded(row) for row in rows.filter(panel_open=True))
    # On whom a lock is put, nobody votes any more.
    found = [subject for subject in decoded if not shuts(subject, CastVote)]
    open_ones = sorted(
        ((subject, review) for subject in found if (review := chapter.open_review(subject))),
        key=lambda pair: (pair[1].asked.on, pair[0].subject_id),
    )
    chairs = viewer.has(rules.chair)
    mine = [pair for pair in open_ones if viewer.person_id in chapter.awaited(rules, pair[1])]
    voted = [pair for pair in open_ones if _own_vote(pair[1], viewer.person_id)]
    context: dict[str, Any] = {
        "panel": rules,
        "chairs": chairs,
        "reads": viewer.has(rules.role),
        "waiting": [_waiting(rules, s, r, viewer.person_id) for s, r in mine],
        "voted": [_waiting(rules, s, r, viewer.person_id) for s, r in voted],
        "open": [_waiting(rules, s, r, viewer.person_id) for s, r in open_ones] if chairs else [],
        "concluded": list(_concluded(rules)) if chairs else [],
    }
    return page.render("panel/overview.jinja", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def read_scan(page: Page, subject_id: str) -> HttpResponse:
    """One scan: the course so far beside the vote. A POST casts it."""
    viewer, rules = _reader(page)
    subject = write_service.folds().subject(subject_id)
    review = subject.panel.reviews[-1] if subject.panel.reviews else None
    if review is None or viewer.person_id not in chapter.readers(rules, review):
        raise Http404
    form_data = _ballot_data(page)
    form, problems = form_for(page, CastVote, subject, {}), Problems()
    proof = proof_of(page.request, page.study, CastVote, (form.title, subject_id))
    if page.request.method == "POST":
        if not form_data["category"]:
            problems.add("category", form.field("category").needed)
        act, who, once = CastVote(**form_data), viewer.person_id, page.once
        if problems:
            problems.beside(write_service.try_out(act, who, subject_id=subject_id))
        else:
            how = proof.given(page.request, problems) if proof else PLAINLY
            try:
                write_service.perform(act, who, subject_id=subject_id, once=once, how=how)
                return redirect("panel.vote", subject_id)
            except Refused as refused:
                problems.take(besides_proof(refused.refusals))
    own = _own_vote(review, viewer.person_id)
    context: dict[str, Any] = {
        "panel": rules,
        "subject": subject,
        "review": review,
        "question": _question(subject_id),
        "own": own,
        "own_category": _category(rules, own.category) if own else "",
        "own_error": _own_error(page, rules, subject, own),
        "own_reasons": choice_text(CastVote, "reasons", own.reasons, viewer.study) if own else "",
        # Once the panel has concluded, the course is the hospital's business again.
        "sections": [] if review.conclusion else list(vignette(viewer.study, subject)),
        "earlier": _earlier(viewer.study, rules, subject),
        "form": form,
        "concluded": _conclusion(rules, review),
        "form_data": form_data,
        "draft": None if own or review.conclusion else page.draft,
        "upon": review.asked.at.isoformat(),
        "closed": closed_by(page, subject, CastVote),
        "problems": problems,
        "proof": proof,
    }
    return page.render("panel/read.jinja", 422 if problems else 200, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def conclude(page: Page, subject_id: str) -> HttpResponse:
    """The chair: who has voted; then the votes side by side, and the conclusion."""
    viewer, rules = _reader(page)
    subject = write_service.folds().subject(subject_id)
    if not viewer.has(rules.chair) or not subject.panel.reviews:
        raise Http404
    review = subject.panel.reviews[-1]
    held = chapter.majority(review.votes)
    awaited = chapter.awaited(rules, review)
    form_data = {"category": held or "" if not awaited else "", "advice": ""}
    form, problems = form_for(page, Conclude, subject, {}), Problems()
    writes = not awaited and not review.conclusion
    ballots = _ballots(viewer, rules, review)
    lines = (form.title, subject_id, *(f"{one.who}: {one.category}" for one in ballots))
    proof = proof_of(page.request, page.study, Conclude, lines)
    draft = page.draft if writes else None
    if draft:
        form_data = {name: draft.fields.get(name, "") for name in form_data}
    if page.request.method == "POST":
        form_data = {name: page.request.POST.get(name, "").strip() for name in form_data}
        if not form_data["category"]:
            problems.add("category", form.field("category").needed)
        if not form_data["advice"]:
            problems.add("advice", form.field("advice").needed)
        who, act, once = viewer.person_id, Conclude(**form_data), page.once
        if problems:
            problems.beside(write_service.try_out(act, who, subject_id=subject_id))
        else:
            how = proof.given(page.request, problems) if proof else PLAINLY
            try:
                write_service.perform(act, who, subject_id=subject_id, once=once, how=how)
                return redirect("panel.conclude", subject_id)
            except Refused as refused:
                problems.take(besides_proof(refused.refusals))
    context: dict[str, Any] = {
        "panel": rules,
        "subject": subject,
        "review": review,
        "question": _question(subject_id),
        "ballots": ballots,
        "awaited": len(awaited),
        "agreement": _rule(chapter.rule_of(review.votes)) if not awaited else "",
        "held": _category(rules, held) if held and not awaited else "",
        "sections": [] if review.conclusion else list(vignette(viewer.study, subject)),
        "earlier": _earlier(viewer.study, rules, subject),
        "concluded": _conclusion(rules, review),
        "form": form,
        "form_data": form_data,
        "draft": draft,
        "upon": review.asked.at.isoformat(),
        "closed": closed_by(page, subject, Conclude),
        "problems": problems,
        "proof": proof,
    }
    if any(ballot.category for ballot in ballots) and not review.conclusion:
        access_log.note("votes-seen", viewer.person_id, subject=subject_id)
    return page.render("panel/conclude.jinja", 422 if problems else 200, **context)


def _own_error(page: Page, rules: Panel, subject: Subject, own: Vote | None) -> str:
    """Where the reader says that their own vote was sent in error; empty once all votes are in."""
    review = subject.panel.reviews[-1]
    if own is None or review.conclusion or not chapter.awaited(rules, review):
        return ""
    if not page.may(VoidEntry.kind, subject):
        return ""
    return reverse(VoidEntry.kind, args=[subject.subject_id, own.seq])


def _ballot_data(page: Page) -> dict[str, Any]:
    """What this reader is sending, or typed before and has not sent."""
    posted = page.draft.fields if page.draft else page.request.POST
    return {
        "category": posted.get("category", ""),
        "reasons": posted.getlist("reasons"),
        "remark": posted.get("remark", "").strip(),
    }


def vignette(study: Study, subject: Subject) -> Iterator[tuple[str, date, list[tuple[str, str]]]]:
    """The course so far: each form as last filled, with what was answered in it."""
    for form in study.forms:
        records = sorted(subject.forms.of(form.id), key=lambda record: record.on)
        if not records:
            continue
        answered = list(record_texts(study, _values(records[-1])))
        if answered:
            yield label(form.title), records[-1].on, answered


def _values(record: Record) -> dict[str, Value]:
    """What stands in the form now, a list of none too; of a birthday the year is enough here."""
    values = {name: value for name, value in record.current.items() if value != ""}
    born = values.get(BORN)
    return values | {BORN: born[:4]} if isinstance(born, str) else values


def _reader(page: Page) -> tuple[Viewer, Panel]:
    viewer, rules = page.viewer, page.study.panel
    if rules is None or not viewer.may_read_panel:
        raise Http404
    return viewer, rules


def _own_vote(review: Review, person_id: str) -> Vote | None:
    return next((vote for vote in review.votes if vote.by == person_id), None)


def _category(rules: Panel, category: str) -> str:
    return next((label(c.label) for c in rules.categories if c.id == category), category)


def _rule(rule: str) -> str:
    return wording(chapter.RULES.get(rule, rule))


def _waiting(rules: Panel, subject: Subject, review: Review, person_id: str) -> Waiting:
    days = (write_service.today() - review.asked.on).days
    awaited = chapter.awaited(rules, review)
    seats = len(chapter.readers(rules, review))
    own = _own_vote(review, person_id)
    values = {"votes": seats - len(awaited), "asked": seats}
    return Waiting(
        subject_id=subject.subject_id,
        asked_on=review.asked.on,
        scan_on=review.scan_on,
        days=days,
        remind_since=_remind_since(rules, review.asked.on, days) if awaited else None,
        reminded_on=letters_sent.reminded_on(subject.subject_id, review.asked.seq),
        votes=gettext("%(votes)s of %(asked)s votes in") % values,
        mine=_category(rules, own.category) if own else "",
        ready=not awaited,
    )


def _remind_since(rules: Panel, asked_on: date, days: int) -> date | None:
    """The last day on which the study file wanted the readers reminded, of those gone by."""
    past = [when for when in rules.remind_days if days >= when]
    return asked_on + timedelta(days=max(past)) if past else None


def _ballots(viewer: Viewer, rules: Panel, review: Review) -> list[Ballot]:
    """Every seat; what stands on a ballot only when the study's rule opens it to this viewer."""
    names = people.names()
    seen = {
        vote.by: vote
        for vote in chapter.visible_votes(rules, review, viewer.person_id, viewer.sees_all_votes)
    }
    voted = {vote.by for vote in review.votes}
    made = []
    for seat, reader in enumerate(chapter.readers(rules, review), start=1):
        vote = seen.get(reader)
        made.append(
            Ballot(
                seat=seat,
                who=names.get(reader, reader),
                voted=reader in voted,
                category=_category(rules, vote.category) if vote else "",
                reasons=choice_text(CastVote, "reasons", vote.reasons, viewer.study)
                if vote
                else "",
                remark=vote.remark if vote else "",
                on=vote.on if vote else None,
            )
        )
    return made


def _conclusion(rules: Panel, review: Review) -> dict[str, object] | None:
    done = review.conclusion
    if done is None:
        return None
    return {
        "category": _category(rules, done.category),
        "rule": _rule(done.rule),
        "advice": done.advice,
        "on": done.on,
    }


def _earlier(study: Study, rules: Panel, subject: Subject) -> list[dict[str, object]]:
    """What the panel concluded on this participant's earlier scans."""
    return [
        {
            "scan_on": review.scan_on,
            "category": _category(rules, review.conclusion.category),
            "advice": review.conclusion.advice,
            "on": review.conclusion.on,
        }
        for review in subject.panel.reviews[:-1]
        if review.conclusion
    ]


def _question(subject_id: str) -> str:
    """What the hospital wrote with its last question."""
    found = write_service.LEDGER.recent(1, filters=Filters(subject=subject_id, kind=AskPanel.kind))
    act = folding.read(found[0][1]) if found else None
    return act.question if isinstance(act, AskPanel) else ""


def _concluded(rules: Panel) -> Iterator[dict[str, object]]:
    """The last twenty conclusions, newest first, for the chair."""
    for _, entry in write_service.LEDGER.recent(20, filters=Filters(kind=Conclude.kind)):
        done = folding.read(entry)
        if isinstance(done, Conclude):
            yield {
                "subject_id": entry.stream,
                "category": _category(rules, done.category),
                "rule": _rule(done.rule),
                "on": date.fromisoformat(entry.happened[:10]),
            }
