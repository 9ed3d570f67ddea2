"""A server that is killed under load again and again: what it acknowledged is there and whole."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ready_made
from tests.patience import HANG, wait_until
from tests.web.killed_server import Acknowledged, Server, one_client

CLIENTS, EACH = 6, 8  # so many acts are acknowledged before each kill

pytestmark = [pytest.mark.database]


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A trial of its own, on the database under test."""
    in_postgres = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
    url = ready_made.in_postgres(request.getfixturevalue("postgres")) if in_postgres else ""
    made = Server(tmp_path, url)
    yield made
    made.end()


AFTERWARDS = """
import json
from equipoise.conduct import folding
from equipoise.conduct import trial
from equipoise.conduct.subject import Subject
from equipoise.ledger import verify
from equipoise.web import read_model
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger
ledger = DatabaseLedger()
fresh = {
    subject_id: folding.catch_up_subject(Subject(subject_id=subject_id), ledger)
    for subject_id in trial.subject_ids(ledger)
}
rows = {row.subject_id: read_model.decoded(row) for row in SubjectRow.objects.all()}
print(json.dumps({
    "entries": [[e.stream, e.seq, e.digest] for e in ledger.everything()],
    "faults": [fault.sentence for fault in verify(ledger.everything())],
    "same": rows == fresh,
}))
"""


@pytest.mark.parametrize("kills", [5, pytest.param(20, marks=pytest.mark.slow)])
def test_every_acknowledged_act_is_there_after_every_kill_and_the_chain_verifies(server, kills):
    done: list[Acknowledged] = []
    for _ in range(kills):
        server.start()
        stop = threading.Event()
        clients = [
            threading.Thread(target=one_client, args=(server, stop, done)) for _ in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        _wait_for(done, len(done) + EACH)
        server.kill()
        stop.set()
        for client in clients:
            client.join(timeout=HANG)
    found = json.loads(server.told(AFTERWARDS))
    kept = {(stream, seq): digest for stream, seq, digest in found["entries"]}
    lost = [act for act in done if kept.get(act[:2]) is None or act[2] not in ("", kept[act[:2]])]
    assert lost == [] and found["faults"] == [] and found["same"]
    assert len(done) >= EACH * kills


def _wait_for(done: list[Acknowledged], count: int) -> None:
    wait_until(lambda: len(done) >= count, "the server acknowledges nothing")
