"""The tree in the database: the only module that touches its tables.

They refuse to be changed, as the ledger's does, and a leaf takes the next index or none.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from equipoise.ledger import Entry
from equipoise.ledger.note import Note, Signature, read_note, read_signature
from equipoise.ledger.tree import Node, complete, grown, leaf_hash, needed, root
from equipoise.ledger.tree_file import Leaf
from equipoise.ledger.tree_head import read_tree_head
from equipoise.web.models import CosignatureRow, HeadRow, LeafRow
from equipoise.web.store import FIRST, LARGEST

__all__ = [
    "SIZE",
    "WAITING",
    "Waiting",
    "add_leaves",
    "all_nodes",
    "alone",
    "before_waiting",
    "best_head",
    "cosign",
    "count_waiting",
    "first_waiting",
    "head",
    "head_sizes",
    "head_texts",
    "keep_head",
    "last_signed",
    "leaf_of",
    "leaves",
    "leaves_at",
    "newest",
    "nodes",
    "quorate",
    "root_now",
    "size",
    "unsigned",
    "waiting",
]

Waiting = tuple[str, int, str, int]
"""An entry that has no leaf: its stream, number and digest, and the number of its row."""

LOOKBACK = 500  # rows: while one act is recorded few others are; by night all are looked at
WAITING = """
    SELECT e.stream, e.seq, e.digest, e.id FROM ledger_entry e
    WHERE e.id > %s AND NOT EXISTS
        (SELECT 1 FROM tree_leaf l WHERE l.stream = e.stream AND l.seq = e.seq)
    ORDER BY e.id LIMIT %s
"""
_NEWEST_LEFT = """
    SELECT e.id FROM ledger_entry e JOIN tree_leaf l ON l.stream = e.stream AND l.seq = e.seq
    ORDER BY l."index" DESC LIMIT 1
"""
SIZE = 'SELECT coalesce(max("index"), -1) + 1 FROM tree_leaf'
# Questions in one, each answered by the end of an index whatever the size of the tree.
_UNSIGNED = f"""
    SELECT ({SIZE}), (SELECT coalesce(max(size), 0) FROM tree_head), {FIRST}
"""
_ADD_LEAF = 'INSERT INTO tree_leaf ("index", stream, seq, random, hash) VALUES (%s, %s, %s, %s, %s)'
_ADD_NODE = "INSERT INTO tree_node (level, number, hash) VALUES (%s, %s, %s)"
_LEAF = 'SELECT "index", random FROM tree_leaf WHERE stream = %s AND seq = %s'
_ADD_HEAD = "INSERT INTO tree_head (size, note, at) VALUES (%s, %s, %s)"
_HEAD = "SELECT size, note FROM tree_head WHERE size = %s"
_NEWEST_HEAD = "SELECT size, note FROM tree_head ORDER BY size DESC LIMIT 1"
_NEWEST_ROW = "SELECT * FROM tree_head ORDER BY size DESC LIMIT 1"
_MOST_SIGNED = """
    SELECT size FROM tree_cosignature WHERE size > %s
    GROUP BY size ORDER BY count(*) DESC, size DESC LIMIT 1
"""
_ALONE = int.from_bytes(sha256(b"equipoise tree\0").digest()[:8], "big", signed=True)


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else gives indexes or signs until the transaction ends; what was given is seen."""
    with transaction.atomic(savepoint=False):
        if connection.vendor == "postgresql":  # SQLite has one writer
            _rows("SELECT pg_advisory_xact_lock(%s)", [_ALONE])
        yield


def size() -> int:
    """How many leaves there are."""
    return int(_rows(SIZE)[0][0])


def unsigned() -> tuple[int, str]:
    """How many leaves there are, 0 when a head knows them all; and the trial's first digest."""
    grown_to, signed, first = _rows(_UNSIGNED)[0]
    return int(grown_to) if grown_to > signed else 0, first or ""


def before_waiting(thorough: bool = False) -> int:
    """A row of the ledger after which the entries without a leaf are found.

    An act that began before another may be recorded after it: entries are looked for by what they
    lack, never by being newer than the last.

    :param thorough: look through the whole ledger, not at its last hundreds of entries
    """
    if thorough and (first := waiting(1, 0)):
        return first[0][3] - 1
    last = _rows(_NEWEST_LEFT)
    return last[0][0] - LOOKBACK if last else 0


def first_waiting() -> str:
    """When the first of the newest entries without a leaf was recorded; empty when all have one."""
    if not (found := waiting(1, before_waiting())):
        return ""
    return str(_rows("SELECT at FROM ledger_entry WHERE id = %s", [found[0][3]])[0][0])


def waiting(most: int, after: int) -> list[Waiting]:
    """The first entries without a leaf, in the order of their rows, after this row."""
    return [*_rows(WAITING, (after, most))]


def add_leaves(entries: Sequence[Waiting], random: bytes) -> bytes:
    """Give these entries the next indexes; returns the root over all leaves then.

    :param random: 32 bytes for each
    :raises IntegrityError: when one of them has an index
    """
    hides = [random[32 * n : 32 * (n + 1)] for n in range(len(entries))]
    hashes = [
        leaf_hash(hide + bytes.fromhex(entry[2]))
        for hide, entry in zip(hides, entries, strict=True)
    ]
    with alone(), connection.cursor() as cursor:
        start = size()
        edge = nodes(set(complete(0, start)))
        made = list(grown(start, hashes, edge))
        places = range(start, start + len(entries))
        rows = zip(places, entries, hides, hashes, strict=True)
        cursor.executemany(_ADD_LEAF, [(i, e[0], e[1], hide, h) for i, e, hide, h in rows])
        cursor.executemany(_ADD_NODE, [(*node, h) for node, h in made if node[0]])
    return root(start + len(entries), edge | dict(made))


