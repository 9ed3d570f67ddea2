"""No screen leads nowhere or stands empty without a word: each role looks at what it can reach."""

import re
from html import unescape

import pytest
from django.test import Client

from equipoise.conduct.screening import FailScreening
from equipoise.study.parts import say
from equipoise.web import door, home, people
from tests import web_trial

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
    door.perform(FailScreening(criteria=["I06"]), "doctor-01", subject_id=subject.subject_id)
    text = unescape(text_of(web_trial.signed_in("statistician"), "/status/"))
    (criterion,) = (leaf for _, leaf in home.study().criteria.leaves() if leaf.id == "I06")
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
    assert text_of(web_trial.signed_in("monitor"), "/audit/").count('value="">All</option>') == 2


def test_today_names_the_roles_that_do_what_the_viewer_may_not():
    subject = web_trial.screened()
    text = web_trial.signed_in("monitor").get("/today/").content.decode()
    said = re.findall(r"by: [^<]+", text)
    assert subject.subject_id in text and said == ["by: Research nurse, Investigator"]
    own = web_trial.signed_in("doctor-01").get("/today/").content.decode()
    assert subject.subject_id in own and "by: " not in own
