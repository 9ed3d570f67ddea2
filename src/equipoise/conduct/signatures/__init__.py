"""Review and signature: who answers for what, bound to exactly what was recorded then."""

from equipoise.conduct.signatures.acts import ReviewForm, SignForm, SignParticipant
from equipoise.conduct.signatures.chapter import CHAPTER
from equipoise.conduct.signatures.holding import (
    STATES,
    Hold,
    held,
    holds,
    is_reviewed,
    is_signed,
)

__all__ = [
    "CHAPTER",
    "STATES",
    "Hold",
    "held",
    "ReviewForm",
    "SignForm",
    "SignParticipant",
    "holds",
    "is_reviewed",
    "is_signed",
]
