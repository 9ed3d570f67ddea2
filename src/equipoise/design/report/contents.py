"""All that stands in the report of a sweep, before it is a page or a paper."""

from dataclasses import dataclass

from equipoise.analysis.figures.figure import Figure, Table

__all__ = ["Contents"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Title, notes, figures with their tables, characteristics, looks and fixed settings."""

    title: str
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]
    characteristics: Table
    looks: Table
    settings: Table
