"""Where our study file and the registered record differ, field by field.

A fact that differs (a number, a date, an arm, a limit in a criterion) is one that an inspector
would ask about. Words that differ while all their numbers agree are told apart from these: a study
file may say the same in plainer words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

import msgspec

from equipoise.exchange.registry.criteria import Line, lines
from equipoise.exchange.registry.export import Json
from equipoise.exchange.registry.study import Study as Registered
from equipoise.exchange.registry.texts import words_of

__all__ = ["Row", "Verdict", "compared", "registered"]

ALIKE = 0.4
"""From which part of words in common two lines are held to be the same criterion."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SIGN = re.compile(r"[≥≤<>=]")
_WAYS = [
    (re.compile(form), sign)
    for form, sign in (
        (r"[x×*]?\s*10\s*(?:⁹|\^9|\*9|9)\s*/\s*l\b", " giga per litre"),
        (r">=|=>|\bat least\b|\bminimum (?:of )?|\bno less than\b", "≥"),
        (r"<=|=<|\bat most\b|\bup to\b|\bmaximum (?:of )?|\b(?:no|not) more than\b", "≤"),
        (r"(\d[\d.,]*\s*[\w/]*) (?:or|and) (?:older|more|over|above|higher|greater)\b", r"≥ \1"),
        (r"(\d[\d.,]*\s*[\w/]*) (?:or|and) (?:younger|less|under|below|lower)\b", r"≤ \1"),
        (r"\b(?:below|less than|under)\b", "<"),
        (r"\b(?:above|more than|over|greater than)\b", ">"),
        (r"(?:the )?(?:laboratory's |institutional )?upper limit(?: of normal)?|\buln\b", "uln"),
    )
]


class Verdict(Enum):
    """What became of one field."""

    SAME = "same"
    WORDING = "wording"
    DIFFERS = "differs"
    OURS_ALONE = "ours alone"
    REGISTERED_ALONE = "registered alone"


@dataclass(frozen=True)
class Row:
    """One field: its name in the registry, what our file says, what the record says."""

    field: str
    ours: str
    theirs: str
    verdict: Verdict

    @property
    def is_a_finding(self) -> bool:
        return self.verdict not in (Verdict.SAME, Verdict.WORDING)


def registered(record: Json) -> Registered:
    """A record as it is read."""
    return msgspec.convert(record, Registered)


def compared(ours: Registered, theirs: Registered) -> list[Row]:
    """Every field that either has, ours beside the registered."""
    return [*_facts(ours, theirs), *_texts(ours, theirs), *_lists(ours, theirs)]


def _facts(ours: Registered, theirs: Registered) -> Iterator[Row]:
    mine, other = _single(ours), _single(theirs)
    for name in mine:
        yield from _row(name, mine[name], other[name])


def _single(study: Registered) -> dict[str, str]:
    protocol = study.protocol_section
    names, status = protocol.identification_module, protocol.status_module
    design, eligibility = protocol.design_module, protocol.eligibility_module
    volunteers = eligibility.healthy_volunteers
    count = design.enrollment_info.count
    return {
        "nctId": names.nct_id,
        "orgStudyIdInfo": names.org_study_id_info.id,
        "secondaryIdInfos": ", ".join(sorted(one.id for one in names.secondary_id_infos)),
        "acronym": names.acronym,
        "overallStatus": status.overall_status,
        "startDate": status.start_date_struct.date,
        "completionDate": status.completion_date_struct.date,
        "studyType": design.study_type,
        "phases": ", ".join(design.phases),
        "allocation": design.design_info.allocation,
        "interventionModel": design.design_info.intervention_model,
        "primaryPurpose": design.design_info.primary_purpose,
        "masking": design.design_info.masking_info.masking,
        "enrollment": "" if count is None else str(count),
        "sex": eligibility.sex,
        "minimumAge": eligibility.minimum_age,
        "maximumAge": eligibility.maximum_age,
        "healthyVolunteers": "" if volunteers is None else str(volunteers).lower(),
    }


def _row(name: str, ours: str, theirs: str) -> Iterator[Row]:
    if ours or theirs:
        yield Row(name, ours, theirs, _verdict(ours, theirs))


def _verdict(ours: str, theirs: str) -> Verdict:
    if not theirs:
        return Verdict.OURS_ALONE
    if not ours:
        return Verdict.REGISTERED_ALONE
    same = ours == theirs or _partial(ours, theirs)
    return Verdict.SAME if same else Verdict.DIFFERS


def _partial(one: str, other: str) -> bool:
    """Whether one date is the other's month."""
    short, long = sorted((one, other), key=len)
    return len(short) == 7 and len(long) == 10 and long.startswith(short)


