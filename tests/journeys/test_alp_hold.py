"""Alkaline phosphatase rises: half a dose, then a hold with saline, then resumed at a quarter."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import PHONE, Desk, served, today
from tests.journeys.test_data_review import by_keyboard, pressed
from tests.journeys.test_pump_missed import VOLUMES, write
from tests.journeys.test_serious_event import tick
from tests.journeys.test_to_cycle_1 import opened
from tests.journeys.treated_house import SECOND, moved
from tests.web_trial import PASSWORD

pytestmark = pytest.mark.slow
PART = "haip-floxuridine"
DOSE = f'[name="doses.{PART}"]'
RULE = "Floxuridine by alkaline phosphatase"


class Ward:
    """The people at their windows, and the clock that they go by."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.who = desk, desk.house.stages["treated"]
        people = ("nurse-01", "oncologist-01", "pharmacist-01")
        self.nurse, self.oncologist, self.pharmacist = map(desk.sign_in, people)
        self.here, self.ago, self.cycle = f"/participants/{self.who}/", SECOND, 2

    @property
    def day(self) -> date:
        return today() - timedelta(days=self.ago)

    def two_weeks_later(self) -> None:
        self.ago -= 14
        moved(self.desk.house.home, self.ago)

    def dated(self, page: Page) -> None:
        page.locator('[name="happened.text"]').fill(self.day.isoformat())

    def looked_at(self, alp: str) -> None:
        """The nurse records blood and weight of today."""
        self.cycle += 1
        blood = {"alp": alp, "ast": "30", "bilirubin": "10"}
        for form, values in (("laboratory", blood), ("vital_signs", {"weight_now": "70"})):
            self.desk.go(self.nurse, f"{self.here}form/{form}/systemic.{self.cycle}/1/")
            self.dated(self.nurse)
            write(self.nurse, **values)
            pressed(self.nurse, "Save and close")

    def plan(self, cycle: int) -> Page:
        """The page on which the oncologist plans this cycle for today."""
        asked = f"?regimen=haip&cycle={cycle}&day.text={self.day}"
        self.desk.go(self.oncologist, f"{self.here}treatment/plan/{asked}")
        assert barriers(self.oncologist) == []
        return self.oncologist

    def refilled(self, withdrawn: str, substance: str) -> None:
        """On the page of a refill; what the pump takes is the same each time."""
        write(self.nurse, time="9:30", withdrawn=withdrawn, **VOLUMES)
        tick(self.nurse, substance=substance, port="reservoir", needle="refill")
        self.dated(self.nurse)
        pressed(self.nurse, "Record the refill")

    def with_saline(self) -> None:
        self.desk.go(self.nurse, f"{self.here}pump/refill/")
        self.refilled("11.8", "heparin-saline")

    def put_off(self, cycle: int) -> None:
        """For two weeks, because of blood values."""
        page, until = self.oncologist, self.day + timedelta(days=14)
        self.desk.go(page, f"{self.here}treatment/delay/")
        tick(page, regimen="haip", why="blood")
        write(page, cycle=str(cycle), **{"until.text": until.isoformat()})
        assert barriers(page) == []
        pressed(page, "Put the cycle off")

    def given(self, dose: str) -> None:
        """Planned as proposed; checked and released by the pharmacist; filled by the nurse."""
        write(self.oncologist, **{f"prescribed.{PART}": dose})
        pressed(self.oncologist, "Plan this cycle")
        cycle = self.oncologist.url.removeprefix(self.desk.house.url)
        self.desk.go(self.pharmacist, cycle)
        write(self.pharmacist, proof=PASSWORD)
        pressed(self.pharmacist, "Sign the check")
        write(self.pharmacist, **{f"lots.{PART}": "F-2", f"expiries.{PART}": "31-12-2099"})
        pressed(self.pharmacist, "Release it")
        self.desk.go(self.nurse, cycle)
        opened(self.nurse, "Record that the pump was emptied and refilled")
        expect(self.nurse.locator('[name="dose"]')).to_have_value(dose)
        self.refilled("11.8", "floxuridine")


@pytest.fixture
def ward(browser: Browser, tmp_path: Path) -> Iterator[Ward]:
    with served(tmp_path, "treated_house", "studies/pump-it") as house:
        desk = Desk(browser, house)
        yield Ward(desk)
        desk.close()


def fits(page: Page) -> None:
    """A telephone shows it without scrolling sideways."""
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(before)


def test_a_rise_halves_the_dose_then_holds_it_with_saline_and_a_fall_resumes_a_quarter(ward: Ward):
    # 1.6 times the baseline of 80: half of 195 mg is proposed, with the row that fired.
    ward.looked_at(alp="128")
    page = ward.plan(2)
    expect(page.get_by_text("No stop stands on this day")).to_be_visible()
    fired = f"{RULE}: 50.?% .row 2: .* 80 U/L is at most 90 U/L; .* 1.6 is at least 1.5"
    expect(page.locator(".eq-dose")).to_contain_text(re.compile(fired))
    expect(page.locator(DOSE)).to_have_value("95")
    fits(page)
    ward.given("95")
    # Emptied on its day 15; at the next cycle 2.1 times, and the plan is refused.
    ward.two_weeks_later()
    ward.looked_at(alp="150")
    ward.with_saline()
    ward.two_weeks_later()
    ward.looked_at(alp="168")
    page = ward.plan(3)
    stop = page.locator("#stops + ul li").filter(has_text=f"{RULE}: hold").first
    expect(stop).to_contain_text(re.compile("row 3: .* 2.1 is at least 2"))
    expect(stop).to_contain_text("Put the cycle off because of blood values")
    expect(stop).to_contain_text(re.compile("filled with heparinised saline", re.IGNORECASE))
    fits(page)
    write(page, **{f"prescribed.{PART}": page.locator(DOSE).input_value()})
    by_keyboard(page, "Plan this cycle")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text(re.compile(f"{RULE}: hold .* It is lifted so: Put the cycle"))
    # Saline goes in instead, and the cycle is put off for it: no pump runs dry meanwhile.
    ward.with_saline()
    ward.put_off(3)
    expect(page.get_by_text("The cycle is put off")).to_be_visible()
    expect(page.get_by_text("Alarm since")).to_have_count(0)
    # 1.25 times: resumed at a quarter of the last dose, which is 23.75 mg of 95, rounded down.
    ward.two_weeks_later()
    ward.looked_at(alp="100")
    page = ward.plan(3)
    expect(page.get_by_text("No stop stands on this day")).to_be_visible()
    dose = page.locator(".eq-dose")
    expect(dose).to_contain_text(re.compile("Resuming .* phosphatase: 25.?% .row 1: .* 1.25 is"))
    expect(dose).to_contain_text("no more than 23.75 mg after the last dose, 95 mg on")
    expect(page.locator(DOSE)).to_have_value("20")
    fits(page)
    ward.given("20")
    ward.desk.go(ward.nurse, ward.here)
    expect(ward.nurse.get_by_text("Alarm since")).to_have_count(0)
    filled = ward.nurse.get_by_text(re.compile("11.8 mL taken out; filled with Floxuridine, 20 mg"))
    expect(filled.first).to_be_visible()
    expect(ward.nurse.get_by_text("given against a stop")).to_have_count(0)
