"""Every screen, for whoever uses it: no barrier that axe can find, on a desk and on a telephone.

axe-core checks WCAG 2.2 A and AA and its own good practice. The screen must also fit a telephone
without being pushed sideways. What must be possible without a mouse or without JavaScript is tried.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import BY_SIZE, barriers
from tests.journeys.conftest import PHONE, Desk, House, today

ACTS = ("consent", "withdraw", "screening-failed", "register", "ask-panel", "randomise")
AFTER = ("randomised", "death", "progression", "local-treatment", "alive", "history")
SCREENS = (
    ("", "/"),
    ("", "/for-doctors/"),
    ("", "/trials/"),
    ("", "/trials/?q=darmkankr&near=Rotterdam&km=x&age=61&status=RECRUITING"),
    ("", "/trials/NCT06857773/?age=12&sex=MALE&healthy=yes"),
    ("", "/trials/NCT03849365/"),
    ("", "/trials/NCT06857773/criteria/"),
    ("", "/trials/compare/?of=NCT06857773&of=NCT03849365"),
    ("", "/trials/compare/?of=NCT00000000"),
    ("", "/trials/places/?q=cancer"),
    ("", "/check/"),
    ("", "/accounts/login/"),
    ("", "/nowhere/"),
    ("doctor-01", "/me/"),
    ("doctor-01", "/me/hospital/"),
    ("doctor-01", "/accounts/2fa/"),
    ("doctor-01", "/accounts/2fa/webauthn/"),
    ("doctor-01", "/accounts/reauthenticate/"),
    ("doctor-01", "/today/"),
    ("doctor-01", "/participants/"),
    ("doctor-01", "/lists/adverse_events/"),
    ("monitor", "/lists/queries/"),
    ("monitor", "/lists/queries/checks/"),
    ("monitor", "/lists/record/"),
    ("doctor-01", "/new-participant/"),
    ("doctor-01", "/participants/{asked}/"),
    ("doctor-01", "/participants/{randomised}/"),
    ("doctor-01", "/participants/{died}/"),
    ("doctor-01", "/participants/{asked}/checklist/"),
    ("doctor-01", "/participants/{consented}/form/imaging/screening/1/"),
    ("doctor-01", "/participants/{filled}/form/laboratory/screening/1/"),
    ("monitor", "/participants/{filled}/history/laboratory/screening/1/hb/"),
    *(("doctor-01", f"/participants/{{consented}}/{act}/") for act in ACTS),
    ("doctor-01", "/participants/{randomised}/treatment/plan/"),
    (
        "doctor-01",
        "/participants/{randomised}/treatment/plan/?regimen=folfox&cycle=1&day.text=today",
    ),
    ("doctor-01", "/participants/{randomised}/treatment/give/?regimen=folfox&cycle=1"),
    ("doctor-01", "/participants/{consented}/adverse-event/"),
    ("doctor-01", "/participants/{registered}/randomise/"),
    *(("doctor-01", f"/participants/{{randomised}}/{act}/") for act in AFTER),
    ("reader-1", "/panel/"),
    ("reader", "/panel/{asked}/"),
    ("chair", "/panel/"),
    ("chair", "/panel/{voted}/conclusion/"),
    ("statistician", "/status/"),
    ("board", "/status/"),
    ("board", "/status/watched/"),
    ("statistician", "/design/forecast/"),
    ("statistician", "/design/forecast/?on=nonsense&site=07"),
    ("", "/design/sweeps/done/"),
    ("statistician", "/design/sweeps/"),
    ("statistician", "/design/sweeps/new/"),
    ("statistician", "/design/sweeps/cut-off/"),
    ("monitor", "/audit/"),
    ("monitor", "/audit/texts/"),
    ("office", "/trial/assumptions/"),
    ("office", "/trial/assumptions/confirm/sites.02/"),
    ("monitor", "/audit/{filled}/5/"),
    ("monitor", "/audit/reviews/"),
    ("monitor", "/audit/review/?form=laboratory"),
    ("office", "/access/"),
    ("office", "/participants/{filled}/redact/"),
    ("office", "/witnesses/"),
    ("office", "/witnesses/letter/"),
    ("office", "/trial/witnesses/"),
    ("office", "/people/"),
    ("office", "/people/give/"),
    ("office", "/people/record/"),
    ("office", "/people/nurse-01/hospital/"),
    ("office", "/mail/"),
    ("office", "/people/nurse-01/nurse/01/end/"),
)


@pytest.fixture(scope="module")
def seats(shared_desk: Desk, house: House) -> dict[str, Page]:
    """A window for each person, signed in once; `reader` is one whose vote is awaited."""
    return {"": shared_desk.window()}


def seat(seats: dict[str, Page], desk: Desk, who: str) -> Page:
    person = desk.house.readers[0] if who == "reader" else who
    if person not in seats:
        seats[person] = desk.sign_in(person)
    return seats[person]


@pytest.mark.parametrize(("who", "address"), SCREENS)
def test_a_screen_has_no_barrier_on_a_desk_or_a_telephone(
    seats: dict[str, Page], shared_desk: Desk, who: str, address: str
):
    page = seat(seats, shared_desk, who)
    page.set_viewport_size({"width": 1366, "height": 768})
    shared_desk.go(page, address.format(**shared_desk.house.stages))
    assert not barriers(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not barriers(page, BY_SIZE, "rule")
    assert not shared_desk.faults


CELL = """() => {
  const link = `<a class="eq-nowrap" href="#">27 November</a>; `;
  const cell = `<td data-label="Filled in">Some words ${link.repeat(30)}</td>`;
  document.querySelector("main").innerHTML =
    `<table class="eq-table eq-table--stack"><tbody><tr>${cell}</tr></tbody></table>`;
  const links = [...document.querySelectorAll("main td a")];
  const lefts = links.map(one => one.getBoundingClientRect().left);
  return [document.documentElement.scrollWidth, Math.min(...lefts)];
}"""


def test_what_stands_in_a_cell_wraps_beside_its_label_on_a_telephone(
    seats: dict[str, Page], shared_desk: Desk
):
    """Words and links that follow each other stay one text, and the page is no wider for them."""
    page = seat(seats, shared_desk, "monitor")
    page.set_viewport_size(PHONE)
    shared_desk.go(page, "/audit/")
    width, left = page.evaluate(CELL)
    assert width <= PHONE["width"] and left > 130


def test_what_verifying_the_ledger_found_is_read_whole_on_a_telephone(
    seats: dict[str, Page], shared_desk: Desk
):
    """Once its right half was out of sight."""
    page = seat(seats, shared_desk, "monitor")
    page.set_viewport_size(PHONE)
    shared_desk.go(page, "/audit/")
    assert page.locator("#eq-words").evaluate(
        "words => words.content.querySelector('[data-word=working]').textContent"
    )
    page.get_by_role("button", name="Verify the ledger now").click()
    expect(page.get_by_role("heading", name="The ledger, verified")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_refused_page_has_no_barrier_and_leads_to_what_to_mend(
    seats: dict[str, Page], shared_desk: Desk
):
    page = seat(seats, shared_desk, "doctor-01")
    page.set_viewport_size({"width": 1366, "height": 768})
    number = shared_desk.house.stages["screened"]
    shared_desk.go(page, f"/participants/{number}/register/")
    page.get_by_role("button", name="Register the participant").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error:")
    assert not barriers(page)
    to_list = page.locator(".govuk-error-summary a").last
    place = to_list.get_attribute("href") or "none"
    to_list.click()
    expect(page.locator(f".eq-criteria {place}")).to_be_in_viewport()


def test_a_form_on_paper_shows_answers_alone_and_the_participant_at_the_head_of_each_sheet(
    seats: dict[str, Page], shared_desk: Desk
):
    page = seat(seats, shared_desk, "doctor-01")
    number = shared_desk.house.stages["filled"]
    shared_desk.go(page, f"/participants/{number}/form/laboratory/screening/1/")
    page.emulate_media(media="print")
    looks = "e => [getComputedStyle(e).display, getComputedStyle(e).breakInside]"
    # A browser repeats the head of a table on each sheet if it may not be broken.
    assert page.locator(".eq-subject").evaluate(looks) == ["table-header-group", "avoid"]
    assert page.locator("body").evaluate(looks)[0] == "table"
    arrows = "all => all.map(one => getComputedStyle(one).appearance)"
    assert set(page.locator("select").evaluate_all(arrows)) == {"none"}
    expect(page.get_by_role("button", name="Save and close")).to_be_hidden()
    page.emulate_media(media="screen")


def test_axe_finds_a_fault_that_was_planted(seats: dict[str, Page], shared_desk: Desk):
    page = seats[""]
    shared_desk.go(page, "/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input>')")
    assert any(fault.startswith("label ") for fault in barriers(page))


def test_a_consent_is_recorded_with_the_keyboard_alone(desk: Desk):
    page = desk.sign_in("nurse-01")
    number = _new_number(desk, page)
    desk.go(page, f"/participants/{number}/consent/")
    _tab_to(page, "happened.text")
    page.keyboard.press("Control+a")
    page.keyboard.type("yesterday")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Record the consent"
    page.keyboard.press("Enter")
    expect(page.get_by_text("The consent is recorded")).to_be_visible()


def test_every_step_works_without_javascript(desk: Desk):
    page = desk.sign_in("doctor-01", java_script_enabled=False)
    number = _new_number(desk, page)
    desk.go(page, f"/participants/{number}/consent/")
    page.fill("[name='happened.text']", "3 4 20x6")
    page.get_by_role("button", name="Record the consent").click()
    expect(page.locator("#happened-error")).to_contain_text("Give a date that exists")
    page.fill("[name='happened.text']", "today")
    page.get_by_role("button", name="Record the consent").click()
    expect(page.get_by_text("The consent is recorded")).to_be_visible()
    desk.go(page, f"/participants/{number}/form/fitness/screening/1/")
    page.check("input[name=ecog][value='1']")
    page.fill("[name='happened.text']", today().isoformat())
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("Saved: Performance status and fitness")).to_be_visible()
    desk.go(page, f"/participants/{number}/form/fitness/screening/1/")
    expect(page.locator("input[name=ecog][value='1']")).to_be_checked()


def test_a_page_in_dutch_is_dutch_throughout_refusals_too(desk: Desk):
    page = desk.sign_in("doctor-01", locale="nl-NL")
    desk.go(page, f"/participants/{desk.house.stages['screened']}/register/")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    page.locator("main form button.govuk-button").last.click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    told = page.locator("main").inner_text()  # the summary, and the list to which it leads
    for english in ("There", "There is no", "not known", "has not concluded"):
        assert english not in told
    assert "Nationaal Leverpanel" in told and not barriers(page)


def _new_number(desk: Desk, page: Page) -> str:
    desk.go(page, "/new-participant/")
    page.get_by_role("button", name="Give the next number").click()
    return page.locator(".eq-subject__number").inner_text().strip()


def _tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"the field {name} is not reached with the keyboard")


def test_a_heading_with_every_link_there_is_fits_a_desk_in_dutch(desk: Desk):
    page = desk.sign_in("office", viewport={"width": 1280, "height": 768}, locale="nl")
    desk.go(page, "/people/")
    assert page.locator(".eq-header__nav li").count() > 10
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_lists_stand_under_one_word_that_opens_and_closes_with_the_keyboard(desk: Desk):
    page = desk.sign_in("office", viewport={"width": 390, "height": 844}, locale="nl")
    desk.go(page, "/lists/queries/")
    top, lists = page.locator(".eq-header__nav"), page.locator(".eq-more > ul")
    expect(lists).to_be_hidden()
    top.get_by_text("Lijsten").focus()
    page.keyboard.press("Enter")
    expect(lists.get_by_role("link", name="Query's")).to_have_attribute("aria-current", "page")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390 and not barriers(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(lists).to_be_hidden()
    expect(top.locator("summary")).to_be_focused()