def _texts(ours: Registered, theirs: Registered) -> Iterator[Row]:
    mine, other = ours.protocol_section, theirs.protocol_section
    for name, one, two in (
        (
            "briefTitle",
            mine.identification_module.brief_title,
            other.identification_module.brief_title,
        ),
        (
            "officialTitle",
            mine.identification_module.official_title,
            other.identification_module.official_title,
        ),
        (
            "leadSponsor",
            mine.sponsor_collaborators_module.lead_sponsor.name,
            other.sponsor_collaborators_module.lead_sponsor.name,
        ),
        (
            "briefSummary",
            mine.description_module.brief_summary,
            other.description_module.brief_summary,
        ),
    ):
        for row in _row(name, one, two):
            wording = row.verdict is Verdict.DIFFERS
            yield Row(name, one, two, Verdict.WORDING) if wording else row


def _lists(ours: Registered, theirs: Registered) -> Iterator[Row]:
    mine, other = ours.protocol_section, theirs.protocol_section
    arms, others = mine.arms_interventions_module, other.arms_interventions_module
    one = [f"{arm.type}: {arm.label}" for arm in arms.arm_groups]
    two = [f"{arm.type}: {arm.label}" for arm in others.arm_groups]
    yield from _paired("armGroups", one, two)
    one, two = ([i.name for i in each.interventions] for each in (arms, others))
    yield from _paired("interventions", one, two)
    one, two = (each.conditions_module.conditions for each in (mine, other))
    yield from _paired("conditions", one, two)
    one, two = (each.conditions_module.keywords for each in (mine, other))
    yield from _paired("keywords", one, two)
    one, two = (
        [outcome.measure for outcome in each.outcomes_module.primary_outcomes]
        for each in (mine, other)
    )
    yield from _paired("primaryOutcomes", one, two)
    one, two = (
        [", ".join(filter(None, (s.facility, s.city, s.country))) for s in each.locations]
        for each in (mine.contacts_locations_module, other.contacts_locations_module)
    )
    yield from _paired("locations", one, two)
    for side in ("inclusion", "exclusion"):
        one, two = (
            [
                line.text
                for line in lines(each.eligibility_module.eligibility_criteria)
                if _on(line, side)
            ]
            for each in (mine, other)
        )
        yield from _paired(f"eligibilityCriteria.{side}", one, two)


def _on(line: Line, side: str) -> bool:
    return line.side == side or (side == "inclusion" and line.side == "unsplit")


def _paired(name: str, ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Row]:
    """Each of ours beside that of theirs which it is most like, in our order; then what is left."""
    words, others = ([words_of(_levelled(one)) for one in side] for side in (ours, theirs))
    pairs = ((_like(a, b), -i, -j) for i, a in enumerate(words) for j, b in enumerate(others))
    mine: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted((pair for pair in pairs if pair[0] >= ALIKE), reverse=True):
        if -i not in mine and -j not in taken:
            mine[-i] = -j
            taken.add(-j)
    for i, one in enumerate(ours):
        two = theirs[mine[i]] if i in mine else ""
        yield Row(name, one, two, _of_words(one, two))
    for j, two in enumerate(theirs):
        if j not in taken:
            yield Row(name, "", two, Verdict.REGISTERED_ALONE)


def _like(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike two texts are by their words, and by the order of these."""
    mine, theirs = {*one}, {*other}
    common = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Of hundreds of sites most pairs are told apart without looking at the order.
    if not common or 0.5 * common + 0.5 * matcher.quick_ratio() < ALIKE:
        return 0.0
    return 0.5 * common + 0.5 * matcher.ratio()


def _of_words(ours: str, theirs: str) -> Verdict:
    if not theirs:
        return Verdict.OURS_ALONE
    if words_of(ours) == words_of(theirs) and _figures(ours) == _figures(theirs):
        return Verdict.SAME
    return Verdict.WORDING if _figures(ours) == _figures(theirs) else Verdict.DIFFERS


def _figures(text: str) -> tuple[list[str], str]:
    """What is no matter of words: the numbers of a text, and of a single limit its direction."""
    level = _levelled(text)
    signs = [sign for sign in _SIGN.findall(level) if sign]
    numbers = sorted(number.replace(",", ".") for number in _NUMBER.findall(level))
    return numbers, signs[0] if len(signs) == len(numbers) == 1 else ""


def _levelled(text: str) -> str:
    """A text with its limits, powers and upper limits written in one way."""
    level = text.lower()
    for form, sign in _WAYS:
        level = form.sub(sign, level)
    return level
