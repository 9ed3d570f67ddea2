"""One record as its page shows it: facts in the reader's words, texts as the registry has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import msgspec
from django.utils.translation import gettext

from equipoise.exchange.registry.criteria import Line, Passage, lines, passages
from equipoise.exchange.registry.fit import Person, fit
from equipoise.exchange.registry.records import Version
from equipoise.exchange.registry.study import Location, Protocol, Study
from equipoise.logic.truth import Truth
from equipoise.web.finder import words
from equipoise.web.finder.maps import Dot

__all__ = ["Country", "Record", "Verdict", "record_of"]

_study = msgspec.json.Decoder(Study)


@dataclass(frozen=True)
class Verdict:
    """Whether one thing that was told of a person suits the record."""

    truth: Truth
    label: str
    asked: str


@dataclass(frozen=True)
class Country:
    """The sites of one country."""

    name: str
    sites: list[Location]


@dataclass(frozen=True)
class Record:
    """A record of the registry, to be shown."""

    number: str
    study: Study

    @property
    def protocol(self) -> Protocol:
        """What its sponsor wrote."""
        return self.study.protocol_section

    @property
    def title(self) -> str:
        names = self.study.protocol_section.identification_module
        return names.brief_title or names.official_title or names.nct_id

    @property
    def about(self) -> list[Passage]:
        """What it is about."""
        return passages(self.study.protocol_section.description_module.brief_summary)

    @property
    def details(self) -> list[Passage]:
        """The longer description."""
        return passages(self.study.protocol_section.description_module.detailed_description)

    def criteria(self, side: str) -> list[Line]:
        """The criteria of one side, each as a line of its own."""
        text = self.study.protocol_section.eligibility_module.eligibility_criteria
        return [line for line in lines(text) if line.side == side]

    @property
    def countries(self) -> list[Country]:
        """Where it runs, country by country."""
        sites = self.study.protocol_section.contacts_locations_module.locations
        ordered = sorted(sites, key=lambda one: (one.country, one.city, one.facility))
        grouped = groupby(ordered, key=lambda one: one.country)
        return [Country(name, list(each)) for name, each in grouped]

    @property
    def sites_of(self) -> dict[str, int]:
        """How many sites each country has."""
        return {one.name: len(one.sites) for one in self.countries}

    def dots(self) -> Iterator[Dot]:
        """Each town once; sites whose place the record does not give are in the list alone."""
        counted: dict[tuple[float, float, str], int] = {}
        for one in self.study.protocol_section.contacts_locations_module.locations:
            if (at := one.geo_point) and at.is_on_earth:
                key = (at.lat, at.lon, one.city or one.country)
                counted[key] = counted.get(key, 0) + 1
        yield from (Dot(lat, lon, name, count) for (lat, lon, name), count in counted.items())

    def verdicts(self, person: Person) -> list[Verdict]:
        """What the record's own fields say to what was told of a person."""
        eligibility = self.study.protocol_section.eligibility_module
        texts = {
            "age": words.ages_of(eligibility),
            "sex": words.value("sex", eligibility.sex) if eligibility.sex else gettext("not said"),
            "healthy": _volunteers(eligibility.healthy_volunteers),
        }
        return [
            Verdict(truth, words.filter_label(name), texts[name])
            for name, truth in fit(person, eligibility).items()
        ]

    def glance(self) -> list[tuple[str, str]]:
        """What a reader wants to see at once."""
        protocol = self.study.protocol_section
        status, design = protocol.status_module, protocol.design_module
        eligibility, result = protocol.eligibility_module, status.primary_completion_date_struct
        count = design.enrollment_info.count
        found = [
            (gettext("Phase"), words.phases_text(design.phases)),
            (gettext("Kind of study"), words.value("type", design.study_type)),
            (gettext("Who can join"), words.who_text(eligibility)),
            (
                gettext("Healthy volunteers"),
                _volunteers(eligibility.healthy_volunteers),
            ),
            (gettext("Participants"), "" if count is None else f"{count}"),
            (gettext("Started"), words.day_text(status.start_date_struct.date)),
            (
                gettext("Main result expected"),
                words.day_text(result.date),
            ),
            (gettext("Planned end"), words.day_text(status.completion_date_struct.date)),
            (gettext("Sponsor"), protocol.sponsor_collaborators_module.lead_sponsor.name),
            (gettext("Record updated"), words.day_text(status.last_update_post_date_struct.date)),
        ]
        return [(label, text) for label, text in found if text]

    def design(self) -> list[tuple[str, str]]:
        """How it is done."""
        design = self.study.protocol_section.design_module
        how, masking = design.design_info, design.design_info.masking_info
        who = ", ".join(words.value("masking", one) for one in masking.who_masked)
        blind = words.value("masking", masking.masking) if masking.masking else ""
        found = [
            (gettext("Purpose"), words.value("purpose", how.primary_purpose)),
            (gettext("Allocation"), words.value("allocation", how.allocation)),
            (gettext("Groups"), words.value("model", how.intervention_model)),
            (gettext("Masking"), f"{blind} ({who})" if blind and who else blind),
            (gettext("Model of observation"), words.value("observed", how.observational_model)),
            (gettext("Time perspective"), words.value("perspective", how.time_perspective)),
        ]
        return [(label, text) for label, text in found if text]

    def numbers(self) -> list[tuple[str, str]]:
        """By which numbers it is known."""
        names = self.study.protocol_section.identification_module
        own = [(gettext("Sponsor's number"), names.org_study_id_info.id)]
        others = [
            (one.domain or words.value("id", one.type), one.id) for one in names.secondary_id_infos
        ]
        return [pair for pair in [("ClinicalTrials.gov", names.nct_id), *own, *others] if pair[1]]


def record_of(version: Version) -> Record:
    """A kept version of a record, to be shown."""
    return Record(version.number, _study.decode(version.raw))


def _volunteers(taken: bool | None) -> str:
    return "" if taken is None else words.value("volunteers", "yes" if taken else "no")
