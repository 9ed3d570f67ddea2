"""Every kind of item, in the order in which the schema lists them.

A kind enters here with one line; whatever is asked of a value is asked of its kind (`kind.py`).
"""

from equipoise.study.kinds.choice import Choice
from equipoise.study.kinds.day import Date, PartialDate
from equipoise.study.kinds.kind import ItemKind
from equipoise.study.kinds.link import Link
from equipoise.study.kinds.number import Number, Quantity
from equipoise.study.kinds.rating import Rating
from equipoise.study.kinds.rows import Rows
from equipoise.study.kinds.several import Several
from equipoise.study.kinds.time import Time
from equipoise.study.kinds.words import Words
from equipoise.study.kinds.yes_no import Judgement, YesNo

__all__ = ["KINDS"]

_ALL = (
    Number(),
    Quantity(),
    Choice(),
    Several(),
    YesNo(),
    Date(),
    PartialDate(),
    Time(),
    Rating(),
    Words(),
    Link(),
    Judgement(),
    Rows(),
)

KINDS: dict[str, ItemKind] = {kind.name: kind for kind in _ALL}
"""Each kind by the name that a study file gives it."""
