"""The names that an expression of the study file speaks of."""

import re
from functools import lru_cache

__all__ = ["names_in"]


@lru_cache(maxsize=4096)
def _names(expression: str) -> frozenset[str]:
    plain = re.sub(r"'[^']*'|\"[^\"]*\"", " ", expression)
    return frozenset(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", plain))


def names_in(expression: str) -> set[str]:
    """Every word in it that may be the name of a fact; texts in quotes are left out."""
    return set(_names(expression))
