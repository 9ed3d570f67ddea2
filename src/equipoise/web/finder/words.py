"""The registry's words in the reader's language; one that is not known is shown as it is."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext, pgettext

from equipoise.exchange.registry.documents import Card
from equipoise.exchange.registry.gazetteer import country_in
from equipoise.exchange.registry.study import Eligibility
from equipoise.web.jinja import long_day
from equipoise.web.reader import HERE

__all__ = [
    "age_text",
    "ages_of",
    "country",
    "day_text",
    "filter_label",
    "phases_text",
    "town",
    "value",
    "who_text",
]


def filter_label(name: str) -> str:
    """What a filter is called."""
    return {
        "q": gettext("Words"),
        "words": gettext("Words"),
        "condition": gettext("Condition"),
        "treatment": gettext("Treatment"),
        "title": gettext("Words in the title"),
        "sponsor": gettext("Sponsor"),
        "status": gettext("Status"),
        "phase": gettext("Phase"),
        "type": gettext("Kind of study"),
        "term": gettext("Condition, as the registry files it"),
        "treatment_type": gettext("Kind of treatment"),
        "sponsor_class": gettext("Kind of sponsor"),
        "age_group": gettext("Age group"),
        "country": gettext("Country"),
        "city": gettext("City"),
        "age": gettext("Age"),
        "sex": gettext("Sex"),
        "healthy": gettext("Healthy people can join"),
        "volunteers": gettext("Healthy people can join"),
        "results": gettext("Results are posted"),
        "near": gettext("Near"),
        "at": gettext("Near"),
        "around": gettext("Near"),
        "placed": gettext("A place on the map"),
        "km": gettext("Within"),
        "started_from": gettext("Started on or after"),
        "started_to": gettext("Started on or before"),
        "completed_from": gettext("Ends on or after"),
        "completed_to": gettext("Ends on or before"),
        "since": gettext("Updated on or after"),
    }[name]


def value(name: str, code: str) -> str:
    """A value of a field of the registry."""
    if name == "country":
        return country(code)
    if name == "city":
        return town(code)
    known = _VALUES.get(name)
    return (known() if known else {}).get(code) or (code if known is None else _plain(code))


def country(name: str) -> str:
    """A country of a record."""
    return country_in(HERE.language, name)


def town(place: str) -> str:
    """A town with its country, such as Utrecht, Netherlands."""
    name, comma, of_country = place.rpartition(", ")
    return f"{name}{comma}{country(of_country)}"


def phases_text(phases: Iterable[str]) -> str:
    """The phases of a trial, such as Phase 1, Phase 2."""
    return ", ".join(value("phase", one) for one in phases)


def _plain(code: str) -> str:
    """A word of the registry that nobody here knows, such as PHASE5, as it is read."""
    return code.replace("_", " ").capitalize() if code.isupper() else code


def _statuses() -> dict[str, str]:
    return {
        "RECRUITING": gettext("Recruiting"),
        "NOT_YET_RECRUITING": gettext("Not yet recruiting"),
        "ENROLLING_BY_INVITATION": gettext("By invitation only"),
        "ACTIVE_NOT_RECRUITING": gettext("Running, not recruiting"),
        "COMPLETED": gettext("Completed"),
        "SUSPENDED": gettext("Suspended"),
        "TERMINATED": gettext("Stopped early"),
        "WITHDRAWN": gettext("Withdrawn before it began"),
        "AVAILABLE": gettext("Available"),
        "NO_LONGER_AVAILABLE": gettext("No longer available"),
        "TEMPORARILY_NOT_AVAILABLE": gettext("Not available for now"),
        "APPROVED_FOR_MARKETING": gettext("Approved for marketing"),
        "WITHHELD": gettext("Withheld"),
        "UNKNOWN": gettext("Status not known"),
    }


def _phases() -> dict[str, str]:
    return {
        "NA": gettext("No phase"),
        "EARLY_PHASE1": gettext("Early phase 1"),
        **{f"PHASE{n}": gettext("Phase %(number)s") % {"number": n} for n in range(1, 5)},
    }


def _types() -> dict[str, str]:
    return {
        "INTERVENTIONAL": gettext("Trial of a treatment"),
        "OBSERVATIONAL": gettext("Observation without treatment"),
        "EXPANDED_ACCESS": gettext("Access outside a trial"),
    }


def _sexes() -> dict[str, str]:
    return {"ALL": gettext("Women and men"), "FEMALE": gettext("Women"), "MALE": gettext("Men")}


def _age_groups() -> dict[str, str]:
    return {
        "CHILD": gettext("Children (up to 17)"),
        "ADULT": gettext("Adults (18 to 64)"),
        "OLDER_ADULT": gettext("Older adults (65 and over)"),
    }


def _sponsors() -> dict[str, str]:
    return {
        "NIH": gettext("US National Institutes of Health"),
        "FED": gettext("US federal agency"),
        "OTHER_GOV": gettext("Government"),
        "INDIV": gettext("Individual"),
        "INDUSTRY": gettext("Company"),
        "NETWORK": gettext("Network"),
        "AMBIG": gettext("Not clear"),
        "OTHER": gettext("University, hospital or other"),
        "UNKNOWN": gettext("Not known"),
    }


def _treatments() -> dict[str, str]:
    return {
        "BEHAVIORAL": gettext("Behaviour"),
        "BIOLOGICAL": gettext("Biological or vaccine"),
        "COMBINATION_PRODUCT": gettext("Combination product"),
        "DEVICE": gettext("Device"),
        "DIAGNOSTIC_TEST": gettext("Diagnostic test"),
        "DIETARY_SUPPLEMENT": gettext("Dietary supplement"),
        "DRUG": pgettext("registry", "Drug"),
        "GENETIC": gettext("Genetic"),
        "PROCEDURE": gettext("Procedure"),
        "RADIATION": gettext("Radiation"),
        "OTHER": gettext("Other"),
    }


def _yes_no() -> dict[str, str]:
    return {"yes": gettext("Yes"), "no": gettext("No")}


def _allocations() -> dict[str, str]:
    return {
        "RANDOMIZED": gettext("Randomised"),
        "NON_RANDOMIZED": gettext("Not randomised"),
        "NA": gettext("One group"),
    }


def _models() -> dict[str, str]:
    return {
        "PARALLEL": gettext("Groups beside each other"),
        "CROSSOVER": gettext("Crossover"),
        "FACTORIAL": gettext("Factorial"),
        "SEQUENTIAL": gettext("One group after another"),
        "SINGLE_GROUP": gettext("One group"),
    }


def _maskings() -> dict[str, str]:
    return {
        "NONE": gettext("None, open label"),
        "SINGLE": gettext("One party"),
        "DOUBLE": gettext("Two parties"),
        "TRIPLE": gettext("Three parties"),
        "QUADRUPLE": gettext("Four parties"),
        "PARTICIPANT": gettext("participant"),
        "CARE_PROVIDER": gettext("who gives care"),
        "INVESTIGATOR": gettext("investigator"),
        "OUTCOMES_ASSESSOR": gettext("who assesses outcomes"),
    }


def _purposes() -> dict[str, str]:
    return {
        "TREATMENT": gettext("Treatment"),
        "PREVENTION": gettext("Prevention"),
        "DIAGNOSTIC": gettext("Diagnosis"),
        "SUPPORTIVE_CARE": gettext("Supportive care"),
        "SCREENING": pgettext("registry", "Screening"),
        "HEALTH_SERVICES_RESEARCH": gettext("Health services research"),
        "BASIC_SCIENCE": gettext("Basic science"),
        "DEVICE_FEASIBILITY": gettext("Feasibility of a device"),
        "ECT": gettext("Educational, counselling or training"),
        "OTHER": gettext("Other"),
    }


def _arms() -> dict[str, str]:
    return {
        "EXPERIMENTAL": gettext("Experimental"),
        "ACTIVE_COMPARATOR": gettext("Active comparator"),
        "PLACEBO_COMPARATOR": gettext("Placebo comparator"),
        "SHAM_COMPARATOR": gettext("Sham comparator"),
        "NO_INTERVENTION": gettext("No intervention"),
        "OTHER": gettext("Other"),
    }


def _numbers() -> dict[str, str]:
    return {
        "EUDRACT_NUMBER": "EudraCT",
        "CTIS": "CTIS",
        "NIH": "NIH",
        "REGISTRY": gettext("Another register"),
        "OTHER_GRANT": gettext("Grant"),
        "OTHER": gettext("Other number"),
    }


_VALUES = {
    "status": _statuses,
    "phase": _phases,
    "type": _types,
    "sex": _sexes,
    "age_group": _age_groups,
    "sponsor_class": _sponsors,
    "treatment_type": _treatments,
    "volunteers": _yes_no,
    "healthy": _yes_no,
    "results": _yes_no,
    "placed": _yes_no,
    "allocation": _allocations,
    "model": _models,
    "masking": _maskings,
    "purpose": _purposes,
    "arm": _arms,
    "id": _numbers,
    "observed": dict,
    "perspective": dict,
}


def ages_of(of: Card | Eligibility) -> str:
    """From which age to which, such as 18 to 75 years."""
    least, most = age_text(of.minimum_age), age_text(of.maximum_age)
    if least and most:
        return gettext("%(least)s to %(most)s") % {"least": least, "most": most}
    if least:
        return gettext("%(least)s and older") % {"least": least}
    return gettext("up to %(most)s") % {"most": most} if most else gettext("any age")


def age_text(text: str) -> str:
    """An age as the registry writes it (`18 Years`), in the reader's language."""
    number, _, unit = text.partition(" ")
    words = {
        "year": gettext("years"),
        "month": gettext("months"),
        "week": gettext("weeks"),
        "day": gettext("days"),
        "hour": gettext("hours"),
        "minute": gettext("minutes"),
    }
    return f"{number} {words.get(unit.lower().rstrip('s'), unit)}".strip()


def who_text(of: Card | Eligibility) -> str:
    """Who can join, by age and sex, in one line."""
    sexes = {"FEMALE": gettext("women"), "MALE": gettext("men")}
    who = sexes.get(of.sex, gettext("women and men") if of.sex == "ALL" else "")
    return ", ".join(one for one in (who, ages_of(of)) if one)


def day_text(text: str) -> str:
    """A day or a month of the registry: 12 December 2026, December 2026."""
    try:
        if len(text) == 7:
            return long_day(date.fromisoformat(f"{text}-01")).split(" ", 1)[1]
        return long_day(date.fromisoformat(text))
    except (ValueError, IndexError):
        return text
