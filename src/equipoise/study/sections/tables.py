"""Decision tables: what follows from a few values, row by row, for dose, hold and grade alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from equipoise.logic.cells import Cell, read_cell
from equipoise.logic.decision import Column, DecisionTable, Row
from equipoise.logic.given import Given, GivenKind, read_given
from equipoise.logic.language import parsed
from equipoise.logic.words import Unreadable
from equipoise.study.parts import Code, Part, Source, Text, YesNo, not_meant
from equipoise.study.places import Key

__all__ = ["Gives", "Table", "TableColumn", "TableRow"]


def _as_cell(value: Any) -> Any:
    """A cell as it was written: a text, a number, true or false; several codes as a list."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (str, int, Decimal)):
        raise not_meant(value, "a range such as '1.5 to < 2', a code, yes or no")
    return str(value)


CellText = Annotated[
    str,
    BeforeValidator(_as_cell, json_schema_input_type=str | Decimal | bool | list[str]),
    Field(description="'< 1.5', '1.5 to < 2', '>= 90 U/L', codes, yes or no; empty: whatever"),
]


class TableColumn(Part):
    """What is compared."""

    model_config = ConfigDict(serialize_by_alias=True)  # a text that is read again says `is` too

    id: Code
    label: Text | None = None
    of: str = Field(alias="is", description="an expression in the language of rules")
    unit: str = Field(default="", description="in which a number without a unit is meant")
    within: CellText = Field(default="", description="what its values may be at all")
    whole: YesNo = Field(default=False, description="only whole numbers come")
    gives: Literal["up", "down", ""] = Field(
        default="",
        description="as the value rises what the table gives never falls (up), or never rises "
        "(down); load refuses a table of which that is not so",
    )

    def limits(self) -> Cell:
        """What its values may be at all."""
        return read_cell(self.within, self.unit)

    def read(self) -> Column:
        """The column as the language has it."""
        return Column(
            name=self.id,
            node=parsed(self.of),
            label=self.label or {},
            unit=self.unit,
            within=self.limits(),
            whole=self.whole,
            gives=self.gives,
        )


class Gives(Part):
    """What kind of thing a table gives."""

    kind: GivenKind = Field(
        description="level: a percentage of the dose, hold, stop; grade: 0 to 5; code: its `codes`"
    )
    codes: dict[Code, Text] = Field(default={}, description="what it may give, the gravest last")
    of: Text | None = Field(default=None, description="of what a level is a percentage")


class TableRow(Part):
    """One row: what it gives where all of its cells hold, which stand beside it by column."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, CellText] = Field(init=False)

    gives: CellText
    source: Source | None = None

    @property
    def cells(self) -> dict[str, str]:
        """The cells by the ids of their columns."""
        return self.__pydantic_extra__


class Table(Part):
    """A table of which exactly one row holds."""

    id: Code
    label: Text
    columns: tuple[TableColumn, ...] = Field(min_length=1)
    gives: Gives
    rows: tuple[TableRow, ...] = Field(min_length=1)
    source: Source

    def given(self, row: TableRow) -> Given:
        """What a row gives."""
        return read_given(self.gives.kind, row.gives, tuple(self.gives.codes))

    def unread(self) -> Iterator[tuple[Key, str]]:
        """What in it cannot be read at all, and where."""
        for n, column in enumerate(self.columns):
            yield from _because(("columns", n, "is"), parsed, column.of)
            yield from _because(("columns", n, "within"), read_cell, column.within, column.unit)
        units = {column.id: column.unit for column in self.columns}
        for at, row in enumerate(self.rows):
            yield from _because(("rows", at, "gives"), self.given, row)
            for name, cell in row.cells.items():
                yield from _because(("rows", at, name), read_cell, cell, units.get(name, ""))

    def read(self) -> DecisionTable:
        """The table as the language has it.

        :raises Unreadable: where something in it cannot be read; `unread` says where
        """
        units = {column.id: column.unit for column in self.columns}
        return DecisionTable(
            name=self.id,
            label=self.label,
            columns=tuple(column.read() for column in self.columns),
            kind=self.gives.kind,
            codes=self.gives.codes,
            rows=tuple(
                Row(
                    number=n,
                    cells={i: read_cell(c, units.get(i, "")) for i, c in row.cells.items()},
                    gives=self.given(row),
                )
                for n, row in enumerate(self.rows, start=1)
            ),
        )


def _because(key: Key, read: Callable[..., object], *given: object) -> Iterator[tuple[Key, str]]:
    try:
        read(*given)
    except Unreadable as error:
        hint = f"; {error.suggestion} would do" if error.suggestion else ""
        yield key, f"{error.message}{hint}"
