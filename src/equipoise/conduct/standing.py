"""Whether the criteria stand on a day, judged anew only where what they rest on is another.

What a criterion was found to be is remembered in the process, with all that was read for it and the
day until which it stands by itself. Where the same is read again the same is found again: reading
takes a fifth of what judging does, and a form that is saved speaks to few of the criteria. What was
found of somebody of whom nothing is recorded yet that a criterion reads is found of all of whom
that is so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from equipoise.conduct.coverage import criteria_asked
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import truth_of
from equipoise.logic.facts import Facts, Observation, Row, Vocabulary
from equipoise.logic.language import parsed
from equipoise.logic.truth import Truth
from equipoise.logic.watched import Watch, WatchedDay, turns_at, unwatched
from equipoise.study.model import Study

__all__ = ["standing"]

MOST = 256
"""Of so many participants, each on a day, it is remembered: some five megabytes."""
NOBODY = ""
"""Whoever has nothing recorded: participants have names."""
_ASKED = object()
"""Stands for the day that is asked about, where an anchor is no other."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a condition was found to be, by which words, of what was read."""

    words: Vocabulary
    read: dict[tuple[str, str], object]
    truth: Truth
    until: date


def standing(study: Study, subject: Subject, on: date) -> list[Truth]:
    """Whether each criterion lets the participant in, without reasons, as if registered then."""
    # A day of its own, so that no recorded day can be the same object.
    day = on if isinstance(on, WatchedDay) else date.fromordinal(on.toordinal())
    facts = SubjectFacts(study, subject, day, day)
    found = _remembered(subject.subject_id, unwatched(on)), _remembered(NOBODY, unwatched(on))
    return [
        ~truth if side == "exclusion" else truth
        for side, criterion in criteria_asked(study, subject, on)
        for truth in [_holds(criterion.when, study.vocabulary, facts, day, found)]
    ]


@lru_cache(maxsize=MOST)
def _remembered(subject_id: str, on: date) -> dict[str, _Found]:
    return {}


def _holds(
    condition: str,
    words: Vocabulary,
    facts: Facts,
    on: date,
    found: tuple[dict[str, _Found], dict[str, _Found]],
) -> Truth:
    own, of_nobody = found
    before = (own.get(condition), of_nobody.get(condition))
    known = next((one for one in before if one and _is_found_again(one, words, facts, on)), None)
    if known is None:
        watch = Watch(unwatched(on))
        reader = _Reader(facts, on, watch.day)
        truth = truth_of(parsed(condition), words, reader, watch.day)
        if reader.moves:
            return truth_of(parsed(condition), words, facts, on)
        known = own[condition] = _Found(words, reader.read, truth, watch.until)
        if not any(one for (how, _), one in reader.read.items() if how != "anchor"):
            of_nobody[condition] = known
    turns_at(on, known.until)
    return known.truth


def _is_found_again(known: _Found, words: Vocabulary, facts: Facts, on: date) -> bool:
    return known.words is words and _is_read_again(known, facts, on)


def _is_read_again(known: _Found, facts: Facts, on: date) -> bool:
    """Whether all that was read for it is the same now."""
    again = _Reader(facts, on, on)
    for (how, name), read in known.read.items():
        getattr(again, how)(name)
        if again.moves or again.read[how, name] != read:
            return False
    return True


class _Reader:
    """Facts that note what is read of them, asked on a day that is watched for one answer alone.

    `moves`: something moves along with another day, so that what was found is not remembered.
    """

    def __init__(self, facts: Facts, on: date, here: date) -> None:
        self._facts, self._on, self._here = facts, on, here
        self.read: dict[tuple[str, str], object] = {}
        self.moves = False

    def observations(self, name: str) -> Sequence[Observation]:
        """All recorded values of a fact."""
        found = self._facts.observations(name)
        self._note("observations", name, found, found)
        return found

    def rows(self, name: str) -> Sequence[Row] | None:
        """The rows of a list."""
        found = self._facts.rows(name)
        self._note("rows", name, found, (cell for row in found or () for cell in row.values()))
        return found

    def anchor(self, name: str) -> date | None:
        """The day of an anchor; what is the day asked about is the one watched."""
        day = self._facts.anchor(name)
        is_asked = day is self._on
        self.read["anchor", name] = _ASKED if is_asked else day
        self.moves |= isinstance(day, WatchedDay) and not is_asked
        return self._here if is_asked else day

    def _note(self, how: str, name: str, found: object, seen: Iterable[Observation]) -> None:
        self.read[how, name] = found
        for one in seen:
            if isinstance(one.value, WatchedDay) or isinstance(one.on, WatchedDay):
                self.moves = True
