"""Queries beside the field that they are about, with a place for the answer; where to ask one."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct.digests import DATE, FormOf
from equipoise.conduct.locks import shuts
from equipoise.conduct.queries import (
    ABLE,
    ACTS,
    NO_VISIT,
    OPEN,
    STATES,
    AskQuery,
    Query,
    TurnKind,
    queries,
)
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.step_up import is_asked
from equipoise.conduct.subject import Subject
from equipoise.web.reader import HERE
from equipoise.web.views.act_words import wording
from equipoise.web.views.page import Page

__all__ = [
    "FORM",
    "INLINE",
    "AtField",
    "QueryHere",
    "at_fields",
    "query_here",
    "turns_allowed",
    "value_page",
]

FORM = ""
"""The place of what is asked of the form itself."""
INLINE: tuple[TurnKind, ...] = ("answer", "close", "reopen")
"""What is said of a query where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryHere:
    """One query as it stands beside its field."""

    key: str
    text: str
    state: str
    tag: str
    about: str
    """Who asked it and when, or which check."""
    answer: str
    url: str
    reply: str
    """Where what is said of it here is sent."""
    does: tuple[tuple[str, str], ...]
    """What this viewer can do of it here: its name in the form, and its word."""


@dataclass(slots=True, kw_only=True)
class AtField:
    """What stands beside one field: its queries, where one is asked, and the value's history."""

    queries: list[QueryHere] = field(default_factory=list)
    ask: str = ""
    history: str = ""


def at_fields(
    page: Page, subject: Subject, place: FormOf, items: Collection[str]
) -> dict[str, AtField]:
    """By item, what is asked of it and not closed; under no item, what is asked of the form."""
    form, visit, number = place
    found = {name: AtField() for name in (FORM, *items)}
    for one in queries(page.study, subject):
        if (one.form, one.visit, one.number) == place and one.state in (*OPEN, "answered"):
            found.setdefault(one.item, AtField()).queries.append(query_here(page, subject, one))
    if page.may(AskQuery.kind, subject) and not shuts(subject, AskQuery, place):
        for name, at in found.items():
            args = (subject.subject_id, form, visit or NO_VISIT, number, name or NO_VISIT)
            at.ask = reverse(AskQuery.kind, args=args)
    record = subject.forms.records.get(record_key(*place))
    for name in (DATE, *(name.partition(".")[0] for name in record.current)) if record else ():
        found.setdefault(name, AtField()).history = value_page(subject.subject_id, place, name)
    return {name: at for name, at in found.items() if at.queries or at.ask or at.history}


def value_page(subject_id: str, place: FormOf, item: str) -> str:
    """Where the history of one value stands."""
    form, visit, number = place
    args = (subject_id, form, visit or NO_VISIT, number, item)
    return reverse("value-history", args=args)


def query_here(page: Page, subject: Subject, query: Query) -> QueryHere:
    """One query in the reader's words."""
    day = HERE.day(query.on)
    by_person = gettext("Asked by %(who)s on %(day)s")
    by_check = gettext("Asked by a check of the study since %(day)s")
    args = (subject.subject_id, query.key)
    return QueryHere(
        key=query.key,
        text=HERE.written(query.wording),
        state=gettext(STATES[query.state]),
        tag="due" if query.state == "answered" else "query",
        about=(
            by_person % {"who": page.people[query.by], "day": day}
            if query.by
            else by_check % {"day": day}
        ),
        answer=query.answer,
        url=reverse("query", args=args),
        reply=reverse("query-reply", args=args),
        does=turns_allowed(page, subject, query),
    )


def turns_allowed(page: Page, subject: Subject, query: Query) -> tuple[tuple[str, str], ...]:
    """What this viewer can do of it without another page; nothing that asks for a proof."""
    return tuple(
        (turn, wording(ACTS[turn].words.link or ACTS[turn].words.title))
        for turn in ABLE[query.state]
        if turn in INLINE
        and page.may(ACTS[turn].kind, subject)
        and not shuts(subject, ACTS[turn], (query.form, query.visit, query.number))
        and not is_asked([page.study], ACTS[turn])
    )
