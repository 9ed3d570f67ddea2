"""An amendment that is activated at a hospital: what is kept is at once what follows from it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from equipoise.cli import main
from equipoise.conduct.amendments import ActivateAmendment, TakeBackActivation
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.coverage import again
from equipoise.web import adopted, amending, kept_faults, people, read_model, write_service
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger
from tests.before import edited
from tests.web.test_study_text import NOW, stand

__all__ = ["stand"]

pytestmark = [pytest.mark.database]

STUDY, PAGE = "study.yaml", "/people/amendments/"
AMENDMENT = """amendments:
  - id: A1
    title: {en: Sleep, nl: Slaap}
    from_on: 2026-06-01
    consent: "2"
    source: "assumed: invented"

criteria:
"""
VERSION = """    - version: "2"
      from_on: 2025-01-06
      label: {en: "Version 2", nl: "Versie 2"}
      source: "assumed: invented"

criteria:
"""
ITEM = """  - id: slept
    label: {en: Hours of sleep, nl: Uren slaap}
    kind: number
    since: A1
  - id: fasting"""
COLUMN = """      - id: dose
        label: {en: Dose, nl: Dosis}
        kind: text
        since: A1
      - id: lowers_pressure"""


@pytest.fixture
def amended(stand, monkeypatch):
    """An installation of before that has adopted an amendment, which is active nowhere yet."""
    folder = stand("home")
    assert adopted.make_known(NOW) == []
    edited(folder, STUDY, 'version: "1.0"', 'version: "1.1"')
    edited(folder, STUDY, "study.amend, ", "study.amend, amendment.activate, amendment.take-back, ")
    edited(folder, STUDY, "criteria:\n", VERSION)
    edited(folder, STUDY, "criteria:\n", AMENDMENT)
    edited(folder, "forms/laboratory.yaml", "  - id: fasting", ITEM)
    edited(folder, "forms/1-person.yaml", "      - id: lowers_pressure", COLUMN)
    monkeypatch.setattr(write_service, "now", lambda: datetime(2026, 6, 10, 10, tzinfo=UTC))
    said = ["--adopt", "--by", "office-1", "--because", "sleep"]
    assert main(["amend", str(folder), *said]) == 0
    monkeypatch.setattr(write_service, "now", lambda: datetime(2026, 7, 20, 10, tzinfo=UTC))
    read_model.rebuild(adopted.study(), DatabaseLedger(), write_service.today())
    return folder


def test_the_office_activates_on_a_page_and_sees_who_is_still_to_consent_again(amended, client):
    account = people.make_account("office-1", "Otto", "", None)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert PAGE in client.get("/people/").content.decode()
    assert "Not active" in client.get(PAGE).content.decode()
    address, why = "/trial/activate/A1/01/", "Why is the day put right?"
    assert why not in client.get(address).content.decode()
    on = write_service.today() - timedelta(days=1)
    sent = {"happened.text": on.isoformat()}
    reply = client.post(address, sent)
    assert reply.status_code == 302 and reply["location"] == PAGE
    page = client.get(PAGE).content.decode()
    to_sign = len([s for s in amending.everyone() if again(adopted.study(), s)])
    assert to_sign and f'data-label="To consent again">{to_sign}<' in page
    assert f"Active since {on.day} {on:%b %Y}" in page and "Put the day right" in page
    refused = client.post(address, sent).content.decode()
    assert "since this day already" in refused and why in refused
    taken_back = client.post("/trial/take-back/A1/01/", {**sent, "reason": "of another"})
    assert taken_back.status_code == 302


def test_what_a_new_form_asks_goes_by_the_day_that_is_typed(amended, client):
    """Something typed of a day before shows what that day asks, at once and without being saved."""
    account = people.make_account("doctor-01", "Daan", "", None)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    on, someone = write_service.today() - timedelta(days=5), sorted(told("01"))[0]
    write_service.perform(ActivateAmendment(amendment="A1", site="01"), "office-1", on)
    write_service.perform(GiveConsent(version="2"), "doctor-01", on, someone)
    address = f"/participants/{someone}/form/laboratory/weeks.3/1/"
    page = client.get(address).content.decode()
    assert 'name="shown" value="slept"' in page
    sent = {"shown": "slept", "slept": ""}

    def changed(day: date) -> str:
        asked = {**sent, "happened.text": day.isoformat()}
        return client.post(address, asked, headers={"hx-request": "true"}).content.decode()

    assert 'id="slept-place"' not in changed(on)
    place = changed(on - timedelta(days=1)).partition('id="slept-place"')[2]
    assert "hidden" in place.partition(">")[0]
    # A column too: a list of a day before has none of it.
    address = f"/participants/{someone}/form/person/screening/1/"
    assert "medicines.1.dose" not in client.get(address).content.decode()
    row = {"add": "medicines", "happened.text": on.isoformat()}
    assert "medicines.1.dose" in client.post(address, row).content.decode()


def told(site: str) -> dict[str, bytes]:
    rows = SubjectRow.objects.filter(site=site)
    return {row.subject_id: bytes(row.outlook or b"") for row in rows}


def test_rows_are_made_anew_with_the_activation_and_those_of_others_say_the_same(amended):
    """As `verify` compares them, after each act; a row from before is another study's."""
    before = {site: told(site) for site in ("01", "02")}
    day = write_service.today() - timedelta(days=30)
    write_service.perform(ActivateAmendment(amendment="A1", site="01"), "office-1", day)
    assert kept_faults.faults_of_rows(adopted.study(), DatabaseLedger()) == []
    assert told("02") == before["02"] and told("01") != before["01"]
    someone = sorted(told("01"))[0]
    write_service.perform(GiveConsent(version="2"), "doctor-01", day, someone)
    assert kept_faults.faults_of_rows(adopted.study(), DatabaseLedger()) == []
    assert told("01")[someone] == before["01"][someone]
    put_right = ActivateAmendment(amendment="A1", site="01", reason="earlier")
    write_service.perform(put_right, "office-1", day - timedelta(days=1))
    assert kept_faults.faults_of_rows(adopted.study(), DatabaseLedger()) == []
    write_service.perform(ActivateAmendment(amendment="A1", site="02"), "office-1", day)
    back = TakeBackActivation(amendment="A1", site="02", reason="not agreed")
    write_service.perform(back, "office-1")
    assert kept_faults.faults_of_rows(adopted.study(), DatabaseLedger()) == []
    assert told("02") == before["02"]
