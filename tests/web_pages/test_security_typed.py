"""What nobody would type is answered like any other mistake, and never breaks a page."""

from urllib.parse import urlencode

import pytest

from tests import web_trial

pytestmark = pytest.mark.django_db
HUGE, ENDLESS = "9" * 25, "9" * 5_000


@pytest.fixture(autouse=True)
def _open_trial() -> None:
    web_trial.open_house()


@pytest.mark.parametrize("year", [HUGE, ENDLESS, "-5", "0", "99999", "2026.5", "\u0663"])
def test_a_year_that_no_calendar_has_is_a_mistake_in_its_field(year):
    subject, doctor = web_trial.screened(), web_trial.signed_in("doctor-01")
    typed = {"happened.day": "1", "happened.month": "1", "happened.year": year}
    for address in ("alive", "register", "death", "withdraw", "form/laboratory/screening/1"):
        page = doctor.post(f"/participants/{subject.subject_id}/{address}/", typed)
        assert page.status_code == 422, address
    assert doctor.post("/new-participant/", {**typed, "site": "01"}).status_code == 422


@pytest.mark.parametrize("day", [f"{HUGE}-1-1", f"1-1-{ENDLESS}", "0001-01-01", "9999-12-31", "x"])
def test_a_day_that_no_calendar_has_is_a_mistake_in_an_address(day):
    office = web_trial.signed_in("office")
    for address in (f"/audit/?on={day}", f"/status/?as_of={day}"):
        assert office.get(address).status_code in (200, 422), address


@pytest.mark.parametrize("number", [HUGE, ENDLESS, "-1", "0", "x", "\u0663"])
def test_a_page_that_no_list_has_is_the_nearest_one(number):
    office = web_trial.signed_in("office")
    for address in (f"/audit/?before={number}", f"/participants/?page={number}"):
        assert office.get(address).status_code == 200, address


def test_a_row_with_an_endless_number_is_no_row():
    subject, nurse = web_trial.screened(), web_trial.signed_in("nurse-01")
    form = f"/participants/{subject.subject_id}/form/history/screening/1/"
    typed = urlencode({f"malignancies.{number}.x": "9" for number in (HUGE, ENDLESS, "1")})
    page = nurse.post(form, typed, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 422
