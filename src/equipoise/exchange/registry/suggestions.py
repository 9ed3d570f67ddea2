"""What a line of criteria seems to say, found by its pattern: a suggestion, trusted by nobody.

Ages, performance status, laboratory limits with their units or upper limits, time windows, earlier
therapy, consent. A line that says more than its pattern is suggested in part only, which is said.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Suggestion", "suggested"]

AT_LEAST, AT_MOST = (
    r"(?:≥|>=|=>|at least|minimum(?: of)?)",
    r"(?:≤|<=|=<|at most|no more than|up to)",
)
LIMIT = rf"({AT_LEAST}|{AT_MOST}|<|>|less than|below|greater than|more than|above)"
NUMBER = r"(\d+(?:[.,]\d+)*)"
ANALYTES = {
    r"h(?:ae|e)moglobin|\bhb\b|\bhgb\b": "haemoglobin",
    r"neutrophil|\banc\b": "neutrophils",
    r"platelet|thrombocyt": "platelets",
    r"bilirubin": "bilirubin",
    r"\bast\b|\basat\b|aspartate|\bsgot\b": "ast",
    r"\balt\b|\balat\b|alanine|\bsgpt\b": "alt",
    r"alkaline phosphatase|\balp\b": "alp",
    r"egfr|creatinine clearance|glomerular filtration": "egfr",
    r"creatinine": "creatinine",
    r"\binr\b|prothrombin": "inr",
    r"\balbumin\b": "albumin",
    r"testosterone": "testosterone",
    r"\bhba1c\b|h(?:ae|e)moglobin a1c": "hba1c",
    r"\bpsa\b|prostate.specific antigen": "psa",
}
UNITS = {
    "g/dl": "g/dL",
    "g/l": "g/L",
    "mmol/l": "mmol/L",
    "mg/dl": "mg/dL",
    "µmol/l": "umol/L",
    "umol/l": "umol/L",
    "ng/dl": "ng/dL",
    "ng/ml": "ng/mL",
    "ml/min": "mL/min",
    "x 109/l": "10*9/L",
    "× 10⁹/l": "10*9/L",
    "x 10^9/l": "10*9/L",
    "/mm3": "/mm3",
    "%": "%",
}
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
MORE = re.compile(r"\b(?:or|and|unless|except|if|but|with|without|for)\b|[,;(]")
ANCHORS = (
    r"(?:prior to|before|of|preceding) (?:the )?(?:study )?"
    r"(registration|randomi[sz]ation|enrol\w*|screening|inclusion)"
)


@dataclass(frozen=True)
class Suggestion:
    """An expression that a line seems to state, by which pattern, and whether it is all of it."""

    when: str
    pattern: str
    whole: bool


def suggested(line: str) -> list[Suggestion]:
    """What the line seems to state, by each pattern that it has."""
    text = line.lower().replace(" ", " ")
    found = []
    for name, pattern, expression in PATTERNS:
        match = re.search(pattern, text)
        if match and (when := expression(match, text)):
            rest = text[: match.start()] + text[match.end() :]
            found.append(Suggestion(when, name, not MORE.search(rest) and len(rest.split()) <= 9))
    return found


def _age(match: re.Match[str], _: str) -> str:
    years = match["low"] or match["older"] or match["from"]
    upper = match["to"]
    lower = f"years(birth_date, consent_on) >= {years} years"
    return f"{lower} and years(birth_date, consent_on) <= {upper} years" if upper else lower


def _ecog(match: re.Match[str], _: str) -> str:
    last = int(match["last"])
    choices = ", ".join(f"'{one}'" for one in range(last + 1))
    return f"ecog in [{choices}]" if last <= 4 else ""


def _laboratory(match: re.Match[str], text: str) -> str:
    before = text[: match.start()]
    spots = [
        (found.start(), name)
        for form, name in ANALYTES.items()
        for found in re.finditer(form, before)
    ]
    if not spots:
        return ""
    item, number = max(spots)[1], match[2].replace(",", ".")
    rest = text[match.end() :].lstrip()
    times = re.match(r"(?:x|×|times)\s*(?:the )?(?:uln|upper limit|institutional upper)", rest)
    unit = "ULN" if times else _unit(rest)
    window = _within(text)
    return f"{item}{window} {_sign(match[1])} {number} {unit}".strip() if unit else ""


def _unit(text: str) -> str:
    return next((unit for form, unit in UNITS.items() if text.startswith(form)), "")


def _sign(words: str) -> str:
    if re.fullmatch(AT_LEAST, words):
        return ">="
    if re.fullmatch(AT_MOST, words):
        return "<="
    return "<" if words in ("<", "less than", "below") else ">"


def _within(text: str) -> str:
    if not (found := re.search(WINDOW, text)):
        return ""
    anchor = "randomisation" if found["anchor"].startswith("random") else "registration"
    return f" within {int(found['count']) * DAYS[found['unit']]} days before {anchor}"


def _window(match: re.Match[str], text: str) -> str:
    return f"…{_within(match[0])}"


def _earlier(match: re.Match[str], text: str) -> str:
    which = "none of" if re.search(r"\bno\s*$", text[: match.start()]) else "any"
    return f"{which} earlier_treatments where kind == '{match['what'].split()[0]}'"


WINDOW = (
    rf"within (?:the (?:last |past |previous )?)?{NUMBER.replace('(', '(?P<count>', 1)} "
    r"?(?P<unit>day|week|month|year)s? "
    + ANCHORS.replace("(registration", "(?P<anchor>registration")
)
PATTERNS: tuple[tuple[str, str, Callable[[re.Match[str], str], str]], ...] = (
    (
        "age",
        r"(?:\bage[ds]?\b(?: of)?|\bmen\b|\bwomen\b|\bmales?\b|\badults?\b)[^.;\d]{0,25}?"
        rf"(?:{AT_LEAST}\s*(?P<low>\d+)|(?P<from>\d+)\s*(?:years?)?\s*(?:to|-|–|and)\s*(?P<to>\d+)"
        r"|(?P<older>\d+) ?years?(?: of age| old)? (?:or|and) (?:older|over|above))"
        r"(?: years?)?(?: of age| old)?",
        _age,
    ),
    (
        "performance status",
        r"(?:ecog|who)\b[^.;\d]{0,60}?(?:0\s*(?:-|–|to|or|,)\s*(?:1\s*(?:or|-|,)\s*)?|≤\s*|<=\s*)"
        r"(?P<last>\d)",
        _ecog,
    ),
    ("laboratory limit", rf"{LIMIT}\s*{NUMBER}", _laboratory),
    ("time window", WINDOW, _window),
    (
        "earlier treatment",
        r"\b(?:prior|previous|history of|earlier)\s+(?P<what>(?:\w+\s+)?"
        r"(?:therapy|treatment|chemotherapy|radiotherapy|radiation|surgery|resection|"
        r"transplantation|prostatectomy)\b)",
        _earlier,
    ),
    ("pregnancy", r"\bpregnan(?:t|cy)\b", lambda match, text: "pregnant"),
    ("consent", r"\binformed consent\b", lambda match, text: "consent_on <= registration"),
)
