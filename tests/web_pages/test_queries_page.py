"""Queries on screens: asked, answered, closed; listed by hospital; several tried, then done."""

import pytest

from equipoise.conduct.queries import queries
from equipoise.web import adopted, write_service
from tests import web_trial
from tests.web_trial import again

pytestmark = pytest.mark.django_db
LIST = "/lists/queries/"


@pytest.fixture(autouse=True)
def _house():
    web_trial.open_house()


def text_of(person, address, language="en", **asked):
    page = web_trial.signed_in(person, language).get(address, asked)
    assert page.status_code == 200, address
    return page.content.decode()


def typed(**fields):
    day = write_service.today()
    happened = {"happened.day": day.day, "happened.month": day.month, "happened.year": day.year}
    return {**happened, **fields}


def asked(subject, item="height", text="Is this the right height?", by="monitor"):
    own = f"/participants/{subject.subject_id}/"
    page = f"{own}ask/demography/screening/1/{item}/"
    assert web_trial.signed_in(by).post(page, typed(text=text, to="nurse")).status_code == 302
    return f"{own}query/{queries(adopted.study(), again(subject))[-1].key}/"


def test_a_monitor_asks_from_the_history_a_nurse_answers_and_the_monitor_closes():
    subject = web_trial.filled()
    own = f"/participants/{subject.subject_id}/"
    link = f"{own}ask/demography/screening/1/height/"
    assert link in text_of("monitor", f"{own}history/")
    assert link not in text_of("nurse-01", f"{own}history/")
    query = asked(subject)
    assert "Is this the right height?" in text_of("nurse-01", own)
    assert "1 query to answer" in text_of("nurse-01", own)
    thread = text_of("nurse-01", query)
    assert f'action="{query}reply/"' in thread
    assert 'value="answer"' in thread and 'value="close"' not in thread
    nurse, monitor = web_trial.signed_in("nurse-01"), web_trial.signed_in("monitor")
    assert "Is this the right height?" in nurse.get(f"{query}answer/").content.decode()
    assert nurse.post(f"{query}answer/", typed(text="Measured twice")).status_code == 302
    assert "Measured twice" in text_of("monitor", LIST)
    assert monitor.post(f"{query}close/", typed()).status_code == 302
    assert "Gesloten" in text_of("monitor", query, "nl")
    assert nurse.post(f"{query}answer/", typed(text="x")).status_code == 422


def test_a_query_that_nobody_in_particular_should_answer_says_who_may():
    subject = web_trial.filled()
    page = f"/participants/{subject.subject_id}/ask/demography/screening/1/height/"
    assert "Whoever may answer" in text_of("monitor", page)
    assert "None of these" not in text_of("monitor", page)
    answer = f"{asked(subject)}answer/"
    assert "Beantwoorden" in text_of("nurse-01", answer, "nl")


def test_a_list_without_queries_says_so_once():
    page = text_of("monitor", LIST, state="closed", to="nurse")
    assert page.count("No queries") == 1 and "There is none" not in page


def test_the_list_is_of_whom_one_sees_and_is_narrowed_by_hospital_state_and_role():
    subject = web_trial.filled()
    asked(subject)
    assert subject.subject_id not in text_of("doctor-02", LIST)
    assert subject.subject_id in text_of("monitor", LIST, site="01", state="waiting", to="nurse")
    for other in ({"site": "02"}, {"state": "closed"}, {"to": "surgeon"}):
        assert subject.subject_id not in text_of("monitor", LIST, **other), other
    assert "To be answered (1)" in text_of("monitor", LIST)
    assert web_trial.signed_in("statistician").get(LIST).status_code == 404
    assert web_trial.signed_in("doctor-02").get(asked(subject)).status_code == 404


