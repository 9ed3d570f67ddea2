"""A day 15 that is missed: the alarm, the telephone call, and the pump that is emptied."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import Desk, today
from tests.journeys.test_data_review import day, pressed
from tests.journeys.test_serious_event import tick

pytestmark = pytest.mark.slow
VOLUMES = {"drawn_up": "30", "accepted": "30", "returned": "0"}


def write(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f'[name="{name}"]').fill(value)


def test_a_pump_that_was_not_emptied_on_day_15_alarms_until_it_is(desk: Desk):
    nurse, doctor = desk.sign_in("nurse-01"), desk.sign_in("doctor-01")
    who = desk.house.stages["randomised"]
    before = today() - timedelta(days=16)
    # The operation was recorded, with the drug in the pump; nobody came on day 15.
    desk.go(doctor, f"/participants/{who}/pump/implant/")
    write(doctor, serial="A 4711", flow="1.3", time="0:05", dose="195", **VOLUMES)
    tick(doctor, model="intera-3000", artery="gastroduodenal", gallbladder="yes", stomach="yes")
    tick(doctor, dye="bilobar", flow_seen="yes", substance="floxuridine")
    tick(doctor, port="bolus", needle="bolus")
    doctor.locator('[name="happened.text"]').fill(before.isoformat())
    assert barriers(doctor) == []
    doctor.get_by_role("button", name="Record the pump").press("Enter")
    expect(doctor.get_by_text("Floxuridine never goes through this port").first).to_be_visible()
    tick(doctor, port="reservoir", needle="refill")
    pressed(doctor, "Record the pump")
    # It stands first on Today, with what runs on; the nurse calls, and the participant comes.
    desk.go(nurse, "/today/")
    assert barriers(nurse) == []
    expect(nurse.locator("main h2").first).to_contain_text("Alarms")
    line = nurse.locator(".eq-work li").first
    expect(line).to_contain_text(who)
    expect(line).to_contain_text(re.compile("Floxuridine runs on at 8.45 mg a day"))
    line.get_by_role("link", name=re.compile("Open")).focus()
    with nurse.expect_navigation():
        nurse.keyboard.press("Enter")
    # Emptied, and filled with saline.
    write(nurse, time="0:06", withdrawn="9.2", **VOLUMES)
    tick(nurse, substance="heparin-saline", port="reservoir", needle="refill")
    day(nurse)
    assert barriers(nurse) == []
    pressed(nurse, "Record the refill")
    desk.go(nurse, f"/participants/{who}/")
    assert barriers(nurse) == []
    expect(nurse.get_by_text("Alarm since")).to_have_count(0)
    expect(nurse.get_by_text("Pump emptied at 00:06: 9.2 mL taken out").first).to_be_visible()
