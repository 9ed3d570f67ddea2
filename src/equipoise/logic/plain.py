"""What holds a few values and is made by the hundred thousand, as what is read of a rule is."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

__all__ = ["plain"]

Made = TypeVar("Made")


@dataclass_transform(frozen_default=True)
def plain(cls: type[Made]) -> type[Made]:
    """A frozen dataclass with slots that is made in a fifth of the time.

    That it is frozen the type checker alone sees to: a dataclass that refuses to be changed sets
    each of its fields by a call of its own, which was a seventh of all that an act cost.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
