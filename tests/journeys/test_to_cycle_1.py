"""From the operation to the first cycle: the scan, its release, plan, check, sheet and filling."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import Desk, today
from tests.journeys.test_data_review import day, pressed
from tests.journeys.test_pump_missed import VOLUMES, write
from tests.journeys.test_serious_event import tick
from tests.web_trial import PASSWORD

pytestmark = pytest.mark.slow


def opened(page: Page, name: str) -> None:
    """A link is followed by the keyboard, and the page that it leads to keeps nobody out."""
    page.get_by_role("link", name=re.compile(name)).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert barriers(page) == []


def test_the_first_floxuridine_goes_in_by_a_released_scan_and_a_signed_sheet(desk: Desk):
    who = desk.house.stages["to be operated"]
    here = f"/participants/{who}/"
    surgeon, reader = desk.sign_in("surgeon-01"), desk.sign_in("nuclear-physician-01")
    # The operation, four weeks ago: the pump is filled with saline.
    desk.go(surgeon, f"{here}pump/implant/")
    write(surgeon, serial="A 4712", flow="1.3", time="0:05", **VOLUMES)
    tick(surgeon, model="intera-3000", artery="gastroduodenal", gallbladder="yes", stomach="yes")
    tick(surgeon, dye="bilobar", flow_seen="yes", substance="heparin-saline")
    tick(surgeon, port="reservoir", needle="refill")
    operated = today() - timedelta(days=13)
    surgeon.locator('[name="happened.text"]').fill(operated.isoformat())
    pressed(surgeon, "Record the pump")
    # The scan that is due is read by one person, and the pump released by another.
    desk.go(reader, here)
    opened(reader, "Open.*Perfusion scan through the pump")
    expect(reader.locator('[name="what"][value="perfusion"]')).to_be_checked()
    tick(reader, substance="tc-maa", port="bolus", needle="bolus", bilobar="yes", extrahepatic="no")
    day(reader)
    pressed(reader, "Record the scan")
    desk.go(surgeon, here)
    opened(surgeon, "Open.*Release the pump")
    surgeon.locator('[name="proof"]').fill(PASSWORD)
    pressed(surgeon, "Release the pump")
    # Planned as it is worked out; checked and released by the pharmacist.
    oncologist, pharmacist = desk.sign_in("oncologist-01"), desk.sign_in("pharmacist-01")
    desk.go(oncologist, f"{here}treatment/plan/?regimen=haip&cycle=1&day.text={today()}")
    expect(oncologist.get_by_text("No stop stands on this day")).to_be_visible()
    dose = oncologist.locator('[name="doses.haip-floxuridine"]').input_value()
    oncologist.locator('[name="prescribed.haip-floxuridine"]').fill(dose)
    assert barriers(oncologist) == []
    pressed(oncologist, "Plan this cycle")
    cycle = oncologist.url.removeprefix(desk.house.url)
    desk.go(pharmacist, cycle)
    pharmacist.locator('[name="proof"]').fill(PASSWORD)
    assert barriers(pharmacist) == []
    pressed(pharmacist, "Sign the check")
    write(pharmacist, **{"lots.haip-floxuridine": "F-1"})
    write(pharmacist, **{"expiries.haip-floxuridine": "31-12-2099"})
    pressed(pharmacist, "Release it")
    sheet = pharmacist.context.request.get(f"{desk.house.url}{cycle}sheet.pdf")
    assert sheet.ok and sheet.body().startswith(b"%PDF")
    # The nurse empties the pump and fills it by the plan; until when is told from then on.
    nurse = desk.sign_in("nurse-01")
    desk.go(nurse, cycle)
    opened(nurse, "Record that the pump was emptied and refilled")
    expect(nurse.locator('[name="dose"]')).to_have_value(dose)
    write(nurse, time="0:06", withdrawn="13.1", **VOLUMES)
    tick(nurse, substance="floxuridine", port="reservoir", needle="refill")
    day(nurse)
    pressed(nurse, "Record the refill")
    desk.go(nurse, here)
    expect(nurse.get_by_text("Alarm since")).to_have_count(0)
    line = nurse.get_by_text(re.compile("Empty the pump by .*Floxuridine runs on at")).first
    expect(line).to_be_visible()
    nurse.set_viewport_size({"width": 390, "height": 844})
    assert nurse.evaluate("document.documentElement.scrollWidth") <= 390
