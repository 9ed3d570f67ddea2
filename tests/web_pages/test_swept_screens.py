"""No screen leads nowhere or stands empty without a word: each role looks at what it can reach."""

import re
from datetime import date
from html import unescape

import pytest
from django.template import engines
from django.test import Client

from equipoise.conduct.screening import FailScreening
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.parts import say
from equipoise.web import adopted, people, write_service
from tests import web_trial
from tools.messages import PO

pytestmark = pytest.mark.django_db

ONE_OF_EACH = {role: person for person, role, _ in reversed(web_trial.PEOPLE)}
EVERYONE = ("office", *ONE_OF_EACH.values())


@pytest.fixture(autouse=True)
def _house() -> None:
    web_trial.open_house()


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def links_of(text: str) -> set[str]:
    """Where the page leads within the trial, one form for all of them."""
    found = {link.partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', text)}
    inside = {link for link in found if not link.startswith(("/static/", "/accounts/"))}
    forms = sorted(link for link in inside if "/form/" in link)
    return inside - set(forms[1:])


def test_no_link_that_someone_is_shown_leads_to_a_page_that_is_closed_to_them():
    """Once the office was offered to open a hospital on each participant's page: 404."""
    web_trial.records_taken_in()
    waiting, drawn = web_trial.consented(), web_trial.randomised()
    nowhere, asked = [], set()
    for person in EVERYONE:
        client = web_trial.signed_in(person)
        pages = ["/today/", "/participants/"]
        pages += [f"/participants/{one.subject_id}/" for one in (waiting, drawn)]
        for page in pages:
            answer = client.get(page, follow=True)
            if answer.status_code != 200:
                continue
            for link in sorted(links_of(answer.content.decode())):
                if (person, link) in asked:
                    continue
                asked.add((person, link))
                if client.get(link, follow=True).status_code != 200:
                    nowhere.append((person, page, link))
    assert not nowhere


@pytest.mark.parametrize("person", ["statistician", "board", "chair"])
def test_whoever_sees_no_participants_reads_why_the_list_is_not_theirs(person: str):
    web_trial.consented()
    text = text_of(web_trial.signed_in(person), "/participants/")
    assert "Your roles do not open participants one by one" in text
    assert "0 participants" not in text and "Nobody" not in text
    text = text_of(web_trial.signed_in(person, "nl"), "/participants/")
    assert "Uw rollen geven geen toegang" in text


def test_a_hospital_without_participants_is_not_told_to_search_for_less():
    nurse = web_trial.signed_in("nurse-01")
    assert "Nobody has been entered yet" in text_of(nurse, "/participants/")
    assert "Search for less" in text_of(nurse, "/participants/?q=99")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Ask the trial office"), ("nl", "Vraag het trialbureau")]
)
def test_whoever_can_not_sign_in_reads_whom_to_ask(language: str, said: str):
    text = text_of(Client(headers={"Accept-Language": language}), "/accounts/login/")
    assert said in text


def test_the_pages_of_sign_in_lead_where_the_other_pages_lead():
    """Once all that a chair found at the top was Today, which they do not have."""
    for person in ("chair", "nurse-01"):
        client = web_trial.signed_in(person)
        top = re.compile(r'<nav class="eq-header__nav".*?</nav>', re.S)
        own = top.search(text_of(client, "/me/"))
        there = top.search(text_of(client, "/accounts/password/change/"))
        assert own and there
        assert links_of(there[0]) == links_of(own[0])


def test_the_pages_of_sign_in_name_whoever_is_signed_in():
    """Once their name was "You" there, and their own name on every other page."""
    text = text_of(web_trial.signed_in("chair"), "/accounts/password/change/")
    assert re.search(r'<a href="/me/">(\w[^<]+)</a>', text)[1] == people.names()["chair"]


def test_dutch_calls_nobody_by_the_familiar_word_wherever_a_password_is_asked():
    """The pages of sign-in came with words of their own; a person is addressed as u."""
    account = web_trial.signed_in("chair", "nl")
    pages = ["/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/2fa/"]
    texts = [text_of(account, page) for page in pages]
    texts.append(account.post(pages[0], {"oldpassword": "x", "password1": "a", "password2": "b"}))
    typed = {"login": "chair", "password": "wrong"}
    stranger = Client(headers={"Accept-Language": "nl"})
    texts.append(stranger.post("/accounts/login/", typed))
    for text in texts:
        words = text if isinstance(text, str) else text.content.decode()
        assert not re.search(r"\b(je|jouw|jij)\b", words, re.I)


