"""A secret that is lost or exchanged is said in words, and no new one is made in its place."""

import json
import os

import pytest

from equipoise.web import adopted, home, read_model, secrets_kept, write_service
from equipoise.web.hosting import server
from equipoise.web.sealing import fernet_of
from equipoise.web.secrets_kept import faults_of_secrets
from tests.web_trial import open_house, proof_on, registered, signed_in, strata_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def house(fresh_home):
    """PUMP-IT, opened, in a home of its own."""
    open_house()
    return home.folder() / "secrets"


@pytest.fixture
def forgotten():
    """What a process that starts anew does not remember."""

    def forget():
        home._secret.cache_clear()
        fernet_of.cache_clear()
        read_model.forget()

    yield forget
    forget()


def said() -> str:
    return " ".join(server.obstacles(demonstration=True))


def test_a_lost_seed_keeps_the_server_from_starting_and_no_other_is_made(house, forgotten):
    assert faults_of_secrets() == []
    (house / "seed").unlink()
    forgotten()
    assert "the sealed seed of the trial is lost" in said()
    with pytest.raises(home.SecretLost, match="no new one is made where a trial is open"):
        secrets_kept.seed()
    assert not (house / "seed").exists()


def test_another_seed_is_found_out_by_the_hash_that_the_trial_opened_with(house, forgotten):
    for other in (os.urandom(32), b"short"):
        (house / "seed").write_bytes(other)
        forgotten()
        assert "is not the one that the trial opened with" in said()


@pytest.mark.parametrize("lost", [True, False])
def test_without_its_seed_a_running_trial_refuses_the_draw_in_words_and_records_the_rest(
    house, forgotten, ask, lost
):
    subject, doctor, how = registered(), signed_in("doctor-01"), "application/json"
    (house / "seed").unlink() if lost else (house / "seed").write_bytes(os.urandom(32))
    forgotten()
    strata = strata_of(adopted.study(), subject, write_service.today())
    factors = {f"factor.{name}": level for name, level in strata.items()}
    address = f"/participants/{subject.subject_id}/randomise/"
    proof = proof_on(doctor.get(address))
    answer = doctor.post(address, {"number": subject.subject_id, **factors, **proof})
    assert answer.status_code == 503 and "seed" in answer.content.decode()
    assert write_service.folds().trial_state().draws == []
    alive = {"subject_id": subject.subject_id, "fields": {}}
    recorded = ask("doctor-01").post("/api/acts/contact.alive", json.dumps(alive), content_type=how)
    assert recorded.status_code == 200
    assert (house / "seed").exists() != lost


@pytest.mark.parametrize("lost", [True, False])
def test_where_names_can_not_be_unsealed_ids_stand_and_the_server_says_why(house, forgotten, lost):
    office = signed_in("office")
    assert "Reader-1 Testduin" in office.get("/people/").content.decode()
    key = house / "name-key"
    key.unlink() if lost else key.write_bytes(os.urandom(32))
    forgotten()
    page = office.get("/people/")
    assert page.status_code == 200 and "reader-1" in page.content.decode()
    assert "Testduin" not in page.content.decode()
    assert "people's names" in said()
    assert key.exists() != lost


def test_where_nothing_rests_on_a_secret_it_is_made_when_it_is_asked_for(fresh_home):
    assert faults_of_secrets() == []
    assert len(home.secret("seed")) == len(home.secret("name-key")) == 32
