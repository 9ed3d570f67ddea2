"""A request that comes twice is one act: by a page's key, and by a program's."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from equipoise.conduct.follow_up import RecordAlive
from equipoise.web import write_service
from equipoise.web.models import OnceRow, SubjectRow
from equipoise.web.once import KEPT, Once
from tests.web_trial import signed_in

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]
NURSE = "nurse-01-1"


def sent(client, address, key=None, **asked):
    headers = {"Idempotency-Key": key} if key else {}
    asked_text = json.dumps(asked)
    return client.post(address, asked_text, content_type="application/json", headers=headers)


def body(answer):
    return json.loads(answer.content)


def entries():
    return len(list(write_service.LEDGER.everything()))


def test_a_program_that_asks_twice_enters_one_participant(ask):
    first, again, other = (
        body(sent(ask(NURSE), "/api/subjects", key, site="01"))["subject_id"]
        for key in ("a-1", "a-1", "a-2")
    )
    assert first == again != other


def test_the_same_key_with_another_content_is_refused_and_records_nothing(ask):
    subject_id = body(sent(ask(NURSE), "/api/subjects", "b-1", site="01"))["subject_id"]
    contact = {"subject_id": subject_id, "fields": {}}
    first = sent(ask(NURSE), "/api/acts/contact.alive", "b-2", **contact)
    before = entries()
    again = sent(ask(NURSE), "/api/acts/contact.alive", "b-2", **contact)
    day = {"happened": (write_service.today() - timedelta(days=1)).isoformat()}
    other = sent(ask(NURSE), "/api/acts/contact.alive", "b-2", **contact, **day)
    assert body(first)["seq"] == body(again)["seq"] and entries() == before
    assert other.status_code == 422
    assert [one["code"] for one in body(other)["refusals"]] == ["request.other-content"]


def test_a_key_is_its_persons_own_and_must_be_one(ask):
    nurse = body(sent(ask(NURSE), "/api/subjects", "c-1", site="01"))
    doctor = body(sent(ask("investigator-01-1"), "/api/subjects", "c-1", site="01"))
    assert nurse["subject_id"] != doctor["subject_id"]
    wrong = sent(ask(NURSE), "/api/subjects", "x" * 101, site="01")
    assert wrong.status_code == 422 and body(wrong)["problems"][0]["where"] == "Idempotency-Key"


def test_what_was_refused_may_be_sent_again_under_the_same_key(ask):
    refused = sent(ask(NURSE), "/api/subjects", "d-1", site="99")
    assert refused.status_code == 409 and not OnceRow.objects.filter(key="d-1").exists()


def test_a_page_that_is_sent_twice_records_one_act_and_says_so():
    client = signed_in(NURSE)
    on = write_service.today()
    day = {"happened.day": on.day, "happened.month": on.month, "happened.year": on.year}
    asked = {"site": "01", "once": "page-1", **day}
    before = SubjectRow.objects.count()
    first, again = (client.post(reverse("screening.enter"), asked) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert SubjectRow.objects.count() == before + 1
    assert "recorded already" in client.get(again["Location"]).content.decode()


def test_keys_are_forgotten_after_thirty_days():
    then = write_service.now() - KEPT - timedelta(hours=1)
    OnceRow.objects.create(person_id=NURSE, key="old", digest="", stream="x", seq=1, at=then)
    write_service.enter_screening(NURSE, "01", once=Once("new", "0"))
    assert [row.key for row in OnceRow.objects.filter(person_id=NURSE)] == ["new"]


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_request_at_once_make_one_act():
    subject_id = write_service.enter_screening(NURSE, "01").subject_id
    before, made = entries(), []

    def send() -> None:
        once = Once("same", "0")
        made.append(write_service.perform(RecordAlive(), NURSE, None, subject_id, once).seq)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert entries() == before + 1 and len(set(made)) == 1 and len(made) == 4
