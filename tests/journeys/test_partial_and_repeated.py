"""Days of which a part is not known, and adverse events that come back, as a nurse records them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import PHONE, Desk, today

pytestmark = pytest.mark.slow
MEDICINES = "/participants/{}/form/concomitant_medication/screening/1/"
FIRST = "comedication.1.comedicine"


def pressed(page: Page, name: str) -> None:
    """The button is pressed by keyboard, and its answer has come."""
    button = page.get_by_role("button", name=name, exact=True).first
    button.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")


def days(page: Page, began: str, ended: str, reason: str = "") -> None:
    page.locator(f'[name="{FIRST}_started_on.text"]').fill(began)
    page.locator(f'[name="{FIRST}_ended_on.text"]').fill(ended)
    if reason:
        page.locator('[name="reason"]').fill(reason)
    pressed(page, "Save and close")


def test_a_day_known_in_part_is_no_lie_and_no_doubt(desk: Desk) -> None:
    who = desk.house.stages["consented"]
    nurse = desk.sign_in("nurse-01")
    desk.go(nurse, MEDICINES.format(who))
    nurse.locator('[name="happened.text"]').fill(today().isoformat())
    nurse.locator(f'[name="{FIRST}"]').fill("omeprazole")
    # The year alone against the year before: it ended before it began, whatever the days were.
    days(nurse, "2020", "2019")
    summary = nurse.locator(".govuk-error-summary")
    expect(summary).to_contain_text("A medicine cannot end before it began")
    expect(nurse.locator(f'[name="{FIRST}_ended_on.text"]')).to_have_value("2019")
    # No such month: what was typed stays, and nothing is recorded.
    days(nurse, "2020", "2020-13")
    expect(summary).to_contain_text("Ended must be a date")
    expect(nurse.locator(f'[name="{FIRST}_ended_on.text"]')).to_have_value("2020-13")
    # The same year: nobody knows which was first, so nothing is in the way.
    days(nurse, "2020-UN-UN", "Mar 2020")
    expect(nurse.get_by_text("Saved: Concomitant medication")).to_be_visible()
    desk.go(nurse, f"/participants/{who}/record/concomitant_medication/screening/1/")
    expect(nurse.locator("main")).to_contain_text("Started: 2020, Ended: Mar 2020")
    assert barriers(nurse) == []
    # More becomes known, and now it is known to be wrong.
    desk.go(nurse, MEDICINES.format(who))
    days(nurse, "June 2020", "2020-03-UN", "the pharmacy knows it")
    expect(summary).to_contain_text("A medicine cannot end before it began")
    days(nurse, "Feb 2020", "2020-03-UN", "the pharmacy knows it")
    expect(nurse.get_by_text("Saved: Concomitant medication")).to_be_visible()


def event(page: Page, term: str, began: str, over: str = "") -> None:
    """What a nurse knows of an event that was no more than a nuisance."""
    page.locator('[name="term"]').fill(term)
    chosen = {"grade": "2", "serious": "no", "related": "no", "outcome": "recovered"}
    for name, value in chosen.items():
        choice = page.locator(f'[name="{name}"]').first
        if choice.evaluate("one => one.tagName") == "SELECT":
            choice.select_option(value)
        else:
            page.locator(f'[name="{name}"][value="{value}"]').check()
    page.locator('[name="begin.text"]').fill(began)
    page.locator('[name="end.text"]').fill(over)


def test_an_adverse_event_comes_back(desk: Desk) -> None:
    who = desk.house.stages["other arm"]
    nurse = desk.sign_in("nurse-01", viewport=PHONE)
    address = f"/participants/{who}/adverse-event/"
    for began, over in (("yesterday", "yesterday"), ("today", "today")):
        desk.go(nurse, address)
        event(nurse, "Diarrhoea", began, over)
        pressed(nurse, "Record the event")
        expect(nurse.get_by_text("The event is recorded")).to_be_visible()
    # The same one once more is not a third.
    desk.go(nurse, address)
    event(nurse, "diarrhoea", "today", "today")
    pressed(nurse, "Record the event")
    expect(nurse.get_by_text("this event was recorded before").first).to_be_visible()
    expect(nurse.locator('[name="term"]')).to_have_value("diarrhoea")
    # The second went on to be worse; the first is left as it was.
    desk.go(nurse, f"/participants/{who}/")
    rows = nurse.locator("tr", has_text="Diarrhoea")
    expect(rows).to_have_count(2)
    assert barriers(nurse) == []
    rows.last.get_by_role("link", name=re.compile("Update")).click()
    expect(nurse.locator('[name="term"]')).to_have_value("Diarrhoea")
    nurse.locator('[name="grade"][value="3"]').check()
    nurse.locator('[name="reason"]').fill("it went on at night")
    pressed(nurse, "Update the event")
    expect(nurse.get_by_text("The event is updated")).to_be_visible()
    expect(rows.first).to_contain_text("2, moderate")
    expect(rows.last).to_contain_text("3, severe")
