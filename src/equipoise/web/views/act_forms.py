"""How an act is asked: its page is made from the words and questions that stand with the act."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import msgspec
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, gettext

from equipoise.conduct.act import Act
from equipoise.conduct.folding import read
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry, why_irrevocable
from equipoise.conduct.words import Ask, Kind, asks
from equipoise.ledger import Entry, stated
from equipoise.logic.figures import inner
from equipoise.study.reason import places
from equipoise.web import write_service
from equipoise.web.jinja import day
from equipoise.web.reader import HERE
from equipoise.web.sealed import closed, nothing_open
from equipoise.web.views.act_words import act_text, choice_labels, wording
from equipoise.web.views.audit_words import entry_text
from equipoise.web.views.form_data import number_entered
from equipoise.web.views.page import Page
from equipoise.web.views.problems import is_number

__all__ = [
    "BECAUSE",
    "NONE",
    "PAGES",
    "ActForm",
    "Field",
    "act_made",
    "address_of",
    "form_for",
    "look_of",
    "replacing",
]

Look = Literal[
    "day", "partial", "radios", "select", "checkboxes", "area", "text", "number", "hidden"
]
LOOKS: dict[Kind, Look] = {
    "choice": "radios",
    "several": "checkboxes",
    "day": "day",
    "partial": "partial",
    "area": "area",
    "number": "number",
    "hidden": "hidden",
}
MOST_RADIOS = 12  # where there is more to choose from, it is one box with a list
NONE = "-"  # the choice of none of them, which is no code of a study file; unlike "" it was chosen
BECAUSE = "because"  # the field that says what was wrong with an entry that is replaced
MOST_ENTRIES = 2**31  # no stream is that long; a larger number is nobody's
PAGES = {kind: act for kind, act in ACTS.items() if act.words.address}
"""The acts that have a page made from their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of an act."""

    name: str
    kind: Look
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    value: Any = ""
    needed: str = ""  # what to say when it is left open
    optional: bool = False  # whether it may be left open
    hour: bool = False  # whether it is the hour of the act's day


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """How one act is asked."""

    title: str
    fields: tuple[Field, ...]
    button: str
    done: str
    happened: str  # what the day of the act is
    intro: str = ""
    concerns: str = ""  # the entry that the act's address names, as the audit tells it
    taken_back: str = ""  # the kind of that entry
    irrevocable: str = ""  # why that entry can not be taken back; then nothing is asked
    instead: str = ""  # where another is put in the place of that entry
    open_today: bool = True  # whether today is filled in beforehand
    replaces: int = 0  # the entry that it is put in the place of

    def field(self, name: str) -> Field:
        """The question of one field, for a page that is laid out otherwise."""
        return next(field for field in self.fields if field.name == name)


def form_for(
    page: Page, act: type[Act], subject: Subject, given: Mapping[str, str | int]
) -> ActForm:
    """What the page of an act says and asks of one participant.

    :param given: the fields that the page's address names
    :raises Http404: when the entry that it names does not exist, or is of someone else
    """
    words = act.words
    entries = [int(given[name]) for name, ask in asks(act).items() if _names(name, ask, given)]
    irrevocable = act.standing(subject, entries[0]) if entries else None
    if entries and act.puts_right and irrevocable is None:
        raise Http404
    return ActForm(
        title=act_text(act, words.title, page.study),
        intro=act_text(act, words.intro, page.study),
        **_concerned(page, act, subject, given),
        happened=wording(words.happened),
        fields=tuple(
            _standing(_field(page, act, subject, name, ask), irrevocable)
            for name, ask in asks(act).items()
            if not ask.by_trial and name not in given and _asked_here(page, ask, given)
        ),
        button=wording(words.button or words.title),
        done=wording(words.done or words.name),
        open_today=words.today,
    )


def _standing(field: Field, irrevocable: Act | None) -> Field:
    """The field with what an earlier entry says in it, where the act puts that right."""
    return _filled(field, getattr(irrevocable, field.name)) if irrevocable else field


def _filled(field: Field, value: Any) -> Field:
    """The field with what an earlier entry says in it: there, none of them is an answer too."""
    return replace(field, value=NONE if _is_none(field, value) else _entered_before(value))


def _is_none(field: Field, value: Any) -> bool:
    return value == "" and NONE in dict(field.choices)


def _names(name: str, ask: Ask, given: Mapping[str, str | int]) -> bool:
    """Whether a field is the entry that the address names."""
    return ask.kind == "entry" and name in given


def _asked_here(page: Page, ask: Ask, given: Mapping[str, str | int]) -> bool:
    """Whether a question can be asked: of what a study file lists, only where it lists any."""
    if ask.where is not None and not ask.where(page.study, given):
        return False
    return not callable(ask.choices) or bool(ask.choices(page.study))


def _may_be_none(act: type[Act], name: str) -> bool:
    """Whether a choice may be left open, and so must be open to being left again."""
    return any(f.name == name and f.default == "" for f in msgspec.structs.fields(act))


def look_of(ask: Ask, offered: int) -> Look:
    """How a question is asked that has so many answers to choose from."""
    look = LOOKS.get(ask.kind, "text")
    return "select" if look == "radios" and offered > MOST_RADIOS else look


def _field(page: Page, act: type[Act], subject: Subject, name: str, ask: Ask) -> Field:
    study = page.study
    offered = choice_labels(ask, study)
    if ask.fits is not None:
        offered = {code: offered[code] for code in ask.fits(study, subject)}
    look = look_of(ask, len(offered))
    if offered and ask.kind == "choice" and _may_be_none(act, name):
        # None is an answer like the others, and stands there only once somebody gave it.
        offered |= {NONE: act_text(act, ask.none, study) if ask.none else gettext("None of these")}
    hint = ask.hint if isinstance(ask.hint, str) else ask.hint(subject)
    return Field(
        name=name,
        kind=look,
        label=act_text(act, ask.question, study),
        hint=act_text(act, hint, study),
        choices=tuple(offered.items()),
        value=ask.before(study, subject, write_service.today()) if ask.before else "",
        needed=wording(ask.needed),
        optional=not ask.needed and name not in _required(act),
        hour=ask.hour,
    )


def replacing(page: Page, act: type[Act], subject: Subject, form: ActForm) -> ActForm:
    """The same page where `?replaces=` names an entry of this kind that it is put in the place of.

    :raises Http404: when there is no such entry of this participant and kind
    """
    replaced = page.request.GET.get("replaces", "")
    if not replaced:
        return form
    entry = entry_of(subject, int(replaced)) if is_number(replaced) else None
    if entry is None or entry.kind != act.kind or not page.may(VoidEntry.kind, subject):
        raise Http404
    made = msgspec.structs.asdict(read(entry) or VoidEntry(entry=0, reason=""))
    wrong = Field(
        name=BECAUSE,
        kind="area",
        label=gettext("What was wrong with it?"),
        needed=gettext("Say what was wrong with it"),
    )
    fields = tuple(_filled(field, made[field.name]) for field in form.fields)
    return replace(
        form,
        title=f"{gettext('In its place')}: {inner(form.title)}",
        concerns=_line_of(page, subject, entry),
        irrevocable=_irrevocable(subject, entry),
        fields=(wrong, *fields),
        open_today=False,
        replaces=entry.seq,
    )


def entry_of(subject: Subject, number: int) -> Entry | None:
    """One entry of the participant's own stream."""
    number = min(max(number, 1), MOST_ENTRIES)
    found = stated(write_service.LEDGER.entries(subject.subject_id, after=number - 1))
    return next(iter(found), None)


