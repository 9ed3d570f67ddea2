"""The panel's room: sealed votes, who may read, and what the chair and the site see."""

import pytest

from equipoise.web import write_service
from equipoise.web.jinja import day
from tests import web_trial

pytestmark = pytest.mark.django_db
SAID = ("Potentially resectable", "a sealed remark")


@pytest.fixture(autouse=True)
def _open_trial() -> None:
    web_trial.open_house()


def opened(person_id: str, address: str) -> str:
    page = web_trial.signed_in(person_id).get(address)
    assert page.status_code == 200, (person_id, address)
    return page.content.decode()


def test_a_reader_finds_their_scan_waiting_and_others_find_nothing():
    subject = web_trial.asked()
    first = web_trial.open_readers(subject)
    assert len(first) == 3
    for reader in ("reader-1", "reader-2", "reader-3", "reader-4", "reader-5"):
        text = opened(reader, "/panel/")
        page = web_trial.signed_in(reader).get(f"/panel/{subject.subject_id}/")
        assert (subject.subject_id in text) is (reader in first)
        assert page.status_code == (200 if reader in first else 404)


def test_the_reading_page_shows_the_course_as_recorded_and_the_hospitals_question():
    subject = web_trial.asked()
    reader = web_trial.open_readers(subject)[0]
    text = opened(reader, f"/panel/{subject.subject_id}/")
    assert "Both lobes: what next?" in text and "adenocarcinoma" in text.lower()
    assert "Images are not kept here yet" in text


def test_a_vote_without_a_choice_is_asked_again_and_keeps_the_remark():
    subject = web_trial.asked()
    reader = web_trial.open_readers(subject)[0]
    page = web_trial.signed_in(reader).post(
        f"/panel/{subject.subject_id}/", {"remark": "left lobe", "reasons": ["bilobar"]}
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "Choose what you hold" in text and ">left lobe</textarea>" in text
    assert 'value="bilobar" checked' in text


def test_nobody_but_the_voter_reads_a_vote_before_all_are_in():
    subject = web_trial.voted(2)
    address, voters = (
        f"/panel/{subject.subject_id}/",
        [v.by for v in subject.panel.reviews[-1].votes],
    )
    for voter in voters:
        assert SAID[1] in opened(voter, address)
    last = web_trial.open_readers(subject)[0]
    text = opened(last, address)
    assert SAID[1] not in text and "checked" not in text
    for person_id, where in (
        ("chair", "/panel/"),
        ("chair", f"{address}conclusion/"),
        ("monitor", "/audit/?kind=panel.vote"),
        ("doctor-01", "/audit/?kind=panel.vote"),
        ("doctor-01", f"/participants/{subject.subject_id}/register/"),
    ):
        text = opened(person_id, where)
        assert SAID[1] not in text, where
    assert "A sealed vote" in opened("monitor", "/audit/?kind=panel.vote")


def test_a_vote_is_sealed_by_one_click_and_cannot_be_cast_twice():
    subject = web_trial.asked()
    reader = web_trial.open_readers(subject)[0]
    client, address = web_trial.signed_in(reader), f"/panel/{subject.subject_id}/"
    assert client.post(address, {"category": "resectable"}).status_code == 302
    assert "Your vote is in" in opened(reader, address)
    again = client.post(address, {"category": "resectable"})
    assert again.status_code == 422 and "have voted on this scan already" in again.content.decode()


def test_a_reader_voids_their_own_vote_until_all_are_in_and_reaches_nothing_else():
    subject = web_trial.voted(2)
    number, mine = subject.subject_id, subject.panel.reviews[-1].votes[0]
    page, client = f"/participants/{number}/void", web_trial.signed_in(mine.by)
    assert f'href="{page}/{mine.seq}/"' in opened(mine.by, f"/panel/{number}/")
    others = [seq for seq in range(1, mine.seq + 9) if seq != mine.seq]
    assert {client.get(f"{page}/{seq}/").status_code for seq in others} == {404}
    on = write_service.today()
    day = {"happened.day": on.day, "happened.month": on.month, "happened.year": on.year}
    typed = {"reason": "the wrong scan", **day}
    sent = client.post(f"{page}/{mine.seq}/", typed)
    assert sent.status_code == 302 and sent.headers["Location"] == f"/panel/{number}/"
    assert "Your vote is in" not in opened(mine.by, f"/panel/{number}/")


def test_no_vote_is_offered_to_be_voided_once_all_are_in():
    subject = web_trial.voted(3)
    vote = subject.panel.reviews[-1].votes[0]
    assert "/void/" not in opened(vote.by, f"/panel/{subject.subject_id}/")


def test_the_chair_sees_the_votes_side_by_side_once_all_are_in():
    subject = web_trial.voted(3)
    text = opened("chair", f"/panel/{subject.subject_id}/conclusion/")
    assert text.count(SAID[1]) == 3 and "All agree" in text


def test_the_conclusion_follows_the_majority_and_carries_advice():
    subject = web_trial.voted(3)
    client, address = web_trial.signed_in("chair"), f"/panel/{subject.subject_id}/conclusion/"
    page = client.post(address, {"category": "resectable", "advice": ""})
    assert page.status_code == 422 and "Write the advice" in page.content.decode()
    proof = web_trial.proof_on(client.get(address))
    page = client.post(address, {"category": "resectable", "advice": "operate", **proof})
    assert "must follow the majority" in page.content.decode()
    assert (
        client.post(
            address,
            {"category": web_trial.POTENTIALLY, "advice": "chemotherapy first", **proof},
        ).status_code
        == 302
    )
    assert web_trial.again(subject).panel.reviews[-1].conclusion.advice == "chemotherapy first"


def test_a_conclusion_is_refused_while_votes_are_missing():
    subject = web_trial.voted(2)
    page = web_trial.signed_in("chair").post(
        f"/panel/{subject.subject_id}/conclusion/",
        {"category": web_trial.POTENTIALLY, "advice": "now"},
    )
    assert page.status_code == 422
    assert web_trial.again(subject).panel.reviews[-1].conclusion is None


def test_waiting_readers_see_how_long_it_waits_and_no_reminder_that_nobody_sent():
    subject = web_trial.asked()
    text = opened(web_trial.open_readers(subject)[0], "/panel/")
    assert "waiting for 10 days" in text and "reminder 2" not in text
    assert f"to be reminded since {day(write_service.today())}" in text
    assert (write_service.today() - subject.panel.reviews[-1].asked.on).days == 10


def test_after_the_conclusion_a_reader_keeps_the_vote_but_not_the_course():
    subject = web_trial.eligible()
    reader = subject.panel.reviews[-1].votes[0].by
    text = opened(reader, f"/panel/{subject.subject_id}/")
    assert SAID[1] in text and "The panel concluded" in text
    assert "Adenocarcinoma" not in text
