"""The tree of an installation: every committed entry gets a place, and nobody takes it away."""

import importlib
import json
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from equipoise.cli import main
from equipoise.ledger import verify, verify_export
from equipoise.ledger.note import is_by, read_note
from equipoise.ledger.tree_file import Tree, read_tree
from equipoise.ledger.tree_head import read_tree_head
from equipoise.ledger.witnessed import witnessed
from equipoise.web import home, write_service
from equipoise.web.models import EntryRow
from equipoise.web.store import DatabaseLedger
from equipoise.web.triggers import weaknesses
from equipoise.web.witness import sequencer, tree_kept, tree_store
from tests.spec.ledger.test_verify_rules import run

pytestmark = pytest.mark.database
TABLES = ("tree_leaf", "tree_node", "tree_head", "tree_cosignature")


@pytest.fixture
def kept_up(trial_here, stopped_clock):
    """The rehearsed trial with its tree and a first head, and a signature under it."""
    note = sequencer.keep_up(stopped_clock)
    assert note
    tree_store.cosign(tree_store.size(), note.signatures[0], stopped_clock)
    return note


def seen(note):
    return {"the hospital": note.written}


def codes(heads=None):
    """What is found of the installation's tree, by those heads."""
    entries = list(DatabaseLedger().everything())
    told = witnessed(entries, tree_kept.tree_now(), heads or {})
    return {fault.code for fault in (*told.faults, *tree_kept.faults_of_nodes(entries))}


def test_every_entry_has_one_leaf_in_the_order_of_recording_and_one_head_signs_for_all(kept_up):
    leaves = [leaf for leaf, _ in tree_store.leaves()]
    rows = list(EntryRow.objects.order_by("id").values_list("stream", "seq"))
    assert [(leaf.stream, leaf.seq) for leaf in leaves] == rows
    assert [leaf.index for leaf in leaves] == list(range(len(rows)))
    assert len({leaf.random for leaf in leaves}) == len(rows)
    head = read_tree_head(kept_up.text)
    assert (head.origin, head.size) == (sequencer.origin(), len(rows))
    assert is_by(kept_up.signatures[0], sequencer.log_key(), kept_up.text)
    assert codes(seen(kept_up)) == set()


def test_a_head_asks_the_database_as_much_for_hundreds_of_entries_as_for_one(
    trial_here, stopped_clock, monkeypatch
):
    """What it costs an act is measured by `make bench`; that it does not grow is counted here."""
    waiting, asked = tree_store.waiting, []
    for most in (1, sequencer.BATCH - 1):
        monkeypatch.setattr(tree_store, "waiting", lambda _, after, most=most: waiting(most, after))
        with CaptureQueriesContext(connection) as told:
            assert sequencer.keep_up(stopped_clock)
        asked.append([one["sql"] for one in told if "pg_advisory" not in one["sql"]])
    assert tree_store.size() > 300
    assert [len(told) for told in asked] == [9, 9], asked


def test_nothing_new_makes_no_new_head(kept_up, stopped_clock):
    assert sequencer.keep_up(stopped_clock + timedelta(days=1), thorough=True) is None
    assert len(tree_store.head_sizes()) == 1


def test_an_entry_that_is_committed_late_still_gets_its_place(
    trial_here, stopped_clock, monkeypatch
):
    """Another connection's act had an earlier row, and is committed after the tree was made."""
    waiting, held = tree_store.waiting, []

    def without_one(most, after):
        found = waiting(most + 1, after)
        held[:] = held or [found[5]]
        return [entry for entry in found if entry != held[0]][:most]

    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(tree_store, "waiting", without_one)
        sequencer.keep_up(stopped_clock)
    assert tree_store.waiting(9, 0) == held
    before = tree_store.size()
    assert sequencer.keep_up(stopped_clock, thorough=True)
    assert tree_store.leaf_of(*held[0][:2]).index == before == tree_store.size() - 1
    assert codes() == set()


