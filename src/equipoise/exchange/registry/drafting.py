"""The first study file of a trial, begun from its record: everything in it is there to be replaced.

Identity, arms, sites and outcomes are the record's. Each line of its criteria is a criterion that
somebody judges by hand, with what a pattern suggests beside it, until it is formalised: nothing is
trusted because a pattern matched. What a record does not say (roles, visits, the draw) is the least
that can be run, and says so.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from equipoise.exchange.registry.criteria import Line, lines
from equipoise.exchange.registry.study import Protocol, Study
from equipoise.exchange.registry.suggestions import suggested
from equipoise.study.reason import Reason, Refusal

__all__ = ["draft"]

Json = dict[str, Any]
DRAFTED = "assumed: drafted; the record does not say it"
KINDS = {
    "EXPERIMENTAL": "experimental",
    "ACTIVE_COMPARATOR": "active comparator",
    "PLACEBO_COMPARATOR": "placebo comparator",
    "SHAM_COMPARATOR": "placebo comparator",
    "NO_INTERVENTION": "no intervention",
}
NOT_RANDOMISED = Reason(
    "registry.not-randomised",
    "",
    "{number} is no randomised trial of two arms or more; a study file runs only such a trial",
)
HEAD = (
    "# Drafted from {number}, as posted on {posted}. Every line is to be read, and most to be "
    "replaced:\n# a criterion is judged by hand until its `when` says what its text says.\n"
)
MAY_AT_A_SITE = [
    *("screening.enter", "screening.fail", "consent.give", "consent.withdraw", "forms.save"),
    *("registration.register", "randomisation.randomise", "contact.alive", "event.death"),
    *("entry.void", "randomisation.in-error"),
]
MAY_OF_THE_TRIAL = [
    *("study.open", "study.amend", "study.close-accrual"),
    *("site.open", "role.give", "role.end"),
]


def draft(study: Study) -> dict[str, str] | Refusal:
    """The files of the new study, each with its text."""
    protocol = study.protocol_section
    number, arms = protocol.identification_module.nct_id, protocol.arms_interventions_module
    randomised = protocol.design_module.design_info.allocation == "RANDOMIZED"
    if not randomised or len(arms.arm_groups) < 2:
        return NOT_RANDOMISED(number=number)
    criteria = [*_numbered(lines(protocol.eligibility_module.eligibility_criteria))]
    posted = protocol.status_module.last_update_post_date_struct.date or "an unknown day"
    text = {
        "version": "0.1",
        "identity": _identity(protocol),
        "arms": [*_arms(protocol)],
        "epochs": [
            {"id": "screening", "label": {"en": "Screening"}},
            {"id": "treatment", "label": {"en": "Treatment"}},
        ],
        "sites": [*_sites(protocol)],
        "roles": _roles(),
        "consent": {"versions": [_consent(protocol)]},
        "criteria": _criteria(criteria, number),
        "randomisation": {
            "method": "blocks",
            "block_sizes": [2 * len(arms.arm_groups), 4 * len(arms.arm_groups)],
            "source": DRAFTED,
        },
        "visits": [
            {
                "id": "screening",
                "label": {"en": "Screening"},
                "epoch": "screening",
                "anchor": "screening",
                "late": 28,
                "forms": ["person", "eligibility"],
                "source": DRAFTED,
            }
        ],
        "endpoints": [*_endpoints(protocol)],
        "points": [f"Drafted from {number}; the sponsor has confirmed nothing of it."],
    }
    return {
        "study.yaml": HEAD.format(number=number, posted=posted) + _written(text),
        "forms/01-person.yaml": _written(_person()),
        "forms/02-eligibility.yaml": _written(_eligibility(criteria)),
    }


class _Writer(yaml.SafeDumper):
    """Writes what begins as a number does in quotes: not everybody reads 08 as a text."""


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if text[:1] in "0123456789+-." and text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)


def _written(text: Json) -> str:
    dumped: str = yaml.dump(text, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100)
    return dumped


def _identity(protocol: Protocol) -> Json:
    names, status = protocol.identification_module, protocol.status_module
    word = re.sub(r"[^a-z0-9]+", "-", (names.acronym or names.nct_id).lower()).strip("-")
    letters = re.sub(r"[^A-Z]", "", (names.acronym or "NCT").upper())[:4] or "NCT"
    number, count = names.nct_id, protocol.design_module.enrollment_info.count
    made: Json = {
        "id": word,
        "prefix": letters,
        "acronym": names.acronym or names.nct_id,
        "title": {"en": names.brief_title},
        "summary": {"en": protocol.description_module.brief_summary or names.brief_title},
        "question": {"en": _first_outcome(protocol)},
        "sponsor": protocol.sponsor_collaborators_module.lead_sponsor.name or "not known",
        "phase": _phase(protocol.design_module.phases),
        "conditions": [{"en": one} for one in protocol.conditions_module.conditions],
        "registrations": [*_registrations(protocol)],
        "enrolment": {
            "value": count or 0,
            "unit": "participants",
            "source": "registry: enrolment" if count else DRAFTED,
        },
        "facts": _facts(protocol),
        "source": f"registry: {number}",
    }
    if len(status.start_date_struct.date) == 10:
        made["start"] = {"value": status.start_date_struct.date, "source": "registry: start"}
    return made


def _phase(phases: list[str]) -> str:
    numbers = [phase.removeprefix("EARLY_")[-1] for phase in phases if phase[-1].isdigit()]
    early = "early " if any(phase.startswith("EARLY") for phase in phases) else ""
    return early + "/".join(numbers) if numbers else "not applicable"


def _registrations(protocol: Protocol) -> Iterator[Json]:
    names, source = protocol.identification_module, "registry: identifiers"
    yield {"registry": "ClinicalTrials.gov", "number": names.nct_id, "source": source}
    if own := names.org_study_id_info.id:
        yield {"registry": "Sponsor", "number": own, "source": source}
    for one in names.secondary_id_infos:
        yield {"registry": one.domain or one.type or "other", "number": one.id, "source": source}


def _facts(protocol: Protocol) -> Json:
    design, who = protocol.design_module, protocol.eligibility_module
    made: Json = {"allocation": {"value": "randomised", "source": "registry: allocation"}}
    for name, value in (
        ("purpose", design.design_info.primary_purpose),
        ("model", design.design_info.intervention_model),
        ("masking", design.design_info.masking_info.masking),
        ("sex", who.sex),
    ):
        if words := value.lower().replace("_", " "):
            made[name] = {"value": words, "source": f"registry: {name}"}
    for name, age in (("minimum_age", who.minimum_age), ("maximum_age", who.maximum_age)):
        if found := re.fullmatch(r"(\d+) Years?", age):
            made[name] = {"value": int(found[1]), "unit": "a", "source": "registry: ages"}
    if who.healthy_volunteers is not None:
        source = "registry: volunteers"
        made["healthy_volunteers"] = {"value": who.healthy_volunteers, "source": source}
    return made


def _arms(protocol: Protocol) -> Iterator[Json]:
    for at, arm in enumerate(protocol.arms_interventions_module.arm_groups):
        yield {
            "id": chr(ord("A") + at) if at < 26 else f"A{at}",
            "label": {"en": arm.label},
            "description": {"en": arm.description or arm.label},
            "kind": KINDS.get(arm.type, "experimental"),
            "interventions": [{"en": name} for name in arm.intervention_names],
            "source": "registry: arms" if arm.type in KINDS else f"{DRAFTED} ({arm.type})",
        }


def _sites(protocol: Protocol) -> list[Json]:
    made = [
        {
            "id": f"{at:02}",
            "name": site.facility or site.city or "not named",
            "city": site.city,
            "country": site.country,
            "source": "registry: locations",
        }
        for at, site in enumerate(protocol.contacts_locations_module.locations, 1)
    ]
    return made or [{"id": "01", "name": "not named", "source": DRAFTED}]


def _roles() -> list[Json]:
    return [
        {
            "id": "investigator",
            "label": {"en": "Investigator"},
            "scope": "site",
            "may": MAY_AT_A_SITE,
            "sees": ["subjects", "audit"],
        },
        {
            "id": "office",
            "label": {"en": "Trial office"},
            "scope": "trial",
            "may": MAY_OF_THE_TRIAL,
            "sees": ["subjects", "audit", "status"],
        },
    ]


def _consent(protocol: Protocol) -> Json:
    start = protocol.status_module.start_date_struct.date
    on = start if len(start) == 10 else f"{start}-01" if len(start) == 7 else "2026-01-01"
    from_on = yaml.safe_load(on)
    label = {"en": "Consent form, version 1"}
    return {"version": "1", "from_on": from_on, "label": label, "source": DRAFTED}


def _numbered(criteria: list[Line]) -> Iterator[tuple[str, Line]]:
    """Each line with the id of its criterion; under no heading it is taken as inclusion."""
    counts = {"I": 0, "E": 0}
    for line in criteria:
        letter = "E" if line.side == "exclusion" else "I"
        counts[letter] += 1
        yield f"{letter}{counts[letter]:02}", line


def _criteria(criteria: list[tuple[str, Line]], number: str) -> Json:
    sides: Json = {"inclusion": [], "exclusion": []}
    for code, line in criteria:
        side = "exclusion" if code.startswith("E") else "inclusion"
        sides[side].append(
            {
                "id": code,
                "text": {"en": line.text},
                "when": code.lower(),
                "nature": "judgement",
                "points": [*_points(line)],
                "source": f"registry: {number}, {line.side} criteria",
            }
        )
    if not sides["inclusion"]:
        text = "The record names no criteria."
        only = {"id": "I01", "text": {"en": text}, "when": "i01", "nature": "judgement"}
        sides["inclusion"] = [only | {"points": ["drafted"], "source": DRAFTED}]
    return sides


def _points(line: Line) -> Iterator[str]:
    yield "drafted: judged by hand until it is formalised"
    if line.side == "unsplit":
        yield "drafted: the record does not say whether this lets someone in or keeps them out"
    for one in suggested(line.text):
        part = "" if one.whole else "; the line says more than that"
        yield f"drafted: by its {one.pattern} it may be `{one.when}`{part}"


def _eligibility(criteria: list[tuple[str, Line]]) -> Json:
    items = [
        {"id": code.lower(), "label": {"en": line.text}, "kind": "yes-no"}
        for code, line in criteria
    ]
    return {
        "id": "eligibility",
        "title": {"en": "Eligibility"},
        "dated": {"en": "Date of judgement"},
        "items": items or [{"id": "i01", "label": {"en": "May enter"}, "kind": "yes-no"}],
        "source": DRAFTED,
    }


def _person() -> Json:
    birth = {"id": "birth_date", "label": {"en": "Date of birth"}, "kind": "partial-date"}
    return {
        "id": "person",
        "title": {"en": "About the participant"},
        "dated": {"en": "Date of the conversation"},
        "items": [birth],
        "source": DRAFTED,
    }


def _first_outcome(protocol: Protocol) -> str:
    outcomes = protocol.outcomes_module.primary_outcomes
    return outcomes[0].measure if outcomes else protocol.identification_module.brief_title


def _endpoints(protocol: Protocol) -> Iterator[Json]:
    yield {
        "id": "primary",
        "label": {"en": _first_outcome(protocol)},
        "primary": True,
        "origin": "randomisation",
        "events": ["death", "withdrawal"],
        "definition": {"en": "Drafted: this version computes times to an event only."},
        "source": DRAFTED,
    }
