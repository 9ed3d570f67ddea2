"""Remake records of the registry as the sample that Equipoise brings along: facts, nobody's name.

`python tools/sample_records.py FILE…`, with records of ClinicalTrials.gov's API v2. Kept are
numbers, titles, dates, conditions, design, arms, criteria, places, the registry's own terms. Left
out are descriptions, results, references, and everyone who is named: officials, contacts,
investigators; a sponsor who is a person is called one. In place of the summary stands a sentence
made of the facts.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from equipoise.exchange.registry.record import Record, judged
from equipoise.exchange.registry.scanning import found
from equipoise.exchange.registry.sources import parts

DATA = Path(__file__).parents[1] / "src/equipoise/exchange/registry/data"
PERSON, PRACTICE = "A sponsor-investigator", "A practice"
PRIVATE = re.compile(r"\b(?:Dr|Prof|M\.?D|Consultorio|Praxis)\b")
LONG = 240
NAMED = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+"
    r"|\b1-\d{3}-[\w-]{6,}|\(\d{3}\) ?\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b|\+\d{1,3}[ \d()-]{8,}"
    r"|\b(?:Dr|Prof|Professor)\.? [A-Z][\w.-]+(?: [A-Z][\w.-]+)?"
)
HOUSE = re.compile(
    r"univ|hosp|clin|inst|cent|found|coll|school|health|hastan|egitim|eğitim|research|group|"
    r"pharm|medic|trial|monitor|director|contact|investig|inc\b|llc|l\.l\.c|ltd|johnson|lilly|"
    r"program|office|service|department|ministry|call|\d",
    re.IGNORECASE,
)
"""In the name of a house, and of no person."""
Json = dict[str, Any]


def main(files: list[str]) -> None:
    """Write the sample, in the order of the numbers, and say how large it is."""
    records = {record.number: record for file in files for record in read(Path(file))}
    lines = [
        json.dumps(
            remade(json.loads(records[number].raw)), ensure_ascii=False, separators=(",", ":")
        )
        for number in sorted(records)
    ]
    text = ("\n".join(lines) + "\n").encode()
    (DATA / "sample.ndjson.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    size = (DATA / "sample.ndjson.gz").stat().st_size
    print(f"{len(lines)} records, {len(text):,} bytes, packed {size:,}")


def read(file: Path) -> Iterator[Record]:
    """The records of a file that can be taken in."""
    for part in parts(file, lambda _: None):
        for raw in found(part.pieces()):
            if isinstance(raw, bytes) and isinstance(record := judged(raw), Record):
                yield record


def remade(study: Json) -> Json:
    """One record as the sample has it."""
    protocol = study["protocolSection"]
    persons = {name for name in people(protocol) if is_person(name)}
    kept = {
        name: part
        for name, keep in KEPT.items()
        if (part := keep(protocol.get(name, {}), persons)) or name in protocol
    }
    kept["descriptionModule"] = {"briefSummary": summary(protocol)}
    ordered = {name: kept[name] for name in ORDER if name in kept}
    return {
        "protocolSection": cleaned(ordered, persons),
        "derivedSection": derived(study.get("derivedSection", {})),
        "hasResults": study.get("hasResults", False),
    }


def people(part: Any) -> Iterator[str]:
    """Everyone who is named in a record."""
    if isinstance(part, list):
        for one in part:
            yield from people(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "investigatorFullName":
                yield value
            elif name in ("overallOfficials", "centralContacts", "contacts"):
                yield from (one["name"].split(",")[0] for one in value if "name" in one)
            else:
                yield from people(value)


def is_person(name: str) -> bool:
    """Whether a name is one of a person, as far as can be told."""
    return 2 <= len(name.split()) <= 5 and not HOUSE.search(name)


def cleaned(part: Any, persons: set[str]) -> Any:
    """The same without anyone's name, address or telephone."""
    if isinstance(part, dict):
        return {name: cleaned(value, persons) for name, value in part.items()}
    if isinstance(part, list):
        return [cleaned(one, persons) for one in part]
    if not isinstance(part, str):
        return part
    for person in persons:
        if len(person) > 5 and person.lower() in part.lower():
            part = re.sub(re.escape(person), "an investigator", part, flags=re.IGNORECASE)
    return NAMED.sub("…", part) if " " in part else part


def named(name: str, class_: str, persons: set[str]) -> str:
    """A sponsor's name; of a person, only that it is one."""
    surnames = {person.split()[-1].lower() for person in persons}
    known = len(name.split()) <= 4 and surnames & {*re.findall(r"\w+", name.lower())}
    alone = class_ == "OTHER" and is_person(name)
    return PERSON if class_ == "INDIV" or known or alone else name