def test_no_entry_gets_two_places_whoever_asks_for_them(trial_here):
    waiting = tree_store.waiting(3, 0)
    tree_store.add_leaves(waiting, bytes(96))
    with pytest.raises(DatabaseError), transaction.atomic():
        tree_store.add_leaves(waiting, bytes(96))
    assert tree_store.size() == 3


@pytest.mark.parametrize("table", TABLES)
def test_triggers_refuse_to_change_or_remove_what_stands_in_the_tree(table, kept_up):
    column = {"tree_leaf": "random", "tree_node": "hash", "tree_head": "note"}.get(table, "line")
    for attack in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(attack)
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(f"TRUNCATE {table}")


@pytest.mark.parametrize("index", [-1, 0, 10**6])
def test_a_leaf_takes_the_next_index_or_none(index, kept_up):
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(
            'INSERT INTO tree_leaf ("index", stream, seq, random, hash) VALUES (%s, %s, 1, %s, %s)',
            [index, "S-99", b"r" * 32, b"h" * 32],
        )


def test_a_server_does_not_start_where_the_trees_triggers_are_gone(kept_up):
    assert not weaknesses() or connection.vendor == "postgresql"
    _behind_the_triggers("SELECT 1")
    told = [why for why in weaknesses() if "triggers do not stand" in why]
    assert len(told) == len(TABLES) + 1


# The live database, by someone who owns it

