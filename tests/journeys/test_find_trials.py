"""The finder in a browser: without JavaScript, by keyboard alone, and where the reader is."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Desk
from tests.registry_records import sample

AMSTERDAM = {"latitude": 52.3676, "longitude": 4.9041}


def hosts(page: Page) -> set[str]:
    """Where this page asks anything, from now on."""
    found: set[str] = set()
    page.on("request", lambda request: found.add(urlsplit(request.url).netloc))
    return found


def test_trials_are_found_filtered_and_compared_without_javascript(desk: Desk):
    page = desk.window(viewport=PHONE, java_script_enabled=False)
    desk.go(page, "/trials/")
    page.get_by_label("What are you looking for?").fill("darmkankr")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/trials/?q=darmkankr")  # without what was left empty
    expect(page.get_by_text("colorectal cancer")).to_be_visible()
    expect(page.get_by_role("button", name="Use where I am")).to_be_hidden()
    page.get_by_label(re.compile("^Recruiting")).check(force=True)
    page.get_by_role("button", name="Search with these").click()
    page.wait_for_url("**/trials/?q=darmkankr&status=RECRUITING")
    for box in page.locator("input[name=of]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Compare the two that are ticked").click()
    page.wait_for_url("**/trials/compare/?of=*&of=*")
    expect(page.get_by_role("heading", name="Two trials side by side")).to_be_visible()


def test_a_trial_is_found_and_read_by_keyboard_alone(desk: Desk):
    page = desk.window()
    desk.go(page, "/trials/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What are you looking for?")).to_be_focused()
    page.keyboard.type("NCT06857773")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trials/?q=NCT06857773*")
    first = page.locator(".eq-found a").first
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/trials/NCT06857773/")
    expect(page.get_by_role("heading", name="Inclusion criteria")).to_be_visible()


def test_where_the_reader_is_goes_to_this_server_alone_and_to_about_a_kilometre(desk: Desk):
    page = desk.window(geolocation=AMSTERDAM, permissions=["geolocation"])
    asked_of = hosts(page)
    desk.go(page, "/trials/?q=cancer")
    page.get_by_role("button", name="Use where I am").click()
    page.wait_for_url("**at=52.37%2C4.9*")
    expect(page.get_by_text("Within 50 km of where you are")).to_be_visible()
    assert asked_of == {urlsplit(page.url).netloc}


def test_a_browser_that_does_not_tell_where_it_is_leaves_a_town_to_be_written(desk: Desk):
    page = desk.window()
    desk.go(page, "/trials/")
    page.get_by_role("button", name="Use where I am").click()
    expect(page.get_by_text("Your browser did not tell; write a town instead.")).to_be_visible()


@pytest.mark.slow
def test_every_record_of_the_sample_opens_in_a_browser_and_fits_a_small_telephone(desk: Desk):
    page = desk.window(viewport={"width": 320, "height": 640})
    for one in sample():
        names = one["protocolSection"]["identificationModule"]
        desk.go(page, f"/trials/{names['nctId']}/")
        expect(page.locator("h1")).to_have_text(" ".join(names["briefTitle"].split()))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, names["nctId"]
    assert not desk.faults
