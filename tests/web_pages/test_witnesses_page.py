"""Heads and witnesses: who signed last, and what is told when too few have for a week."""

import re
from datetime import timedelta

import pytest

from equipoise.conduct.administration import GiveRole
from equipoise.conduct.witnesses import AdoptPolicy
from equipoise.ledger.head_words import rows_of
from equipoise.ledger.note import cosigned, read_note
from equipoise.ledger.policy import Policy, policy_text
from equipoise.ledger.tree_head import read_tree_head
from equipoise.web import people, write_service
from equipoise.web.jobs import by_night
from equipoise.web.models import Job
from equipoise.web.witness import sequencer, tree_store
from equipoise.web.witness.qr import QrCode
from equipoise.web.witness.witness_state import state_of
from tests.spec.ledger.trees import secret_of, witness
from tests.unit.web.test_qr import painted, read
from tests.web_trial import open_house, randomised, signed_in

pytestmark = pytest.mark.django_db
NAMES = ("01", "sponsor", "board")


@pytest.fixture(autouse=True)
def _open_trial():
    open_house()
    sequencer.keep_up(write_service.now())


def named(*names, quorum):
    log = sequencer.log_key()
    policy = Policy(log=log, witnesses={n: witness(n) for n in names}, quorum=quorum)
    write_service.perform(AdoptPolicy(policy=policy_text(policy), because="the first"), "office")


def sign(name, days_ago=0):
    note, at = tree_store.head(), write_service.now() - timedelta(days=days_ago)
    size = tree_store.newest().size
    tree_store.cosign(size, cosigned(note.text, f"{name}.example", secret_of(name), 1), at)


def page(person="office", path="/witnesses/", language="en"):
    answer = signed_in(person, language).get(path)
    return answer.status_code, answer.content.decode()


def test_without_witnesses_the_page_says_that_nobody_else_knows_the_ledger():
    status, text = page()
    assert status == 200 and "nobody but this server knows the ledger" in text
    assert sequencer.log_key().vkey in text and "Name the witnesses" in text
    assert tree_store.head().text.split("\n")[2] in text


def test_who_follows_and_who_is_away_is_shown_and_a_quorum_is_no_alarm():
    named(*NAMES, quorum=2)
    sign("01")
    sign("sponsor", days_ago=6)
    status, text = page("monitor")
    assert "2 of 3" in text and "Too few witnesses" not in text and "not independent" not in text
    assert text.count(">follows<") + text.count("follows</") >= 2 and "never" in text
    assert "Name the witnesses" not in text  # is the office's


def test_a_quorum_that_has_been_missing_for_seven_days_alarms():
    named(*NAMES, quorum=2)
    sign("01", days_ago=8)
    sign("sponsor")
    _, text = page()
    assert "Too few witnesses" in text and "1 more witness must sign" in text
    _, text = page(language="nl")
    assert "Te weinig getuigen" in text
    state = state_of(write_service.folds().trial_state(), write_service.now() + timedelta(days=8))
    assert state.missing == 2 and state.quorate.size == tree_store.newest().size


def test_a_quorum_that_is_missing_is_told_to_the_office_by_mail_once_a_week():
    people.make_account("office-2", "Olga Oeverloper", "office-2@example.org", None)
    write_service.perform(GiveRole(person="office-2", role="trial-office"), "office")
    named(*NAMES, quorum=2)
    sign("01")
    sign("sponsor")
    by_night.sign_head(None, write_service.now())
    assert not Job.objects.exists()
    for days in (8, 8, 16):
        by_night.sign_head(None, write_service.now() + timedelta(days=days))
    told = [row.key for row in Job.objects.all()]
    assert len(told) == 2 and all(key.endswith(":office-2") for key in told)


def test_two_witnesses_are_shown_as_not_independent():
    named("01", "sponsor", quorum=2)
    assert "not independent" in page()[1]


def test_only_readers_of_the_whole_audit_see_the_witnesses_and_everyone_the_newest_head():
    for person in ("doctor-01", "nurse-01", "reader-1", "board"):
        assert page(person)[0] == 404, person
    assert tree_store.head().text.split("\n")[2] in page("board", "/for-doctors/")[1]
    assert 'href="/witnesses/"' in page("monitor", "/audit/")[1]


# The newest head on what is printed


def words_on(text):
    """The rows of words that a page shows."""
    rows = re.findall(r"<li>((?:<span>[a-z]+</span> )+)</li>", text)
    return [re.findall(r"<span>([a-z]+)</span>", row) for row in rows]


def code_on(text):
    """What the QR code of a page says, read by another's reader of codes."""
    side, path = re.search(r'class="eq-qr" viewBox="0 0 (\d+) \d+".* d="([^"]+)"', text).groups()
    return read(painted(QrCode(int(side), path)))


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("board", "/for-doctors/"),
        ("monitor", "/witnesses/"),
        ("monitor", "/witnesses/letter/"),
        ("board", "/status/"),
    ],
)
def test_public_page_letter_and_status_bear_the_newest_head_in_words_and_as_a_code(
    person, path, language
):
    row = tree_store.newest()
    status, text = page(person, path, language)
    assert status == 200
    assert words_on(text) == [
        list(one) for one in rows_of(read_tree_head(read_note(row.note).text))
    ]
    assert code_on(text) == [row.note]
    assert "style=" not in text  # the policy of contents lets nothing inline apply


def test_the_page_of_a_draw_says_whether_the_head_on_it_knows_the_draw():
    number = randomised().subject_id
    path = f"/participants/{number}/randomised/"
    _, text = page("doctor-01", path)
    assert len(words_on(text)) == 4 and "was recorded after it" in text
    sequencer.keep_up(write_service.now())
    _, text = page("doctor-01", path)
    assert "This randomisation is one of them" in text
    assert code_on(text) == [tree_store.newest().note]


def test_the_letter_says_who_sends_it_and_bears_the_witnesses_signatures_as_text():
    named(*NAMES, quorum=2)
    sequencer.keep_up(write_service.now())
    sign("01")
    _, text = page("office", "/witnesses/letter/")
    assert "— 01.example " in text and str(tree_store.newest().size) in text
    for person in ("doctor-01", "nurse-01", "board"):
        assert page(person, "/witnesses/letter/")[0] == 404