def test_the_name_to_sign_in_with_is_called_the_same_wherever_it_is_asked_or_shown():
    assert 'for="id_login">Username<' in text_of(Client(), "/accounts/login/")
    office = web_trial.signed_in("office")
    for page in ("/people/", "/people/give/", "/today/"):
        assert "Username" in text_of(office, page) and "Sign-in name" not in text_of(office, page)


def test_the_chair_finds_what_to_write_by_a_link_in_the_row_even_where_rows_are_cards():
    subject = web_trial.voted(3)
    text = text_of(web_trial.signed_in("chair"), "/panel/")
    row = text.partition("<tbody>")[2].partition("</tr>")[0]
    assert f'href="/panel/{subject.subject_id}/conclusion/">Write the conclusion' in row
    cells = re.findall(r"<td[^>]*>", text)
    assert cells and all("data-label=" in cell for cell in cells)
    assert "eq-table--stack" in text and "eq-scroll" not in text


def test_the_flow_of_participants_tells_each_criterion_whole():
    subject = web_trial.consented()
    write_service.perform(
        FailScreening(criteria=["I06"]), "doctor-01", subject_id=subject.subject_id
    )
    text = unescape(text_of(web_trial.signed_in("statistician"), "/status/"))
    (criterion,) = (leaf for _, leaf in adopted.study().criteria.leaves() if leaf.id == "I06")
    whole = say(criterion.text, "en")
    assert len(whole) > 100 and whole in text
    assert "…" not in re.sub(r"<[^>]+>", " ", text)


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("office", "/people/"),
        ("office", "/audit/"),
        ("chair", "/panel/"),
        ("monitor", "/participants/{}/history/"),
    ],
)
def test_a_list_becomes_cards_on_a_telephone_and_each_of_its_cells_says_what_it_is(
    person: str, address: str
):
    """Once what stood in the last column, such as what was done, was out of sight."""
    subject = web_trial.voted(3)
    text = text_of(web_trial.signed_in(person), address.format(subject.subject_id))
    tables = re.findall(r'<table class="eq-table eq-table--stack.*?</table>', text, re.S)
    assert tables and "eq-scroll" not in text
    # A row of what an entry says, within its cell, has a name of its own.
    own = [cell for table in tables for cell in re.findall(r"<td[^>]*>", table) if cell != "<td>"]
    assert own and all("data-label=" in cell for cell in own)


def test_what_narrows_nothing_in_the_audit_says_so():
    assert text_of(web_trial.signed_in("monitor"), "/audit/").count('value="">All</option>') == 5


def test_today_names_the_roles_that_do_what_the_viewer_may_not():
    subject = web_trial.screened()
    text = web_trial.signed_in("monitor").get("/today/").content.decode()
    said = re.findall(r"by: [^<]+", text)
    assert subject.subject_id in text and said == ["by: Research nurse, Investigator"]
    own = web_trial.signed_in("doctor-01").get("/today/").content.decode()
    assert subject.subject_id in own and "by: " not in own


def test_a_form_without_its_date_is_told_that_alone_and_nothing_of_a_day_nobody_typed():
    """Once today stood in for it, and was said to lie outside the window of the visit."""
    drawn = web_trial.randomised()
    nurse = web_trial.signed_in("nurse-01")
    address = f"/participants/{drawn.subject_id}/form/follow_up/quarter.1/1/"
    answer = nurse.post(address, {"happened.day": "", "happened.month": "", "happened.year": ""})
    text = answer.content.decode()
    assert answer.status_code == 422 and "There is a problem" in text
    assert "outside the window" not in text
    early = nurse.post(address, happened(write_service.today())).content.decode()
    assert "outside the window" in early, "a day that was typed is still doubted"


def happened(on: date) -> dict[str, str]:
    return {
        "happened.day": f"{on.day}",
        "happened.month": f"{on.month}",
        "happened.year": f"{on.year}",
    }


def test_each_reason_against_a_field_is_a_sentence_of_its_own():
    """Once they were joined in one line, with a capital in its middle."""
    macro = engines["jinja2"].env.from_string(
        '{% from "parts/fields.jinja" import text %}{{ text("a", "A", errors=["One", "Two"]) }}'
    )
    said = macro.render()
    assert said.count('class="govuk-error-message"') == 2 and "; " not in said
    assert said.count('id="a-error"') == 1 and 'aria-describedby="a-error"' in said