def test_several_are_tried_before_anything_is_recorded_and_then_each_is_an_act():
    subject = web_trial.filled()
    first, second = asked(subject), asked(subject, "sex", "And this?")
    ticked = [f"{subject.subject_id} {one.split('/')[-2]}" for one in (first, second)]
    monitor, before = web_trial.signed_in("monitor"), write_service.LEDGER.heads()
    told = {"ticked": ticked, "does": "close", "text": "", "step": "try"}
    tried = monitor.post(f"{LIST}several/", told).content.decode()
    assert tried.count("Left as it is") == 2 and "say it in words" in tried.lower()
    told["text"] = "Seen in the file"
    tried = monitor.post(f"{LIST}several/", told).content.decode()
    assert "Do it for 2 queries" in tried and write_service.LEDGER.heads() == before
    done = monitor.post(f"{LIST}several/", told | {"step": "do"}, follow=True).content.decode()
    assert "Done for 2 queries" in done
    states = {one.state for one in queries(adopted.study(), again(subject))}
    assert states == {"closed"}
    again_done = monitor.post(f"{LIST}several/", told | {"step": "do"}, follow=True)
    assert "Done for 0 queries; 2 were left as they are" in again_done.content.decode()


def test_what_is_ticked_of_another_hospital_or_not_ours_to_do_is_not_done():
    subject = web_trial.filled()
    ticked = [f"{subject.subject_id} {asked(subject).split('/')[-2]}"]
    told = {"ticked": ticked, "does": "close", "text": "why", "step": "do"}
    assert web_trial.signed_in("doctor-02").post(f"{LIST}several/", told).status_code == 404
    web_trial.signed_in("nurse-01").post(f"{LIST}several/", told)
    (query,) = queries(adopted.study(), again(subject))
    assert query.state == "open"
    empty = web_trial.signed_in("monitor").post(f"{LIST}several/", {"step": "try"}, follow=True)
    assert "Tick the queries" in empty.content.decode()


FORM = "form/demography/screening/1/"


def test_a_query_stands_beside_its_field_and_is_answered_there():
    """What comes next leads to the query; it is theirs to do who may answer, or look at it."""
    subject = web_trial.filled()
    own = f"/participants/{subject.subject_id}/"
    query = asked(subject)
    field = text_of("nurse-01", own + FORM).split('id="height-place"')[1].split("-place")[0]
    assert "Is this the right height?" in field and 'value="answer"' in field
    assert f'href="{query}"' in text_of("nurse-01", own)
    assert f'href="{query}">Open' not in text_of("monitor", own)
    nurse, monitor = web_trial.signed_in("nurse-01"), web_trial.signed_in("monitor")
    empty = nurse.post(f"{query}reply/", {"does": "answer", "text": " ", "back": "form"})
    assert empty.status_code == 422 and "say it in words" in empty.content.decode().lower()
    bsn = nurse.post(f"{query}reply/", {"does": "answer", "text": "of 123456782", "back": "form"})
    assert bsn.status_code == 422 and "of 123456782" in bsn.content.decode()
    told = nurse.post(
        f"{query}reply/", {"does": "answer", "text": "Measured twice", "back": "form"}
    )
    assert told.url == f"{own}{FORM}#height-place"
    assert f'href="{query}">Open' in text_of("monitor", own)
    assert "1 answer to a query to look at" in text_of("monitor", own)
    beside = text_of("monitor", own + FORM).split('id="height-place"')[1].split("-place")[0]
    assert "Measured twice" in beside and 'value="reopen"' in beside and "/ask/" in beside
    assert nurse.post(f"{query}reply/", {"does": "close", "text": "x"}).status_code == 404
    assert monitor.post(f"{query}reply/", {"does": "close", "text": ""}).status_code == 302
    assert "Measured twice" not in text_of("monitor", own + FORM)


def test_a_query_is_asked_of_a_form_that_nobody_began():
    subject = web_trial.filled()
    own = f"/participants/{subject.subject_id}/"
    visit = next(one for one in adopted.study().visits if one.id != "screening" and not one.arms)
    key, form = visit.id if visit.times == 1 else f"{visit.id}.1", visit.forms[0]
    missing = f"{own}form/{form}/{key}/1/"
    ask = f"{own}ask/{form}/{key}/1/-/"
    assert ask in text_of("monitor", missing)
    assert web_trial.signed_in("monitor").post(ask, typed(text="Was it done?")).status_code == 302
    assert "Was it done?" in text_of("nurse-01", missing)
    assert "Was it done?" in text_of("monitor", LIST)
