"""What is typed and not saved: kept for its author alone, and never under another's name."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from equipoise.conduct.forms import SaveForm
from equipoise.web import drafts, people, write_service
from equipoise.web.models import Account, Draft
from tests import daytime
from tests.web_trial import PASSWORD, asked, open_house, open_readers, signed_in, voted

pytestmark = pytest.mark.django_db
LAB = "/participants/{}/form/laboratory/screening/1/"
IMAGING = "/participants/{}/form/imaging/screening/1/"
LIVE = {"X-Page-Stays": "yes"}


@pytest.fixture
def someone() -> str:
    """A participant who has just got a number."""
    open_house()
    return write_service.enter_screening("nurse-01", "01").subject_id


def keep(client: Client, address: str, **typed: object) -> int:
    fields = {name.replace("__", "."): text for name, text in typed.items()}
    return client.post(address, {**fields, "draft-wish": "keep"}).status_code


def dated() -> dict[str, str]:
    today = write_service.today()
    return {f"happened.{part}": str(getattr(today, part)) for part in ("day", "month", "year")}


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_typed_stands_there_again_and_is_not_recorded(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    heads = write_service.LEDGER.recent(1)
    assert keep(nurse, address, hb="7.2", cea="read twice", happened__day="3") == 204
    shown = text(nurse, address)
    assert 'value="7.2"' in shown and 'value="read twice"' in shown
    assert "and not saved" in shown and "Throw it away" in shown
    assert (
        write_service.LEDGER.recent(1) == heads
        and not write_service.folds().subject(someone).forms.records
    )


def test_a_draft_is_shown_to_nobody_else_not_even_of_the_same_hospital(someone):
    address = LAB.format(someone)
    keep(signed_in("nurse-01"), address, cea="123.4", reason="a private word")
    for other in ("doctor-01", "monitor", "office"):
        client = signed_in(other)
        for page in (address, f"/participants/{someone}/", f"/participants/{someone}/history/"):
            answer = client.get(page)
            assert "123.4" not in answer.content.decode(), (other, page)
            assert "a private word" not in answer.content.decode(), (other, page)


def test_a_draft_is_sealed_where_it_lies(someone):
    keep(signed_in("nurse-01"), LAB.format(someone), reason="a private word")
    lies = bytes(Draft.objects.get().sealed)
    assert b"private" not in lies and b"reason" not in lies


def test_a_draft_goes_when_the_form_is_saved_and_stays_when_that_is_refused(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    keep(nurse, address, hb="plenty")
    assert nurse.post(address, {**dated(), "hb": "plenty"}).status_code == 422
    assert Draft.objects.count() == 1
    assert nurse.post(address, {**dated(), "hb": "7.2"}).status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_can_be_thrown_away_and_the_record_stands_there_again(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    nurse.post(address, {**dated(), "hb": "7.2"})
    keep(nurse, address, hb="7.9")
    assert 'value="7.9"' in text(nurse, address)
    assert nurse.post(address, {"draft-wish": "discard"}).status_code == 302
    shown = text(nurse, address)
    assert 'value="7.2"' in shown and "and not saved" not in shown


def test_a_draft_says_that_the_form_was_saved_since(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    upon = re.search('name="draft-upon" value="([^"]*)"', text(nurse, address))
    assert upon
    nurse.post(address, {"hb": "7.9", "draft-upon": upon[1], "draft-wish": "keep"})
    assert "has changed since" not in text(nurse, address)
    act = SaveForm(form="laboratory", visit="screening", values={"hb": "8.1", "hb.unit": "mmol/L"})
    write_service.perform(act, "doctor-01", write_service.today(), someone)
    assert "has changed since you typed this" in text(nurse, address)


def test_a_draft_undoes_nothing_that_others_recorded_since(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    nurse.post(address, {**dated(), "hb": "7.2", "platelets": "210"})
    page = dict(re.findall('name="([^"]*)"[^>]* value="([^"]*)"', text(nurse, address)))
    nurse.post(address, {**page, "hb": "7.9", "reason": "misread", "draft-wish": "keep"})
    act = SaveForm(form="laboratory", visit="screening", values={"platelets": "99"}, reason="new")
    write_service.perform(act, "doctor-01", write_service.today(), someone)
    page = dict(re.findall('name="([^"]*)"[^>]* value="([^"]*)"', text(nurse, address)))
    assert page["hb"] == "7.9"
    page = {name: typed for name, typed in page.items() if name not in ("draft-wish", "language")}
    assert nurse.post(address, page).status_code == 302
    record = write_service.folds().subject(someone).forms.records["laboratory@screening#1"]
    assert (record.now("hb"), record.now("platelets")) == ("7.9", "99")


def test_a_draft_typed_in_one_language_is_shown_in_the_numbers_of_the_other(someone):
    address = LAB.format(someone)
    keep(signed_in("nurse-01", "nl"), address, hb="7,2", bilirubin="12,5", bilirubin__uln="17,5")
    english = text(signed_in("nurse-01"), address)
    for number in ("7.2", "12.5", "17.5"):
        assert f'value="{number}"' in english
    assert 'value="7,2"' in text(signed_in("nurse-01", "nl"), address)


def test_a_number_that_may_mean_thousands_is_still_asked_in_the_other_language(someone):
    address = LAB.format(someone)
    keep(signed_in("nurse-01", "nl"), address, platelets="1.500")
    english = signed_in("nurse-01")
    assert 'value="1,500"' in text(english, address)
    answer = english.post(address, {**dated(), "platelets": "1,500"})
    assert answer.status_code == 422 and "1500" in answer.content.decode()


def test_rows_of_a_list_come_back_as_they_were_typed(someone):
    nurse, address = signed_in("nurse-01", "nl"), IMAGING.format(someone)
    shown = text(nurse, address)
    cell = re.search(r'inputmode="decimal"[^>]*', shown)
    name = re.search(r'name="(\w+\.1\.\w+)" type="text" inputmode="decimal"', shown)
    assert cell and name
    nurse.post(address, {name[1]: "2,5", "draft-wish": "keep"})
    assert 'value="2.5"' in text(signed_in("nurse-01"), address)


def test_a_vote_that_is_not_sent_comes_back_to_its_reader_alone():
    open_house()
    number = asked().subject_id
    readers = open_readers(write_service.folds().subject(number))
    reader, other = signed_in(readers[0]), signed_in(readers[1])
    address = f"/panel/{number}/"
    reader.post(address, {"remark": "near the hilum", "reasons": "bilobar", "draft-wish": "keep"})
    shown = text(reader, address)
    assert "near the hilum</textarea>" in shown and 'value="bilobar" checked' in shown
    assert "near the hilum" not in text(other, address)
    assert not write_service.folds().subject(number).panel.reviews[-1].votes


def test_an_advice_that_is_not_sent_comes_back_to_the_chair():
    open_house()
    address = f"/panel/{voted(3).subject_id}/conclusion/"
    chair = signed_in("chair")
    keep(chair, address, advice="Systemic therapy first")
    assert "Systemic therapy first</textarea>" in text(chair, address)


def test_the_words_of_an_act_come_back(someone):
    nurse, address = signed_in("doctor-01"), f"/participants/{someone}/screening-failed/"
    keep(nurse, address, note="chose another hospital", criteria="I09", happened__day="4")
    shown = text(nurse, address)
    assert "chose another hospital</textarea>" in shown and 'value="4"' in shown


def test_ones_own_page_tells_where_one_left_off_and_nobody_elses_does(someone):
    nurse = signed_in("nurse-01")
    keep(nurse, LAB.format(someone), hb="7.2")
    keep(nurse, f"/participants/{someone}/withdraw/", reason="said so")
    for gone in ("/participants/PIT-02-0009/withdraw/", "/me/", "/panel/PIT-01-0001/"):
        drafts.keep(Account.objects.get(person_id="nurse-01"), gone, [], language="en")
    shown = text(nurse, "/me/")
    assert f'href="{LAB.format(someone)}">{someone}: Laboratory, Screening</a>' in shown
    assert f"{someone}: Record that consent is withdrawn" in shown
    assert "PIT-02-0009" not in shown and "panel" not in shown
    assert "Typed and not saved" not in text(signed_in("doctor-01"), "/me/")


def test_without_javascript_a_form_can_be_put_aside(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    assert '<noscript><p class="govuk-body"><button' in text(nurse, address)
    answer = nurse.post(address, {"hb": "7.2", "draft-wish": "later"})
    assert answer.status_code == 302 and answer["Location"] == address
    assert 'value="7.2"' in text(nurse, address)


def test_a_draft_keeps_its_days_and_usual_reasons_in_another_language_and_on_another_day(someone):
    address = LAB.format(someone)
    nurse = signed_in("nurse-01", "nl")
    nurse.post(address, {**dated(), "hb": "7.1"})
    told = {"happened.text": "gisteren", "hb": "7,2", "why-changed:hb": "Typefout"}
    keep(nurse, address, reason="Typefout", **told)
    Draft.objects.update(kept_at=F("kept_at") - timedelta(days=3))
    was = timezone.localdate(Draft.objects.get().kept_at, daytime.HERE) - timedelta(days=1)
    page = text(signed_in("nurse-01", "en"), address)
    assert f'value="{was.day} {was:%b} {was.year}"' in page and "gisteren" not in page
    assert page.count('value="Typing error"') == 3 and "Typefout" not in page


def test_a_draft_is_gone_after_a_fortnight_and_with_the_person(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    keep(nurse, address, hb="7.2")
    Draft.objects.update(kept_at=timezone.now() - timedelta(days=drafts.DAYS, minutes=1))
    assert "and not saved" not in text(nurse, address)
    keep(signed_in("doctor-01"), address, hb="7.3")
    assert Draft.objects.count() == 1
    people.erase("doctor-01")
    assert not Draft.objects.exists()


def test_more_than_a_form_holds_is_not_kept(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    assert keep(nurse, address, reason="x" * (drafts.MOST + 1)) == 413
    assert not Draft.objects.exists()


def test_a_person_keeps_a_bounded_number_of_drafts(someone, monkeypatch):
    monkeypatch.setattr(drafts, "EACH", 2)
    account = Account.objects.get(person_id="nurse-01")
    for page in ("/1/", "/2/", "/3/"):
        drafts.keep(account, page, [("a", ["b"])], language="en")
    assert {draft.page for draft in Draft.objects.all()} == {"/2/", "/3/"}


def test_a_draft_sealed_with_another_key_is_shown_to_nobody(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    keep(nurse, address, hb="7.2")
    Draft.objects.update(sealed=b"not ours")
    assert "and not saved" not in text(nurse, address)


def mark(client: Client) -> str:
    found = re.search('data-made-for="([^"]+)"', text(client, "/me/"))
    assert found
    return found[1]


def test_a_live_call_after_the_sign_in_ended_is_401_and_no_sign_in_page(someone):
    nurse, address = signed_in("nurse-01"), LAB.format(someone)
    mine = mark(nurse)
    nurse.logout()
    for headers in ({"HX-Request": "true"}, {"X-Made-For": mine}, {"X-Made-For": mine, **LIVE}):
        answer = nurse.post(address, {**dated(), "hb": "7.2"}, headers=headers)
        assert answer.status_code == 401 and not answer.content, headers
    assert answer["X-Signed-In"] == "nobody"
    assert nurse.get(address).status_code == 302


def test_a_live_call_of_anothers_page_is_401_and_records_nothing(someone):
    mine, doctor = mark(signed_in("nurse-01")), signed_in("doctor-01")
    address = LAB.format(someone)
    for wish in ({}, {"draft-wish": "keep"}):
        form = {**dated(), "hb": "7.2", **wish}
        answer = doctor.post(address, form, headers={"X-Made-For": mine, **LIVE})
        assert answer.status_code == 401 and answer["X-Signed-In"] == "another"
    assert not write_service.folds().subject(someone).forms.records and not Draft.objects.exists()


def test_a_page_of_someone_else_is_not_saved_without_javascript_either(someone):
    browser, address = Client(enforce_csrf_checks=True), LAB.format(someone)

    def sign_in(person_id: str) -> None:
        page = text(browser, "/accounts/login/")
        key = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)
        known = {"login": person_id, "password": PASSWORD}
        assert key
        browser.post("/accounts/login/", {**known, "csrfmiddlewaretoken": key[1]})

    sign_in("nurse-01")
    old = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', text(browser, address))
    browser.logout()
    sign_in("doctor-01")
    assert old
    form = {**dated(), "hb": "7.2", "csrfmiddlewaretoken": old[1]}
    assert browser.post(address, form).status_code == 403
    assert not write_service.folds().subject(someone).forms.records


def test_a_page_that_stays_is_told_where_saving_leads_and_what_was_done(someone):
    nurse = signed_in("nurse-01")
    headers = {"X-Made-For": mark(nurse), **LIVE}
    answer = nurse.post(LAB.format(someone), {**dated(), "hb": "7.2"}, headers=headers)
    assert answer.status_code == 204
    assert answer["X-Go-To"] == f"/participants/{someone}/"
    assert "Saved: " in text(nurse, answer["X-Go-To"])


def test_a_page_knows_its_reader_by_a_mark_that_says_nothing(someone):
    marks = {person: mark(signed_in(person)) for person in ("nurse-01", "doctor-01")}
    assert len(set(marks.values())) == 2
    assert not any(person in found for person, found in marks.items())
    assert "data-made-for" not in text(Client(), "/")
