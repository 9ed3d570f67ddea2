"""The tree over a million entries: what it costs an act, making a proof, and checking it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from bench.figure import Figure
from equipoise.ledger.note import WITNESS, Note, cosigned, key_of
from equipoise.ledger.proof import proof_text
from equipoise.ledger.tree import grown, inclusion_proof, leaf_hash, root
from equipoise.ledger.tree_head import TreeHead

_FIELD = 2**255 - 19
TOOL = Path("tools/verify_ledger.py")
NAMES = [f"hospital-{n:02}.nl" for n in range(1, 7)]


def in_a_database(count: int) -> Iterator[Figure]:
    """What the sequencer costs an act, and a proof in a tree of so many, both in a database."""
    with tempfile.TemporaryDirectory(prefix="eq-bench-") as home:
        environ = {**os.environ, "EQUIPOISE_HOME": home, "EQUIPOISE_DEMO": "1"}
        words = [sys.executable, "-m", "bench.trial.planted", str(count)]
        done = subprocess.run(words, env=environ, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    for cost in found["costs"]:
        yield _share("the tree, a head for 20 acts", cost["tree"], cost["size"])
        yield _share("the same and its job, a draw for 150 acts", cost["job"], cost["size"])
    for name, least, most in zip(("p50", "p95"), *_both(found["latency"]), strict=True):
        yield Figure(
            name=f"an act, {name}, while the tree is brought up beside it",
            value=most * 1e3,
            unit="ms",
            yardstick="the same in peace, by turns",
            ratio=most / least,
            aim="≤ 1.1 ×",
            met=most <= 1.1 * least,
        )
    yield Figure(
        name=f"proof made at {found['size']:,} entries",
        value=found["proof"] * 1e3,
        unit="ms CPU",
        yardstick="an act in peace, p50",
        ratio=found["proof"] / found["latency"]["without"][0],
        aim="≤ 1 ×",
        met=found["proof"] <= found["latency"]["without"][0],
    )


def _share(name: str, part: float, size: int) -> Figure:
    return Figure(
        name=f"{name}, at {size:,} entries",
        value=100 * part,
        unit="% of the CPU of recording them",
        aim="5 %",
        met=part <= 0.05,
    )


def _both(latency: dict[str, list[float]]) -> tuple[list[float], list[float]]:
    return latency["without"], latency["with"]


def checking(count: int) -> Iterator[Figure]:
    """What the stand-alone verifier needs for one proof of a tree of so many."""
    nodes = dict(grown(0, (leaf_hash(sha256(b"%d" % n).digest()) for n in range(count)), {}))
    tool, index = _tool(), count * 2 // 3
    path = inclusion_proof(index, count, nodes)
    leaf = leaf_hash(sha256(b"%d" % index).digest())
    assert tool.trees.root_by(index, count, leaf, path) == root(count, nodes)
    walked = _each(range(200), lambda _: tool.trees.root_by(index, count, leaf, path))
    hashed = _each(range(200), lambda _: [sha256(leaf + node).digest() for node in path])
    yield Figure(
        name="path of its hashes checked by the stand-alone verifier",
        value=walked * 1e3,
        unit="ms CPU",
        yardstick="hashing as many pairs",
        ratio=walked / hashed,
    )
    yield from _signatures(tool, index, count, path, root(count, nodes))


def _signatures(
    tool: Any, index: int, count: int, path: list[bytes], top: bytes
) -> Iterator[Figure]:
    text = TreeHead("equipoise/" + "0" * 24, count, top).text
    keys = {name: sha256(name.encode()).digest() for name in NAMES}
    note = Note(text, tuple(cosigned(text, n, secret, 2**31) for n, secret in keys.items()))
    notes = tool.notes.note_from(note.written)[1]
    vkeys = [tool.notes.key_from(key_of(n, WITNESS, secret).vkey) for n, secret in keys.items()]
    checked = _each(range(60), lambda n: tool.notes.is_by(notes[n % 6], vkeys[n % 6], text))
    inverted = _each(range(60), lambda n: pow(3 + n, _FIELD - 2, _FIELD))
    yield Figure(
        name="signature of a witness checked by the stand-alone verifier",
        value=checked * 1e3,
        unit="ms CPU",
        yardstick="one inversion in the field of its curve",
        ratio=checked / inverted,
    )
    size = (
        len(proof_text(index, path, note).encode()) + 210
    )  # with the server's own signature and its access log
    yield Figure(
        name="proof with six signatures", value=size, unit="bytes", aim="2,000", met=size <= 2000
    )


def _each(times: range, work: Callable[[int], object]) -> float:
    began = time.process_time()
    for number in times:
        work(number)
    return (time.process_time() - began) / len(times)


def _tool() -> Any:
    spec = spec_from_file_location("verify_ledger", TOOL)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
