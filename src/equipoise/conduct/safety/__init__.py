"""Safety: adverse events, recorded and put right."""

from equipoise.conduct.safety.acts import CorrectEvent, RecordEvent
from equipoise.conduct.safety.chapter import CHAPTER

__all__ = ["CHAPTER", "CorrectEvent", "RecordEvent"]
