"""The reasons against an act, as its chapters declare them; what a reason is stands in the study's
part of the house (`study/reason.py`), where the kinds of items need it too."""

from equipoise.study.reason import (
    ENGLISH,
    Amount,
    Given,
    OneOf,
    Phrase,
    Reader,
    Reason,
    Refusal,
    Said,
    Unit,
    places,
)

__all__ = [
    "ENGLISH",
    "Amount",
    "Given",
    "OneOf",
    "Phrase",
    "Reader",
    "Reason",
    "Refusal",
    "Said",
    "Unit",
    "places",
]
