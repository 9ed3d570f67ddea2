"""People bind the account of their hospital, sign in with it, and prove by it who they are."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys.barriers import BY_SIZE, barriers
from tests.journeys.conftest import DESKTOP, PHONE, Desk, House
from tests.journeys.test_typed_in_browser import FORM, end_sign_in
from tests.web import hospital_provider
from tests.web.hospital_house import name_providers, no_providers
from tests.web_trial import PASSWORD


@pytest.fixture(scope="module")
def _hospitals(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("hospitals")
    with hospital_provider.serving(folder, house.url) as both:
        name_providers(house.home, duin=both.duin, veen=both.veen)
        yield
        no_providers(house.home)


pytestmark = pytest.mark.usefixtures("_hospitals")


def there(page: Page, name: str) -> None:
    """Sign in at the hospital's own page."""
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", hospital_provider.PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


def seen(page: Page) -> None:
    """No barrier on a desk or a telephone."""
    assert not barriers(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not barriers(page, BY_SIZE, "rule")
    page.set_viewport_size(DESKTOP)


def sign_out(desk: Desk, page: Page, button: str = "Sign out") -> None:
    page.get_by_role("button", name=button).click()
    page.wait_for_url(f"{desk.house.url}/")


def write_down(desk: Desk, office: Page, person: str, subject: str, alone: bool = False) -> None:
    """The office writes down whose account it is, in Dutch."""
    desk.go(office, f"/people/{person}/hospital/")
    office.select_option("select[name=hospital]", "veen")
    office.fill("input[name=subject]", subject)
    if alone:
        office.check("input[name=alone]")
    office.fill("input[name=proof]", PASSWORD)
    office.get_by_role("button", name="Account koppelen").click()


def test_an_account_is_bound_signs_in_and_proves(desk: Desk):
    page = desk.sign_in("doctor-01")
    desk.go(page, "/me/hospital/")
    seen(page)
    page.fill("input[name=proof]", PASSWORD)
    page.get_by_role("button", name="Bind my account of Duin Hospital").click()
    there(page, "alice")
    expect(page.get_by_role("button", name="End the binding Duin Hospital")).to_be_visible()
    seen(page)
    sign_out(desk, page)
    desk.go(page, "/accounts/login/")
    seen(page)
    page.get_by_role("button", name="Sign in with Duin Hospital").click()  # still signed in there
    page.wait_for_url("**/today/")
    desk.go(page, f"/participants/{desk.house.stages['registered']}/randomise/")
    seen(page)
    page.get_by_role("button", name="Prove it at Duin Hospital").click()
    there(page, "alice")
    expect(page.get_by_text("You have just proved at Duin Hospital")).to_be_visible()
    seen(page)


@pytest.mark.slow  # the first way is tried in every run
def test_without_javascript_and_in_dutch_the_way_is_the_same(desk: Desk):
    page = desk.sign_in("monitor", java_script_enabled=False, locale="nl-NL")
    desk.go(page, "/me/hospital/")
    page.fill("input[name=proof]", PASSWORD)
    page.get_by_role("button", name="Mijn account van Veen Hospital koppelen").click()
    there(page, "carol")
    ends = page.get_by_role("button", name="Koppeling beëindigen Veen Hospital")
    expect(ends).to_be_visible()
    sign_out(desk, page, "Uitloggen")
    desk.go(page, "/accounts/login/")
    page.get_by_role("button", name="Inloggen met Veen Hospital").click()
    page.wait_for_url("**/today/")


@pytest.mark.slow  # the first way is tried in every run
def test_an_account_that_nobody_is_bound_to_is_told_and_the_office_writes_it_down(desk: Desk):
    page = desk.window(locale="nl-NL")
    desk.go(page, "/accounts/login/")
    page.get_by_role("button", name="Inloggen met Veen Hospital").click()
    there(page, "bob")
    expect(page.get_by_text("is hier niet bekend")).to_be_visible()
    seen(page)
    office = desk.sign_in("office", locale="nl-NL")
    write_down(desk, office, "nurse-01", "bob@duin.example")
    expect(office.get_by_role("alert")).to_be_visible()
    seen(office)
    write_down(desk, office, "nurse-01", "2")
    expect(office.get_by_role("button", name="Koppeling beëindigen Veen Hospital")).to_be_visible()
    seen(office)
    desk.go(page, "/accounts/login/")
    page.get_by_role("button", name="Inloggen met Veen Hospital").click()
    page.wait_for_url("**/today/")


@pytest.mark.slow  # the first way is tried in every run
def test_without_a_password_an_ended_sign_in_is_renewed_at_the_hospital_in_another_tab(desk: Desk):
    desk.expected += ("status of 401",)
    office = desk.sign_in("office", locale="nl-NL")
    write_down(desk, office, "doctor-of-veen", "1", alone=True)
    expect(office.get_by_role("button", name="Koppeling beëindigen Veen Hospital")).to_be_visible()
    page, calls = desk.window(), set[Request]()
    page.on("request", lambda call: calls.add(call))
    page.on("requestfinished", lambda call: calls.discard(call))
    page.on("requestfailed", lambda call: calls.discard(call))
    desk.go(page, "/accounts/login/")
    page.get_by_role("button", name="Sign in with Veen Hospital").click()
    there(page, "alice")
    page.wait_for_url("**/today/")
    desk.go(page, FORM.format(desk.house.stages["elsewhere"]))
    page.fill("#hb", "7.2")
    expect(page.locator("#eq-kept")).to_contain_text("is kept for you")
    end_sign_in(page, calls)
    page.fill("#hb", "7.3")
    over = page.locator("#eq-over")
    expect(over.get_by_text("Your sign-in has ended")).to_be_visible()
    expect(over.get_by_label("Password")).to_have_count(0)
    seen(page)
    with page.context.expect_page() as opened:
        over.get_by_role("button", name="Sign in with Veen Hospital").click()
    opened.value.wait_for_url("**/today/")
    expect(over).to_be_hidden()
    expect(page.locator("#hb")).to_have_value("7.3")
