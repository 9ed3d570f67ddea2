"""An installation made of a copy gives no number until the office has stated which were given."""

import json
from io import StringIO

import pytest
from django.urls import reverse

from equipoise.cli import main
from equipoise.conduct.act import Refused
from equipoise.conduct.restored import SayRestored
from equipoise.conduct.witnesses import AdoptPolicy
from equipoise.ledger import verify
from equipoise.ledger.note import cosigned, signed
from equipoise.ledger.policy import Policy, policy_text
from equipoise.ledger.tree_head import TreeHead
from equipoise.web import copies, home, write_service
from equipoise.web.bootstrap import DEMO_PASSWORD
from equipoise.web.witness import sequencer, tree_store
from tests.spec.ledger.trees import secret_of, witness
from tests.web_trial import signed_in

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]

NURSE, OFFICE = "nurse-01-1", "office-1"
DAY = {"happened.day": "1", "happened.month": "7", "happened.year": "2025"}


@pytest.fixture
def restored(trial_here):
    """The rehearsed trial, as a restore leaves it."""
    newest = write_service.LEDGER.newest()
    copies.mark(write_service.LEDGER.heads(), newest, newest)
    return trial_here


def enter(client):
    body = json.dumps({"site": "01"})
    return client.post("/api/subjects", body, content_type="application/json")


def numbers(whole, last: int = 90) -> str:
    return "\n".join(f"{site} {last}" for site in whole.sites)


def test_nobody_gets_a_number_at_any_door_and_both_languages_say_why(restored, ask):
    answer = enter(ask(NURSE))
    assert answer.status_code == 409
    assert json.loads(answer.content)["refusals"][0]["code"] == "restored.numbers-unknown"
    heads = write_service.LEDGER.heads()
    for language, said in (("en", "restored from a copy"), ("nl", "teruggezet uit een kopie")):
        page = signed_in(NURSE, language).post("/new-participant/", {"site": "01", **DAY})
        assert page.status_code == 422 and said in page.content.decode()
    assert write_service.LEDGER.heads() == heads


def test_the_office_states_the_numbers_on_a_page_and_the_trial_goes_on(restored, ask):
    office, address = signed_in(OFFICE), reverse("study.restored")
    assert address in office.get("/people/").content.decode()
    told = {"numbers": "01 90", "last_draw": "40", "because": "from paper", **DAY}
    assert office.post(address, told).status_code == 422, "the other hospitals are not stated"
    assert office.post(address, told | {"numbers": numbers(restored)}).status_code == 302
    entered = json.loads(enter(ask(NURSE)).content)
    assert entered["subject_id"] == "PIT-01-0091"
    assert write_service.folds().trial_state().next_draw == 41
    assert verify(write_service.LEDGER.everything()) == []
    assert signed_in(NURSE).get(address).status_code == 404


@pytest.fixture
def whole(trial_here):
    """The same, with a witness named before it was copied; gives the head that it signed since."""
    log = sequencer.log_key()
    policy = Policy(log=log, witnesses={"01": witness("01")}, quorum=1)
    write_service.perform(AdoptPolicy(policy=policy_text(policy), because="the first"), OFFICE)
    note = sequencer.keep_up(write_service.now())
    newest = write_service.LEDGER.newest()
    copies.mark(write_service.LEDGER.heads(), newest, newest)
    at = int(write_service.now().timestamp()) + 60
    return note.also(cosigned(note.text, "01.example", secret_of("01"), at)).written


def test_a_witnesss_head_pasted_on_its_page_lets_the_trial_go_on(whole, ask):
    assert enter(ask(NURSE)).status_code == 409
    office, address = signed_in(OFFICE), reverse("study.head-shown")
    assert address in office.get("/people/").content.decode()
    told = {"because": "switched off at once", **DAY}
    for wrong, said in (
        (whole.replace("01.example", "02.example"), "no witness"),
        ("x", "no head"),
    ):
        page = office.post(address, told | {"head": wrong})
        assert page.status_code == 422 and said in page.content.decode().lower()
    assert office.post(address, told | {"head": whole.replace("\n", "\r\n")}).status_code == 302
    assert enter(ask(NURSE)).status_code == 200
    assert verify(write_service.LEDGER.everything()) == []


def test_a_program_shows_it_too_and_is_told_how_many_entries_are_missing(whole, ask):
    def shown(head):
        body = json.dumps({"fields": {"head": head, "because": "switched off"}})
        kind = "/api/acts/study.head-shown"
        return ask(OFFICE).post(kind, body, content_type="application/json")

    size = tree_store.size()
    text = TreeHead(sequencer.origin(), size + 7, b"r" * 32).text
    made = [signed(text, sequencer.origin(), home.secret("head-key")).line]
    at = int(write_service.now().timestamp()) + 60
    made.append(cosigned(text, "01.example", secret_of("01"), at).line)
    (told,) = json.loads(shown("\n".join([text, *made, ""])).content)["refusals"]
    assert told["code"] == "restored.copy-older" and told["values"]["missing"] == 7
    assert shown(whole).status_code == 200


def test_it_is_shown_at_the_command_line_too_by_who_gives_their_password(
    whole, ask, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("equipoise.cli.start.installed", lambda: None)
    note = tmp_path / "head.note"
    asked = ["show-head", str(note), "--by", OFFICE, "--because", "switched off at once"]
    before = write_service.LEDGER.heads()
    for text, password, said in (
        (whole, "guessed", f"this is not the password of {OFFICE}"),
        (whole.replace("01.example", "02.example"), DEMO_PASSWORD, "restored.no-cosignature"),
        ("x", DEMO_PASSWORD, "no signed note"),
    ):
        note.write_text(text, encoding="utf-8")
        assert shown_at_command_line(asked, password, monkeypatch) == 1
        assert said in capsys.readouterr().err
    assert main([*asked[:1], str(tmp_path), *asked[2:]]) == 1
    assert write_service.LEDGER.heads() == before and enter(ask(NURSE)).status_code == 409
    note.write_text(whole, encoding="utf-8")
    assert shown_at_command_line(asked, DEMO_PASSWORD, monkeypatch) == 0
    assert "participants are taken again" in capsys.readouterr().out
    assert enter(ask(NURSE)).status_code == 200


def shown_at_command_line(asked, password, monkeypatch) -> int:
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
    try:
        return main(asked)
    except SystemExit as end:
        return end.code


def test_what_was_stated_of_one_copy_does_not_hold_for_the_next(restored):
    act = SayRestored(numbers=numbers(restored), last_draw=40, because="from paper")
    write_service.perform(act, OFFICE)
    newest = write_service.LEDGER.newest()
    copies.mark(write_service.LEDGER.heads(), newest, newest)
    with pytest.raises(Refused, match="restored from a copy"):
        write_service.enter_screening(NURSE, "01")


def test_an_installation_that_was_never_restored_has_nothing_to_state(trial_here):
    act = SayRestored(numbers=numbers(trial_here), last_draw=40, because="from paper")
    with pytest.raises(Refused, match="was not restored"):
        write_service.perform(act, OFFICE)
