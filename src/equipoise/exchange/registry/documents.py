"""What the index holds of a record: its words, what it is filtered by, and what a list shows."""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec
import tantivy

from equipoise.exchange.registry import ages
from equipoise.exchange.registry.gazetteer import country_name
from equipoise.exchange.registry.study import Protocol, Study
from equipoise.exchange.registry.texts import ENGLISH, FIELDS, PLAIN, shortened, words_of

__all__ = ["FACETS", "NUMBERS", "TEXTS", "Card", "document", "is_day", "open_index", "schema"]

TEXTS = ("title", "condition", "treatment", "body", "sponsor", "place")
FACETS = (
    "status",
    "phase",
    "type",
    "sex",
    "age_group",
    "volunteers",
    "sponsor_class",
    "treatment_type",
    "results",
    "country",
    "city",
    "term",
)
NUMBERS = ("min_months", "max_months", "started", "completed", "updated", "enrolled")
FEW, TITLE, NAME, WORD = 8, 300, 160, 60
"""Of a card: values of a list, and letters of a title, of a name, of a word."""
VALUE = 200
"""Letters of what is filtered by: no value of the registry is as long."""
Point = tuple[float, float, str, str]
"""Where a trial runs: latitude, longitude, town, country."""


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a list of trials shows of one."""

    number: str
    title: str
    status: str = ""
    study_type: str = ""
    phases: list[str] = []
    conditions: list[str] = []
    treatments: list[str] = []
    sponsor: str = ""
    sex: str = ""
    minimum_age: str = ""
    maximum_age: str = ""
    volunteers: bool | None = None
    results: bool = False
    started: str = ""
    updated: str = ""
    enrolled: int | None = None
    sites: int = 0
    points: list[int] = []


def schema() -> tantivy.Schema:
    """The fields of the index."""
    builder = tantivy.SchemaBuilder()
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name=ENGLISH, index_option="position")
    builder.add_text_field("word", tokenizer_name=PLAIN, index_option="basic")
    for name in ("number", "id", "mesh", "alias"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("point", indexed=True)
    builder.add_bytes_field("card", stored=True)
    return builder.build()


def open_index(folder: str) -> tantivy.Index:
    """The index in a folder, with the ways in which its words are taken apart."""
    index = tantivy.Index(schema(), folder)
    index.config_reader("manual")  # nothing changes under a generation: no thread need look
    for name, made in FIELDS.items():
        index.register_tokenizer(name, made())
    return index


def document(study: Study, point: Callable[[Point], int]) -> tantivy.Document:
    """What the index holds of one record.

    :param point: the number under which a place is kept
    """
    made, protocol = tantivy.Document(), study.protocol_section
    for name, text in (*_texts(study), *_raw(study), *_facets(study)):
        if text:
            made.add_text(name, text)
    for name, number in _numbers(protocol):
        made.add_integer(name, number)
    places = sorted({point(place) for place in _points(protocol)})
    for place in places:
        made.add_unsigned("point", place)
    made.add_bytes("card", msgspec.json.encode(_card(study, places)))
    return made


def _texts(study: Study) -> Iterator[tuple[str, str]]:
    protocol, derived = study.protocol_section, study.derived_section
    names, arms = protocol.identification_module, protocol.arms_interventions_module
    title = [names.brief_title, names.official_title, names.acronym]
    condition = [
        *protocol.conditions_module.conditions,
        *protocol.conditions_module.keywords,
        *(mesh.term for mesh in derived.condition_browse_module.meshes),
    ]
    treatment = [
        *(text for one in arms.interventions for text in (one.name, *one.other_names)),
        *(arm.label for arm in arms.arm_groups),
        *(mesh.term for mesh in derived.intervention_browse_module.meshes),
    ]
    for name, texts in (("title", title), ("condition", condition), ("treatment", treatment)):
        yield name, " . ".join(texts)
        yield "word", " ".join(texts)
    body = " . ".join(_body(protocol))
    yield "body", body
    yield "word", body
    yield "sponsor", " . ".join(_sponsors(protocol))
    yield "place", " . ".join(_places(protocol))


def _body(protocol: Protocol) -> Iterator[str]:
    arms, outcomes = protocol.arms_interventions_module, protocol.outcomes_module
    yield protocol.description_module.brief_summary
    yield protocol.eligibility_module.eligibility_criteria
    yield from (arm.description for arm in arms.arm_groups)
    yield from (one.description for one in arms.interventions)
    yield from (outcome.measure for outcome in outcomes.primary_outcomes)
    yield from (outcome.measure for outcome in outcomes.secondary_outcomes)
    yield protocol.description_module.detailed_description


def _sponsors(protocol: Protocol) -> Iterator[str]:
    sponsors = protocol.sponsor_collaborators_module
    yield protocol.identification_module.organization.full_name
    yield from (one.name for one in (sponsors.lead_sponsor, *sponsors.collaborators))


def _places(protocol: Protocol) -> Iterator[str]:
    seen = set()
    for site in protocol.contacts_locations_module.locations:
        country = (site.country, country_name(site.country))
        for text in (site.facility, site.city, site.state, *country):
            if text not in seen:
                seen.add(text)
                yield text


def _raw(study: Study) -> Iterator[tuple[str, str]]:
    names, derived = study.protocol_section.identification_module, study.derived_section
    yield "number", names.nct_id
    identifiers = (names.org_study_id_info.id, *(one.id for one in names.secondary_id_infos))
    for identifier in (names.nct_id, *names.nct_id_aliases, *identifiers):
        yield "id", "".join(words_of(identifier))
    for browse in (derived.condition_browse_module, derived.intervention_browse_module):
        for term in {mesh.id for mesh in (*browse.meshes, *browse.ancestors)}:
            yield "mesh", term
    for alias in sorted(_aliases(study)):
        yield "alias", alias


def _aliases(study: Study) -> set[str]:
    """What its sponsor calls a condition, and what the registry takes that for."""
    found: set[str] = set()
    derived = study.derived_section
    for browse in (derived.condition_browse_module, derived.intervention_browse_module):
        terms = {mesh.term: mesh.id for mesh in browse.meshes}
        pairs: list[tuple[str, str | None]]
        pairs = [(leaf.as_found, terms.get(leaf.name)) for leaf in browse.browse_leaves]
        pairs += terms.items()
        pairs += [(broader.term, broader.id) for broader in browse.ancestors]
        if browse is derived.condition_browse_module and len(terms) == 1:
            conditions = study.protocol_section.conditions_module.conditions
            if len(conditions) == 1:
                pairs += [(conditions[0], number) for number in terms.values()]
        for text, term in pairs:
            if text and term:
                found |= {f"{' '.join(words_of(way))}\t{term}" for way in _ways(text)}
    return found


def _ways(text: str) -> set[str]:
    """A term, and as people say it: `Genital Diseases, Male`, male genital diseases."""
    first, comma, last = text.partition(", ")
    return {text, f"{last} {first}"} if comma and "," not in last else {text}


def _facets(study: Study) -> Iterator[tuple[str, str]]:
    protocol = study.protocol_section
    design, eligibility = protocol.design_module, protocol.eligibility_module
    sites = protocol.contacts_locations_module.locations
    sponsor = protocol.sponsor_collaborators_module.lead_sponsor
    yield "status", shortened(protocol.status_module.overall_status, VALUE)
    yield "type", shortened(design.study_type, VALUE)
    yield "sex", shortened(eligibility.sex, VALUE)
    yield "sponsor_class", shortened(sponsor.class_, VALUE)
    yield "results", "yes" if study.has_results else "no"
    if eligibility.healthy_volunteers is not None:
        yield "volunteers", "yes" if eligibility.healthy_volunteers else "no"
    treatments = protocol.arms_interventions_module.interventions
    for name, texts in (
        ("phase", design.phases),
        ("age_group", eligibility.std_ages),
        ("treatment_type", [one.type for one in treatments]),
        ("country", [country_name(site.country) for site in sites]),
        ("city", [f"{site.city}, {country_name(site.country)}" for site in sites if site.city]),
        ("term", [mesh.term for mesh in study.derived_section.condition_browse_module.meshes]),
    ):
        for text in dict.fromkeys(texts):
            yield name, shortened(text, VALUE)


def _numbers(protocol: Protocol) -> Iterator[tuple[str, int]]:
    status, eligibility = protocol.status_module, protocol.eligibility_module
    yield "min_months", ages.minimum(eligibility.minimum_age)
    yield "max_months", ages.maximum(eligibility.maximum_age)
    for name, text in (
        ("started", status.start_date_struct.date),
        ("completed", status.completion_date_struct.date),
        ("updated", status.last_update_post_date_struct.date or status.last_update_submit_date),
    ):
        if number := day_number(text):
            yield name, number
    if protocol.design_module.enrollment_info.count is not None:
        yield "enrolled", min(protocol.design_module.enrollment_info.count, 2**62)


def day_number(text: str) -> int:
    """The number of a day, of the first where only the month is known; 0 where none is."""
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01").toordinal()
    except ValueError:
        return 0


def is_day(text: str) -> bool:
    """Whether it names one day, as 2024-01-31."""
    return len(text) == 10 and bool(day_number(text))


def _points(protocol: Protocol) -> Iterator[Point]:
    for site in protocol.contacts_locations_module.locations:
        if (at := site.geo_point) and at.is_on_earth:
            yield round(at.lat, 4), round(at.lon, 4), site.city, country_name(site.country)


def _card(study: Study, points: list[int]) -> Card:
    """What a list shows, as long as the registry's own fields are; a list stays light."""
    protocol = study.protocol_section
    status, eligibility = protocol.status_module, protocol.eligibility_module
    names, design = protocol.identification_module, protocol.design_module
    return Card(
        number=names.nct_id,
        title=shortened(names.brief_title or names.official_title or names.nct_id, TITLE),
        status=shortened(status.overall_status, WORD),
        study_type=shortened(design.study_type, WORD),
        phases=_few(design.phases, WORD),
        conditions=_few(protocol.conditions_module.conditions, NAME),
        treatments=_few(
            [one.name for one in protocol.arms_interventions_module.interventions], NAME
        ),
        sponsor=shortened(protocol.sponsor_collaborators_module.lead_sponsor.name, NAME),
        sex=shortened(eligibility.sex, WORD),
        minimum_age=shortened(eligibility.minimum_age, WORD),
        maximum_age=shortened(eligibility.maximum_age, WORD),
        volunteers=eligibility.healthy_volunteers,
        results=study.has_results,
        started=shortened(status.start_date_struct.date, WORD),
        updated=shortened(status.last_update_post_date_struct.date, WORD),
        enrolled=design.enrollment_info.count,
        sites=len(protocol.contacts_locations_module.locations),
        points=points,
    )


def _few(texts: list[str], most: int) -> list[str]:
    return [shortened(text, most) for text in texts[:FEW]]
