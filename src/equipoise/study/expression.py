"""An expression of a section of the study file: where it stands, and what it must give."""

from dataclasses import dataclass

from equipoise.logic.sorts import Shape
from equipoise.study.places import Key

__all__ = ["Expression"]


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression, by its place below the section's own.

    A number that must have a unit is given in it, or in one that converts to it: a plain number
    will not do.
    """

    key: Key
    text: str
    gives: Shape | None = "yes or no"
    unit: str = ""
