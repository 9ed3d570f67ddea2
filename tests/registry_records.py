"""Invented records for the tests of the finder: real conditions, treatments that nobody has."""

import gzip
import json
import random
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

SAMPLE = files("equipoise.exchange.registry").joinpath("data/sample.ndjson.gz")
SOUNDS = ["ba", "do", "fe", "gi", "ko", "lu", "ma", "ne", "pi", "ra", "so", "ti", "va", "xe", "zo"]
ENDS = ["mab", "nib", "tide", "sartan", "prazole", "statin", "cillin", "vir", "mide", "zepam"]
FORMS = (
    "{treatment} for {condition}",
    "Efficacy and Safety of {treatment} in Patients With {condition}",
    "A Randomized Study of {treatment} Versus Placebo in {condition}",
    "{treatment} in the Treatment of {condition}: a Pilot Study",
    "A Phase 2 Study of {treatment} and {other} in {condition}",
)
STATUS = ("RECRUITING", "COMPLETED", "UNKNOWN", "NOT_YET_RECRUITING", "TERMINATED", "WITHDRAWN")
Json = dict[str, Any]


@lru_cache
def sample() -> tuple[Json, ...]:
    """The records that Equipoise brings along."""
    lines = gzip.decompress(SAMPLE.read_bytes()).splitlines()
    return tuple(json.loads(line) for line in lines)


@lru_cache
def _lines() -> tuple[str, ...]:
    texts = [
        one["protocolSection"].get("eligibilityModule", {}).get("eligibilityCriteria", "")
        for one in sample()
    ]
    return tuple(line for text in texts for line in text.splitlines() if 20 < len(line) < 200)


@lru_cache
def _sites() -> tuple[Json, ...]:
    return tuple(
        site
        for one in sample()
        for site in one["protocolSection"].get("contactsLocationsModule", {}).get("locations", [])
    )


def distractors(count: int, seed: int = 7) -> Iterator[bytes]:
    """So many records of trials that nobody ran, about the conditions of the sample."""
    chance = random.Random(seed)
    for at in range(count):
        made = _invented(chance, f"NCT9{at:07}")
        yield json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _drug(chance: random.Random) -> str:
    return ("".join(chance.choices(SOUNDS, k=3)) + chance.choice(ENDS)).capitalize()


def _invented(chance: random.Random, number: str) -> Json:
    like, drugs = chance.choice(sample()), [_drug(chance), _drug(chance)]
    base = like["protocolSection"]
    conditions = base["conditionsModule"]["conditions"]
    title = chance.choice(FORMS).format(
        treatment=drugs[0], other=drugs[1], condition=chance.choice(conditions)
    )
    day = f"{chance.randint(2001, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    criteria = [f"* {line.lstrip('* ')}" for line in chance.choices(_lines(), k=14)]
    halves = ["Inclusion Criteria:", *criteria[:7], "Exclusion Criteria:", *criteria[7:]]
    youngest = chance.choice((0, 18, 18, 18, 40))
    protocol: Json = {
        "identificationModule": {
            "nctId": number,
            "orgStudyIdInfo": {"id": f"X-{number[4:]}"},
            "organization": {"fullName": f"Institute {chance.randint(1, 400)}", "class": "OTHER"},
            "briefTitle": title,
        },
        "statusModule": {
            "overallStatus": chance.choice(STATUS),
            "startDateStruct": {"date": day[:7]},
            "lastUpdatePostDateStruct": {"date": day, "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": f"Institute {chance.randint(1, 400)}", "class": "OTHER"}
        },
        "descriptionModule": {"briefSummary": " ".join(chance.choices(_lines(), k=6))},
        "conditionsModule": {"conditions": conditions},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": [chance.choice(("PHASE1", "PHASE2", "PHASE3", "NA"))],
            "enrollmentInfo": {"count": chance.randint(10, 900), "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "interventions": [{"type": "DRUG", "name": drug} for drug in drugs]
        },
        "eligibilityModule": {
            "eligibilityCriteria": "\n\n".join(halves),
            "healthyVolunteers": chance.random() < 0.1,
            "sex": base.get("eligibilityModule", {}).get("sex", "ALL"),
            "stdAges": ["ADULT", "OLDER_ADULT"],
        }
        | ({"minimumAge": f"{youngest} Years"} if youngest else {}),
        "contactsLocationsModule": {"locations": chance.choices(_sites(), k=chance.randint(1, 6))},
    }
    return {
        "protocolSection": protocol,
        "derivedSection": {
            name: part
            for name, part in like.get("derivedSection", {}).items()
            if name != "interventionBrowseModule"
        },
        "hasResults": chance.random() < 0.2,
    }


def long_record(number: str, sites: int, outcomes: int, letters: int) -> bytes:
    """A record with more of everything than any in the registry; each piece can be told apart."""
    chance = random.Random(number)
    made = _invented(chance, number)
    protocol, drugs = made["protocolSection"], [_drug(chance) for _ in range(200)]
    criteria, count = ["Inclusion Criteria:"], 0
    while count < letters:
        criteria.append(f"* {len(criteria)}. {chance.choice(_lines()).lstrip('* ')}")
        count += len(criteria[-1])
    protocol["identificationModule"]["briefTitle"] = " ".join(["A Long Title"] * 60)
    protocol["conditionsModule"]["conditions"] = [f"Condition {drug}" for drug in drugs]
    protocol["eligibilityModule"]["eligibilityCriteria"] = "\n".join(criteria)
    protocol["descriptionModule"]["briefSummary"] = "One sentence without an end " * (letters // 30)
    protocol["armsInterventionsModule"] = {
        "armGroups": [
            {"label": f"Group {drug}", "description": " ".join(chance.choices(_lines(), k=40))}
            for drug in drugs[:30]
        ],
        "interventions": [{"type": "DRUG", "name": drug} for drug in drugs],
    }
    protocol["outcomesModule"] = {
        "secondaryOutcomes": [
            {"measure": f"Outcome {at}", "description": chance.choice(_lines())}
            for at in range(outcomes)
        ]
    }
    protocol["contactsLocationsModule"] = {
        "locations": [
            chance.choice(_sites())
            | {"facility": f"Clinic {at}", "contacts": [{"name": f"Doctor {at}", "phone": "123"}]}
            for at in range(sites)
        ]
    }
    return json.dumps(made).encode()
