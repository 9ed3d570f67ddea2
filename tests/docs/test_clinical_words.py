"""Staff read the words of the clinical glossary in both languages, and none that it refuses."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.messages import PO, read, translated

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs/reference/glossary-clinical.md"
WEB = ROOT / "src/equipoise/web"
PUBLIC = (*(WEB / "pages/public").glob("*.jinja"), *(WEB / "public").glob("*.py"))
FOR_PARTICIPANTS = {
    "plain",
    "plain_of_another",
    "ask",
    "ask_of_another",
    "answers",
    "also_ask",
    "description",
    "identity",
    "interventions",
}

NEVER_ONE = {
    "%(count)s months",  # of a design, with decimals
    "%(count)s participants",  # beside “1 participant”
    "%(count)s participants, without an interim look",  # of a whole design
    "What %(count)s participants can show",
    "In about %(count)s minutes.",  # beside “In less than a minute.”, from two on
    "Verified up to %(moment)s: all %(count)s entries are as they were written.",  # an open trial's
    "There are %(count)s problems",  # beside “There is a problem”
    "%(count)s points keep the participant out: each stands in the list below",  # of more than six
}


@lru_cache
def refused() -> dict[str, str]:
    """What is never said, and what to say instead: the last and the first cells of the tables."""
    rows = [line.split("|")[1:-1] for line in GLOSSARY.read_text("utf-8").splitlines()]
    return {
        word: f"{row[0].strip()} / {row[1].strip()}"
        for row in rows
        if len(row) == 5
        for word in re.findall(r"`([^`]+)`", row[4])
    }


def of_studies() -> Iterator[tuple[str, str]]:
    studies = ROOT / "studies"
    for path in sorted((*studies.glob("*/study.yaml"), *studies.glob("*/forms/*.yaml"))):
        where = path.relative_to(ROOT).as_posix()
        yield from ((where, said) for said in _texts(yaml.safe_load(path.read_text("utf-8"))))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict) and part and set(part) <= {"en", "nl"}:
        yield from map(str, part.values())
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in FOR_PARTICIPANTS:
                yield from _texts(value)


def of_the_catalogue() -> Iterator[tuple[str, str]]:
    public = "".join(path.read_text("utf-8") for path in PUBLIC)
    for key, dutch in translated(read(PO)).items():
        if f'"{key.text}"' not in public:
            yield from ((key.text, said) for said in (key.text, key.plural, *dutch))


@pytest.mark.parametrize("texts", [of_studies, of_the_catalogue])
def test_no_text_for_staff_says_what_the_clinical_glossary_refuses(texts):
    assert len(refused()) > 50
    never = re.compile(rf"\b(?:{'|'.join(map(re.escape, refused()))})", re.IGNORECASE)
    found = [
        f"{where}: {hit[0]!r} stands in {said!r}; say {refused()[hit[0].lower()]}"
        for where, said in texts()
        if (hit := never.search(said))
    ]
    assert not found, "\n".join(found)


def test_every_source_of_the_clinical_glossary_is_named_in_full():
    told, sources = GLOSSARY.read_text("utf-8").split("## Sources")
    cells = [row.split("|")[4] for row in told.splitlines() if row.count("|") == 6]
    cited = {re.split(r"[:(]", cell)[0].strip() for row in cells for cell in row.split(";")}
    missing = {
        source for source in cited - {"source", "---", ""} if source.split(",")[0] not in sources
    }
    assert not missing


def test_a_replaced_artery_is_named_as_a_variant_of_anatomy():
    form = yaml.safe_load((ROOT / "studies/pump-it/forms/03-imaging.yaml").read_text("utf-8"))
    items = {item["id"]: item for item in form["items"]}
    for side, latin in (("right", "dextra"), ("left", "sinistra")):
        item = items[f"replaced_{side}_artery"]
        assert item["label"]["en"] == f"Replaced {side} hepatic artery"
        assert item["label"]["nl"] == f"Vervangende (aberrante) a. hepatica {latin}"
        assert "not an operation" in item["hint"]["en"]
        assert "geen ingreep" in item["hint"]["nl"]


def test_a_count_of_votes_bends_no_verb():
    """“1 stemmen zijn binnen” was shown while the first of three votes was in."""
    bending = re.compile(r"\b(?:votes|stemmen) (?:is|are|zijn)\b")
    counted = re.compile(r"%\(\w+\)s")
    found = [
        said
        for key, dutch in translated(read(PO)).items()
        if not key.plural
        for said in (key.text, *dutch)
        if counted.search(said) and bending.search(said)
    ]
    assert not found


def test_what_is_counted_has_two_forms_or_is_never_one():
    """“nog 1 bezoeken” was shown before the last visit."""
    counted = re.compile(r"%\(count\)s (?:more )?\w+s\b")
    bent = {key.text for key in translated(read(PO)) if not key.plural and counted.search(key.text)}
    assert bent <= NEVER_ONE