def nodes(wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of complete subtrees."""
    indexes = [number for level, number in wanted if level == 0]
    others = [part for node in wanted if node[0] for part in node]
    questions = []
    if indexes:
        marks = ", ".join(["%s"] * len(indexes))
        questions.append(f'SELECT 0, "index", hash FROM tree_leaf WHERE "index" IN ({marks})')
    if others:
        marks = ", ".join(["(%s, %s)"] * (len(others) // 2))
        questions.append(
            f"SELECT level, number, hash FROM tree_node WHERE (level, number) IN (VALUES {marks})"
        )
    found = _rows(" UNION ALL ".join(questions), indexes + others) if questions else []
    return {(level, number): bytes(value) for level, number, value in found}


def all_nodes() -> dict[Node, bytes]:
    """The hashes of all complete subtrees of more than one leaf."""
    found = _rows("SELECT level, number, hash FROM tree_node")
    return {(level, number): bytes(value) for level, number, value in found}


def root_now(count: int) -> bytes:
    """The root of the first `count` leaves."""
    return root(count, nodes(needed([(0, count)])))


def leaves(start: int = 0, end: int | None = None) -> list[tuple[Leaf, bytes]]:
    """The leaves from one index up to another, each with its hash."""
    rows = LeafRow.objects.filter(index__gte=start).order_by("index")
    rows = rows if end is None else rows.filter(index__lt=end)
    return [
        (Leaf(index, bytes(random), stream, seq), bytes(value))
        for index, random, stream, seq, value in rows.values_list(
            "index", "random", "stream", "seq", "hash"
        )
    ]


def leaves_at(indexes: Iterable[int]) -> list[tuple[Leaf, bytes, Entry]]:
    """The leaves of these indexes, each with its hash and its entry, the smallest first."""
    if not (wanted := list(indexes)):
        return []
    names = ", ".join(f'e."{name}"' for name in Entry.__struct_fields__)
    rows = _rows(
        f'SELECT l."index", l.random, l.hash, {names} FROM tree_leaf l JOIN ledger_entry e '
        f'ON e.stream = l.stream AND e.seq = l.seq WHERE l."index" IN '
        f'({", ".join(["%s"] * len(wanted))}) ORDER BY l."index"',
        wanted,
    )
    entries = (Entry(**dict(zip(Entry.__struct_fields__, row[3:], strict=True))) for row in rows)
    return [
        (Leaf(row[0], bytes(row[1]), entry.stream, entry.seq), bytes(row[2]), entry)
        for row, entry in zip(rows, entries, strict=True)
    ]


def leaf_of(stream: str, seq: int) -> Leaf | None:
    """The leaf of an entry; None while it has none."""
    found = _rows(_LEAF, (stream, seq))
    return Leaf(found[0][0], bytes(found[0][1]), stream, seq) if found else None


# Heads


def keep_head(count: int, note: Note, at: datetime) -> None:
    """Keep a signed head."""
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(at)
        cursor.execute(_ADD_HEAD, [count, note.written, moment])


def newest() -> HeadRow | None:
    """The newest head, without the signatures of witnesses."""
    return next(iter(HeadRow.objects.raw(_NEWEST_ROW)), None)


def head_texts() -> dict[int, str]:
    """Every head with the signatures under it, by size, as it is kept and whatever it says."""
    texts = dict(HeadRow.objects.order_by("size").values_list("size", "note"))
    lines = CosignatureRow.objects.order_by("size", "name").values_list("size", "line")
    for count, line in lines:
        texts[count] = f"{texts.get(count, '')}{line}\n"
    return texts


def head_sizes(least: int = 0) -> list[int]:
    """The sizes of all heads that know at least so many entries, the smallest first."""
    rows = HeadRow.objects.filter(size__gte=least).order_by("size")
    return list(rows.values_list("size", flat=True))


def head(count: int | None = None) -> Note | None:
    """A head with the witnesses' signatures so far; the newest when no size is told."""
    if count is not None and not 0 <= count <= LARGEST:
        return None  # no database holds such a number
    found = _rows(_NEWEST_HEAD) if count is None else _rows(_HEAD, (count,))
    if not found:
        return None
    lines = _rows("SELECT line FROM tree_cosignature WHERE size = %s ORDER BY name", found[0][:1])
    return read_note(found[0][1]).also(*(read_signature(line) for (line,) in lines))


def last_signed() -> dict[str, tuple[int, datetime]]:
    """The newest signature of each key's name: the size of the head, and when it came."""
    rows = CosignatureRow.objects.order_by("size").values_list("name", "size", "at")
    return {name: (size, at) for name, size, at in rows}


def quorate(names: Collection[str], quorum: int) -> HeadRow | None:
    """The newest head that so many of these have signed."""
    counts = CosignatureRow.objects.filter(name__in=names).values("size")
    enough = counts.annotate(count=Count("id")).filter(count__gte=quorum).order_by("-size").first()
    return HeadRow.objects.filter(size=enough["size"]).first() if enough else None


def count_waiting() -> int:
    """How many entries are recorded and have no leaf yet."""
    return int(_rows("SELECT count(*) FROM ledger_entry")[0][0]) - size()


def best_head(index: int) -> Note | None:
    """Of the heads that know a leaf the one with the most signatures, of several the newest."""
    best = _rows(_MOST_SIGNED, (index,))
    note = head(best[0][0]) if best else head()
    return note if note and read_tree_head(note.text).size > index else None


def cosign(count: int, signature: Signature, at: datetime) -> None:
    """Keep a witness's signature under a head; the first one stands."""
    CosignatureRow.objects.get_or_create(
        size=count, name=signature.name, defaults={"line": signature.line, "at": at}
    )


def _rows(question: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
