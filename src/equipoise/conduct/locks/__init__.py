"""Freeze and lock: when nothing more may be changed, and when not even reviewed or signed."""

from equipoise.conduct.locks.acts import (
    CODES,
    LEFT,
    LockForm,
    LockParticipant,
    LockStudy,
    UnlockForm,
    UnlockParticipant,
    UnlockStudy,
)
from equipoise.conduct.locks.chapter import CHAPTER
from equipoise.conduct.locks.closed import Closing, closed, closings, locks_more, shuts
from equipoise.conduct.state.locks import Locked

__all__ = [
    "CHAPTER",
    "CODES",
    "Closing",
    "LEFT",
    "LockForm",
    "LockParticipant",
    "LockStudy",
    "Locked",
    "UnlockForm",
    "UnlockParticipant",
    "UnlockStudy",
    "closed",
    "closings",
    "locks_more",
    "shuts",
]
