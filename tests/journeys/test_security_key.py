"""A security key in a real browser: added, used to sign in, and used before an act that asks it."""

from playwright.sync_api import Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import Desk
from tests.web_trial import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_security_key_is_added_signs_in_and_proves_who_draws(desk: Desk):
    """At the name of the machine: at an address of figures a browser binds no key."""
    by_name = desk.house.url.replace("127.0.0.1", "localhost")
    page = desk.window()
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    _sign_in(page, by_name)
    page.wait_for_url("**/today/")
    page.goto(f"{by_name}/accounts/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the key").fill("At the desk")
    assert not barriers(page)
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", name="Codes for recovery")).to_be_visible()
    assert not barriers(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{by_name}/")
    _sign_in(page, by_name)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert not barriers(page)
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/today/")
    number = desk.house.stages["to be drawn"]
    page.goto(f"{by_name}/accounts/2fa/webauthn/")
    expect(page.get_by_role("row", name="At the desk")).to_contain_text("Remove")
    assert not barriers(page)
    _draw(page, by_name, number)


def _sign_in(page: Page, by_name: str) -> None:
    page.goto(f"{by_name}/accounts/login/")
    page.fill("input[name=login]", "doctor-with-key")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")


def _draw(page: Page, by_name: str, number: str) -> None:
    page.goto(f"{by_name}/participants/{number}/randomise/")
    page.get_by_label("Type the participant's number to confirm").fill(number)
    page.get_by_role("button", name="Use a security key instead").click()
    expect(page.get_by_text("Your security key has answered")).to_be_visible()
    page.get_by_role("button", name="Randomise now").click()
    page.wait_for_url("**/randomised/")
