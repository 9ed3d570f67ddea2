"""An amendment that is activated at a hospital: what is kept is at once what follows from it."""

from datetime import UTC, datetime, timedelta

import pytest

from equipoise.cli import main
from equipoise.conduct.amendments import ActivateAmendment, TakeBackActivation
from equipoise.conduct.consent import GiveConsent
from equipoise.web import adopted, kept_faults, read_model, write_service
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger
from tests.before import edited
from tests.web.test_study_text import NOW, stand

__all__ = ["stand"]

pytestmark = [pytest.mark.database]

STUDY = "study.yaml"
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
    monkeypatch.setattr(write_service, "now", lambda: datetime(2026, 6, 10, 10, tzinfo=UTC))
    said = ["--adopt", "--by", "office-1", "--because", "sleep"]
    assert main(["amend", str(folder), *said]) == 0
    monkeypatch.setattr(write_service, "now", lambda: datetime(2026, 7, 20, 10, tzinfo=UTC))
    read_model.rebuild(adopted.study(), DatabaseLedger(), write_service.today())
    return folder


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
