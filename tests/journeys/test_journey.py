"""One participant through PUMP-IT in a real browser: every step, and every refusal on the way."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from equipoise.study.forms import Column, Item
from equipoise.web import home
from tests import web_trial
from tests.journeys.conftest import Desk, today
from tests.web_trial import PASSWORD


def test_a_participant_goes_from_screening_to_death_with_every_refusal_on_the_way(desk: Desk):
    doctor = desk.window()
    desk.sign_in_at(doctor, "doctor-01")
    number = _screening(doctor)
    _registration_is_refused_with_every_reason(doctor, number)
    _consent(doctor, number)
    _forms(doctor, number)
    _the_panel(desk, doctor, number)
    _registration(doctor, number)
    _randomisation(doctor, number)
    _after_the_draw(doctor, number)
    _status(desk, number)


def _screening(doctor: Page) -> str:
    doctor.get_by_role("link", name="Participants", exact=True).click()
    doctor.get_by_role("button", name="New participant").click()
    doctor.get_by_role("button", name="Give the next number").click()
    heading = doctor.get_by_text("The participant's number is")
    found = re.search(r"PIT-01-\d{4}", heading.inner_text())
    assert found
    return found[0]


def _registration_is_refused_with_every_reason(doctor: Page, number: str) -> None:
    _open(doctor, number, "randomise")
    expect(doctor.get_by_text("has to be registered before randomisation")).to_be_visible()
    _open(doctor, number, "register")
    doctor.get_by_role("button", name="Register the participant").click()
    summary = doctor.locator(".govuk-error-summary")
    expect(summary).to_contain_text("There are 39 problems")
    listed = doctor.locator(".eq-criteria")
    expect(listed).to_contain_text("There is no signed consent on this day")
    expect(listed).to_contain_text("The National Liver Panel has not concluded")
    expect(listed).to_contain_text("Haemoglobin")


def _consent(doctor: Page, number: str) -> None:
    _open(doctor, number, "ask-panel")
    _day(doctor, "scan_on", today() - timedelta(days=3))
    doctor.get_by_role("button", name="Ask the panel").click()
    expect(doctor.locator(".govuk-error-summary")).to_contain_text("There is no signed consent")
    _open(doctor, number, "consent")
    _day(doctor, "happened", today() + timedelta(days=2))
    doctor.get_by_role("button", name="Record the consent").click()
    expect(doctor.locator("#happened-error")).to_contain_text("lies in the future")
    _day(doctor, "happened", today() - timedelta(days=1))
    doctor.get_by_role("button", name="Record the consent").click()
    expect(doctor.get_by_text("The consent is recorded")).to_be_visible()


def _forms(doctor: Page, number: str) -> None:
    study, now = home.proposal(), today()
    for form_id, (_, values) in web_trial.answers(now).items():
        form = study.form_of[form_id]
        visit = next(visit.id for visit in study.visits if form_id in visit.forms)
        _open(doctor, number, f"form/{form_id}/{visit}/1")
        _day(doctor, "happened", now)
        if form_id == "laboratory":
            doctor.fill("[id='hb']", "7,2 mmol")
            assert _save(doctor) == 422
            expect(doctor.locator(".govuk-error-summary")).to_contain_text("must be a number")
            expect(doctor.locator("[id='hb']")).to_have_value("7,2 mmol")
        items = {item.id: item for item in form.items}
        for name, value in values.items():
            _fill(doctor, items, name, value)
        _saved(doctor)
    _open(doctor, number, "checklist")
    expect(doctor.locator("main")).to_contain_text("Met")


def _the_panel(desk: Desk, doctor: Page, number: str) -> None:
    _open(doctor, number, "ask-panel")
    _day(doctor, "scan_on", today() - timedelta(days=3))
    doctor.fill("#question", "Nine metastases in both lobes: what do you hold?")
    doctor.get_by_role("button", name="Ask the panel").click()
    expect(doctor.get_by_text("the readers are drawn")).to_be_visible()
    waiting = [reader for reader in _pool() if _vote(desk, reader, number)]
    assert len(waiting) == 3
    chair = desk.sign_in("chair")
    desk.go(chair, f"/panel/{number}/conclusion/")
    expect(chair.get_by_text("All agree")).to_be_visible()
    chair.get_by_role("button", name="Send the conclusion").click()
    expect(chair.locator("#advice-error")).to_contain_text("Write the advice")
    chair.fill("#advice", "Systemic therapy first; show us the next CT.")
    chair.fill("#proof", PASSWORD)
    chair.get_by_role("button", name="Send the conclusion").click()
    expect(chair.get_by_text("Systemic therapy first")).to_be_visible()


def _pool() -> list[str]:
    return [person for person, role, _ in web_trial.PEOPLE if role == "panel-surgeon"]


def _vote(desk: Desk, reader: str, number: str) -> bool:
    """Vote if drawn; before and after it, nothing of another's vote is to be seen."""
    page = desk.sign_in(reader)
    desk.go(page, "/panel/")
    link = page.get_by_role("link", name=f"Read and vote {number}")
    if link.count() == 0:
        assert desk.go(page, f"/panel/{number}/") == 404
        return False
    link.click()
    expect(page.get_by_text("Nine metastases in both lobes")).to_be_visible()
    page.get_by_role("button", name="Seal and send my vote").click()
    expect(page.locator("#category-error")).to_contain_text("Choose what you hold")
    page.get_by_label("Potentially resectable").check()
    page.get_by_label("Bilobar disease").check()
    page.fill("#remark", f"sealed by {reader}")
    page.get_by_role("button", name="Seal and send my vote").click()
    expect(page.get_by_text("Your vote is in")).to_be_visible()
    assert set(re.findall(r"sealed by (reader-\d)", page.content())) == {reader}
    return True


