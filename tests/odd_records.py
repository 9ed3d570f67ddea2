"""Made-up records of every kind that the registry has and the sample has not: nobody ran these."""

import json
from typing import Any

__all__ = ["ODD", "as_lines"]

Json = dict[str, Any]
DAY = {"lastUpdatePostDateStruct": {"date": "2024-05-06", "type": "ACTUAL"}}


def _record(number: int, title: str, status: str = "COMPLETED", **modules: Any) -> Json:
    protocol = {
        "identificationModule": {
            "nctId": f"NCT7000{number:04}",
            "orgStudyIdInfo": {"id": f"ODD-{number}"},
            "briefTitle": title,
        },
        "statusModule": {"overallStatus": status, **DAY},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Invented House", "class": "OTHER"}},
        "conditionsModule": {"conditions": ["Hiccups"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["NA"]},
    }
    rest = {name: part for name, part in modules.items() if name.endswith("Module")}
    return {
        "protocolSection": protocol | rest,
        **{name: part for name, part in modules.items() if name not in rest},
        "hasResults": "resultsSection" in modules,
    }


def _sites(count: int) -> Json:
    """Several hundred places in many countries, each with someone to call."""
    towns = (
        ("Utrecht", "Netherlands", 52.09, 5.12),
        ("Seoul", "Korea, Republic of", 37.57, 126.98),
        ("Moscow", "Russian Federation", 55.75, 37.62),
        ("Ankara", "Turkey (Türkiye)", 39.92, 32.85),
        ("Hobart", "Australia", -42.88, 147.33),
    )
    sites = []
    for at in range(count):
        town, country, lat, lon = towns[at % len(towns)]
        person = {"role": "CONTACT", "phone": f"+00 {at}", "email": f"site{at}@example.org"}
        sites.append(
            {
                "facility": f"House {at}",
                "status": "RECRUITING" if at % 2 else "WITHDRAWN",
                "city": town,
                "zip": str(at),
                "country": country,
                "contacts": [{"name": f"Desk {at}", **person}],
                "geoPoint": {"lat": lat, "lon": lon},
            }
        )
    central = [{"name": "Desk", "role": "CONTACT", "phone": "+00 1", "phoneExt": "2"}]
    return {"centralContacts": central, "locations": sites}


_RESULTS = {
    "participantFlowModule": {"groups": [{"id": "FG000", "title": "All"}], "periods": []},
    "baselineCharacteristicsModule": {"denoms": [{"units": "Participants", "counts": []}]},
    "outcomeMeasuresModule": {"outcomeMeasures": [{"type": "PRIMARY", "title": "Hiccups"}]},
    "adverseEventsModule": {"eventGroups": [], "seriousEvents": [], "otherEvents": []},
    "moreInfoModule": {"pointOfContact": {"title": "Desk", "phone": "+00 1"}},
}
_DAMAGED = "Inclusion Criteria:\n\n* Age \\>= 18\n\nExclusion Criteria:\n\n* a \\<b\\> c\\_d &lt; 5"
ODD: dict[str, Json] = {
    "several hundred places": _record(1, "Everywhere", contactsLocationsModule=_sites(450)),
    "results": _record(2, "With results", resultsSection=_RESULTS),
    "no place": _record(3, "Nowhere", contactsLocationsModule={}),
    "nothing but a number": {"protocolSection": {"identificationModule": {"nctId": "NCT70000004"}}},
    "Chinese": _record(5, "肝转移癌的肝动脉灌注化疗", conditionsModule={"conditions": ["肝转移"]}),
    "Arabic": _record(6, "علاج الفواق \u202e(RTL)", conditionsModule={"conditions": ["فواق"]}),
    "Greek and Cyrillic": _record(7, "Λόξυγκας / Икота", descriptionModule={"briefSummary": "Ёж"}),
    "signs of no letter": _record(8, "Hiccups \U0001f600 \u2028 & \"quotes\" 'and' </title>"),
    "two phases": _record(
        9,
        "Two phases",
        designModule={"studyType": "INTERVENTIONAL", "phases": ["PHASE1", "PHASE2"]},
    ),
    "unknown words": _record(
        10,
        "A status of tomorrow",
        status="PAUSED_BY_WEATHER",
        designModule={"studyType": "SIMULATION", "phases": ["PHASE7"]},
        eligibilityModule={"sex": "X", "stdAges": ["ANCIENT"]},
    ),
    "ages in other units": _record(
        11,
        "The very young",
        eligibilityModule={"minimumAge": "36 Weeks", "maximumAge": "18 Months", "sex": "ALL"},
    ),
    "ages that are none": _record(
        12, "Any age", eligibilityModule={"minimumAge": "N/A", "maximumAge": "old", "sex": "ALL"}
    ),
    "criteria without headings": _record(
        13, "Unsplit", eligibilityModule={"eligibilityCriteria": "Healthy.\n\n1) Adult.\n\n\n- -\n"}
    ),
    "criteria with escapes": _record(
        14, "Escapes", eligibilityModule={"eligibilityCriteria": _DAMAGED}
    ),
    "days in part": _record(
        15,
        "Some time",
        statusModule={
            "overallStatus": "UNKNOWN",
            "startDateStruct": {"date": "1997-02"},
            "completionDateStruct": {"date": "some day"},
            "lastUpdatePostDateStruct": {"date": "1999"},
        },
    ),
    "an older number": _record(
        16,
        "Renumbered",
        identificationModule={
            "nctId": "NCT70000016",
            "nctIdAliases": ["NCT70009916"],
            "officialTitle": "It has an official title alone",
        },
    ),
    "an observation": _record(
        17,
        "Watched",
        designModule={
            "studyType": "OBSERVATIONAL",
            "patientRegistry": True,
            "targetDuration": "5 Years",
            "designInfo": {"observationalModel": "COHORT", "timePerspective": "PROSPECTIVE"},
            "enrollmentInfo": {"count": 2_000_000, "type": "ACTUAL"},
        },
    ),
    "a withdrawn one": _record(
        18,
        "Never begun",
        status="WITHDRAWN",
        designModule={"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": 0}},
    ),
    "lists with nothing in them": _record(
        19,
        "Empty",
        conditionsModule={"conditions": [], "keywords": [""]},
        armsInterventionsModule={"armGroups": [{}], "interventions": [{}]},
        outcomesModule={"primaryOutcomes": [{}], "secondaryOutcomes": []},
        contactsLocationsModule={"locations": [{}], "centralContacts": [{}]},
    ),
    "numbers as the registry writes them": _record(
        20,
        "A trial of numbers",
        unknownSection={"z": [1.50, None, True], "a": {"b": "é"}},
        descriptionModule={"briefSummary": "=1+1", "detailedDescription": "@SUM(A1)"},
    ),
}
"""By the kind of record."""


def as_lines() -> bytes:
    """All of them, one a line."""
    return b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in ODD.values())
