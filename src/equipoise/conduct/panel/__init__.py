"""The expert panel: its acts, the counting of votes, and its row among the chapters."""

from equipoise.conduct.ballots import (
    Rule,
    awaited,
    majority,
    open_review,
    readers,
    rule_of,
    visible_votes,
)
from equipoise.conduct.panel.acts import RULES, AskPanel, CastVote, Conclude, pool
from equipoise.conduct.panel.chapter import CHAPTER
from equipoise.conduct.panel.messages import REMIND

__all__ = [
    "CHAPTER",
    "REMIND",
    "RULES",
    "AskPanel",
    "CastVote",
    "Conclude",
    "Rule",
    "awaited",
    "majority",
    "open_review",
    "pool",
    "readers",
    "rule_of",
    "visible_votes",
]
