"""A serious event on a Friday evening: recorded, reported, assessed by the sponsor and sent on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import Desk
from tests.journeys.test_data_review import day, pressed

pytestmark = pytest.mark.slow


def tick(page: Page, **chosen: str) -> None:
    """Choose by the keyboard alone."""
    for name, value in chosen.items():
        page.locator(f'[name="{name}"][value="{value}"]').focus()
        page.keyboard.press("Space")


def consented(desk: Desk, nurse: Page) -> str:
    desk.go(nurse, "/new-participant/")
    pressed(nurse, "Give the next number")
    who = nurse.locator(".eq-subject__number").inner_text().strip()
    desk.go(nurse, f"/participants/{who}/consent/")
    tick(nurse, version="1.0")
    day(nurse)
    pressed(nurse, "Record the consent")
    return who


def test_a_serious_event_is_reported_within_its_hours_and_a_susar_sent_on(desk: Desk):
    nurse, doctor, office = (desk.sign_in(who) for who in ("nurse-01", "doctor-01", "office"))
    who = consented(desk, nurse)
    # The nurse hears of it by telephone and records it.
    desk.go(nurse, f"/participants/{who}/adverse-event/")
    nurse.locator('[name="term"]').fill("Bleeding into the liver")
    tick(nurse, grade="4", serious="yes", criteria="life", related="no", outcome="not-recovered")
    nurse.locator('[name="known_at"]').fill("0.00")
    day(nurse, "begin")
    assert barriers(nurse) == []
    pressed(nurse, "Record the event")
    # Until which hour it is reported stands first on Today, and on the participant's page.
    desk.go(doctor, "/today/")
    line = doctor.locator(".eq-work li").filter(has_text=who).first
    expect(line).to_contain_text(re.compile(r"serious: report it to the sponsor"))
    expect(line).to_contain_text(re.compile(r"\d{4}, 00:00"))
    line.get_by_role("link", name=re.compile("Open")).focus()
    with doctor.expect_navigation():
        doctor.keyboard.press("Enter")
    assert barriers(doctor) == []
    doctor.locator('[name="narrative"]').fill("Fell ill at night; transfused; stable since.")
    tick(doctor, action="withdrawn", qualification="physician")
    pressed(doctor, "Report the event")
    # The sponsor holds that the trial may have caused it, and that no document expects it.
    desk.go(office, f"/participants/{who}/")
    office.get_by_role("link", name=re.compile("Open.*assess")).first.focus()
    with office.expect_navigation():
        office.keyboard.press("Enter")
    tick(office, document="brochure-1", expected="no", related="yes", interventions="systemic")
    assert barriers(office) == []
    pressed(office, "Record the assessment")
    expect(office.get_by_role("link", name=re.compile("Open.*SUSAR"))).to_be_visible()
    office.get_by_role("link", name=re.compile("Open.*SUSAR")).first.focus()
    with office.expect_navigation():
        office.keyboard.press("Enter")
    tick(office, receiver="eudravigilance", complete="yes")
    office.locator('[name="number"]').fill("NL-TEST-1")
    pressed(office, "Record it")
    expect(office.get_by_text(re.compile("is a SUSAR: report"))).to_have_count(0)
    # The list has it with both opinions: the investigator's is as it was.
    desk.go(doctor, "/lists/serious_events/")
    row = doctor.locator("tr").filter(has_text=who)
    expect(row).to_contain_text("Bleeding into the liver")
    assert barriers(doctor) == []
    doctor.set_viewport_size({"width": 390, "height": 844})
    assert doctor.evaluate("document.documentElement.scrollWidth") <= 390
