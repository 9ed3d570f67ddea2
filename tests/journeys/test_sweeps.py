"""A sweep in a real browser: asked, watched and read, without a mouse or without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import Desk
from tests.patience import wait_until

pytestmark = pytest.mark.browser


def fill(page: Page, title: str, values: str, most: str = "20000") -> None:
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Values of axis 1").fill(values)
    page.get_by_label("Participants", exact=True).fill("60")
    page.get_by_label("Accrual, months", exact=True).fill("12")
    page.get_by_label("Most trials of a point").fill(most)


def press(page: Page, button: str) -> None:
    """Without JavaScript every button leads to another page: it is there before one goes on."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def stopped(page: Page) -> bool:
    """Look again, and ask again if it had not begun to listen."""
    if page.get_by_role("button", name="Stop it").count():
        press(page, "Stop it")
    page.reload()
    return page.get_by_role("button", name="Go on").count() == 1


def test_a_sweep_is_asked_with_the_keyboard_and_its_page_tells_when_it_is_done(desk: Desk):
    page = desk.sign_in("statistician")
    desk.go(page, "/design/")
    page.get_by_role("link", name=re.compile("many scenarios")).click()
    page.get_by_role("button", name="New sweep").focus()
    page.keyboard.press("Enter")
    fill(page, "By keyboard", "0.5, 1.0001x")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.locator("#values1-error")).to_contain_text("Give a number")
    expect(page.get_by_label("Participants", exact=True)).to_have_value("60")
    assert not barriers(page)
    page.get_by_label("Values of axis 1").fill("0.5, 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="By keyboard")).to_be_visible()
    assert not barriers(page)
    expect(page.get_by_text("It has ended.")).to_be_visible()
    page.get_by_role("link", name="Show what it found").focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="Operating characteristics")
    expect(table.get_by_role("row")).to_have_count(3)
    assert not barriers(page)


def test_without_javascript_a_sweep_is_stopped_and_gone_on_with(desk: Desk):
    page = desk.sign_in("statistician", java_script_enabled=False)
    desk.go(page, "/design/sweeps/new/")
    fill(page, "By hand", "0.5..1/0.05", most="1000000")
    page.get_by_label("Monte-Carlo error wanted").fill("0.001")
    press(page, "Begin the sweep")
    press(page, "Stop it")
    wait_until(lambda: stopped(page), "the sweep does not stop")
    press(page, "Go on")
    expect(page.get_by_text("The sweep goes on")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("link", name="Show what is found so far").click()
    press(page, "Stop it")
    expect(page.get_by_text("what it has done is kept")).to_be_visible()
