"""Trial status and audit: who sees what, as of when, and nothing by arm where it is closed."""

import re

import pytest

from equipoise.conduct.queries import AnswerQuery, AssignQuery, CloseQuery, ReopenQuery
from equipoise.ledger import follow
from equipoise.logic.figures import month_text
from equipoise.study.catalogue import translator
from equipoise.web import adopted, write_service
from equipoise.web.models import AccessRow, Account
from tests import web_trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open_trial() -> None:
    web_trial.open_house()


def opened(person_id: str, address: str) -> str:
    page = web_trial.signed_in(person_id).get(address)
    assert page.status_code == 200, (person_id, address)
    return page.content.decode()


def test_the_status_has_accrual_flow_and_survival_each_with_its_numbers():
    web_trial.randomised()
    text = opened("statistician", "/status/")
    assert text.count("<svg") == 3 and text.count("The numbers") >= 3
    assert "randomised, of 306 planned" in text


def test_a_month_is_written_as_the_reader_writes_it_on_the_axis_and_in_the_table():
    on = write_service.today()
    for language in ("en", "nl"):
        text = web_trial.signed_in("statistician", language).get("/status/").content.decode()
        assert text.count(month_text(on.year, on.month, translator(language))) >= 2, language
        assert f">{on:%Y-%m}<" not in text


def test_results_by_arm_are_on_the_boards_page_only():
    web_trial.randomised()
    web_trial.open_results()
    arms = [arm.label["en"] for arm in adopted.study().arms]
    board = opened("board", "/status/")
    assert "Log-rank" not in board  # one arm has nobody yet: nothing to compare
    assert "For the monitoring board only" in board
    for person_id in Account.objects.values_list("person_id", flat=True):
        page = web_trial.signed_in(person_id).get("/status/")
        text = page.content.decode()
        if person_id != "board":
            assert not [arm for arm in arms if arm in text], person_id
            assert "monitoring board only" not in text


def test_the_stopping_rules_are_the_boards_alone_live_and_each_look_is_noted():
    """No opening is waited for; whoever else asks is told that there is no such page."""
    someone = web_trial.randomised()
    text = opened("board", "/status/watched/")
    rules = adopted.study().stopping.rules
    assert text.count("<svg") == len(rules) == 4
    assert all(rule.label["en"] in text for rule in rules)
    assert "0 of 0." in text and someone.subject_id not in text
    assert 'href="/status/watched/"' in opened("board", "/status/")
    seen = AccessRow.objects.filter(kind="stopping-rules-seen")
    assert [row.person for row in seen] == ["board"]
    for person_id in {*Account.objects.values_list("person_id", flat=True)} - {"board"}:
        client = web_trial.signed_in(person_id)
        assert client.get("/status/watched/").status_code == 404, person_id
        status = client.get("/status/")
        assert status.status_code == 404 or "/status/watched/" not in status.content.decode()
    assert seen.count() == 1


def test_a_study_that_has_nothing_watched_has_no_such_page(monkeypatch):
    plain = adopted.study().model_copy(update={"stopping": None})
    monkeypatch.setattr(adopted, "study", lambda: plain)
    client = web_trial.signed_in("board")
    assert client.get("/status/watched/").status_code == 404
    assert "/status/watched/" not in client.get("/status/").content.decode()


def test_the_status_answers_as_of_a_day_and_asks_again_for_a_day_that_is_none():
    web_trial.randomised()
    before = opened("statistician", "/status/?as_of=2026-01-01")
    assert "As it stood at the end of" in before and re.search(r"<dd>0</dd>", before)
    client = web_trial.signed_in("statistician")
    wrong = client.get("/status/?as_of=yesterday")
    assert wrong.status_code == 422 and 'value="yesterday"' in wrong.content.decode()
    assert client.get("/status/?as_of=31-12-9999").status_code == 422
    assert client.get("/status/?as_of=1 1 2026").status_code == 200


def test_the_audit_tells_each_act_as_a_sentence_with_the_name_of_who_did_it():
    subject = web_trial.randomised()
    text = opened("monitor", "/audit/")
    for sentence in (
        "Consent signed, version 1.0",
        "Randomised as number 1",
        "Laboratory, Screening",
    ):
        assert sentence in text
    assert "Doctor-01 Testduin" in text and subject.subject_id in text
    assert "Trial opened: version" in opened("monitor", "/audit/?kind=study.open")


def test_people_at_a_site_read_the_audit_of_their_own_participants_only():
    mine, theirs = web_trial.screened(), web_trial.screened("doctor-02", "02")
    text = opened("doctor-01", "/audit/")
    assert mine.subject_id in text and theirs.subject_id not in text
    assert "Trial opened" not in re.sub(r"(?s)<select.*?</select>", "", text)
    sought = opened("doctor-01", f"/audit/?subject={theirs.subject_id}")
    assert "There is no such entry" in sought


