"""The tables of an installation: made, brought up to date, or found to be of a later version.

Everything is done or nothing. Before an older trial is changed on SQLite, nobody else may use its
home, and a copy of its database is laid beside: that is the way back, for nothing is undone here.
"""

from collections.abc import Iterable

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from equipoise.web import home
from equipoise.web.backup import of_sqlite
from equipoise.web.backup.manifest import BadCopy
from equipoise.web.hosting import in_use
from equipoise.web.hosting.serving import nobody_serves
from equipoise.web.store import TABLE, DatabaseLedger

__all__ = ["Newer", "is_behind", "make_ready", "make_tables", "newer"]

BEFORE = "before-upgrade"


class Newer(Exception):
    """The installation was used with a later version of Equipoise than this."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            f"{home.folder()} was used with a later version of Equipoise, which changed the tables "
            f"({', '.join(sorted(names))}): use that version, or restore the copy made before"
        )


def make_ready() -> None:
    """Make the database's tables, or bring them up to date: all that is to be done, or nothing.

    What Django does for each migration is committed before it is noted that it was done, so that
    a server that is killed in between finds its own tables in its way.

    :raises Newer: when a later version was here before
    :raises InUse: when an older trial is to be changed while a server uses it
    """
    if names := newer():
        raise Newer(names)
    if not (is_behind() and _holds_a_trial()):
        _migrate()
        return
    with in_use.alone(home.folder()):
        if connection.vendor == "sqlite":
            _copy_beside()
        _migrate(alone=True)


def make_tables(migrations: Iterable[str]) -> None:
    """Make the tables as they were when so much of them was done, for rows of that time.

    :param migrations: as `app.name`
    """
    executor = MigrationExecutor(connection)
    parted = (name.partition(".") for name in migrations)
    wanted = {(app, name) for app, _, name in parted}
    graph = executor.loader.graph
    children = {parent for node in wanted for parent in graph.node_map[node].parents}
    executor.migrate([node for node in sorted(wanted) if graph.node_map[node] not in children])
    call_command("createcachetable", verbosity=0)


def is_behind() -> bool:
    """Whether this version would change the tables."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def newer() -> list[str]:
    """What a later version did to the tables, as `app.name`; [] when none was here."""
    loader = MigrationExecutor(connection).loader
    return sorted(".".join(key) for key in loader.applied_migrations.keys() - _known(loader))


def _known(loader: MigrationLoader) -> set[tuple[str, str]]:
    # A migration that was put together of others knows them by their old names.
    replaced = {old for one in loader.disk_migrations.values() for old in one.replaces}
    return {*loader.disk_migrations, *replaced}


def _migrate(*, alone: bool = False) -> None:
    # SQLite sets foreign keys aside outside a transaction only; each migration checks them.
    with connection.constraint_checks_disabled(), transaction.atomic():
        if connection.vendor == "postgresql":
            if alone:
                nobody_serves()
            with connection.cursor() as cursor:
                # A table is not altered while a check of its rows is put off.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # A first start that an earlier version left half done has tables that are not noted.
        call_command("migrate", verbosity=0, interactive=False, fake_initial=True)
        call_command("createcachetable", verbosity=0)


def _holds_a_trial() -> bool:
    tables = connection.introspection.table_names()
    if TABLE not in tables:
        return False
    return not DatabaseLedger().is_empty()


def _copy_beside() -> None:
    """The database as it is, named by the last change of its tables that it knows."""
    last = sorted(
        name
        for app, name in MigrationExecutor(connection).loader.applied_migrations
        if app == "web"
    )[-1]
    to = home.folder() / BEFORE / f"{last}.sqlite3"
    to.parent.mkdir(mode=0o700, exist_ok=True)
    passing = to.with_name(f".{to.name}.part")
    passing.unlink(missing_ok=True)
    passing.touch(mode=0o600)
    of_sqlite.copied(passing)
    if wrong := of_sqlite.damage_of(passing):
        raise BadCopy("the database is damaged and was not brought up to date", *wrong)
    passing.replace(to)
