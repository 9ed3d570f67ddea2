"""Typing that is cut short: by the end of a sign-in, another person, a lost server or a way out.

Nothing typed is lost, nothing is saved under another's name, nothing is put into the browser.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Request, Response, Route, expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import DESKTOP, PHONE, Desk, today
from tests.web_trial import PASSWORD

FORM = "/participants/{}/form/laboratory/screening/1/"
STORED = """async () => localStorage.length + sessionStorage.length
            + (await indexedDB.databases()).length + (await caches.keys()).length"""


@pytest.fixture
def desk(desk: Desk) -> Iterator[Desk]:
    """A desk at which a server may be away and a sign-in may end."""
    desk.expected += (
        "status of 401",
        "status of 400",
        "ERR_INTERNET_DISCONNECTED",
        "ERR_FAILED",
        "htmx:error",
    )
    yield desk
    for context in desk.contexts:
        for page in context.pages:
            assert page.evaluate(STORED) == 0


@pytest.fixture
def calls() -> set[Request]:
    """What the nurse's page has asked and has no answer to yet."""
    return set()


@pytest.fixture
def nurse(desk: Desk, calls: set[Request]) -> Page:
    """A nurse before an empty form of somebody new."""
    page = desk.sign_in("nurse-01")
    page.on("request", lambda call: calls.add(call))
    page.on("requestfinished", lambda call: calls.discard(call))
    page.on("requestfailed", lambda call: calls.discard(call))
    desk.go(page, "/new-participant/")
    page.get_by_role("button", name="Give the next number").click()
    number = page.locator(".eq-subject__number").inner_text().strip()
    desk.go(page, FORM.format(number))
    return page


def end_sign_in(page: Page, calls: set[Request]) -> None:
    """The sign-in ends once no answer is under way, for that would renew it."""
    while calls:
        page.wait_for_timeout(50)
    page.context.clear_cookies(name="sessionid")


TYPED = """values => {
    for (const [name, value] of Object.entries(values)) {
        const field = document.querySelector(`[name="${name}"]`);
        field.value = value;
        for (const what of ["input", "change"])
            field.dispatchEvent(new Event(what, { bubbles: true }));
    }
}"""


def fill(page: Page, hb: str) -> None:
    """All at one stroke: once the page tells that it is kept, that is true of all of it."""
    day = {"happened.text": today().isoformat()}
    page.evaluate(TYPED, {**day, "hb": hb})


def sign_in_here(page: Page, person_id: str) -> None:
    over = page.locator("#eq-over")
    over.get_by_label("Username").fill(person_id)
    over.get_by_label("Password").fill(PASSWORD)
    over.get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and close").click()


def holds(hb: str) -> Callable[[Response], bool]:
    """The answer to the call by which this was kept."""
    return lambda answer: answer.ok and f"hb={hb}" in (answer.request.post_data or "")


def saved(page: Page, hb: str) -> None:
    """The page told that it was saved, and so the history says: by the nurse."""
    expect(page.get_by_text("Saved: Laboratory")).to_be_visible()
    page.goto(f"{page.url}history/")
    expect(page.locator("main")).to_contain_text(f"{hb} mmol/L")
    expect(page.locator("main")).to_contain_text("Nurse-01")
    expect(page.locator("main")).not_to_contain_text("Doctor-01")


def test_a_sign_in_that_ends_while_typing_is_renewed_in_place(
    desk: Desk, nurse: Page, calls: set[Request]
):
    fill(nurse, "7.2")
    # No call of what was typed before is under way any more: the next one is of what comes now.
    expect(nurse.locator("#eq-kept")).to_contain_text("is kept for you")
    end_sign_in(nurse, calls)
    nurse.fill("#hb", "7.3")
    over = nurse.locator("#eq-over")
    expect(over.get_by_text("Your sign-in has ended")).to_be_visible()
    assert not barriers(nurse)
    nurse.keyboard.press("Escape")
    expect(over).to_be_visible()
    over.get_by_label("Username").fill("nurse-01")
    over.get_by_label("Password").fill("mistyped")
    nurse.keyboard.press("Enter")
    expect(nurse.locator("#eq-over-error")).not_to_be_empty()
    nurse.set_viewport_size(PHONE)
    assert not barriers(nurse)
    nurse.set_viewport_size(DESKTOP)
    with nurse.expect_response(holds("7.3")):  # what was kept before says so too
        sign_in_here(nurse, "nurse-01")
    expect(over).to_be_hidden()
    expect(nurse.locator("#eq-kept")).to_contain_text("is kept for you")
    expect(nurse.locator("#hb")).to_have_value("7.3")
    end_sign_in(nurse, calls)
    save(nurse)
    sign_in_here(nurse, "nurse-01")
    saved(nurse, "7.3")