def _registration(doctor: Page, number: str) -> None:
    _open(doctor, number, "register")
    expect(doctor.get_by_text("every criterion stand")).to_be_visible()
    doctor.get_by_role("button", name="Register the participant").click()
    expect(doctor.get_by_text("The participant is registered")).to_be_visible()


def _randomisation(doctor: Page, number: str) -> None:
    _open(doctor, number, "randomise")
    expect(doctor.get_by_text("all 37 criteria stand")).to_be_visible()
    doctor.get_by_role("button", name="Randomise now").click()
    expect(doctor.locator("#number-error")).to_contain_text("Type the participant's number")
    doctor.fill("#number", number)
    doctor.fill("#proof", PASSWORD)
    doctor.get_by_role("button", name="Randomise now").click()
    result = doctor.locator(".eq-result__what")
    arm = result.inner_text()
    assert arm in {arm.label["en"] for arm in home.proposal().arms}
    _open(doctor, number, "randomise")
    expect(result).to_have_text(arm)


def _after_the_draw(doctor: Page, number: str) -> None:
    now = today()
    # The draw is a real one: bevacizumab is asked in the control arm alone.
    control = home.proposal().arm_of["A"].label["en"]
    in_control = doctor.locator(".eq-subject").get_by_text(control, exact=True).count() == 1
    visit = "start" if in_control else "start-pump"
    _open(doctor, number, f"form/treatment_start/{visit}/1")
    _day(doctor, "happened", now)
    items = home.proposal().items
    _fill(doctor, items, "regimen", "folfox")
    doctor.locator("[name='systemic_started_on.text']").wait_for()
    _day(doctor, "systemic_started_on", now)
    assert (doctor.locator("[name='bevacizumab']").count() > 0) is in_control
    if in_control:
        _fill(doctor, items, "bevacizumab", "yes")
    _saved(doctor)
    expect(doctor.locator(f"#visit-{visit}, main").first).to_contain_text("Start of treatment")
    _act(doctor, number, "progression", "Record the progression", {"place": "liver"}, now)
    _act(
        doctor,
        number,
        "local-treatment",
        "Record the treatment",
        {"what": "resection", "residual": "R0"},
        now,
    )
    _open(doctor, number, "death")
    doctor.get_by_role("button", name="Record the death").click()
    expect(doctor.locator(".govuk-error-summary")).to_contain_text("There are 2 problems")
    doctor.check("input[name=cause][value=disease]")
    _day(doctor, "happened", now - timedelta(days=9))
    doctor.get_by_role("button", name="Record the death").click()
    expect(doctor.locator("#happened-error")).to_contain_text("known alive on")
    _day(doctor, "happened", now)
    doctor.get_by_role("button", name="Record the death").click()
    expect(doctor.get_by_text("The death is recorded")).to_be_visible()
    expect(doctor.locator(".eq-subject")).to_contain_text("Died")


