"""The trial's public page, made from its study file; no sign-in, and nothing about participants."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.http import HttpResponse
from django.utils.translation import gettext
from markupsafe import Markup

from equipoise.logic.figures import with_unit
from equipoise.study.model import Study
from equipoise.study.parts import Figure, SourceParts
from equipoise.study.sections.visits import Visit
from equipoise.web.jinja import long_day, say
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page, for_everyone
from equipoise.web.views.public_words import (
    anchor_text,
    fact_label,
    fact_value,
    registry_label,
    source_text,
)
from equipoise.web.witness import newest_head, tree_store

__all__ = ["trial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact of the record, with where it comes from."""

    label: str
    value: str
    source: str
    unverified: bool
    note: str = ""


@for_everyone
def trial(page: Page) -> HttpResponse:
    """The trial in plain words."""
    study = page.study
    return page.render(
        "public.jinja",
        facts=list(_facts(study)),
        glance=_glance(study),
        state=_value(study.identity.facts["status"]) if "status" in study.identity.facts else "",
        asks=_asks(study),
        ratio=" : ".join(str(arm.ratio) for arm in study.arms_drawn),
        drawn=len(study.arms_drawn) > 1,
        equal=len({arm.ratio for arm in study.arms_drawn}) == 1,
        unverified=sum(fact.unverified for fact in _facts(study)),
        data=_json_ld(study),
        head=(head := newest_head.newest()),
        note=note.written if head and (note := tree_store.head(head.size)) else "",
    )


def _glance(study: Study) -> list[tuple[str, str]]:
    who = study.identity
    found = [
        (gettext("Phase"), who.phase),
        (gettext("Participants planned"), _value(who.enrolment)),
        (gettext("Started"), _value(who.start) if who.start else ""),
        (gettext("Planned end"), _value(who.completion) if who.completion else ""),
        (gettext("Sponsor"), who.sponsor),
    ]
    numbers = [(registry_label(one.registry), one.number) for one in who.registrations]
    return [(label, value) for label, value in [*found, *numbers] if value]


def _facts(study: Study) -> list[Fact]:
    who = study.identity
    dated = {"start": who.start, "completion": who.completion}
    figures = {"enrolment": who.enrolment, **{k: v for k, v in dated.items() if v}, **who.facts}
    plain = [(gettext("Sponsor"), who.sponsor), (gettext("Phase"), who.phase)]
    plain += [(gettext("Condition"), say(text)) for text in who.conditions]
    numbers = [
        _fact(registry_label(one.registry), one.number, one.source) for one in who.registrations
    ]
    return [
        *numbers,
        *(_fact(label, value, who.source) for label, value in plain if value),
        *(_fact(fact_label(n), _value(f), f.source, f.note) for n, f in figures.items()),
    ]


def _fact(label: str, value: str, source: SourceParts, note: str = "") -> Fact:
    return Fact(
        label=label,
        value=value,
        source=source_text(source),
        unverified=source.unverified,
        note=gettext(note) if note else "",
    )


def _value(figure: Figure) -> str:
    if isinstance(figure.value, bool):
        return gettext("Yes") if figure.value else gettext("No")
    if isinstance(figure.value, Decimal):
        unit = "" if figure.unit == "participants" else figure.unit
        return with_unit(f"{figure.value.normalize():f}", unit, HERE.translator)
    try:
        return long_day(date.fromisoformat(figure.value))
    except ValueError:
        return fact_value(figure.value)


def _asks(study: Study) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What it asks of a participant: by epoch, each visit, when, and for which arm."""
    labels = {epoch.id: say(epoch.label) for epoch in study.epochs}
    arms = {arm.id: say(arm.label) for arm in study.arms}
    return [
        (
            labels.get(epoch, epoch),
            [
                (say(v.label), _when(study, v), ", ".join(arms[a] for a in v.arms if a in arms))
                for v in visits
            ],
        )
        for epoch, visits in groupby(study.visits, key=lambda visit: visit.epoch)
    ]


def _when(study: Study, visit: Visit) -> str:
    """How often and when, in plain words."""
    values = {"anchor": anchor_text(study, visit.anchor), "every": _length(visit.every)}
    after = _length(visit.day)
    if visit.times == 1:
        words = gettext("once, %(after)s after %(anchor)s")
        if visit.day == 0:
            words = gettext("once, around %(anchor)s")
        return words % {**values, "after": after}
    words = gettext("%(times)s times, every %(every)s, from %(after)s after %(anchor)s")
    if visit.day == 0:
        words = gettext("%(times)s times, every %(every)s, from %(anchor)s")
    return words % {**values, "times": visit.times, "after": after}


def _length(days: int) -> str:
    """Days as people count them: 3 weeks, 12 months."""
    if days >= 84 and days % 7 or days > 182:
        return with_unit(str(round(days / 30.4375)), "mo", HERE.translator)
    if days and days % 7 == 0:
        return with_unit(str(days // 7), "wk", HERE.translator)
    return with_unit(str(days), "d", HERE.translator)


def _json_ld(study: Study) -> Markup:
    """The same for machines (schema.org MedicalTrial); data, which no policy runs."""
    who = study.identity
    values = {
        "@context": "https://schema.org",
        "@type": "MedicalTrial",
        "name": f"{who.acronym}: {say(who.title)}",
        "alternateName": who.acronym,
        "description": say(who.summary),
        "phase": who.phase,
        "sponsor": {"@type": "Organization", "name": who.sponsor},
        "healthCondition": [
            {"@type": "MedicalCondition", "name": say(one)} for one in who.conditions
        ],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": one.registry, "value": one.number}
            for one in who.registrations
        ],
        "studyLocation": [
            {"@type": "AdministrativeArea", "name": f"{site.name}, {site.city}".rstrip(", ")}
            for site in study.sites
        ],
        "disambiguatingDescription": say(who.demonstration),
    }
    text = json.dumps(values, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return Markup(text)