def test_the_audit_is_filtered_by_participant_person_kind_and_day():
    subject = web_trial.filled()
    web_trial.screened("doctor-02", "02")
    address = f"/audit/?subject={subject.subject_id}&person=doctor-01&kind=consent.give"
    rows = re.findall(r"<tbody>(.*?)</tbody>", opened("monitor", address), re.S)[0]
    assert rows.count("<tr>") == 1 and "Consent signed" in rows
    assert "There is no such entry" in opened("monitor", "/audit/?on=2020-02-02")
    assert web_trial.signed_in("monitor").get("/audit/?on=nonsense").status_code == 422
    assert web_trial.signed_in("monitor").get("/audit/?to=31-2-2026").status_code == 422


def test_the_audit_is_filtered_by_form_question_and_time_and_taken_out_as_a_table():
    """What is taken out is what is listed, and that it was is noted first."""
    web_trial.filled()
    rows = re.findall(r"<tbody>(.*?)</tbody>", opened("monitor", "/audit/?form=demography"), re.S)[
        0
    ]
    assert rows.count("Demography") and "Laboratory" not in rows and "Consent" not in rows
    rows = opened("monitor", "/audit/?item=height&kind=forms.save")
    assert "Demography" in rows and "There is no such entry" in opened(
        "monitor", "/audit/?item=height&form=laboratory"
    )
    today = write_service.today()
    assert "There is no such entry" in opened("monitor", "/audit/?on=2020-02-02&to=2020-03-02")
    assert "Demography" in opened("monitor", f"/audit/?on=2020-02-02&to={today}&form=demography")
    told = web_trial.signed_in("monitor").get("/audit/?form=demography&format=csv")
    lines = told.content.decode("utf-8-sig").splitlines()
    assert told["Content-Type"].startswith("text/csv") and len(lines) == 2
    assert "forms.save" in lines[1] and "Demography" in lines[1]
    assert AccessRow.objects.filter(kind="ledger-exported").count() == 1
    theirs = web_trial.signed_in("doctor-02").get("/audit/?form=demography&format=csv")
    assert len(theirs.content.decode().splitlines()) == 1


def test_what_is_said_of_a_query_is_found_by_the_form_and_the_question_that_it_is_of():
    subject = web_trial.filled()
    query = web_trial.query_of(subject.subject_id)
    for act, who in (
        (AnswerQuery(query=query, text="measured twice"), "nurse-01"),
        (AssignQuery(query=query, to="investigator"), "monitor"),
        (CloseQuery(query=query), "monitor"),
        (ReopenQuery(query=query, text="and the other leg?"), "monitor"),
    ):
        write_service.perform(act, who, subject_id=subject.subject_id)
        for asked in ("form=demography", "item=height"):
            found = opened("monitor", f"/audit/?kind={act.kind}&{asked}")
            assert "There is no such entry" not in found, (act.kind, asked)
        assert "There is no such entry" in opened("monitor", f"/audit/?kind={act.kind}&item=weight")


def test_the_audit_pages_backwards_without_a_gap():
    for _ in range(3):
        web_trial.randomised()
    first = opened("monitor", "/audit/")
    older = re.search(r'href="(\?before=\d+)"', first)
    assert older
    second = opened("monitor", f"/audit/{older[1]}")
    total = web_trial.write_service.LEDGER
    count = sum(text.count('<td data-label="Recorded"') for text in (first, second))
    assert count == len(list(total.everything()))


def test_the_ledger_is_verified_when_asked_for():
    web_trial.consented()
    page = web_trial.signed_in("monitor").post("/audit/")
    text = page.content.decode()
    assert page.status_code == 200 and re.search(r"all \d+ entries are as they were written", text)
    assert "could have been recorded" in text and "equipoise verify --head" in text


def test_the_page_that_verifies_names_an_act_by_someone_who_had_no_such_role():
    """The digests of such an entry are right: only what it says could not have been recorded."""
    subject, ledger = web_trial.consented(), web_trial.write_service.LEDGER
    last = list(ledger.entries(subject.subject_id))[-1]
    fields = {"kind": "contact.alive", "payload": "{}", "by": "board", "at": last.at}
    whole = {"stream": subject.subject_id, "happened": last.happened, "study": last.study}
    with ledger.writing(subject.subject_id):
        ledger.append(follow(ledger.head(subject.subject_id), **fields, **whole))
    text = web_trial.signed_in("monitor").post("/audit/").content.decode()
    assert (
        "1 fault was found" in text and "board held no role then that allows contact.alive" in text
    )


def test_pages_about_the_trial_do_not_exist_for_whom_they_are_closed():
    for person_id, address in (
        ("nurse-01", "/audit/"),
        ("nurse-01", "/status/"),
        ("monitor", "/status/"),
        ("board", "/audit/"),
        ("doctor-01", "/panel/"),
        ("reader-1", "/audit/"),
    ):
        assert web_trial.signed_in(person_id).get(address).status_code == 404, address
