"""Every version of every answer of a form: what, who, when, for which day, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct.facts import asked_then, unit_of
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.restating import MARK
from equipoise.conduct.state.forms import NONE, Record, Value, Version
from equipoise.conduct.subject import Subject
from equipoise.conduct.unanswered import ABSENT, STATES, WHY, WHYS, WORDS
from equipoise.conduct.voiding import VoidEntry
from equipoise.logic.figures import opening
from equipoise.study.forms import Form, Item
from equipoise.web.jinja import moment, say
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page
from equipoise.web.views.spoken import reason_text, value_text

__all__ = [
    "Save",
    "VersionLine",
    "history_of",
    "none_line",
    "parts_of",
    "saves_of",
    "version_line",
]

Whose = tuple[Subject, Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version of one answer."""

    value: str
    by: str
    at: str
    reason: str
    checks: tuple[str, ...] = ()
    """What soft checks asked of it, and what was typed first where that became this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """One time that answers of a form were recorded together."""

    by: str
    at: str
    error: str  # where the whole of it is said to be recorded in error


def saves_of(page: Page, subject: Subject, record: Record) -> list[Save]:
    """Every save of a form that this viewer may say was in error, the newest first."""
    if not all(page.may(kind, subject) for kind in (VoidEntry.kind, SaveForm.kind)):
        return []
    saves = {one.seq: one for one in record.changes()}
    return [
        Save(
            by=page.people[one.by],
            at=moment(one.at),
            error=reverse(VoidEntry.kind, args=[subject.subject_id, seq]),
        )
        for seq, one in sorted(saves.items(), reverse=True)
    ]


def history_of(
    page: Page, form: Form, subject: Subject, record: Record
) -> list[tuple[str, list[VersionLine]]]:
    """Each answered item with its versions, the newest first."""
    found = []
    if versions := record.versions(NONE):
        found.append((say(form.none), [none_line(page, one) for one in reversed(versions)]))
    for item in form.items:
        for name, label in parts_of(item):
            versions = record.versions(name)
            if versions:
                lines = [
                    version_line(page, item, name, (subject, record), v) for v in reversed(versions)
                ]
                found.append((label, lines))
    return found


def none_line(page: Page, version: Version) -> VersionLine:
    """That there was none so far, or that this was taken back."""
    return VersionLine(
        value=gettext("Yes") if version.value else gettext("taken back"),
        by=page.people[version.by],
        at=moment(version.at),
        reason=version.reason,
    )


def _copied(version: Version) -> Iterator[str]:
    if version.copied:
        yield gettext("Copied from the last visit")


def parts_of(item: Item) -> list[tuple[str, str]]:
    """What is recorded of an item, by name: its answer, its limits, why there is none."""
    label = say(item.label)
    limits = {
        "unit": gettext("%(item)s, unit"),
        "uln": gettext("%(item)s, upper limit"),
        "lln": gettext("%(item)s, lower limit"),
    }
    limits |= {
        ABSENT: gettext("%(item)s, no answer"),
        WHY: gettext("%(item)s, why there is no answer"),
        WORDS: gettext("%(item)s, no answer, in words"),
    }
    parts = [(f"{item.id}.{part}", text % {"item": label}) for part, text in limits.items()]
    return [(item.id, label), *(pair for pair in parts if not pair[0].endswith(".unit"))]


def version_line(page: Page, item: Item, name: str, whose: Whose, version: Version) -> VersionLine:
    """One version, in the unit and with the labels of the text that it was recorded under."""
    subject, record = whose
    taken_out = tuple(_taken_out(page, subject, name, version))
    unit = ""
    if name == item.id:
        unit = unit_of(page.study, subject, record, item.id, version)
    then = asked_then(page.study, subject, item.id, version)
    text = _value_text(then or item.model_copy(update={"unit": ""}), name, version.value, unit)
    lost = name == item.id and item.unit and not unit and version.value != ""
    text = gettext("%(value)s, unit not recorded") % {"value": text} if lost else text
    return VersionLine(
        value=gettext("redacted") if taken_out and version.value in ("", MARK) else text,
        by=page.people[version.by],
        at=moment(version.at),
        reason=reason_text(version.reason),
        checks=(*_questions(item, then or item, version), *_copied(version), *taken_out),
    )


def _taken_out(page: Page, subject: Subject, name: str, version: Version) -> Iterator[str]:
    """Who took something out of it, and why."""
    for one in subject.redaction.of(version.seq):
        if one.takes_out_of(name):
            text = gettext("Taken out %(moment)s by %(who)s: %(reason)s")
            who = page.people[one.by]
            yield text % {"moment": moment(one.at), "who": who, "reason": one.reason}


def _questions(item: Item, then: Item, version: Version) -> Iterator[str]:
    """What the checks said, as the text has them that it was recorded under; what was first."""
    texts = {one.that: say(one.because) for one in (*item.checks, *then.checks)}
    for condition in version.checks:
        yield gettext("A check asked: %(said)s") % {"said": texts.get(condition, condition)}
    if version.first:
        yield gettext("first %(value)s") % {"value": value_text(then, version.first)}


def _value_text(item: Item, name: str, value: Value, unit: str) -> str:
    if "." in name:
        meant = {ABSENT: STATES, WHY: WHYS}.get(name.partition(".")[2], {}).get(str(value))
        if meant:
            return opening(HERE.written(meant()))
        return value if isinstance(value, str) and value else gettext("taken back")
    return value_text(item, value, unit)
