"""From a nurse's form to a signature that falls: queries, verification, signature, correction."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import Desk, today
from tests.web_trial import PASSWORD

FORM, RECORD = "/participants/{}/form/laboratory/screening/1/", "/participants/{}/record/{}"
LAB = "laboratory/screening/1/"
ENTERED = {"hb": "0.8", "platelets": "1900", "inr": "1.1"}


def day(page: Page, name: str = "happened") -> None:
    page.locator(f'[name="{name}.text"]').fill(today().isoformat())


def by_keyboard(page: Page, name: str) -> None:
    """The button is pressed without a mouse."""
    page.get_by_role("button", name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


def pressed(page: Page, name: str) -> None:
    """The same, and the page that it leads to."""
    with page.expect_navigation():
        by_keyboard(page, name)


def test_a_form_is_queried_verified_and_signed_and_a_correction_lets_both_fall(desk: Desk):
    nurse, monitor, doctor = (desk.sign_in(who) for who in ("nurse-01", "monitor", "doctor-01"))
    desk.go(nurse, "/new-participant/")
    pressed(nurse, "Give the next number")
    who = nurse.locator(".eq-subject__number").inner_text().strip()
    # Entered, with two values that are asked back.
    desk.go(nurse, FORM.format(who))
    day(nurse)
    for name, value in ENTERED.items():
        nurse.locator(f'[name="{name}"]').fill(value)
    by_keyboard(nurse, "Save and close")
    asked = nurse.locator('input[name^="why-right:"]')
    expect(asked).to_have_count(2)
    for name in asked.evaluate_all("all => all.map(one => one.name)"):
        why = nurse.locator(f'[name="{name}"]')
        why.fill("measured twice")
        with nurse.expect_response(lambda answer: LAB in answer.url):  # as one leaves the field
            why.press("Tab")
        expect(why).to_have_value("measured twice")
    by_keyboard(nurse, "Save and close")
    expect(nurse.get_by_text("Saved: Laboratory")).to_be_visible()
    # One key opens what was ever recorded of the value where the caret is, and Esc leads back.
    desk.go(nurse, FORM.format(who))
    above = nurse.locator("#hb-place [data-history]").bounding_box()
    assert above and above["height"] >= 24
    field = nurse.locator('[name="hb"]').bounding_box()
    assert field and above["y"] + above["height"] <= field["y"]  # on the line of its label
    nurse.locator('[name="hb"]').focus()
    nurse.keyboard.press("F2")
    history = nurse.locator("dialog[open] [data-answers]")
    expect(history).to_contain_text("measured twice")
    assert barriers(nurse) == []
    nurse.keyboard.press("Escape")
    expect(nurse.locator('[name="hb"]')).to_be_focused()
    # The monitor asks about one of them, and the nurse answers.
    desk.go(monitor, f"/participants/{who}/ask/laboratory/screening/1/hb/")
    monitor.locator('[name="text"]').fill("Is the unit right?")
    pressed(monitor, "Ask")
    desk.go(nurse, f"/participants/{who}/")
    query = re.search(r'href="(/participants/[^"]*/query/[^"/]*/)"', _queries(desk, nurse))
    assert query
    desk.go(nurse, f"{query[1]}answer/")
    nurse.locator('[name="text"]').fill("It is mmol/L")
    pressed(nurse, "Answer it")
    # The monitor compares with the source, verifies by keyboard alone, and closes the query.
    desk.go(monitor, RECORD.format(who, LAB))
    assert barriers(monitor) == []
    for name in (*ENTERED, "happened"):
        monitor.locator(f"#tick-{name}").focus()
        monitor.keyboard.press("Space")
    pressed(monitor, "Verify what is ticked")
    expect(monitor.locator(".eq-tag", has_text="Verified")).to_have_count(4)
    desk.go(monitor, f"{query[1]}close/")
    pressed(monitor, "Close")
    # The investigator signs what is shown.
    desk.go(doctor, RECORD.format(who, f"{LAB}?do=sign"))
    assert barriers(doctor) == []
    doctor.locator("#proof").fill(PASSWORD)
    pressed(doctor, "Sign this form")
    signed = doctor.locator(".eq-signatures")
    expect(signed).to_contain_text("Doctor-01 Testduin")
    expect(signed).to_contain_text("I answer for it")
    expect(signed).not_to_contain_text("Fallen")
    # A value is corrected with its reason: both have fallen, and for that value alone.
    desk.go(nurse, FORM.format(who))
    nurse.locator('[name="inr"]').fill("1.2")
    nurse.locator('[name="reason"]').fill("misread")
    by_keyboard(nurse, "Save and close")
    expect(nurse.get_by_text("Saved: Laboratory")).to_be_visible()
    desk.go(doctor, RECORD.format(who, LAB))
    expect(doctor.locator(".eq-signatures")).to_contain_text("Fallen: the data were changed since")
    row = doctor.locator("tr", has_text="INR")
    expect(row).to_contain_text("Changed since it was verified")
    expect(doctor.locator(".eq-tag", has_text="Changed since it was verified")).to_have_count(1)
    assert barriers(doctor) == []
    desk.go(monitor, RECORD.format(who, ""))
    expect(monitor.locator("tr", has_text="Laboratory")).to_contain_text("1 changed")


def _queries(desk: Desk, page: Page) -> str:
    desk.go(page, "/lists/queries/")
    return page.content()
