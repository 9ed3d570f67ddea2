"""The page of one entry, and as what whoever recorded it acted: as it was then, for every act."""

import re

import pytest

from equipoise.conduct.administration import EndRole, GiveRole
from equipoise.conduct.voiding import VoidEntry
from equipoise.web import adopted, write_service
from equipoise.web.models import Account
from equipoise.web.views.capacity import Capacities
from tests import web_trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    web_trial.open_house()


def page(stream: str, seq: int, who: str = "monitor", language: str = "en") -> str:
    answer = web_trial.signed_in(who, language).get(f"/audit/{stream}/{seq}/")
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def hospital(site: str) -> str:
    return adopted.study().site_of[site].name


def test_every_act_of_a_person_tells_as_what_they_acted():
    """The office alone had no role yet when it opened the trial and gave itself the first one."""
    subject = web_trial.randomised()
    site_of = {subject.subject_id: subject.site}
    known = Capacities(adopted.study())
    found = {
        (entry.stream, entry.seq, entry.kind): known.of_entry(
            entry, site_of.get(entry.subject or entry.stream, "")
        )
        for entry in write_service.LEDGER.everything()
        if entry.by != "trial"
    }
    nobody = [place for place, role in found.items() if not role]
    assert {kind for _, _, kind in nobody} <= {"study.open", "study.text", "role.give", "site.open"}
    assert all(stream == "study" for stream, _, _ in nobody)
    roles = {kind: role for (_, _, kind), role in found.items()}
    assert roles["forms.save"] == roles["consent.give"] == f"Investigator, {hospital('01')}"
    assert roles["panel.conclude"] == "Chair of the panel"
    assert roles["randomisation.randomise"] == f"Investigator, {hospital('01')}"


def test_a_role_that_ended_is_told_of_what_was_done_in_it_and_another_of_what_came_after():
    subject = web_trial.screened("doctor-01")
    write_service.perform(EndRole(person="doctor-01", role="investigator", site="01"), "office")
    write_service.perform(GiveRole(person="doctor-01", role="nurse", site="02"), "office")
    later = web_trial.screened("doctor-01", "02")
    assert f"Investigator, {hospital('01')}" in page(subject.subject_id, 1)
    assert f"Research nurse, {hospital('02')}" in page(later.subject_id, 1)
    listed = web_trial.signed_in("monitor").get("/audit/?person=doctor-01").content.decode()
    assert f"Investigator, {hospital('01')}" in listed
    assert f"Research nurse, {hospital('02')}" in listed
    text = web_trial.signed_in("monitor").get("/audit/?person=doctor-01&format=csv")
    assert f"Investigator, {hospital('01')}" in text.content.decode()


def test_the_page_of_an_entry_has_all_that_it_says_with_its_moments_text_and_digests():
    subject = web_trial.filled()
    entry = write_service.LEDGER.entry(subject.subject_id, 3)
    text = page(subject.subject_id, 3)
    for part in (entry.digest, entry.previous, entry.study, "UTC", "Doctor-01 Testduin"):
        assert part in text
    assert re.search("<h1[^>]*>Form saved</h1>", text)  # what was saved stands beneath it
    assert f"/participants/{subject.subject_id}/form/" in text
    assert "This was recorded in error" not in text
    void = VoidEntry(entry=3, reason="of another participant")
    seq = write_service.perform(void, "doctor-01", None, subject.subject_id).seq
    text = page(subject.subject_id, 3)
    assert "of another participant" in text and f"/audit/{subject.subject_id}/{seq}/" in text


def test_an_entry_is_read_by_whom_the_audit_is_and_no_sealed_vote_by_its_digest():
    subject = web_trial.voted(1)
    assert page(subject.subject_id, 1, "doctor-02") == "404"
    assert page("study", 1, "doctor-01") == "404" and "Trial opened" in page("study", 1)
    assert page(subject.subject_id, 9_999) == page("nobody", 1) == "404"
    vote = next(
        entry
        for entry in write_service.LEDGER.entries(subject.subject_id)
        if entry.kind == "panel.vote"
    )
    text = page(subject.subject_id, vote.seq, "doctor-01")
    assert vote.digest not in text and "a sealed remark" not in text and "kept back" in text


def test_the_audit_leads_to_each_entry_and_to_the_log_of_access():
    subject = web_trial.screened()
    for person_id in Account.objects.values_list("person_id", flat=True):
        answer = web_trial.signed_in(person_id).get("/audit/")
        text = answer.content.decode()
        if answer.status_code == 200 and person_id in ("monitor", "office"):
            assert f'href="/audit/{subject.subject_id}/1/"' in text
            assert re.search(r'<main[^>]*>.*href="/access/"', text, re.S), person_id
