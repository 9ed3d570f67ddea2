"""Which statements may write, and so must stand in the queue.

When in doubt a statement writes: that costs a wait, the other mistake costs the queue its meaning.
"""

import re

_LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()*", re.DOTALL)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:insert|update|delete|replace)\b", re.IGNORECASE)
_PRAGMA = re.compile(r"pragma\s+(?:\w+\.)?(\w+)", re.IGNORECASE)

_READING = frozenset({"select", "values", "explain"})
_READING_PRAGMAS = frozenset(
    {
        "collation_list",
        "compile_options",
        "database_list",
        "foreign_key_check",
        "foreign_key_list",
        "foreign_keys",
        "index_info",
        "index_list",
        "index_xinfo",
        "integrity_check",
        "quick_check",
        "synchronous",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)


def may_write(statement: str) -> bool:
    """Whether SQLite may take its write lock for this statement."""
    leading = _LEADING.match(statement)
    start = statement[leading.end() :] if leading else statement
    word = _WORD.match(start)
    first = word.group().lower() if word else ""
    if first in _READING:
        return False
    if first == "with":
        return _CHANGES.search(start) is not None
    if first == "pragma":
        named = _PRAGMA.match(start)
        return named is None or named.group(1).lower() not in _READING_PRAGMAS
    return True