def _entered_before(value: Any) -> Any:
    """What stood in a field, as it would have been typed."""
    if isinstance(value, date):
        return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
    return value if isinstance(value, list) else str(value)


def _concerned(
    page: Page, act: type[Act], subject: Subject, given: Mapping[str, str | int]
) -> dict[str, Any]:
    """The line of the entry that the address names, and where another takes its place."""
    named = [int(given[name]) for name, ask in asks(act).items() if _names(name, ask, given)]
    if not named:
        return {"concerns": _chosen(page, act, subject, given)}
    stream = str(given.get("stream", subject.subject_id or "study"))
    after = min(named[0], MOST_ENTRIES) - 1
    entry = next(iter(stated(write_service.LEDGER.entries(stream, after=after))), None)
    if entry is None or not _is_of(entry, subject) or _is_closed(page, act, subject, entry):
        raise Http404
    found = PAGES.get(entry.kind)
    may = found and subject.subject_id and page.may(entry.kind, subject)
    may = may and found and not places(found.words.address)
    url = f"{reverse(entry.kind, args=[subject.subject_id])}?replaces={entry.seq}" if may else ""
    more = {"concerns": _line_of(page, subject, entry)}
    if act is VoidEntry:
        irrevocable = _irrevocable(subject, entry)
        more |= {"instead": url, "taken_back": entry.kind, "irrevocable": irrevocable}
    return more


