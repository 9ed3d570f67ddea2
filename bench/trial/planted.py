"""Measures the tree in a database of its own: what it costs an act, and a proof at a great size.

Runs in a process of its own, because a process reads its settings once:
`python -m bench.trial.planted COUNT` prints what was measured as JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import quantiles
from typing import NamedTuple

from bench.trial.prepare import NURSE, SEED, participants
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.state.forms import Value
from equipoise.ledger import MemoryLedger

PROOFS = 200
SHARED = ("study", "allocation")
TO_A_HEAD, TO_A_DRAW = 20, 150
"""Acts: a busy day has a head for so many, and PUMP-IT a draw."""


class Times(NamedTuple):
    """How often each is measured."""

    heads: int
    draws: int
    blocks: int
    block: int = 50


FEW, MANY = Times(3, 1, 1), Times(10, 3, 20)


def main(count: int) -> None:
    """Measure in the home that the environment names."""
    from equipoise.cli.start import django

    django()
    from equipoise.study.load import load
    from equipoise.web import bootstrap, home
    from equipoise.web.hosting import server
    from equipoise.web.witness import proofs, tree_store

    server.make_ready()
    study, ledger = load(home.study_folder()), MemoryLedger()
    subject_id = participants(study, ledger, 3)
    bootstrap.load_ledger(ledger, SEED)
    entries = list(ledger.entries(subject_id))
    # One after the other: an act takes longer the more its participant has been saved.
    first, second, third = (_saving(s) for s in ledger.heads() if s not in SHARED)
    times = MANY if count > 10_000 else FEW
    found = [_cost(first, times)]
    _plant(count)
    found.append(_cost(second, times))
    began = time.process_time()
    for n in range(PROOFS):
        assert proofs.proof_of(entries[n % len(entries)])
    proof = (time.process_time() - began) / PROOFS
    results = {"costs": found, "proof": proof, "size": tree_store.size()}
    print(json.dumps({**results, "latency": _latency(third, times)}))


def _saving(subject_id: str) -> Callable[[int], object]:
    """An act, another each time."""
    from equipoise.web import write_service

    def act(number: int) -> object:
        values: dict[str, Value] = {"ecog": str(number % 2)}
        save = SaveForm(form="fitness", values=values, reason="measured again")
        return write_service.perform(save, NURSE, None, subject_id)

    return act


def _cost(act: Callable[[int], object], times: Times) -> dict[str, float]:
    """Of the processor time of acts: the part of tree and head, and of the whole job."""
    from equipoise.web.witness import tree_store

    _head_made()
    act(1)
    _head_made()  # of what was there before; a leaf that was planted has no entry to be found by
    tree = _share(act, times.heads, TO_A_HEAD, _head_made)
    job = _share(act, times.draws, TO_A_DRAW, _job_done)
    return {"size": tree_store.size(), "tree": tree, "job": job}


def _share(
    act: Callable[[int], object], rounds: int, acts: int, then: Callable[[], float]
) -> float:
    """What follows so many acts, as a part of what they take."""
    recording = after = 0.0
    for number in range(rounds):
        began = time.process_time()
        for n in range(acts):
            act(number + n)
        recording += time.process_time() - began
        after += then()
    return after / recording


def _head_made() -> float:
    """Bring the tree up to all that is recorded, and sign; how much processor time it took."""
    from equipoise.web.witness import sequencer

    began = time.process_time()
    sequencer.keep_up(datetime.now(UTC))
    return time.process_time() - began


def _job_done() -> float:
    """Do what a draw leaves to be done, as a runner does; how much processor time it took."""
    from equipoise.web import write_service
    from equipoise.web.jobs.runner import run_due
    from equipoise.web.jobs.table import ToDo, write
    from equipoise.web.witness import sequencer

    now = write_service.now()
    write([ToDo(kind=sequencer.DRAWN, key=now.isoformat(), due=now, payload={})], now)
    began = time.process_time()
    run_due()
    return time.process_time() - began


def _plant(count: int) -> None:
    """Let the tree grow to so many leaves."""
    from equipoise.web.witness import sequencer, tree_store

    while (size := tree_store.size()) < count:
        digests = (sha256(b"%d" % n).hexdigest() for n in range(size, min(count, size + 5000)))
        planted = [("planted", size + n, digest, 0) for n, digest in enumerate(digests)]
        tree_store.add_leaves(planted, os.urandom(32 * len(planted)))
    sequencer.make_head(datetime.now(UTC))


def _latency(act: Callable[[int], object], times: Times) -> dict[str, list[float]]:
    """How long acts take, block by block by turns, with a runner at the tree beside them or not."""
    from django.db import connections

    connections.close_all()
    context = get_context("fork")
    here, there = context.Pipe()
    runner = context.Process(target=_beside, args=(there,))
    runner.start()
    took: dict[bool, list[float]] = {True: [], False: []}
    for block in range(2 * times.blocks):
        if at_it := block % 2 == 0:
            here.send("again")
        for n in range(times.block):
            began = time.perf_counter()
            act(block + n)
            took[at_it].append(time.perf_counter() - began)
        if at_it:
            here.recv()
    here.send("")
    runner.join()
    return {
        "with" if at_it else "without": [cuts[n] for n in (49, 94)]
        for at_it, cuts in ((key, quantiles(values, n=100)) for key, values in took.items())
    }


def _beside(there: Connection) -> None:
    """A runner in a process of its own: one job of a draw each time it is told."""
    while there.recv():
        _job_done()
        there.send("done")


if __name__ == "__main__":
    main(int(sys.argv[1]))
