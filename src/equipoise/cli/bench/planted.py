"""Measures the tree in a database of its own: what it costs an act, and a proof at a great size.

Runs in a process of its own, because a process reads its settings once:
`python -m equipoise.cli.bench.planted COUNT` prints what was measured as JSON.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256

from equipoise.cli.bench.prepare import NURSE, SEED, participants
from equipoise.conduct.forms import SaveForm
from equipoise.ledger import MemoryLedger

ROUNDS, ACTS, PROOFS = 10, 20, 200


def main(count: int) -> None:
    """Measure in the home that the environment names."""
    from equipoise.cli.start import django

    django()
    from equipoise.study.load import load
    from equipoise.web import bootstrap, door, home, proofs, sequencer, server, tree_store

    server.make_ready()
    study, ledger = load(home.study_folder()), MemoryLedger()
    subject_id = participants(study, ledger, 3)
    bootstrap.load_ledger(ledger, SEED)
    sequencer.keep_up(datetime.now(UTC))
    acts = trees = 0.0
    for number in range(ROUNDS):
        began = time.process_time()
        for n in range(ACTS):
            value = {"ecog": str((number + n) % 2)}
            save = SaveForm(form="fitness", values=value, reason="measured again")
            door.perform(save, NURSE, None, subject_id)
        acts += time.process_time() - began
        began = time.process_time()
        sequencer.keep_up(datetime.now(UTC))
        trees += time.process_time() - began
    entries = list(ledger.entries(subject_id))
    while (size := tree_store.size()) < count:
        digests = (sha256(b"%d" % n).hexdigest() for n in range(size, min(count, size + 5000)))
        planted = [("planted", size + n, digest, 0) for n, digest in enumerate(digests)]
        tree_store.add_leaves(planted, os.urandom(32 * len(planted)))
    sequencer.make_head(datetime.now(UTC))
    began = time.process_time()
    for n in range(PROOFS):
        assert proofs.proof_of(entries[n % len(entries)])
    proof = (time.process_time() - began) / PROOFS
    told = {"act": acts / ROUNDS / ACTS, "tree": trees / ROUNDS / ACTS, "proof": proof}
    print(json.dumps({**told, "size": tree_store.size()}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