def _irrevocable(subject: Subject, entry: Entry) -> str:
    """Why an entry can not be taken back, whatever is typed; empty where it can be asked."""
    made = read(entry)
    refusal = why_irrevocable(subject, entry.seq, made) if made else None
    return refusal.wording(HERE) if refusal else ""


def _chosen(page: Page, act: type[Act], subject: Subject, given: Mapping[str, str | int]) -> str:
    """What the address chooses, such as a visit and a form, in the words of the study file."""
    for name, ask in asks(act).items():
        if ask.stands_for and name in given:
            stands_for = ask.stands_for(page.study, subject, str(given[name]))
            if stands_for is None:
                raise Http404
            return HERE.written(stands_for)
    chosen = [
        choice_labels(ask, page.study).get(str(given[name]))
        for name, ask in asks(act).items()
        if name in given and ask.choices is not None
    ]
    if chosen and chosen[0] is None:
        raise Http404
    if person := given.get("person"):
        return f"{page.people[str(person)]} ({person})"
    return " · ".join(filter(None, chosen))


def _line_of(page: Page, subject: Subject, entry: Entry) -> str:
    """An entry as the audit tells it, after its day and who recorded it."""
    text = entry_text(page.study, entry, page.people, closed(page.viewer, subject, entry)).line
    return f"{day(date.fromisoformat(entry.happened[:10]))}, {page.people[entry.by]}: {text}"


def _is_closed(page: Page, act: type[Act], subject: Subject, entry: Entry) -> bool:
    """Whether an entry is not the viewer's to act on: a sealed vote, or one that is not theirs."""
    sealed = nothing_open(page.viewer, subject, entry)
    voids = act is VoidEntry and bool(subject.subject_id)
    return sealed or (voids and not page.may(entry.kind, subject))


def _is_of(entry: Entry, subject: Subject) -> bool:
    """Whether an entry concerns this participant; or the trial alone, where there is none."""
    if not subject.subject_id:
        return entry.stream == "study"
    return subject.subject_id in (entry.stream, entry.subject)


def act_made(act: type[Act], form_data: Mapping[str, Any], given: Mapping[str, Any]) -> Act:
    """The act from what was typed and checked, and from what its address names."""
    language = (get_language() or "en")[:2]
    answered = {
        name: _answered(ask, form_data[name], language)
        for name, ask in asks(act).items()
        if name in form_data
    }
    # What was left open, and may be, is as the act has it by itself.
    fields = {n: v for n, v in answered.items() if v not in ("", None) or n in _required(act)}
    return msgspec.convert({**fields, **given}, act, strict=False)


def _answered(ask: Ask, value: Any, language: str) -> Any:
    if ask.kind == "decimal":
        return number_entered(value, language)
    return "" if ask.kind == "choice" and value == NONE else value


def _required(act: type[Act]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(act) if field.required}


def address_of(act: type[Act]) -> str:
    """Where an act's page stands: a place in it is a field of the act."""
    above = "trial" if act.stream == "study" else "participants/<str:subject_id>"
    address = f"{above}/{act.words.address}/"
    for name in places(address):
        kind = "int" if asks(act)[name].kind in ("number", "entry") else "str"
        address = address.replace(f"{{{name}}}", f"<{kind}:{name}>")
    return address