def test_days_in_a_table_or_a_timeline_are_written_in_one_way():
    """Once the scan of 25 August 2026 stood under 27 Aug 2026."""
    subject = web_trial.asked()
    doctor = web_trial.signed_in("doctor-01")
    for page in (f"/participants/{subject.subject_id}/", "/audit/", "/deviations/"):
        told = unescape(re.sub(r"<[^>]+>", " ", text_of(doctor, page).partition("<main")[2]))
        months = "January February March April June July August September October November December"
        for month in months.split():
            assert not re.search(rf"\d {month} \d{{4}}", told), (page, month)


def test_no_entry_is_offered_as_an_error_that_is_always_refused_as_one():
    """A number that was given stands; instead a screening failure is recorded."""
    subject = web_trial.screened()
    text = text_of(web_trial.signed_in("doctor-01"), "/audit/")
    assert "Screening started" in text
    assert f"/participants/{subject.subject_id}/void/1/" not in text


def test_a_list_of_which_there_is_none_shows_no_row_to_fill_in():
    subject = web_trial.filled()
    nurse = web_trial.signed_in("nurse-01")
    text = text_of(nurse, f"/participants/{subject.subject_id}/form/medication/screening/1/")
    ticked = len(re.findall(r'name="[\w.]+\.none"[^>]* checked', text))
    lists = len(re.findall(r'name="[\w.]+\.none"', text))
    assert ticked and text.count('class="eq-grid"') == lists - ticked
    assert text.count('name="add"') == lists


def test_who_has_no_key_reads_where_one_comes_from():
    assert "equipoise token" in text_of(web_trial.signed_in("monitor"), "/me/keys/")
    assert "equipoise token" in text_of(web_trial.signed_in("monitor", "nl"), "/me/keys/")


def test_a_question_stands_beside_what_is_wrong_with_its_answer_in_the_summary():
    answer = web_trial.signed_in("office").post("/trial/restored/", {"draws": "x"})
    summary = answer.content.decode().partition("error-summary__list")[2].partition("</ul>")[0]
    assert "What is the number of the last draw? Give a whole number" in summary


def test_a_link_to_a_new_password_that_no_longer_works_leads_to_another_one(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("EQUIPOISE_SMTP_URL", "smtp://127.0.0.1:9?from=trial@example.org")
    answer = Client().get("/password/1/none/")
    assert answer.status_code == 404 and 'href="/password/"' in answer.content.decode()


def test_a_design_that_can_not_be_says_why_nothing_stands_under_what_its_numbers_rest_on():
    text = web_trial.signed_in("statistician").get("/design/?hazard_ratio=2").content.decode()
    under = text.partition('id="rests">')[2].partition("</div>")[0]
    assert "No numbers yet" in under


def test_an_entry_that_can_not_be_taken_back_says_so_before_anything_is_typed():
    """Once the page asked for a reason, and said only afterwards that it was voided before."""
    subject, nurse = web_trial.consented(), web_trial.signed_in("nurse-01")
    page = f"/participants/{subject.subject_id}/void/{subject.consent.given[-1].seq}/"
    assert "Void this entry" in text_of(nurse, page)
    voided = VoidEntry(entry=subject.consent.given[-1].seq, reason="Of someone else")
    write_service.perform(voided, "nurse-01", subject_id=subject.subject_id)
    again = text_of(nurse, page)
    assert "This was voided before." in again and "Void this entry" not in again


def test_a_summary_names_the_field_of_what_is_wrong():
    """Once two fields said "Give a number", and the summary did not tell which."""
    text = web_trial.signed_in("statistician").get("/design/?alpha=x&accrual=y").content.decode()
    summary = text.partition("error-summary__list")[2].partition("</ul>")[0]
    for field in ("Alpha", "Accrual"):
        assert f"{field}: <span>give a number" in summary


def test_what_keeps_somebody_out_is_listed_once_on_a_refused_registration():
    """Once the summary repeated 37 lines of the list below it."""
    subject, doctor = web_trial.consented(), web_trial.signed_in("doctor-01")
    today = {
        f"happened.{part}": getattr(write_service.today(), part)
        for part in ("day", "month", "year")
    }
    page = f"/participants/{subject.subject_id}/register/"
    text = doctor.post(page, today).content.decode()
    summary = text.partition("error-summary__list")[2].partition("</ul>")[0]
    assert "points keep the participant out: each stands in the list below" in summary
    assert summary.count("<li>") < 4 and text.count('class="eq-criterion"') > 30


def test_signing_in_has_one_name_in_dutch():
    """Once it was "aanmelden" on one page and "inloggen" on the next."""
    told = PO.read_text(encoding="utf-8").lower()
    assert "inloggen in twee stappen" in told
    assert "aanmelden" not in told and "tweede factor" not in told
