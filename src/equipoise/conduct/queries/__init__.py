"""Queries: what rules of the study and people ask of recorded values, and what is said to it."""

from equipoise.conduct.queries.acts import (
    ABLE,
    ACTS,
    AnswerQuery,
    AskQuery,
    AssignQuery,
    CloseQuery,
    ReopenQuery,
    answering,
)
from equipoise.conduct.queries.chapter import BY_STATE, CHAPTER, OF_CHECKS, ORDER, QUERIES
from equipoise.conduct.queries.rules import NO_VISIT, words_of_checks
from equipoise.conduct.queries.standing import OPEN, STATES, Query, QueryState, queries, query_named
from equipoise.conduct.state.queries import TurnKind

__all__ = [
    "ABLE",
    "ACTS",
    "BY_STATE",
    "CHAPTER",
    "NO_VISIT",
    "OF_CHECKS",
    "OPEN",
    "ORDER",
    "QUERIES",
    "STATES",
    "AnswerQuery",
    "AskQuery",
    "AssignQuery",
    "CloseQuery",
    "Query",
    "QueryState",
    "ReopenQuery",
    "TurnKind",
    "answering",
    "queries",
    "query_named",
    "words_of_checks",
]
