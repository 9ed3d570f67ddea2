"""The longest texts stand on lists by their beginning, with a way to the whole."""

import pytest

from equipoise.conduct.queries import AskQuery
from equipoise.conduct.safety import RecordEvent
from equipoise.web import write_service
from tests import web_trial

pytestmark = pytest.mark.django_db
LONG = "It hurts when it rains. " * 165
MANY = 12
LISTS = ("/audit/", "/lists/queries/", "/lists/adverse_events/", "/today/", "/participants/")


def page(address: str) -> str:
    return web_trial.signed_in("monitor").get(address).content.decode()


def test_a_list_of_long_texts_is_no_long_page_and_each_is_whole_where_the_list_leads():
    web_trial.open_house()
    number = web_trial.filled().subject_id
    today = write_service.today().isoformat()
    plain = {"grade": "2", "outcome": "unknown", "serious": "no", "related": "no", "begin": today}
    place = {"form": "demography", "visit": "screening", "item": "height"}
    before = {address: len(page(address)) for address in LISTS}
    for one in range(MANY):
        asks = AskQuery(**place, text=LONG)
        asked = write_service.perform(asks, "monitor", subject_id=number).seq
        told = RecordEvent(term=f"{one} {LONG}", **plain)
        entry = write_service.perform(told, "doctor-01", None, number).seq
    audit = page("/audit/")
    for address, length in before.items():
        assert len(page(address)) - length < MANY * len(LONG), address
    for whole in (
        f"/audit/{number}/{entry}/",
        f"/participants/{number}/query/{asked}/",
        f"/participants/{number}/",
    ):
        assert LONG.strip() in page(whole), whole
    assert audit.count("All of it") == 2 * MANY and f'href="/audit/{number}/{entry}/"' in audit
