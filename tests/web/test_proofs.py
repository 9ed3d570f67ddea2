"""The proof of one entry: small, checked offline by Python alone, and given to whom may read it."""

import io
import json
import zipfile

import pytest

from equipoise.cli import main
from equipoise.conduct.panel import AskPanel
from equipoise.ledger import tree
from equipoise.ledger.note import LOG, Note, cosigned, key_of, signed
from equipoise.ledger.policy import Policy, policy_text
from equipoise.ledger.proof import proof_text, read_proof
from equipoise.ledger.tree_head import TreeHead, origin_of, read_tree_head
from equipoise.web import adopted, home, write_service
from equipoise.web.access.chain import HEAD_LINE
from equipoise.web.models import Account
from equipoise.web.sealed import withheld
from equipoise.web.viewer import viewer_of
from equipoise.web.witness import sequencer, tree_store
from tests.spec.ledger.test_verify_rules import run
from tests.spec.ledger.trees import secret_of, witness
from tests.web_trial import consented, open_house, randomised, signed_in, voted

NAMES = [f"hospital-{n:02}" for n in range(1, 7)]


@pytest.fixture
def house(db, fresh_home):
    open_house()


@pytest.fixture
def witnessed_house(house):
    """A participant who was drawn; six witnesses signed the head."""
    subject = randomised()
    note = sequencer.keep_up(write_service.now())
    size = read_tree_head(note.text).size
    for name in NAMES:
        tree_store.cosign(
            size, cosigned(note.text, f"{name}.example", secret_of(name), 1), write_service.now()
        )
    return subject


def test_a_proof_with_six_signatures_is_two_thousand_bytes_at_a_million_entries():
    size, name = 1_000_000, origin_of("f" * 64)
    text = TreeHead(name, size, b"r" * 32).text + f"{HEAD_LINE} 2026-11-28 {'f' * 64}\n"
    note = Note(text, (signed(text, name, b"s" * 32),))
    note = note.also(*(cosigned(text, f"{n}.nl", secret_of(n), 2**31) for n in NAMES))
    spans = tree.inclusion_spans(654_321, size)
    written = proof_text(654_321, [b"h" * 32] * len(spans), note)
    assert len(spans) == 20 and len(written.encode()) <= 2000
    assert read_proof(written) == (654_321, [b"h" * 32] * 20, note)


def test_anyone_can_check_a_proof_with_python_alone(witnessed_house, tmp_path, capsys):
    subject = witnessed_house
    tmp_path = tmp_path / "proofs" / "of-one"  # made where it is not there yet
    assert main(["proof", "allocation", "1", "--to", str(tmp_path)]) == 0
    proof, entry = (tmp_path / name for name in ("allocation-1.tlog-proof", "allocation-1.json"))
    policy = tmp_path / "policy.txt"
    log = key_of(sequencer.origin(), LOG, home.secret("head-key"))
    policy.write_text(
        policy_text(Policy(log=log, witnesses={n: witness(n) for n in NAMES}, quorum=4)),
        encoding="utf-8",
    )
    done = run("--proof", proof, "--entry", entry, "--policy", policy)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.count(" signed the first ") == 6 and "the proof holds" in done.stdout
    assert json.loads(entry.read_text())["entry"]["subject"] == subject.subject_id
    done = run("--proof", proof, "--entry", entry)
    assert done.returncode == 0 and "no policy was given" in done.stdout


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda told: told["entry"].update(by="p-666"), "changed"),
        (lambda told: told.update(random="0" * 64), "head-differs"),
        (lambda told: told["entry"]["payload"].update(arm="control"), "changed"),
    ],
)
def test_the_proof_of_another_entry_does_not_hold(change, code, witnessed_house, tmp_path):
    main(["proof", "allocation", "1", "--to", str(tmp_path)])
    entry = tmp_path / "allocation-1.json"
    told = json.loads(entry.read_text())
    change(told)
    entry.write_text(json.dumps(told))
    done = run("--proof", tmp_path / "allocation-1.tlog-proof", "--entry", entry)
    assert done.returncode == 1 and code in done.stdout and "does not hold" in done.stdout


def test_with_too_few_witnesses_the_proof_does_not_hold(witnessed_house, tmp_path):
    main(["proof", "allocation", "1", "--to", str(tmp_path)])
    others = {n: witness(n) for n in ("x", "y", "z")}
    log = key_of(sequencer.origin(), LOG, b"another server's key, not ours.."[:32])
    (tmp_path / "policy.txt").write_text(
        policy_text(Policy(log=log, witnesses=others, quorum=2)), encoding="utf-8"
    )
    files = [tmp_path / name for name in ("allocation-1.tlog-proof", "allocation-1.json")]
    done = run("--proof", files[0], "--entry", files[1], "--policy", tmp_path / "policy.txt")
    assert done.returncode == 1
    assert "no-quorum" in done.stdout and "head-key" in done.stdout


def test_an_entry_that_no_head_knows_has_no_proof_yet(witnessed_house, tmp_path, capsys):
    subject = consented()
    assert main(["proof", subject.subject_id, "1", "--to", str(tmp_path)]) == 1
    assert "no head knows it yet" in capsys.readouterr().err
    assert main(["proof", subject.subject_id, "99", "--to", str(tmp_path)]) == 1


def _zip(client, subject, what):
    return client.get(f"/participants/{subject.subject_id}/proof/{what}/")


def test_the_doctor_has_the_proof_of_the_consent_and_whoever_sees_draws_that_of_the_draw(
    witnessed_house,
):
    subject = witnessed_house
    page = signed_in("doctor-01").get(f"/participants/{subject.subject_id}/").content.decode()
    assert "Proof of the consent" in page and "Proof of the draw" not in page
    answer = _zip(signed_in("doctor-01"), subject, "consent")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert [name.rpartition(".")[2] for name in names] == ["tlog-proof", "json"]
    assert _zip(signed_in("doctor-01"), subject, "draw").status_code == 404
    assert _zip(signed_in("monitor"), subject, "draw").status_code == 200
    assert _zip(signed_in("doctor-02"), subject, "consent").status_code == 404
    assert _zip(signed_in("doctor-01"), subject, "anything").status_code == 404


def test_what_was_recorded_after_a_sealed_vote_is_given_to_nobody_letter_by_letter(house):
    """It tells the digest of the entry before it, and so of the vote."""
    subject = voted(1)
    account = Account.objects.get(person_id="doctor-01")
    viewer = viewer_of(adopted.study(), write_service.folds().trial_state(), account)
    entries = list(write_service.LEDGER.entries(subject.subject_id))
    asked = next(entry.seq for entry in entries if entry.kind == AskPanel.kind)
    kept_back = withheld(viewer, subject, entries)
    assert kept_back == {(subject.subject_id, seq) for seq in range(asked, len(entries) + 1)}
