"""Whether the decision tables of a study can be read, and answer once for all that may come."""

from collections.abc import Iterator

from equipoise.logic.decision_check import flaws
from equipoise.study.model import Study
from equipoise.study.places import Key
from equipoise.study.runnable import Report
from equipoise.study.sections.tables import Table
from equipoise.study.vocabulary import ANCHORS

__all__ = ["decision_tables"]


def decision_tables(study: Study, report: Report) -> None:
    """Report what is wrong with each table, at its column, row or cell."""
    for n, table in enumerate(study.tables):
        for key, message in _wrong(study, table):
            report(("tables", n, *key), message)


def _wrong(study: Study, table: Table) -> Iterator[tuple[Key, str]]:
    names = [column.id for column in table.columns]
    twice = {name for name in names if names.count(name) > 1}
    yield from ((("columns",), f"{name!r} stands twice; every id stands once") for name in twice)
    if unread := [*table.unread(), *_gives(table)]:
        yield from unread
    elif not twice:
        for flaw in flaws(table.read(), study.vocabulary, ANCHORS):
            yield flaw.place, flaw.message


def _gives(table: Table) -> Iterator[tuple[Key, str]]:
    if bool(table.gives.codes) != (table.gives.kind == "code"):
        yield ("gives", "codes"), "a table of codes, and only such a table, says which there are"
    given = {row.gives for row in table.rows}
    for code in table.gives.codes:
        if table.gives.kind == "code" and code not in given:
            yield ("gives", "codes"), f"no row gives {code!r}"
