"""An amendment mid-trial: consent again at two hospitals, on two dates."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import PHONE, Desk, served, today

AGAIN = "Consent again: version 2, by amendment A1"
PAGE, FORM = "/people/amendments/", "/participants/{}/form/pressure/weeks.2/1/"


@pytest.fixture
def amended(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "home"
    home.mkdir()
    with served(home, "amended_house", str(tmp_path / "study")) as house:
        desk = Desk(browser, house)
        yield desk
        desk.close()


def pressed(page: Page, name: str) -> None:
    """The button, without a mouse, and the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.focus()
        page.keyboard.press("Enter")


def day(page: Page, days_ago: int, name: str = "happened") -> None:
    page.locator(f'[name="{name}.text"]').fill((today() - timedelta(days=days_ago)).isoformat())


def activate(desk: Desk, office: Page, site: str, days_ago: int) -> None:
    desk.go(office, PAGE)
    row = office.locator("tr", has_text="Activate it here: A1").filter(has_text=site).first
    with office.expect_navigation():
        row.get_by_role("link", name="Activate it here").focus()
        office.keyboard.press("Enter")
    day(office, days_ago)
    pressed(office, "Activate the amendment")
    expect(office.get_by_text("The amendment is activated")).to_be_visible()


def sign(assistant: Page, version: str, days_ago: int) -> None:
    day(assistant, days_ago)
    assistant.locator(f'[name="version"][value="{version}"]').check()
    pressed(assistant, "Record the consent")


def asks_pulse(desk: Desk, assistant: Page, number: str) -> bool:
    desk.go(assistant, FORM.format(number))
    return assistant.locator('[name="pulse"]').is_visible()


def test_two_hospitals_take_up_an_amendment_on_two_days_and_consent_again(amended: Desk):
    desk, numbers = amended, amended.house.stages
    office, here, there = (desk.sign_in(who) for who in ("office", "assistant-01", "assistant-02"))
    # Before any activation nothing of it is asked anywhere, and nobody may sign the new version.
    desk.go(here, "/today/")
    expect(here.get_by_text(AGAIN)).to_have_count(0)
    assert not asks_pulse(desk, here, numbers["01"])
    # The first hospital: its participant is to consent again, and the other's is not.
    activate(desk, office, "01", days_ago=8)
    assert barriers(office) == []
    desk.go(here, "/today/")
    expect(here.get_by_text(AGAIN).first).to_be_visible()
    desk.go(there, "/today/")
    expect(there.get_by_text(AGAIN)).to_have_count(0)
    assert not asks_pulse(desk, here, numbers["01"])
    desk.go(here, f"/participants/{numbers['01']}/")
    with here.expect_navigation():
        here.get_by_role("link", name=AGAIN).first.click()
    sign(here, "2", days_ago=5)
    expect(here.get_by_text(AGAIN)).to_have_count(0)
    # From then on the form asks what is new, and does not close without it; elsewhere as before.
    assert asks_pulse(desk, here, numbers["01"])
    day(here, 1)
    here.locator('[name="systolic"]').fill("140")
    here.get_by_role("button", name="Save and close", exact=True).first.click()
    expect(here.get_by_text("Pulse must be answered").first).to_be_visible()
    assert barriers(here) == []
    here.locator('[name="pulse"]').fill("70")
    pressed(here, "Save and close")
    assert not asks_pulse(desk, there, numbers["02"])
    day(there, 2)
    there.locator('[name="systolic"]').fill("140")
    pressed(there, "Save and close")
    # The second hospital, on another day: what was filled in before stays as it was.
    activate(desk, office, "02", days_ago=3)
    desk.go(there, f"/participants/{numbers['02']}/consent/")
    sign(there, "2", days_ago=1)
    assert not asks_pulse(desk, there, numbers["02"])
    office.set_viewport_size(PHONE)
    desk.go(office, PAGE)
    wide = office.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"] and barriers(office) == []
