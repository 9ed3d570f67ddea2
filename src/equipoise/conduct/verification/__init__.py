"""Source verification: what a monitor compared with the hospital's records, and what fell since."""

from equipoise.conduct.verification.acts import ALONE, TakeBack, VerifyItems, called_here
from equipoise.conduct.verification.chapter import CHAPTER
from equipoise.conduct.verification.derived import of_derived
from equipoise.conduct.verification.verdicts import (
    STATES,
    Verdict,
    VerdictState,
    all_places,
    count_open,
    verdicts,
)

__all__ = [
    "ALONE",
    "CHAPTER",
    "STATES",
    "TakeBack",
    "Verdict",
    "VerdictState",
    "VerifyItems",
    "all_places",
    "called_here",
    "count_open",
    "of_derived",
    "verdicts",
]
