"""What a decision table gave, in a sentence: the row that fired, the values, what is missing."""

from __future__ import annotations

from decimal import Decimal

from equipoise.logic.decision import Combined, Decided, DecisionTable
from equipoise.logic.figures import number_text, opening, with_unit
from equipoise.logic.given import Given
from equipoise.logic.sentences import gap_text, sentence
from equipoise.logic.translator import Phrases, Translator
from equipoise.logic.truth import Truth

__all__ = ["combined_text", "decided_text", "given_text"]

_PHRASES = Phrases(
    "decision table",
    {
        "hold": "hold",
        "stop": "stop for good",
        "grade": "grade {grade}",
        "fired": "{table}: {given} (row {row}: {why})",
        "agreed": "{table}: {given}, whichever of rows {rows} it is ({why})",
        "open": "{table}: not known. {why}",
        "may be": "{table}: not known; it may be {options}. {why}",
        "no row": "{table}: no row holds for these values",
        "or": "{options} or {last}",
        "gravest": "{given}, the gravest that is given. {why}",
    },
)


def given_text(given: Given, table: DecisionTable, into: Translator) -> str:
    """An outcome as people write it: 50 %, hold, grade 2."""
    if isinstance(given.value, Decimal):
        number = number_text(given.value, into)
        if given.kind == "grade":
            return _PHRASES.said("grade", into, grade=number)
        return with_unit(number, "%", into)
    if given.kind == "level":
        return _PHRASES.said(given.value, into)
    labels = table.codes.get(given.value, {})
    return labels.get(into.language) or labels.get("en") or given.value


def decided_text(found: Decided, into: Translator) -> str:
    """What a table gave and why, or what it waits for."""
    table = found.table.label.get(into.language) or found.table.label.get("en") or found.table.name
    if not found.possible:
        return _PHRASES.said("no row", into, table=table)
    if found.gives is None:
        return _open(found, table, into)
    given = given_text(found.gives, found.table, into)
    why = sentence(found.why.remarks, Truth.TRUE, into)
    if found.row is not None:
        row = str(found.row.number)
        return _PHRASES.said("fired", into, table=table, given=given, row=row, why=why)
    rows = ", ".join(str(row.number) for row in found.possible)
    return _PHRASES.said("agreed", into, table=table, given=given, rows=rows, why=why)


def combined_text(found: Combined, into: Translator) -> str:
    """What several tables gave together, with each that decided it or that is waited for."""
    why = "; ".join(decided_text(one, into) for one in found.deciding or found.waiting)
    if found.gives is None:
        return why
    given = opening(given_text(found.gives, found.deciding[0].table, into))
    return _PHRASES.said("gravest", into, given=given, why=why)


def _open(found: Decided, table: str, into: Translator) -> str:
    why = "; ".join(dict.fromkeys(gap_text(gap, into) for gap in found.why.gaps))
    outcomes = {row.gives: None for row in sorted(found.possible, key=lambda row: -row.gives.place)}
    if len(outcomes) == len({row.gives for row in found.table.rows}):
        return _PHRASES.said("open", into, table=table, why=why)
    *most, last = (given_text(given, found.table, into) for given in outcomes)
    options = _PHRASES.said("or", into, options=", ".join(most), last=last) if most else last
    return _PHRASES.said("may be", into, table=table, options=options, why=why)
