"""The stores under test. `test_store_rules.py` says how to add another."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.db import connections

from equipoise.ledger import FileLedger, Ledger, MemoryLedger
from equipoise.web.store import DatabaseLedger

IN_A_DATABASE = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
STORES = ["memory", "file", pytest.param("database", marks=IN_A_DATABASE)]


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


@pytest.fixture
def database_store(transactional_db: None) -> Store:
    """The test's database, emptied after each test: another thread has its own connection."""
    made: list[DatabaseLedger] = []

    def new() -> DatabaseLedger:
        # A second ledger in one test means another database: the same one, emptied.
        if made:
            call_command("flush", interactive=False, verbosity=0)
        made.append(DatabaseLedger())
        return made[-1]

    return Store(new=new, again=lambda ledger: DatabaseLedger(), leave=connections.close_all)
