"""Safety: by which words and grades adverse events are recorded, and what may have caused them.

Terms and grades are those of the CTCAE, whose version is named here; a study may list the terms
that it expects. MedDRA needs a licence and is not shipped.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.study import ctcae
from equipoise.study.expression import Expression
from equipoise.study.parts import Code, Part, Source, Text, Whole
from equipoise.study.sections.safety.facts import FACTS
from equipoise.study.sections.safety.reporting import (
    NotReported,
    ReferenceDocument,
    Reporting,
    Surgery,
)

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["Graded", "Grading", "Intervention", "Meddra", "Safety", "Term"]


class Intervention(Part):
    """Something that the study does to people, which an event may be related to."""

    id: Code
    label: Text
    arms: tuple[Code, ...] = Field(default=(), description="who is given it; empty: all arms")
    drugs: tuple[Code, ...] = Field(
        default=(), description="its drugs of `treatment`, of which a report tells every dose"
    )

    def strangers(self, study: Study) -> Iterator[tuple[str, str]]:
        """Arms and drugs that the study does not have."""
        known = study.treatment.drug_of if study.treatment else {}
        yield from (
            ("arms", f"no arm named {arm!r}") for arm in self.arms if arm not in study.arm_of
        )
        yield from (("drugs", f"no drug named {one!r}") for one in self.drugs if one not in known)


class Term(Part):
    """A kind of event that the study expects, beside what is written in free words."""

    id: Code
    label: Text
    called: tuple[str, ...] = Field(
        default=(), description="what it is called besides: what is typed so is this event"
    )
    within: Whole | None = Field(
        default=None,
        ge=1,
        description="hours in which it is reported though it is not serious, such as a pregnancy",
    )
    onward: Whole | None = Field(
        default=None,
        ge=1,
        description="days in which the sponsor reports it on, SUSAR or not, as a device's fault",
    )
    source: Source | None = None


class Graded(Part):
    """A laboratory value that is graded."""

    item: Code = Field(description="a quantity of a form")
    terms: tuple[str, ...] = Field(min_length=1, description="laboratory terms of the CTCAE")
    event: Code | None = Field(default=None, description="one of `terms` that it may show")


class Grading(Part):
    """Which laboratory values are graded, against which baseline, and what that proposes."""

    values: tuple[Graded, ...] = Field(min_length=1)
    baseline: Code = Field(
        default="randomisation", description="the day up to which the last value is the baseline"
    )
    anticoagulated: str = Field(
        default="", description="a rule: whether an anticoagulant is used, for the INR"
    )
    proposes_from: Whole = Field(
        default=1, description="from this grade on, above that of baseline, it proposes an event"
    )
    source: Source

    def strangers(self, study: Study, events: Collection[str]) -> Iterator[tuple[Key, str]]:
        """Items, terms and events that there are not, and units in which no limit is printed."""
        known = ctcae.terms(study.safety.ctcae) if study.safety else {}
        for n, one in enumerate(self.values):
            item = study.items.get(one.item)
            if item is None or not item.of_kind.measured:
                yield ("values", n, "item"), f"no quantity named {one.item!r}"
            if one.event and one.event not in events:
                yield ("values", n, "event"), f"the study lists no term {one.event!r}"
            for name in one.terms:
                if name not in known:
                    close = difflib.get_close_matches(name, known, n=1)
                    hint = f"; did you mean {close[0]!r}?" if close else ""
                    yield ("values", n, "terms"), f"no laboratory term is called {name!r}{hint}"
                elif item and not ctcae.prints(known[name], item.unit, item.analyte):
                    because = f"no limits of {name!r} are printed for {item.unit}"
                    yield ("values", n, "terms"), because


class Meddra(Part):
    """The version of MedDRA by which events are coded; MedDRA itself is the user's own copy."""

    version: str = Field(pattern=r"^[0-9]{1,2}\.[0-9]$", description="such as 27.1")
    source: Source


class Safety(Part):
    """How adverse events are recorded."""

    ctcae: str = Field(description="the version of the CTCAE by which events are graded")
    interventions: tuple[Intervention, ...] = Field(min_length=1)
    terms: tuple[Term, ...] = ()
    reporting: Reporting | None = Field(
        default=None, description="the clocks of serious events; left out: none runs"
    )
    reference_documents: tuple[ReferenceDocument, ...] = Field(
        default=(), description="by which it is judged whether an event was expected"
    )
    not_reported: tuple[NotReported, ...] = Field(
        default=(), description="what need not be reported though it is serious"
    )
    surgery: Surgery | None = Field(
        default=None, description="which events are graded by Clavien-Dindo too"
    )
    grading: Grading | None = None
    meddra: Meddra | None = Field(
        default=None, description="by which version events are coded; left out: they are not"
    )
    source: Source

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        """The code of each event by all that it is called, in any language."""
        named = ((one.id, (*one.label.values(), *one.called)) for one in self.terms)
        return {_plain(text): code for code, texts in reversed([*named]) for text in texts}

    def code_of(self, words: str) -> str:
        """The event of the study that these words name; empty where they name none."""
        return self._codes.get(_plain(words), "")

    @cached_property
    def _graded(self) -> frozenset[str]:
        values = self.grading.values if self.grading else ()
        return frozenset(_plain(name) for one in values for name in one.terms)

    def is_graded(self, words: str) -> bool:
        """Whether these words are a laboratory term by which values are graded."""
        return _plain(words) in self._graded

    def expressions(self) -> Iterator[Expression]:
        """Every rule of the section, and where it stands."""
        if self.grading and self.grading.anticoagulated:
            yield Expression(("grading", "anticoagulated"), self.grading.anticoagulated)

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Arms, terms and facts that the study does not have, and names that stand twice."""
        yield from self._of_reports(study)
        for fact in FACTS:
            if fact.name in study.items:
                yield (), f"the item {fact.name!r} is called as what this section leaves"
        for n, one in enumerate(self.interventions):
            for name, wrong in one.strangers(study):
                yield ("interventions", n, name), wrong
        for name, ids in (
            ("interventions", [one.id for one in self.interventions]),
            ("terms", [one.id for one in self.terms]),
            ("reference_documents", [one.id for one in self.reference_documents]),
            ("not_reported", [one.id for one in self.not_reported]),
        ):
            for n, code in enumerate(ids):
                if code in ids[:n]:
                    yield (name, n, "id"), f"{code!r} stands twice"
        events = [term.id for term in self.terms]
        for key, because in self.grading.strangers(study, events) if self.grading else ():
            yield ("grading", *key), because

    def _of_reports(self, study: Study) -> Iterator[tuple[Key, str]]:
        for name, part in (("reporting", self.reporting), ("surgery", self.surgery)):
            for place, wrong in part.strangers(study) if part else ():
                yield (name, *place), wrong
        if self.reporting and not self.reference_documents:
            yield ("reporting",), "no reference document tells what is expected"
        terms = {one.id for one in self.terms}
        for n, document in enumerate(self.reference_documents):
            for m, code in enumerate(document.expects):
                if code not in terms:
                    yield ("reference_documents", n, "expects", m), f"no term named {code!r}"


def _plain(words: str) -> str:
    """Words without capitals and needless spaces."""
    return " ".join(words.split()).casefold()