def sponsors(part: Json, persons: set[str]) -> Json:
    """Who runs it."""
    made: Json = {}
    if kind := part.get("responsibleParty", {}).get("type"):
        made["responsibleParty"] = {"type": kind}
    lead = part.get("leadSponsor", {})
    each = [lead, *part.get("collaborators", [])]
    each = [
        {**one, "name": named(one["name"], one.get("class", ""), persons)} if one is lead else one
        for one in each
    ]
    return made | {"leadSponsor": each[0]} | ({"collaborators": each[1:]} if each[1:] else {})


def identification(part: Json, persons: set[str]) -> Json:
    """Its numbers and titles."""
    organization = part.get("organization", {})
    name = named(organization.get("fullName", ""), organization.get("class", ""), persons)
    kept = {name: value for name, value in part.items() if name != "orgStudyIdInfo"}
    own = part.get("orgStudyIdInfo", {}).get("id", "")
    person = re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", own)
    order = {"nctId": part["nctId"]} | ({} if person else {"orgStudyIdInfo": {"id": own}})
    return order | kept | {"organization": {**organization, "fullName": name}}


def arms(part: Json, _: set[str]) -> Json:
    """What is given to whom; of a description its first sentences."""
    return {
        name: [
            {**one, "description": shortened(one["description"])} if "description" in one else one
            for one in several
        ]
        for name, several in part.items()
    }


def outcomes(part: Json, _: set[str]) -> Json:
    """What is measured, and when."""
    names = ("measure", "timeFrame")
    return {
        kind: [{name: one[name] for name in names if name in one} for one in several[:12]]
        for kind, several in part.items()
        if kind in ("primaryOutcomes", "secondaryOutcomes")
    }


def places(part: Json, persons: set[str]) -> Json:
    """Where it runs; nobody of those who are to be called."""
    names = ("facility", "status", "city", "state", "zip", "country", "geoPoint")
    sites = [
        {name: site[name] for name in names if name in site}
        | ({"facility": house(site["facility"], persons)} if "facility" in site else {})
        for site in part.get("locations", [])
    ]
    return {"locations": sites} if sites else {}


def house(name: str, persons: set[str]) -> str:
    """A site's name; of someone's practice, only that it is one."""
    own = any(person.lower() in name.lower() for person in persons) or "office of" in name.lower()
    words = name.split()
    twice = len({*words}) < len(words)  # as some write their own name
    return PRACTICE if own or (is_person(name) and (twice or PRIVATE.search(name))) else name


def as_it_is(part: Json, _: set[str]) -> Json:
    """All of it."""
    return part


def derived(part: Json) -> Json:
    """The registry's own terms, and what it found as what."""
    made: Json = {"miscInfoModule": part.get("miscInfoModule", {})}
    for name in ("conditionBrowseModule", "interventionBrowseModule"):
        browse = part.get(name, {})
        leaves = [leaf for leaf in browse.get("browseLeaves", []) if "asFound" in leaf]
        kept = {key: browse[key] for key in ("meshes", "ancestors") if key in browse}
        if kept or leaves:
            made[name] = kept | ({"browseLeaves": leaves} if leaves else {})
    return made


def shortened(text: str) -> str:
    """The first sentences of a text."""
    if len(text) <= LONG:
        return text
    end = max(text.rfind(". ", 0, LONG) + 1, text.rfind("\n", 0, LONG), 0)
    return text[: end or text.rfind(" ", 0, LONG)].strip()


def summary(protocol: Json) -> str:
    """A sentence made of the facts."""
    design = protocol.get("designModule", {})
    kind = "trial" if design.get("studyType") == "INTERVENTIONAL" else "observational study"
    randomised = design.get("designInfo", {}).get("allocation") == "RANDOMIZED"
    given = [
        one["name"] for one in protocol.get("armsInterventionsModule", {}).get("interventions", [])
    ]
    of = f" of {', '.join(dict.fromkeys(given))}" if given else ""
    conditions = ", ".join(protocol.get("conditionsModule", {}).get("conditions", []))
    count = design.get("enrollmentInfo", {}).get("count")
    with_ = f", with {count} participants" if count else ""
    return f"A {'randomised ' if randomised else ''}{kind}{of} for: {conditions}{with_}."


KEPT = {
    "identificationModule": identification,
    "statusModule": as_it_is,
    "sponsorCollaboratorsModule": sponsors,
    "oversightModule": as_it_is,
    "conditionsModule": as_it_is,
    "designModule": as_it_is,
    "armsInterventionsModule": arms,
    "outcomesModule": outcomes,
    "eligibilityModule": as_it_is,
    "contactsLocationsModule": places,
}
ORDER = [*KEPT]
ORDER.insert(4, "descriptionModule")

if __name__ == "__main__":
    main(sys.argv[1:])
