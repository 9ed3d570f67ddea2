"""A name that was typed by mistake is taken out by keyboard, and both verifiers agree."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import PHONE, Desk
from tests.patience import HANG
from tests.web_trial import PASSWORD

pytestmark = pytest.mark.slow
NAME = "Wolterink"
TOOL = Path(__file__).parents[2] / "tools" / "verify_ledger.py"


def by_keyboard(page: Page, name: str) -> None:
    """The button is pressed without a mouse."""
    page.get_by_role("button", name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


def verified(desk: Desk, folder: Path) -> tuple[str, str]:
    """What both verifiers say of the ledger as it is taken out now."""
    there = {**os.environ, "EQUIPOISE_HOME": str(desk.house.home)}
    export = folder / "ledger.jsonl"
    cli = [sys.executable, "-m", "equipoise.cli"]
    how = {"env": there, "capture_output": True, "text": True, "timeout": HANG, "check": True}
    subprocess.run([*cli, "export", str(export)], **how)
    assert NAME.encode() not in export.read_bytes()
    ours = subprocess.run([*cli, "verify"], **how).stdout
    theirs = subprocess.run([sys.executable, "-S", "-I", str(TOOL), str(export)], **how).stdout
    return ours, theirs


def test_a_name_is_found_and_taken_out_and_both_verifiers_tell_of_it(desk: Desk, tmp_path: Path):
    who = desk.house.stages["filled"]
    nurse, office = desk.sign_in("nurse-01"), desk.sign_in("office")
    desk.go(nurse, f"/participants/{who}/form/demography/screening/1/")
    height = nurse.locator('[name="height"]')
    height.fill(str(int(height.input_value() or "170") + 1))
    nurse.locator('[name="reason"]').last.fill(f"mrs {NAME} said so")
    by_keyboard(nurse, "Save and close")
    expect(nurse.get_by_text("Saved: ")).to_be_visible()
    desk.go(office, f"/participants/{who}/redact/")
    assert barriers(office) == []
    office.locator('[name="must-go"]').fill(NAME.lower())
    by_keyboard(office, "Look where they stand")
    expect(office.get_by_text(f"mrs {NAME} said so")).to_be_visible()
    expect(office.get_by_text("mrs [redacted] said so")).to_be_visible()
    assert barriers(office) == []
    office.set_viewport_size(PHONE)
    assert office.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    office.locator('[name="reason"]').fill("she is known by it")
    office.locator('[name="proof"]').fill(PASSWORD)
    by_keyboard(office, "Take it out for good")
    expect(office.get_by_text("It is taken out, and nowhere recorded what it was")).to_be_visible()
    desk.go(nurse, f"/participants/{who}/history/")
    assert NAME not in nurse.content() and "mrs [redacted] said so" in nurse.content()
    ours, theirs = verified(desk, tmp_path)
    for told in (ours, theirs):
        assert f"{who} " in told and "redacted by entry" in told
    assert ": 0 faults" in ours and "all whole" in theirs
    assert not desk.faults
