"""Expressions of the registry's API: words, "phrases", AND, OR, NOT, ( ), AREA[…] and RANGE[…].

Words beside one another must all be met, each as the finder understands it; what stands in quotes
is met as it is written. AREA says in which field; RANGE says from and to; in place
of a day stands a month or a year too.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tantivy import FieldType, Occur, Query

from equipoise.exchange.registry import ages
from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.exchange.registry.api.values import known_value
from equipoise.exchange.registry.documents import TEXTS, day_number
from equipoise.exchange.registry.finder import Finder
from equipoise.exchange.registry.queries import SCHEMA, all_of, unit_query
from equipoise.exchange.registry.texts import stemmed, words_of
from equipoise.exchange.registry.understanding import understood

__all__ = ["query_of"]

DEEPEST, LONGEST = 40, 400
_TOKEN = re.compile(
    r'\s*(AREA\[[^\]]*\]|RANGE\[[^\]]*\]|"[^"]*"|[()]|[^\s()"\[\]]+)', re.IGNORECASE
)
_IN_TEXT = {
    ("title",): "BriefTitle OfficialTitle Acronym TitleSearch",
    ("title", "condition"): "Condition Keyword ConditionSearch ConditionMeshTerm",
    (
        "title",
        "treatment",
    ): "InterventionName InterventionSearch ArmGroupLabel InterventionMeshTerm",
    ("sponsor",): "LeadSponsorName CollaboratorName SponsorSearch OrgFullName",
    ("place",): "LocationSearch LocationCity LocationState LocationFacility LocationCountry",
    ("body",): "EligibilityCriteria BriefSummary DetailedDescription OutcomeSearch "
    "PrimaryOutcomeMeasure SecondaryOutcomeMeasure PatientSearch EligibilitySearch",
    TEXTS: "BasicSearch",
}
IN_TEXT = {name.lower(): fields for fields, names in _IN_TEXT.items() for name in names.split()}
_EXACT = {
    "OverallStatus": "status",
    "Phase": "phase",
    "StudyType": "type",
    "Sex": "sex",
    "StdAge": "age_group",
    "LeadSponsorClass": "sponsor_class",
    "InterventionType": "treatment_type",
    "NCTId": "number",
}
_YES_NO = {"HasResults": "results", "HealthyVolunteers": "volunteers"}
_DAYS = {"StartDate": "started", "CompletionDate": "completed", "LastUpdatePostDate": "updated"}
_AGES = {"MinimumAge": ("min_months", ages.minimum), "MaximumAge": ("max_months", ages.maximum)}


# An area may be asked in capitals or small.
EXACT = {name.lower(): field for name, field in _EXACT.items()}
YES_NO = {name.lower(): field for name, field in _YES_NO.items()}
DAYS = {name.lower(): field for name, field in _DAYS.items()}
AGES = {name.lower(): field for name, field in _AGES.items()}
WORDED = [*sorted(name for names in _IN_TEXT.values() for name in names.split()), *_EXACT, *_YES_NO]
RANGED = [*_DAYS, *_AGES, "EnrollmentCount"]
COUNTED = "enrollmentcount"
Span = tuple[int, int]


def query_of(text: str, fields: Sequence[str], trials: Finder) -> Query:
    """What an expression asks the index.

    :param fields: where words are looked for, unless an AREA says otherwise
    :raises Mistaken: when it is no expression
    """
    tokens = _tokens(text)
    if len(tokens) > LONGEST:
        raise Mistaken(f"an expression has {LONGEST} parts at most")
    reader = _Reader(tokens, trials)
    query = reader.any_of(tuple(fields), 0)
    if reader.left:
        raise Mistaken(f"unexpected {reader.left[0]!r}")
    return query


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        if not (token := _TOKEN.match(text, at)):
            raise Mistaken(f"not understood: {text[at:].strip()[:30]!r}")
        found.append(token[1])
        at = token.end()
    return found


@dataclass
class _Reader:
    """What of an expression is still to be read."""

    left: list[str]
    trials: Finder

    def any_of(self, fields: Sequence[str], depth: int) -> Query:
        """Parts with OR between them."""
        if depth > DEEPEST:
            raise Mistaken(f"an expression has {DEEPEST} brackets in one another at most")
        parts = [self._all_of(fields, depth)]
        while self._comes("OR"):
            parts.append(self._all_of(fields, depth))
        if len(parts) == 1:
            return parts[0]
        return Query.boolean_query([(Occur.Should, one) for one in parts], 1)

    def _all_of(self, fields: Sequence[str], depth: int) -> Query:
        met: list[Query] = []
        never: list[Query] = []
        while True:
            into = never if self._comes("NOT") else met
            into.append(self._one(fields, depth))
            if not (self._comes("AND") or self._goes_on()):
                break
        parts = [(Occur.Must, one) for one in met or [Query.all_query()]]
        return Query.boolean_query([*parts, *((Occur.MustNot, one) for one in never)])

    def _goes_on(self) -> bool:
        return bool(self.left) and self.left[0] != ")" and self.left[0] != "OR"

    def _comes(self, word: str) -> bool:
        if self.left and self.left[0] == word:
            self.left.pop(0)
            return True
        return False

    def _one(self, fields: Sequence[str], depth: int) -> Query:
        if not self.left or self.left[0] in (")", "AND", "OR"):
            raise Mistaken("something is missing at the end, or before AND, OR or a bracket")
        token = self.left.pop(0)
        if token == "(":
            query = self.any_of(fields, depth + 1)
            if not self._comes(")"):
                raise Mistaken("a bracket is not closed")
            return query
        if token.upper().startswith("AREA["):
            return self._in_area(token[5:-1].strip(), depth)
        if token.upper().startswith("RANGE["):
            raise Mistaken("RANGE[…] belongs behind an AREA[…]")
        return _as_written(token, fields) if token[0] == '"' else self._words(token, fields)

    def _words(self, first: str, fields: Sequence[str]) -> Query:
        """All words up to what is none, so that those which belong together are understood so."""
        words = [first]
        while self.left and _is_word(self.left[0]):
            words.append(self.left.pop(0))
        units = [unit for unit in understood(" ".join(words), self.trials) if unit.needed]
        if not units:
            return Query.all_query()
        return all_of([unit_query(unit, fields) for unit in units], ())

    def _in_area(self, area: str, depth: int) -> Query:
        name = area.lower()
        if self.left and self.left[0].upper().startswith("RANGE["):
            return _range(area, self.left.pop(0)[6:-1])
        if name in DAYS or name == COUNTED:
            value = self._next()
            return _range(area, f"{value},{value}")
        if name in IN_TEXT:
            return self._one(IN_TEXT[name], depth + 1)
        if name in EXACT or name in YES_NO:
            return self._exactly(name, depth)
        known = ", ".join(WORDED)
        raise Mistaken(f"there is no AREA[{area}] to ask words of; one of {known} would do")

    def _exactly(self, name: str, depth: int) -> Query:
        """One value, or several in brackets with OR between them."""
        if not self._comes("("):
            return _value(name, self._next(), self.trials)
        values = [self._next()]
        while self._comes("OR"):
            values.append(self._next())
        if not self._comes(")"):
            raise Mistaken("values of an area in brackets stand with OR between them")
        return Query.boolean_query(
            [(Occur.Should, _value(name, one, self.trials)) for one in values], 1
        )

    def _next(self) -> str:
        if not self.left or self.left[0] in ("(", ")"):
            raise Mistaken("a value is missing behind AREA[…]")
        return self.left.pop(0).strip('"')


def _is_word(token: str) -> bool:
    bracket = token in "()" or token[0] == '"' or "[" in token
    return not bracket and token not in ("AND", "OR", "NOT")


def _as_written(token: str, fields: Sequence[str]) -> Query:
    stems = [stemmed(word) for word in words_of(token)]
    if not stems:
        return Query.all_query()
    if len(stems) == 1:
        each = [Query.term_query(SCHEMA, name, stems[0]) for name in fields]
    else:
        each = [Query.phrase_query(SCHEMA, name, [*stems]) for name in fields]
    return Query.disjunction_max_query(each, 0.1)


def _value(name: str, value: str, trials: Finder) -> Query:
    if name in YES_NO:
        if value.lower() not in ("true", "false"):
            raise Mistaken(f"{value!r} is neither true nor false")
        return Query.term_query(SCHEMA, YES_NO[name], "yes" if value.lower() == "true" else "no")
    field = EXACT[name]
    return Query.term_query(SCHEMA, field, known_value(field, value.upper(), trials))


def _range(area: str, text: str) -> Query:
    first, comma, last = (part.strip() for part in text.partition(","))
    if not comma:
        raise Mistaken(f"RANGE[{text}] has no comma; RANGE[2024-01-01,MAX] would do")
    if first == "MAX" or last == "MIN":
        raise Mistaken(f"RANGE[{text}] ends before it begins")
    name = area.lower()
    of: Callable[[str], Span]
    if name in DAYS:
        field, of = DAYS[name], _days
    elif name in AGES:
        field, of = AGES[name][0], _age(AGES[name][1])
    elif name == COUNTED:
        field, of = "enrolled", _count
    else:
        known = ", ".join(RANGED)
        raise Mistaken(f"there is no AREA[{area}] with a RANGE[…]; one of {known} would do")
    least = 0 if first == "MIN" else of(first)[0]  # of those that say anything
    most = None if last == "MAX" else of(last)[1]
    if most is not None and first != "MIN" and most < least:
        raise Mistaken(f"RANGE[{text}] ends before it begins")
    return Query.range_query(SCHEMA, field, FieldType.Integer, least, most)


def _age(of: Callable[[str], int]) -> Callable[[str], Span]:
    def read(text: str) -> Span:
        if not ages.is_age(text):
            raise Mistaken(f"{text!r} is no age; one like 18 years would do")
        return of(text), of(text)

    return read


def _days(text: str) -> Span:
    """The first and the last day of a day, a month, or a year."""
    first = day_number({4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text))
    if not first:
        raise Mistaken(f"{text!r} is no day, month or year; 2024-01-31, 2024-01, 2024 would do")
    if len(text) == 10:
        return first, first
    begins = date.fromordinal(first)
    month = 12 if len(text) == 4 else begins.month
    ends = monthrange(begins.year, month)[1]
    return first, begins.replace(month=month, day=ends).toordinal()


def _count(text: str) -> Span:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Mistaken(f"{text!r} is no number")
    return int(text), int(text)
