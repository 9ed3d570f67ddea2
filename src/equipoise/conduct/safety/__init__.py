"""Safety: adverse events, recorded and put right; what is serious is reported by its clocks."""

from equipoise.conduct.safety.acts import CorrectEvent, RecordEvent
from equipoise.conduct.safety.chapter import CHAPTER
from equipoise.conduct.safety.coding import CodeEvent
from equipoise.conduct.safety.declining import DeclineEvent
from equipoise.conduct.safety.reports import ReportEvent
from equipoise.conduct.safety.sponsor import AssessEvent, SubmitEvent

__all__ = [
    "CHAPTER",
    "CodeEvent",
    "AssessEvent",
    "CorrectEvent",
    "DeclineEvent",
    "RecordEvent",
    "ReportEvent",
    "SubmitEvent",
]