def test_another_person_in_a_second_tab_saves_nothing_of_it(desk: Desk, nurse: Page):
    fill(nurse, "7.4")
    # Nothing is under way when the sign-in ends: a call between the two persons would find nobody.
    expect(nurse.locator("#eq-kept")).to_contain_text("is kept for you")
    other = nurse.context.new_page()
    desk.go(other, "/me/")
    sign_out(other)
    desk.sign_in_at(other, "doctor-01")
    nurse.bring_to_front()
    nurse.fill("#platelets", "211")
    expect(nurse.locator("#eq-over").get_by_text("Someone else has signed in")).to_be_visible()
    sign_in_here(nurse, "nurse-01")
    save(nurse)
    saved(nurse, "7.4")
    other.close()


def test_another_person_who_signs_in_in_place_gets_a_clean_page(
    desk: Desk, nurse: Page, calls: set[Request]
):
    fill(nurse, "7.5")
    address = nurse.url
    expect(nurse.locator("#eq-kept")).to_contain_text("is kept for you")
    end_sign_in(nurse, calls)
    nurse.fill("#platelets", "212")
    sign_in_here(nurse, "doctor-01")
    expect(nurse.locator(".eq-header__who")).to_contain_text("Doctor-01")
    nurse.goto(address)
    expect(nurse.locator("#hb")).to_have_value("")
    expect(nurse.locator("#draft-found")).to_have_count(0)
    sign_out(nurse)
    desk.sign_in_at(nurse, "nurse-01")
    nurse.goto(address)
    expect(nurse.locator("#hb")).to_have_value("7.5")


def test_a_second_step_is_taken_in_another_tab_and_the_page_goes_on(
    desk: Desk, nurse: Page, calls: set[Request]
):
    fill(nurse, "8.3")
    expect(nurse.locator("#eq-kept")).to_contain_text("is kept for you")
    end_sign_in(nurse, calls)
    nurse.fill("#hb", "8.4")
    over = nurse.locator("#eq-over")
    second = {"location": "/accounts/2fa/authenticate/"}
    nurse.route("**/accounts/login/", lambda route: route.fulfill(json=second))
    sign_in_here(nurse, "nurse-01")
    expect(over.get_by_role("link", name="Take it in another tab")).to_be_focused()
    other = nurse.context.new_page()
    desk.sign_in_at(other, "nurse-01")
    expect(over).to_be_hidden()
    expect(nurse.locator("#hb")).to_have_value("8.4")
    other.close()


def test_a_lost_server_loses_nothing_and_is_tried_again(desk: Desk, nurse: Page):
    nurse.context.set_offline(True)
    fill(nurse, "7.6")
    said = nurse.locator("#eq-typing")
    expect(said).to_contain_text("The server does not answer")
    assert not barriers(nurse)
    save(nurse)
    expect(said).to_contain_text("whether this was saved is not known")
    expect(nurse.locator("#hb")).to_have_value("7.6")
    lost: list[str] = []
    nurse.route("**/form/**", lambda route: without_its_answer(route, lost))
    nurse.context.set_offline(False)
    nurse.get_by_role("button", name="Try again now").click()
    while not lost:  # by this try or by the page's own, which may be under way
        nurse.wait_for_timeout(50)
    expect(nurse.locator("form#entry[aria-busy]")).to_have_count(0)
    expect(said).to_contain_text("whether this was saved is not known")
    nurse.unroute("**/form/**")
    with suppress(Error):  # the page may be leaving: it tries again by itself too
        nurse.evaluate("document.getElementById('eq-again')?.click()")
    twice = "This was recorded already; nothing is recorded twice"
    expect(nurse.get_by_text(twice)).to_be_visible()


def without_its_answer(route: Route, lost: list[str]) -> None:
    """The server gets what is saved, and what it answers is lost."""
    if "x-page-stays" in route.request.headers:
        route.fetch()
        route.abort()
        lost.append(route.request.url)
    else:
        route.continue_()


