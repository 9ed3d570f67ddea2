"""The page of the forecast: from this ledger, for whoever sees the status, no arm looked at."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from equipoise.cli.design.forecast import _parser
from equipoise.conduct.follow_up import RecordDeath
from equipoise.web import adopted, write_service
from equipoise.web.design import forecast_answer as answering
from equipoise.web.design.forecast_query import Question
from tests import web_trial

pytestmark = pytest.mark.django_db
HERE = "/design/forecast/"


@pytest.fixture(autouse=True)
def _open_trial() -> None:
    web_trial.open_house()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few worlds and trials: what is tried here is the page, not the numbers."""
    monkeypatch.setattr(answering, "WORLDS", 4)
    monkeypatch.setattr(answering, "TRIALS", 30)


def page(address: str = HERE, person: str = "statistician", language: str = "en") -> str:
    answer = web_trial.signed_in(person, language).get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def content(address: str = HERE) -> str:
    """What the page says, without the tokens of the forms around it."""
    return page(address).partition("<main")[2].partition("</main>")[0]


def refused(query: dict[str, object]) -> str:
    answer = web_trial.signed_in("statistician").get(HERE, query)
    assert answer.status_code == 422
    return answer.content.decode()


def test_the_page_forecasts_from_the_installations_own_ledger():
    web_trial.randomised()
    dead = web_trial.randomised()
    write_service.perform(RecordDeath(cause="disease"), "doctor-01", subject_id=dead.subject_id)
    text = page()
    assert "2 of 306 randomised; events of all arms together: 1." in text
    for said in ("Participant 306 is randomised", "Look at 112 events", "Planned analysis"):
        assert said in text
    assert text.count("<svg") == 1
    assert re.search(r'01 Antoni van Leeuwenhoek[^<]*</th><td class="eq-num"[^>]*>2</td>', text)


def test_the_page_and_the_command_line_draw_the_same():
    """By the same seed and as many draws, unless somebody asks for others."""
    given = _parser().parse_args(["installation", "studies/pump-it"])
    web_trial.randomised()
    answer = answering.answered(adopted.study(), Question(on=write_service.today())).forecast
    assert (given.seed, given.draws) == (answer.seed, answer.draws)


def test_the_design_leads_to_the_forecast_whoever_may_see_it():
    assert f'href="{HERE}"' in page("/design/")
    assert f'href="{HERE}"' not in Client().get("/design/").content.decode()


def test_the_forecast_is_for_whoever_sees_the_status_and_not_public():
    assert Client().get(HERE).status_code == 302
    for person in ("nurse-01", "monitor", "chair", "reader-1"):
        assert web_trial.signed_in(person).get(HERE).status_code == 404, person
    for person in ("statistician", "board", "office", "doctor-01"):
        assert page(person=person)


def test_the_trials_status_leads_to_it():
    assert f'href="{HERE}"' in page("/status/")


def test_a_hospital_to_open_joins_the_others_and_brings_the_end_nearer():
    opens = write_service.today() + timedelta(days=30)
    joined = page(f"{HERE}?site=Groningen&opens={opens.isoformat()}&site=&opens=")
    assert re.search(r'Groningen</th><td class="eq-num"[^>]*>0</td>', joined)
    assert 'value="Groningen"' in joined and f'value="{opens.isoformat()}"' in joined


def test_it_answers_as_known_on_an_earlier_day():
    """Ten days ago nothing was recorded yet, so that a hospital has to be named."""
    web_trial.randomised()
    before, opens = (write_service.today() - timedelta(days=ago) for ago in (10, 3))
    text = page(f"{HERE}?on={before.isoformat()}&site=Groningen&opens={opens.isoformat()}")
    assert "0 of 306 randomised" in text and "Antoni" not in text


@pytest.mark.parametrize(
    ("query", "place", "sentence"),
    [
        ({"on": "yesterday"}, "on", "Give a date that exists"),
        ({"on": "1 1 2199"}, "on", "That day is still to come"),
        ({"on": "1 1 2019"}, "on", "no hospital was open yet"),
        ({"site": "07"}, "opens-1", "Give a date that exists"),
        ({"opens": "1 1 2199"}, "site-1", "Name the hospital"),
        ({"site": "01", "opens": "1 1 2199"}, "site-1", "open already"),
        ({"site": "07", "opens": "1 1 2020"}, "opens-1", "after the day of the forecast"),
        ({"site": ["7", "7"], "opens": ["1 1 2199"] * 2}, "site-2", "named twice"),
        ({"site": [*"abcdefghi"], "opens": ["1 1 2199"] * 9}, "site-1", "at most 8"),
    ],
)
def test_a_question_that_cannot_be_answered_gets_a_sentence_beside_its_field(
    query, place, sentence
):
    text = refused(query)
    found = re.search(rf'id="{place}-error"[^>]*>(.*?)</p>', text, re.S)
    assert found and sentence in found[1]
    assert f'href="#{place}"' in text and f'id="{place}"' in text
    assert "<svg" not in text and "No numbers yet" in text


def test_a_day_outside_the_time_of_people_is_refused_at_its_field_whatever_else_is_asked():
    far = refused({"on": "1-1-0001", "site": "07", "opens": "31-12-9999"})
    for place in ("on", "opens-1"):
        found = re.search(rf'id="{place}-error"[^>]*>(.*?)</p>', far, re.S)
        assert found and "Give a year from 1880 to 2199" in found[1]
    for day in ("31 12 1879", "9999-12-31"):
        assert "Give a year from 1880 to 2199" in refused({"on": day})
    assert "Give a year from 1880 to 2199" in refused({"site": "07", "opens": "1 1 2200"})
    assert "2199" in page(f"{HERE}?site=07&opens=31-12-2199")


def test_the_power_is_simulated_when_asked_for_and_then_stands_without_asking(quick):
    assert "Power simulated again" not in page()
    asked = page(f"{HERE}?simulate=yes")
    assert "Power simulated again" in asked and re.search(r"[\d.]+ points", asked)
    assert "4 courses" in asked and "30 whole trials in each" in asked
    assert content() == content(f"{HERE}?simulate=yes")


def test_a_known_answer_is_not_worked_out_again_until_the_ledger_holds_more(quick, monkeypatch):
    first, worked = content(f"{HERE}?simulate=yes"), []
    real = answering._worked_out

    def counted(*args, **named):
        worked.append(args)
        return real(*args, **named)

    monkeypatch.setattr(answering, "_worked_out", counted)
    assert content(f"{HERE}?simulate=yes") == first and worked == []
    web_trial.randomised()
    assert "1 of 306 randomised" in page() and len(worked) == 1


def test_whoever_comes_while_another_simulates_is_told_so_and_sees_the_formula(quick, monkeypatch):
    monkeypatch.setattr(answering, "PATIENCE", 0.01)
    with answering._ONE:
        text = page(f"{HERE}?simulate=yes")
    assert "Another simulation is running" in text
    assert "Power by formula" in text and "Power simulated again" not in text


def test_dutch_readers_read_dutch(quick):
    text = page(f"{HERE}?simulate=yes", language="nl")
    assert "Wanneer het onderzoek klaar is" in text and "Power opnieuw gesimuleerd" in text
    assert re.search(r"\d,\d %", text) and not re.search(r"\d\.\d %", text)


def test_nothing_is_inline_so_that_the_content_policy_holds(quick):
    text = page(f"{HERE}?simulate=yes")
    assert " style=" not in text and "<style" not in text and " onclick=" not in text
