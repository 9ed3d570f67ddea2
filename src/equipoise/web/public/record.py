"""Every field of the public record as its page shows it, each with where it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from equipoise.logic.figures import with_unit
from equipoise.study.model import Study
from equipoise.study.parts import Figure, SourceParts
from equipoise.web.jinja import long_day, say
from equipoise.web.public.words import (
    arm_kind,
    fact_label,
    fact_value,
    registry_label,
)
from equipoise.web.reader import HERE
from equipoise.web.views.sources import source_text

__all__ = ["Fact", "enrolment", "glance", "numbers", "record", "value_of"]

SAID_ELSEWHERE = ("enrolment_type",)  # beside the number itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One field of the record, with where it comes from."""

    label: str
    value: str
    source: str
    origin: SourceParts
    note: str = ""


def glance(study: Study) -> list[tuple[str, str]]:
    """What a reader wants to see at once."""
    who = study.identity
    found = [
        (gettext("Phase"), who.phase),
        (gettext("Conditions"), ", ".join(map(say, who.conditions))),
        (gettext("Participants planned"), enrolment(study)),
        (gettext("Started"), value_of(who.start) if who.start else ""),
        (gettext("Planned end"), value_of(who.completion) if who.completion else ""),
        (gettext("Sponsor"), who.sponsor),
    ]
    return [(label, value) for label, value in [*found, *numbers(study)] if value]


def numbers(study: Study) -> list[tuple[str, str]]:
    """By which numbers the trial is known, and to whom."""
    return [(registry_label(one.registry), one.number) for one in study.identity.registrations]


def enrolment(study: Study) -> str:
    """How many are to take part, and whether that is an estimate."""
    kind = study.identity.facts.get("enrolment_type")
    planned = value_of(study.identity.enrolment)
    return f"{planned} ({fact_value(str(kind.value)).lower()})" if kind else planned


def record(study: Study) -> list[Fact]:
    """The fields that are one value each; criteria, arms, visits and contacts have lists."""
    return [*_identity(study), *_numbers(study), *_arms(study), *_figures(study)]


def _identity(study: Study) -> Iterator[Fact]:
    who = study.identity
    fields = [
        (gettext("Title"), say(who.title)),
        (gettext("Scientific title"), say(who.official_title)),
        (gettext("Sponsor"), who.sponsor),
        (gettext("Principal investigator"), who.investigator),
        (gettext("Phase"), who.phase),
        *((gettext("Condition"), say(text)) for text in who.conditions),
        (gettext("Also filed under"), ", ".join(map(say, who.keywords))),
    ]
    yield from (_fact(label, value, who.source) for label, value in fields if value)


def _numbers(study: Study) -> Iterator[Fact]:
    for one in study.identity.registrations:
        yield _fact(registry_label(one.registry), one.number, one.source)


def _arms(study: Study) -> Iterator[Fact]:
    """The treatments, each once with its first arm's source, and the groups."""
    treatments = {
        say(one): arm.source for arm in study.arms_drawn[::-1] for one in arm.interventions
    }
    for treatment, source in sorted(treatments.items()):
        yield _fact(gettext("Treatment studied"), treatment, source)
    for arm in study.arms_drawn:
        yield _fact(gettext("Group"), f"{say(arm.label)} ({arm_kind(arm.kind)})", arm.source)


def _figures(study: Study) -> Iterator[Fact]:
    who = study.identity
    groups = len(study.arms_drawn)
    words = ngettext("%(people)s in %(num)s group", "%(people)s in %(num)s groups", groups)
    people = words % {"people": enrolment(study), "num": groups}
    yield _fact(fact_label("enrolment"), people, who.enrolment.source, who.enrolment.note)
    dated = {"start": who.start, "completion": who.completion}
    for name, figure in {**dated, **who.facts}.items():
        if figure and name not in SAID_ELSEWHERE:
            yield _fact(fact_label(name), value_of(figure), figure.source, figure.note)


def _fact(label: str, value: str, source: SourceParts, note: str = "") -> Fact:
    return Fact(
        label=label,
        value=value,
        source=source_text(source),
        origin=source,
        note=gettext(note) if note else "",
    )


def value_of(figure: Figure) -> str:
    """A figure of the record in the reader's words."""
    if isinstance(figure.value, bool):
        return gettext("Yes") if figure.value else gettext("No")
    if isinstance(figure.value, Decimal):
        unit = "" if figure.unit == "participants" else figure.unit
        return with_unit(f"{figure.value.normalize():f}", unit, HERE.translator)
    try:
        return long_day(date.fromisoformat(figure.value))
    except ValueError:
        return fact_value(figure.value)