def test_a_change_of_language_and_a_reload_keep_what_was_typed(desk: Desk, nurse: Page):
    fill(nurse, "7.7")
    nurse.get_by_role("button", name="Nederlands").click()
    expect(nurse.locator("html")).to_have_attribute("lang", "nl")
    expect(nurse.locator("#hb")).to_have_value("7,7")
    assert not barriers(nurse)
    nurse.fill("#platelets", "213")
    expect(nurse.locator("#eq-kept")).to_contain_text("voor u bewaard")
    nurse.reload()
    expect(nurse.locator("#platelets")).to_have_value("213")
    nurse.get_by_role("button", name="Gooi het weg").click()
    expect(nurse.locator("#hb")).to_have_value("")


def test_leaving_is_questioned_only_where_something_is_not_kept(desk: Desk, nurse: Page):
    asked: list[str] = []
    nurse.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    fill(nurse, "7.8")
    expect(nurse.locator("#eq-kept")).to_contain_text("is kept for you")
    nurse.reload()
    assert not asked
    nurse.context.set_offline(True)
    nurse.fill("#hb", "7.9")
    expect(nurse.locator("#eq-typing")).to_contain_text("The server does not answer")
    nurse.route("**/form/**", without_posts)
    nurse.context.set_offline(False)
    nurse.reload()
    assert asked == ["beforeunload"]


def without_posts(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_a_warning_comes_before_the_end_and_gives_more_time(desk: Desk, nurse: Page):
    address = nurse.url
    nurse.clock.install()

    def answer(route: Route) -> None:
        told = route.fetch().json()
        if route.request.method == "GET":
            told["left"] = 299
        route.fulfill(json=told)

    nurse.route("**/session/", answer)
    nurse.goto(address)
    fill(nurse, "8.1")
    expect(nurse.locator("#eq-kept")).to_contain_text("is kept for you")
    nurse.clock.fast_forward(25 * 60 * 1000 + 2000)
    soon = nurse.locator("#eq-soon")
    expect(soon).to_contain_text(re.compile("In about [2-5] minutes"))  # they go by meanwhile
    assert not barriers(nurse)
    expect(soon.get_by_role("button", name="Stay signed in")).to_be_focused()
    nurse.keyboard.press("Enter")
    expect(soon).to_be_hidden()
    expect(nurse.locator("#hb")).to_have_value("8.1")


def test_a_refusal_is_shown_without_leaving_the_page_and_what_was_typed_stays(nurse: Page):
    nurse.fill("#hb", "plenty")
    save(nurse)
    expect(nurse.locator(".govuk-error-summary")).to_be_focused()
    assert nurse.title().startswith("Error:")
    expect(nurse.locator("#hb")).to_have_value("plenty")
    fill(nurse, "8.2")
    save(nurse)
    saved(nurse, "8.2")


def test_what_an_answer_brings_up_comes_however_fast_one_types(nurse: Page):
    """Days typed just before do not keep back the call of the answer that counts."""
    nurse.goto(nurse.url.replace("laboratory/screening", "quality_of_life/baseline"))
    nurse.fill("[name='happened.text']", today().isoformat())
    nurse.check("[name='questionnaires_completed'][value='yes']")
    expect(nurse.locator("#questionnaires_by-place")).to_contain_text("How")


def test_nothing_is_typed_into_a_form_while_it_is_saved(nurse: Page):
    """It would be lost with the page that the answer brings."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if "x-page-stays" in route.request.headers else route.continue_()

    nurse.fill("#hb", "plenty")
    nurse.route("**/form/laboratory/**", hold)
    save(nurse)
    expect(nurse.locator("#eq-typing")).to_contain_text("Saving")
    nurse.locator("#hb").focus()
    nurse.keyboard.type("more")
    typed = nurse.locator("#hb").input_value()
    held[0].continue_()
    assert typed == "plenty"
    expect(nurse.locator(".govuk-error-summary")).to_be_focused()
    nurse.locator("#hb").click()
    nurse.keyboard.type("more")
    expect(nurse.locator("#hb")).to_have_value(re.compile("more"))


def test_after_a_save_in_vain_the_place_comes_back_but_not_from_where_one_went(nurse: Page):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if "x-page-stays" in route.request.headers else route.continue_()

    nurse.fill("#hb", "7.6")
    nurse.route("**/form/laboratory/**", hold)
    for went_on in (False, True):
        nurse.locator("#hb").press("Enter")
        expect(nurse.locator("main form[inert]")).to_have_count(1)
        expect(nurse.locator("#eq-typing")).to_contain_text("Saving")
        if went_on:
            nurse.locator("main aside a").first.focus()
        held.pop().abort()
        expect(nurse.locator("#eq-typing")).to_contain_text("does not answer")
        place = nurse.locator("main aside a").first if went_on else nurse.locator("#hb")
        expect(place).to_be_focused()
