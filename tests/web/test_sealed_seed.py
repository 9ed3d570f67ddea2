"""The seed tells every draw to come, so it is found nowhere but in its sealed file."""

import io
import json
import logging
import stat
from base64 import b64encode

import pytest

from equipoise.conduct.random_source import commitment
from equipoise.conduct.replay import replay
from equipoise.web import home, write_service
from equipoise.web.hosting import server
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger

pytestmark = [pytest.mark.database]


def writings(seed: bytes) -> list[str]:
    """The ways in which a seed could slip out."""
    return [seed.hex(), repr(seed)[2:-1], b64encode(seed).decode().rstrip("="), str(list(seed))]


def betrays(text: str, seed: bytes) -> bool:
    return any(writing.lower() in text.lower() for writing in writings(seed))


def test_the_seed_is_readable_by_its_owner_alone(db, fresh_home):
    home.secret("seed")
    file = home.folder() / "secrets" / "seed"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_seed_is_not_in_the_ledger_which_holds_its_hash(trial_here):
    seed = home.secret("seed")
    text = "".join(map(repr, DatabaseLedger().everything()))
    assert commitment(seed) in text and not betrays(text, seed)


def test_the_seed_is_in_no_answer_and_no_log(trial_here, ask, caplog, monkeypatch):
    seed, stream = home.secret("seed"), io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("equipoise.web.rest.subjects.opened", lambda *_: 1 / 0)
    office, answers = ask("office-1"), []
    row = SubjectRow.objects.filter(site="01").first()
    for address in (
        "subjects",
        "acts",
        f"subjects/{row.subject_id}",
        f"subjects/{row.subject_id}/entries",
        "frames/subjects",
        "openapi.json",
    ):
        answers.append(office.get(f"/api/{address}").content.decode())
    asked = {"subject_id": row.subject_id, "fields": {"strata": {}}}
    answers.append(
        ask("investigator-01-1")
        .post(
            "/api/acts/randomisation.randomise", json.dumps(asked), content_type="application/json"
        )
        .content.decode()
    )
    logging.getLogger().removeHandler(handler)
    assert "ZeroDivisionError" in caplog.text
    assert not betrays("".join([*answers, caplog.text, stream.getvalue()]), seed)


def test_the_seed_is_in_no_representation_of_what_holds_it(trial_here, settings):
    seed = home.secret("seed")
    told = [
        repr(write_service._random_source()),
        str(write_service._random_source()),
        repr(vars(settings._wrapped)),
        repr(trial_here),
        repr(server.OPTIONS),
    ]
    assert not betrays("".join(told), seed)


def test_a_revealed_seed_draws_every_allocation_again(trial_here, study):
    ledger = DatabaseLedger()
    entries = [*ledger.entries("study"), *ledger.entries("allocation")]
    count, wrong = replay(entries, home.secret("seed"), {study.digest: study})
    assert count == len(trial_here.draws) > 5 and not wrong
