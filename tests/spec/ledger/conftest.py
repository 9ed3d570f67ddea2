"""The stores under test. `test_store_rules.py` says how to add another."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from equipoise.ledger import FileLedger, Ledger, MemoryLedger

STORES = ["memory", "file"]


class Store(NamedTuple):
    """One way to keep a ledger."""

    new: Callable[[], Ledger]
    """A new, empty ledger."""
    again: Callable[[Ledger], Ledger]
    """The same ledger, as another thread or process would come to it."""
    leave: Callable[[], None] = lambda: None
    """What a thread does when it is done, such as closing its connection."""


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    """Each store in turn."""
    return request.getfixturevalue(f"{request.param}_store")


@pytest.fixture
def ledger(store: Store) -> Ledger:
    """A new, empty ledger of each store in turn."""
    return store.new()


@pytest.fixture
def memory_store() -> Store:
    """Everything in memory: another thread uses the same object."""
    return Store(new=MemoryLedger, again=lambda ledger: ledger)


@pytest.fixture
def file_store(tmp_path: Path) -> Store:
    """One file each: another thread or process opens it anew."""
    paths: dict[int, Path] = {}

    def at(path: Path) -> FileLedger:
        ledger = FileLedger(path)
        paths[id(ledger)] = path
        kept.append(ledger)
        return ledger

    kept: list[FileLedger] = []
    return Store(
        new=lambda: at(tmp_path / f"{len(paths)}.jsonl"),
        again=lambda ledger: at(paths[id(ledger)]),
    )
