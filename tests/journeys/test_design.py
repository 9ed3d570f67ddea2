"""The design page in a real browser: a slider moves and the power follows; no mouse, no script."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from equipoise.design.answer.assumed import assumptions_of
from equipoise.design.own_scheme import own_scheme
from equipoise.study.load import load
from equipoise.web.design.simulation import simulated
from tests.journeys.barriers import barriers
from tests.journeys.conftest import PHONE, Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _kernel_compiled():
    """The first simulation of an installation compiles the kernel; the server finds it."""
    study = load(Path("studies/pump-it"))
    file = assumptions_of(study)
    simulated(replace(file, interim=None), own_scheme(study, file.ratio.value))


def test_a_slider_changes_the_power_at_once_and_keeps_the_focus(desk: Desk):
    page = desk.window()
    desk.go(page, "/design/")
    said, slider = page.locator("#said"), page.get_by_label("Hazard ratio, slider")
    expect(said).to_contain_text("84.7")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Hazard ratio", exact=True)).to_have_value("0.66")
    expect(said).to_contain_text("0.66")
    expect(slider).to_be_focused()
    assert not barriers(page)


def test_a_bad_number_is_told_at_its_field_while_typing_and_stays(desk: Desk):
    page = desk.window()
    desk.go(page, "/design/")
    field = page.get_by_label("Hazard ratio", exact=True)
    field.fill("1.2")
    expect(page.locator("#hazard_ratio-error")).to_contain_text("no benefit to show")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("1.2")
    assert not barriers(page)
    field.fill("0.6")
    expect(page.locator("#hazard_ratio-error")).to_have_text("")
    expect(page.locator("#said")).to_contain_text("0.6")


def test_the_simulation_starts_from_the_keyboard_and_stands_beside_the_formula(desk: Desk):
    page = desk.window()
    desk.go(page, "/design/")
    page.get_by_role("button", name=re.compile("Simulate")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Simulated")).to_be_visible()
    assert page.url.endswith("/design/")
    assert not barriers(page)


def test_without_javascript_the_buttons_do_the_same(desk: Desk):
    page = desk.window(java_script_enabled=False)
    desk.go(page, "/design/")
    assert page.locator("input[type=range]:visible").count() == 0
    page.get_by_label("Hazard ratio", exact=True).fill("0.6")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("0.6")
    page.get_by_role("button", name=re.compile("Simulate")).click()
    expect(page.get_by_role("table", name="Simulated")).to_be_visible()
    expect(page.get_by_label("Hazard ratio", exact=True)).to_have_value("0.6")


def test_a_telephone_shows_it_without_being_pushed_sideways(desk: Desk):
    page = desk.window(viewport=PHONE)
    desk.go(page, "/design/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not barriers(page)
