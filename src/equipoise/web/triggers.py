"""What keeps the past as it is, in the database itself: the triggers, word for word.

A trigger of the same name that does nothing would look the same in a list of names. So what stands
in the database is compared with the statements of the migrations that made it, and what is not ours
on a guarded table is told too. A migration that makes triggers is named here.
"""

import importlib
import re
from collections.abc import Iterator, KeysView
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

__all__ = ["loose", "not_durable", "powers", "weaknesses"]

MADE_BY = (
    "0002_append_only",
    "0011_tree",
    "0013_access_log",
    "0015_no_replace",
    "0021_redaction",
    "0023_redacts_no_draw",
    "0025_named_tables",
)
"""The migrations with triggers, each with its statements; a later one makes some of them anew."""
ONLY_ADDED = ("ledger_entry", "tree_leaf", "tree_node", "tree_head", "tree_cosignature")
"""The tables whose rows the application's user may neither change nor remove."""
_TRIGGER = re.compile(
    r"CREATE TRIGGER (\w+) (BEFORE|AFTER) ([\w ]+?) ON (\w+)"
    r"(?: FOR EACH (\w+) EXECUTE FUNCTION (\w+))?"
)
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(\)(.*?) AS \$\$(.*)\$\$$")
_SETTING = '{"search_path=pg_catalog, pg_temp"}'
"""That of a function of which all that it names is the system's, whoever calls it."""
_WHEN = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}  # pg_trigger.tgtype
_ROW, _BEFORE = 1, 2
_IN_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
_IN_POSTGRES = """
    SELECT tgname, proname, tgtype, prosrc, tgqual IS NULL AND tgattr = ''
        AND lanname = 'plpgsql',
        CASE WHEN prosecdef THEN 'owner' ELSE '' END || coalesce(proconfig::text, '')
    FROM pg_trigger
    JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_language ON pg_language.oid = prolang
    WHERE tgrelid = %s::regclass AND tgenabled = 'O' AND NOT tgisinternal
"""
_RULES = "SELECT rulename FROM pg_rules WHERE tablename = %s"


_POWERS = """
    SELECT privilege FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
    WHERE has_table_privilege(current_user, %s, privilege)
"""
_DURABLE: dict[str, dict[str, tuple[object, ...]]] = {
    "sqlite": {"PRAGMA journal_mode": ("wal",), "PRAGMA synchronous": (2,)},
    "postgresql": {
        f"SELECT current_setting('{name}')": ("on", "remote_apply")
        for name in ("synchronous_commit", "fsync", "full_page_writes")
    },
}


class Trigger(NamedTuple):
    """A trigger as it was made: its text, or on PostgreSQL the function that it calls and when."""

    text: str
    function: str = ""
    when: int = 0
    runs: str = ""
    """Whether as the owner of the tables, and with which settings of its own."""


def weaknesses() -> list[str]:
    """What of this database's set-up would let the ledger be changed or lost; [] when nothing."""
    return [*loose(), *not_durable(), *powers()]


def not_durable() -> list[str]:
    """The settings under which an act that was acknowledged could be gone after a crash."""
    found = []
    for question, good in _DURABLE[connection.vendor].items():
        with connection.cursor() as cursor:
            cursor.execute(question)
            (value,) = cursor.fetchone()
        if value not in good and not _in_memory():
            name = question.split("'")[1] if "'" in question else question.split()[1]
            found.append(f"{name} is {value}: an acknowledged act could be lost")
    return found


def powers() -> list[str]:
    """What the database's user may do to the tables that are only added to, and must not."""
    if connection.vendor == "sqlite":
        return []
    may = {table: [name for (name,) in _answers(_POWERS, table)] for table in ONLY_ADDED}
    return [
        f"the database's user may {', '.join(rights)} the table {table}"
        for table, rights in may.items()
        if rights
    ]


def loose() -> list[str]:
    """What of the triggers does not stand as it was made; [] when all do."""
    of = _of_sqlite if connection.vendor == "sqlite" else _of_postgres
    return [fault for table, triggers in _made().items() for fault in of(table, triggers)]


def _of_sqlite(table: str, ours: dict[str, Trigger]) -> Iterator[str]:
    standing = dict(_answers(_IN_SQLITE, table))
    yield from _not_as_named(table, ours.keys(), standing.keys())
    for name in sorted(ours.keys() & standing.keys()):
        if _plain(standing[name]) != ours[name].text:
            yield f"the trigger {name} does not say what Equipoise made it say"


def _of_postgres(table: str, ours: dict[str, Trigger]) -> Iterator[str]:
    standing = {name: rest for name, *rest in _answers(_IN_POSTGRES, table)}
    yield from _not_as_named(table, ours.keys(), standing.keys())
    for name in sorted(ours.keys() & standing.keys()):
        function, when, body, plain, settings = standing[name]
        if not plain or Trigger(_plain(body), function, when, settings) != ours[name]:
            yield f"the trigger {name} does not do what Equipoise made it do"
    for (rule,) in _answers(_RULES, table):
        yield f"the table {table} has a rule that is not Equipoise's: {rule}"


def _not_as_named(table: str, ours: KeysView[str], standing: KeysView[str]) -> Iterator[str]:
    whose = "access log" if table.startswith("access") else "ledger"
    if gone := ours - standing:
        yield f"the {whose}'s triggers do not stand: {', '.join(sorted(gone))}"
    for name in sorted(standing - ours):
        yield f"the table {table} has a trigger that is not Equipoise's: {name}"


@cache
def _made() -> dict[str, dict[str, Trigger]]:
    """By table the triggers that the migrations made, as the database under us keeps them."""
    statements = [_plain(one) for name in MADE_BY for one in _statements(name)]
    bodies = {
        found[1]: (_plain(found[3]), _runs(found[2]))
        for one in statements
        if (found := _FUNCTION.match(one))
    }
    made: dict[str, dict[str, Trigger]] = {}
    for statement in statements:
        if found := _TRIGGER.match(statement):
            name, moment, events, table, each, function = found.groups()
            when = (_BEFORE if moment == "BEFORE" else 0) | (_ROW if each == "ROW" else 0)
            when |= sum(_WHEN[event] for event in events.split(" OR "))
            body, runs = bodies.get(function, (statement, ""))
            trigger = Trigger(body, function, when, runs) if function else Trigger(statement)
            made.setdefault(table, {})[name] = trigger
    return made


def _runs(how: str) -> str:
    owner = "owner" if "SECURITY DEFINER" in how else ""
    return owner + (_SETTING if "SET search_path" in how else "")


def _statements(migration: str) -> list[str]:
    module = importlib.import_module(f"equipoise.web.migrations.{migration}")
    statements: list[str] = getattr(module, connection.vendor.upper())
    return statements


def _in_memory() -> bool:
    return connection.vendor == "sqlite" and bool(
        connection.is_in_memory_db()  # type: ignore[attr-defined]  # our backend for SQLite has it
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _answers(question: str, table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, [table])
        return list(cursor.fetchall())
