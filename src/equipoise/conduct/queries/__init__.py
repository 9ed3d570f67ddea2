"""Queries: what rules of the study and people ask of recorded values, and what is said to it."""

from equipoise.conduct.queries.acts import (
    AnswerQuery,
    AskQuery,
    AssignQuery,
    CloseQuery,
    ReopenQuery,
)
from equipoise.conduct.queries.chapter import CHAPTER, QUERIES
from equipoise.conduct.queries.rules import NO_VISIT
from equipoise.conduct.queries.standing import OPEN, STATES, Query, QueryState, queries, query_named

__all__ = [
    "CHAPTER",
    "NO_VISIT",
    "OPEN",
    "QUERIES",
    "STATES",
    "AnswerQuery",
    "AskQuery",
    "AssignQuery",
    "CloseQuery",
    "Query",
    "QueryState",
    "ReopenQuery",
    "queries",
    "query_named",
]
