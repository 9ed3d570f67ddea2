"""Tables that a chapter brings: rows of plain values, as frames, programs and exports have them.

A chapter says what a row is and what its columns hold; who may read which of them is decided in
one place for all tables (`visible_rows`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.conduct.sight import Sight
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Choices, Labels
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["Row", "Table", "TableColumn", "visible_rows", "without_closed"]

ColumnKind = Literal["text", "codes", "day", "partial", "number", "moment", "yes or no"]
"""`codes` are several, with blanks between them; `partial` is a day, or its year or month."""
VISIT = "visit"
"""What the column is called that says of which visit a row is, in every table that has one."""
Row = tuple[object, ...]
"""One value for each column; None where it is not known, or does not apply."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: its name for programs, what it holds, and what it is called."""

    name: str
    kind: ColumnKind
    label: Phrase
    choices: Choices | Callable[[Study], Labels] | None = None
    """What each code means, where it holds codes; or a text that is one of the study's own."""
    by_arm: bool = False
    """Whether it tells who is in which arm; empty for whom results by arm are closed to."""


def _always(study: Study) -> bool:
    return True


def _never(study: Study, row: Row) -> bool:
    return False


def _nothing(row: Row) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What one chapter knows of all participants, a row a thing; its first column is the number."""

    name: str
    label: Phrase
    columns: tuple[TableColumn, ...]
    rows: Callable[[Study, Subject, date], Iterable[Row]]
    """The rows of one participant, as it stands on a day."""
    tells_arm: Callable[[Study, Row], bool] = _never
    """Whether a row by itself tells the arm, beside that its visit does (`is_of_an_arm`)."""
    listed: tuple[str, ...] = ()
    """The columns that a list on the pages shows, of all participants and of each.

    The rows of such a table are the same on every day: they are kept as they were recorded.
    """
    ranks: Callable[[Row], int] | None = None
    """How a row presses in a list of its own order, the lowest first; None: it goes by its days."""
    whose: str = ""
    """The column by which such a list is narrowed beside that; empty: by none."""
    counts: Callable[[Row], Iterable[tuple[str, str]]] = _nothing
    """What is counted of a row beside that there is one: what, and which, each as often as told."""
    mends: tuple[str, str] | None = None
    """The kind of act that puts a row right, and the column that names its entry."""
    page: tuple[str, str] | None = None
    """The name of the page on which one row stands, and the column that names it there."""
    of_study: Callable[[Study], bool] = _always
    """Whether a study has such rows at all."""

    def place_of(self, column: str) -> int:
        """Where a column stands in a row."""
        return [one.name for one in self.columns].index(column)

    def is_of_an_arm(self, study: Study, row: Row) -> bool:
        """Whether a row by itself tells the arm: for its visit, or by what its chapter knows."""
        known = zip(self.columns, row, strict=True)
        of_visit = any(one.name == VISIT and of in study.visits_of_an_arm for one, of in known)
        return of_visit or self.tells_arm(study, row)


def visible_rows(
    table: Table, study: Study, subjects: Iterable[Subject], on: date, sight: Sight
) -> Iterator[Row]:
    """The rows that a reader may see, without what is closed to them.

    Who sees all hospitals could count, and so gets no rows that one arm alone has.
    """
    for subject in subjects:
        for row in table.rows(study, subject, on):
            if not (sight.could_count_arms and table.is_of_an_arm(study, row)):
                yield without_closed(table, row, sight)


def without_closed(table: Table, row: Row, sight: Sight) -> Row:
    """A row without the values that are closed to a reader."""
    if sight.arms:
        return row
    return tuple(
        None if column.by_arm else value for column, value in zip(table.columns, row, strict=True)
    )