LAST = "(SELECT max(seq) FROM ledger_entry WHERE stream = 'allocation')"
NEWEST = '(SELECT max("index") FROM tree_leaf)'
ATTACKS = {
    "an entry changed": ("UPDATE ledger_entry SET payload = '{}' WHERE stream = 'study'", set()),
    "an entry with another digest": (
        f"UPDATE ledger_entry SET digest = '{'e' * 64}' WHERE stream = 'study' AND seq = 3",
        {"head-differs", "tree-node"},
    ),
    "the newest draw taken away": (
        f"DELETE FROM ledger_entry WHERE stream = 'allocation' AND seq = {LAST}",
        {"tree-entry", "head-differs", "tree-node"},
    ),
    "a whole participant taken away": (
        "DELETE FROM ledger_entry WHERE stream IN (SELECT max(stream) FROM ledger_entry "
        "WHERE stream <> 'study' AND stream <> 'allocation')",
        {"tree-entry", "head-differs", "tree-node"},
    ),
    # Two: above one alone, where the size is odd, no node stands.
    "the newest leaves taken away": (
        f'DELETE FROM tree_leaf WHERE "index" >= {NEWEST} - 1',
        {"head-ahead", "tree-node"},
    ),
    "all leaves taken away": ("DELETE FROM tree_leaf", {"head-ahead", "tree-node"}),
    "a leaf's entry changed": (
        'UPDATE tree_leaf SET seq = 9999 WHERE "index" = 4',
        {"tree-entry", "head-differs", "tree-node"},
    ),
    "a kept hash changed": (
        'UPDATE tree_node SET hash = (SELECT hash FROM tree_leaf WHERE "index" = 0) '
        "WHERE level = 1 AND number = 1",
        {"tree-node"},
    ),
    "the head of another size": ("UPDATE tree_head SET note = 'none'", {"head-unreadable"}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_the_owner_of_the_database_does_is_found_with_one_hospitals_head(attack, kept_up):
    statement, found = ATTACKS[attack]
    _behind_the_triggers(statement)
    if not found:
        assert verify(DatabaseLedger().everything()) != []
    assert codes(seen(kept_up)) == found


def test_a_database_made_anew_with_the_servers_own_key_is_found(kept_up, stopped_clock):
    """All heads and leaves made anew over one entry less, signed with the true key."""
    last = DatabaseLedger().head("allocation").seq
    _behind_the_triggers(
        *(f"DELETE FROM {table}" for table in TABLES),
        f"DELETE FROM ledger_entry WHERE stream = 'allocation' AND seq = {last}",
    )
    assert sequencer.keep_up(stopped_clock)
    assert codes() == set()  # by itself it shows nothing
    assert codes(seen(kept_up)) == {"head-ahead"}


def _behind_the_triggers(*statements: str) -> None:
    migrations = (
        importlib.import_module(f"equipoise.web.migrations.{name}")
        for name in ("0002_append_only", "0011_tree")
    )
    off = {
        "sqlite": [f"DROP TRIGGER {made.split()[2]}" for m in migrations for made in m.SQLITE],
        "postgresql": [
            f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("ledger_entry", *TABLES)
        ],
    }
    with connection.cursor() as cursor:
        for line in (*off[connection.vendor], *statements):
            cursor.execute(line)


# The export and the verbs


def test_the_export_brings_tree_and_heads_and_both_verifiers_read_them(kept_up, tmp_path, capsys):
    path = tmp_path / "ledger.jsonl"
    write_service.enter_screening("nurse-01-1", "01")
    assert main(["export", str(path)]) == 0
    capsys.readouterr()
    tree = read_tree(path)
    entries = len(path.read_bytes().splitlines())
    assert verify_export(path) == [] and len(tree.leaves) == entries
    assert len(tree.heads) == 2 and tree.key == sequencer.log_key()
    head = tmp_path / "seen.note"
    head.write_text(kept_up.written, encoding="utf-8")
    assert main(["verify", str(path), "--head", str(head)]) == 0
    ours = capsys.readouterr().out
    done = run(path, "--head", head)
    assert done.returncode == 0, done.stdout + done.stderr
    known = f"{entries - 1} of {entries} entries are those of the head {head}, seen elsewhere"
    assert known in ours and known in done.stdout


def test_the_ledger_file_itself_is_as_it_was_before_there_was_a_tree(kept_up, tmp_path):
    path = tmp_path / "ledger.jsonl"
    assert main(["export", str(path)]) == 0
    lines = path.read_bytes().splitlines()
    assert set(json.loads(lines[0])) == {
        *("after", "at", "by", "digest", "happened", "kind", "payload", "previous"),
        *("seq", "stream", "study", "subject", "v"),
    }
    places = [(json.loads(line)["stream"], json.loads(line)["seq"]) for line in lines]
    assert all(one < two for one, two in pairwise(places))


def test_the_installation_verifies_itself_with_a_head_from_elsewhere(kept_up, tmp_path, capsys):
    head = tmp_path / "seen.note"
    head.write_text(kept_up.written, encoding="utf-8")
    (home.folder() / "equipoise.sqlite3").touch()  # the database of tests stands elsewhere
    assert main(["verify", "--head", str(head)]) == 0
    assert "of the 0 entries since it nothing outside" in capsys.readouterr().out
    _behind_the_triggers("DELETE FROM tree_leaf", "DELETE FROM tree_head")
    assert main(["verify", "--head", str(head)]) == 1
    assert "head-ahead" in capsys.readouterr().err


def test_heads_prints_the_newest_head_and_the_key(trial_here, capsys):
    assert main(["heads"]) == 0
    note = read_note(capsys.readouterr().out)
    assert read_tree_head(note.text).size == EntryRow.objects.count()
    assert main(["heads", "--key"]) == 0
    assert capsys.readouterr().out == f"{sequencer.log_key().vkey}\n"


def test_a_head_in_words_is_known_again_by_the_installation(trial_here, capsys):
    (home.folder() / "equipoise.sqlite3").touch()  # the database of tests stands elsewhere
    assert main(["heads", "--words"]) == 0
    printed = capsys.readouterr().out
    size, *rows = printed.splitlines()
    assert [len(row.split()) for row in rows] == [6] * 4
    assert int(size) == EntryRow.objects.count()
    assert main(["verify", "--head", printed]) == 0
    assert f"{size} of {size} entries are those of the head {size} " in capsys.readouterr().out
    assert main(["verify", "--head", f"{int(size) - 1} {' '.join(rows)}"]) == 1
    assert "head-words" in capsys.readouterr().err


def test_before_the_trial_is_open_there_is_no_head(db, fresh_home, capsys):
    assert main(["heads"]) == 1
    assert tree_kept.tree_now() == Tree()
