"""What stands on a form as it is shown to be verified, reviewed and signed: all of it, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext

from equipoise.conduct.digests import DATE, FormOf, digests_of_form
from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import Subject
from equipoise.conduct.unanswered import absence
from equipoise.conduct.verification import STATES, Verdict, of_derived, verdicts
from equipoise.conduct.worked_out import Copy, worked_out
from equipoise.study.forms import Form
from equipoise.web.forms.queries_beside import value_page
from equipoise.web.jinja import day, moment, say
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page
from equipoise.web.views.spoken import number_text, value_text

__all__ = ["TAGS", "ValueLine", "lines_on", "value_lines"]

TAGS = {"verified": "met", "fallen": "overdue", "back": "due", "open": "neutral"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLine:
    """One answer with its state."""

    item: str
    label: str
    text: str
    digest: str
    state: str
    mark: str
    word: str
    planned: bool
    is_open: bool
    by: str
    reason: str
    history: str
    """Where everything stands that was ever recorded of it."""


def value_lines(page: Page, subject: Subject, form: Form, record: Record) -> list[ValueLine]:
    """The day of the form, every answer that was ever given and what is worked out from them.

    They stand in the order of the form.
    """
    place: FormOf = (record.form, record.visit, record.number)
    found = {one.item: one for one in verdicts(page.study, subject, place)}
    digests, follows = digests_of_form(record), _derived_lines(page, subject, form, record)
    texts = {DATE: (say(form.dated), day(record.on))}
    texts |= {i.id: (say(i.label), _value(form, record, i.id)) for i in form.items}
    order = [n for n in texts if n in found or n in follows]
    order += [n for n in found if n not in texts]
    return [
        follows.get(name)
        or _line(
            page,
            found[name],
            texts.get(name, (name, "")),
            digests.get(name, ""),
            value_page(subject.subject_id, place, name) if name in texts else "",
        )
        for name in order
    ]


def _derived_lines(
    page: Page, subject: Subject, form: Form, record: Record
) -> dict[str, ValueLine]:
    """What is worked out on a copy of a form; without a digest, for it is not verified itself."""
    copy = Copy(form=form, visit=record.visit, number=record.number, on=record.on)
    texts = worked_out(page.study, subject, copy, HERE.translator)
    return {
        item: ValueLine(
            item=item,
            label=say(form.item_of[item].label),
            text=texts[item].text or gettext("Not known yet"),
            digest="",
            state=state,
            mark=TAGS[state],
            word=gettext("Follows: %(state)s") % {"state": gettext(STATES[state])},
            planned=False,
            is_open=False,
            by="",
            reason="",
            history="",
        )
        for item, state in of_derived(page.study, subject, record).items()
    }


def lines_on(lines: list[ValueLine]) -> list[str]:
    """The same as text, for the digest of what was shown to whoever signs it."""
    return [f"{one.label}: {one.text}" for one in lines]


def _value(form: Form, record: Record, name: str) -> str:
    """A value with its unit and its limits; what was taken back is said to be."""
    value, item = record.now(name), form.item_of[name]
    if reason := absence(name, record.current):
        return HERE.written(reason)
    if not record.answers(name):
        return gettext("taken back")
    unit = record.now(f"{name}.unit")
    text = value_text(
        item, value if value is not None else [], unit if isinstance(unit, str) else ""
    )
    limits = [
        f"{known} {number_text(limit)}"
        for part, known in (("lln", "LLN"), ("uln", "ULN"))
        if isinstance(limit := record.now(f"{name}.{part}"), str)
    ]
    return f"{text} ({', '.join(limits)})" if limits else text


def _line(page: Page, one: Verdict, words: tuple[str, str], digest: str, history: str) -> ValueLine:
    last = one.last
    return ValueLine(
        item=one.item,
        label=words[0],
        text=words[1],
        digest=digest,
        state=one.state,
        mark=TAGS[one.state],
        word=gettext(STATES[one.state]),
        planned=one.planned,
        is_open=one.is_open,
        by=f"{page.people[last.by]}, {moment(last.at)}" if last else "",
        reason=last.reason if last else "",
        history=history,
    )
