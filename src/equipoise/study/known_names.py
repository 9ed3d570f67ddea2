"""Names that a study speaks of and that stand nowhere, each with the one that was perhaps meant."""

import difflib
from collections.abc import Collection, Iterable

from equipoise.study.places import Key
from equipoise.study.runnable import Report

__all__ = ["known"]


def known(
    report: Report, key: Key, what: str, names: Iterable[str], known: Collection[str]
) -> None:
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {_listed(known)}"
            report(key, f"there is no {what} {name!r}; {hint}")


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