def _status(desk: Desk, number: str) -> None:
    board = desk.sign_in("board")
    desk.go(board, "/status/")
    expect(board.get_by_role("heading", name="Flow of participants")).to_be_visible()
    _results_opened(desk, board)
    expect(board.get_by_role("heading", name="For the monitoring board only")).to_be_visible()
    monitor = desk.sign_in("monitor")
    desk.go(monitor, f"/audit/?subject={number}")
    expect(monitor.locator("main")).to_contain_text("Death: The disease")
    monitor.get_by_role("button", name="Verify the ledger now").click()
    expect(monitor.get_by_text("entries are as they were written")).to_be_visible()


def _act(
    doctor: Page, number: str, address: str, button: str, chosen: dict[str, str], on: date
) -> None:
    _open(doctor, number, address)
    for name, value in chosen.items():
        doctor.check(f"input[name={name}][value={value}]")
    _day(doctor, "happened", on)
    doctor.get_by_role("button", name=button).click()
    expect(doctor.locator(".govuk-notification-banner--success")).to_be_visible()


def _open(page: Page, number: str, address: str) -> None:
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin
    page.goto(f"{origin[0]}/participants/{number}/{address}/")


def _save(page: Page) -> int:
    """Save, and what the server answered: 204 when it did."""
    with page.expect_response(lambda answer: "x-page-stays" in answer.request.headers) as told:
        page.get_by_role("button", name="Save and close").click()
    return int(told.value.status)


def _saved(page: Page) -> None:
    """The page is told where to go, and is there once it has left."""
    form = page.url
    assert _save(page) == 204
    page.wait_for_url(lambda url: url != form)
    expect(page.locator(".govuk-error-summary")).to_have_count(0)


def _day(page: Page, name: str, on: date) -> None:
    page.fill(f"[name='{name}.text']", f"{on.day}-{on.month}-{on.year}")


def _fill(page: Page, items: dict[str, Item], name: str, value: object) -> None:
    """Answer one question as a person would: type, tick or choose."""
    base, _, part = name.partition(".")
    item = items[base]
    if part == "unit":
        page.select_option(f"[name='{name}']", str(value))
    elif part:
        page.fill(f"[name='{name}']", str(value))
    elif isinstance(value, list):
        _fill_rows(page, item, value)
    else:
        _fill_cell(page, item, name, str(value))


def _fill_rows(page: Page, item: Item, rows: list[dict[str, str]]) -> None:
    if not rows:
        page.check(f"input[name='{item.id}.none']")
    columns = {column.id: column for column in item.columns}
    for index, row in enumerate(rows, start=1):
        for column, text in row.items():
            _fill_cell(page, columns[column], f"{item.id}.{index}.{column}", text)


def _fill_cell(page: Page, column: Column, name: str, text: str) -> None:
    # What is asked only after another answer comes by a call of its own.
    page.locator(f"[name='{name}'], [name='{name}.text']").first.wait_for(state="attached")
    if column.kind == "partial-date" and len(text) < len("2026-11-23"):
        page.fill(f"[name='{name}.text']", text)
    elif column.kind in ("date", "partial-date"):
        _day(page, name, date.fromisoformat(text))
    elif page.locator(f"select[name='{name}']").count():
        page.select_option(f"select[name='{name}']", text)
    elif page.locator(f"input[type=radio][name='{name}']").count():
        page.check(f"input[name='{name}'][value='{text}']")
    else:
        page.fill(f"[name='{name}']", text)


def _results_opened(desk: Desk, board: Page) -> None:
    """The board asks, and the office agrees with its password."""
    board.get_by_role("link", name="Ask for results by arm to be opened").click()
    board.fill("#because", "the first meeting")
    _day(board, "until", today())
    with board.expect_navigation():
        board.get_by_role("button", name="Ask", exact=True).click()
    expect(board.locator(".govuk-notification-banner--success")).to_be_visible()
    office = desk.sign_in("office")
    desk.go(office, "/status/")
    office.get_by_role("link", name="Read why, and agree").click()
    expect(office.get_by_text("the first meeting")).to_be_visible()
    office.fill("#proof", PASSWORD)
    office.get_by_role("button", name="Open results by arm").click()
    expect(office.get_by_text("Results by arm are open", exact=True)).to_be_visible()
    desk.go(board, "/status/")
