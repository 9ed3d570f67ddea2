"""What a person of another hospital finds at every address of a participant: nothing."""

import pytest
from django.urls import URLPattern, reverse

from equipoise.conduct.administration import EndRole
from equipoise.web.models import Account
from equipoise.web.urls import PAGES_OF_OURS
from tests import web_trial

pytestmark = pytest.mark.django_db
# The public pages, the finder, what the study's design can show, and that under many scenarios.
# Of the session a page asks whether there still is one; of a forgotten password nobody can sign in.
FINDER = ("trials", "trials-compared", "trials-by-location")
OPEN = {
    "public",
    "for-doctors",
    "pre-check",
    *FINDER,
    "design",
    "sweeps",
    "session",
    "password-forgotten",
}
SAMPLE = {
    "form_id": "laboratory",
    "form": "laboratory",
    "visit": "screening",
    "number": 1,
    "entry": 1,
    "event": 1,
    "plan": 1,
    "query": "99",
    "item": "hb",
    "what": "consent",
}


def addresses(subject_id: str) -> dict[str, str]:
    """Every page about one participant, by its name."""
    found = {}
    for pattern in PAGES_OF_OURS:
        assert isinstance(pattern, URLPattern) and pattern.name
        asked = pattern.pattern.converters
        if "subject_id" in asked:
            told = {name: SAMPLE[name] for name in asked if name != "subject_id"}
            found[pattern.name] = reverse(pattern.name, kwargs={"subject_id": subject_id, **told})
    return found


@pytest.fixture(autouse=True)
def _open_trial() -> None:
    web_trial.open_house()


def test_no_page_of_a_participant_exists_for_someone_of_another_hospital():
    subject = web_trial.randomised("doctor-02", "02")
    pages = addresses(subject.subject_id)
    assert len(pages) >= 16
    for person_id in ("nurse-01", "doctor-01", "reader-1", "statistician", "board"):
        client = web_trial.signed_in(person_id)
        for name, address in pages.items():
            for page in (client.get(address), client.post(address, {})):
                assert page.status_code in (403, 404, 405), (person_id, name, page.status_code)
                assert subject.subject_id not in page.content.decode().replace(address, "")


def test_every_page_asks_for_sign_in_but_the_public_ones():
    pages = addresses(web_trial.screened().subject_id)
    others = [p.name for p in PAGES_OF_OURS if not p.pattern.converters and p.name not in OPEN]
    for address in (*pages.values(), *(reverse(name) for name in others)):
        page = web_trial.Client().get(address)
        assert page.status_code == 302 and "/accounts/login/" in page["Location"], address


def test_someone_whose_role_has_ended_sees_nothing_any_more():
    subject = web_trial.screened()
    client = web_trial.signed_in("doctor-01")
    address = f"/participants/{subject.subject_id}/"
    assert client.get(address).status_code == 200
    end = EndRole(person="doctor-01", role="investigator", site="01")
    web_trial.write_service.perform(end, "office")
    assert client.get(address).status_code == 404
    assert Account.objects.get(person_id="doctor-01").is_active


HUGE = "9" * 5_000  # more digits than Python reads as a number


@pytest.mark.parametrize("asks", [HUGE, "²", "٣", "-1", "x", ""])
@pytest.mark.parametrize(
    "path",
    [
        "/participants/",
        "/deviations/",
        "/lists/adverse_events/",
        "/lists/queries/",
        "/lists/record/",
    ],
)
def test_a_page_of_a_list_that_is_no_number_is_its_first(path: str, asks: str):
    web_trial.screened()
    answer = web_trial.signed_in("doctor-01").get(path, {"page": asks})
    assert answer.status_code == 200


def test_an_entry_with_more_digits_than_any_has_is_nobodys():
    subject = web_trial.consented()
    page = f"/participants/{subject.subject_id}/alive/"
    doctor = web_trial.signed_in("doctor-01")
    assert doctor.get(page).status_code == 200
    assert doctor.get(page, {"replaces": HUGE}).status_code == 404


@pytest.mark.parametrize("typed", [HUGE, "٣"])
def test_a_number_of_an_act_that_cannot_be_read_is_told_beside_its_field(typed: str):
    posted = {"last_draw": typed, "numbers": "01 3", "because": "the disk was lost"}
    answer = web_trial.signed_in("office").post("/trial/restored/", posted)
    assert answer.status_code == 422 and "Give a whole number" in answer.content.decode()
