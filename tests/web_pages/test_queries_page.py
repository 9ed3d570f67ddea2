"""Queries on screens: asked, answered, closed; listed by hospital; several tried, then done."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from equipoise.conduct.queries import queries
from equipoise.web import adopted, kept_counts, kept_tables, read_model, write_service
from equipoise.web.models import CountRow, TableRow
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
    assert "Asked \N{EN DASH}" not in text_of("monitor", own), "no day is told where there is none"
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


def many(row, first, number):
    """As many queries more, as they would be kept of others, half of them closed."""
    values, closed = row.values, row.values.replace('"open"', '"closed"')
    TableRow.objects.bulk_create(
        TableRow(
            table="queries",
            subject_id=f"PIT-01-{n}",
            site="01",
            on=row.on,
            place=0,
            tells_arm=False,
            rank=3 if n % 2 else 0,
            whose="nurse",
            values=closed if n % 2 else values,
        )
        for n in range(first, first + number)
    )
    for state in ("open", "closed"):
        which = f"|{state} nurse"
        found, _ = CountRow.objects.get_or_create(
            what="queries by state", site="01", which=which, defaults={"number": 0}
        )
        CountRow.objects.filter(pk=found.pk).update(number=found.number + number // 2)
    found = CountRow.objects.get(what="queries", site="01")
    CountRow.objects.filter(pk=found.pk).update(number=found.number + number)


def test_the_list_asks_the_database_for_no_more_than_a_page_however_many_there_are(monkeypatch):
    """The same questions of the database, the same rows read, by an index and sorted by it."""
    subject = web_trial.filled()
    asked(subject)
    monitor, decoded, kept = web_trial.signed_in("monitor"), [], kept_tables.row_of
    monkeypatch.setattr(kept_tables, "row_of", lambda *of: decoded.append(1) or kept(*of))
    shown = {"state": "waiting", "to": "nurse", "site": "01"}
    for narrowed in ({}, shown):
        monitor.get(LIST, narrowed)
    (row,) = TableRow.objects.filter(table="queries")
    questions = []
    for first, number in ((1000, 100), (2000, 1000)):
        many(row, first, number)
        decoded.clear()
        with CaptureQueriesContext(connection) as captured:
            page = monitor.get(LIST, shown).content.decode()
        questions.append([re.sub(r"\d+", "n", one["sql"]) for one in captured])
        assert len(decoded) == 50
    assert questions[0] == questions[1]
    assert "551 queries" in page and "To be answered (551)" in page and "Closed (550)" in page
    (listing,) = [one["sql"] for one in captured if "read_table_row" in one["sql"]]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {listing}")
            plan = str(cursor.fetchall())
        assert "TEMP B-TREE" not in plan and "rank" in plan or "whom" in plan


def test_what_came_of_each_check_is_told_by_hospital_and_of_those_that_never_failed():
    subject = web_trial.filled()
    own = f"/participants/{subject.subject_id}/form/demography/screening/1/"
    nurse, why = web_trial.signed_in("nurse-01"), "item.soft-check:birth_date"
    record = subject.forms.records["demography@screening#1"]
    on = {"happened.day": record.on.day, "happened.month": record.on.month}
    form = {**on, "happened.year": record.on.year, "birth_date.year": "1899", "reason": "misread"}
    asked = nurse.post(own, form)
    of = re.findall(rf'name="why-right-of:{why}" value="([^"]*)"', asked.content.decode())
    assert asked.status_code == 422
    form |= {f"why-right:{why}": "seen in the passport", f"why-right-of:{why}": of[0]}
    assert nurse.post(own, form).status_code == 302

    def numbers(**asked):
        page = text_of("monitor", f"{LIST}checks/", **asked)
        row = next(one for one in page.split("<tr>") if "more than 120 years ago" in one)
        return re.findall(r">(\d+)</td>", row)

    assert numbers() == numbers(site="01") == ["1", "0", "1", "0"]
    assert numbers(site="02") == ["0", "0", "0", "0"]
    assert web_trial.signed_in("statistician").get(f"{LIST}checks/").status_code == 404
    assert kept_counts.faults(read_model.counted()) == []
