"""The trial's public pages: every field of a public record has its place, in both languages."""

import gzip
import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
import yaml
from django.test import Client

from equipoise.conduct.administration import CloseAccrual
from equipoise.web import adopted, read_model, write_service
from equipoise.web.public import generated, remembered
from equipoise.web.views.page import Page
from tests import web_trial

pytestmark = pytest.mark.django_db
STATIC = Path("src/equipoise/web/static")
PAGES = ("/", "/for-doctors/", "/check/", "/check/?for=another")
OURS = re.compile(r"/static/|mailto:|tel:|#|/(?!/)|\?|http://testserver/")

RECORD = {
    "Title": "Pump chemotherapy into the liver artery together with systemic chemotherapy",
    "Scientific title": "Induction treatment for initially unresectable colorectal liver metas",
    "Sponsor": "Netherlands Cancer Institute (NKI)",
    "Phase": "3",
    "Condition": "Liver metastases of colorectal cancer | Colorectal neoplasms",
    "Also filed under": "Vascular access device, Floxuridine",
    "ClinicalTrials.gov": "NCT06857773",
    "EU Clinical Trials (CTIS)": "2023-506194-35-00",
    "Sponsor's number": "M23PIT",
    "Treatment studied": "Device: hepatic arterial infusion pump | Drug: FOLFOX or FOLFIRI | "
    "Drug: floxuridine through the pump | Drug: standard systemic therapy",
    "Group": "Systemic therapy (active comparator) | Pump and systemic therapy (experimental)",
    "Participants planned": "306 (estimated) in 2 groups",
    "Status in the record": "Recruiting",
    "Kind of study": "Interventional",
    "Kind of funder": "Other",
    "Purpose": "Treatment",
    "Allocation": "Randomised",
    "Groups": "Parallel, two groups",
    "Masking": "None, open label",
    "Sex": "All",
    "Minimum age": "18 years",
    "Healthy volunteers": "No",
    "Locations in the record": "1",
}
"""The fields of a record that are one value each, and what a finder shows of this trial there."""


def opened(path: str = "/", language: str = "en") -> str:
    answer = Client(headers={"Accept-Language": language}).get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def facts(page: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for label, value in re.findall(r'<tr><th scope="row">(.*?)</th><td[^>]*>(.*?)</td>', page):
        found.setdefault(label, []).append(value)
    return {label: " | ".join(values) for label, values in found.items()}


def test_every_field_of_a_public_record_has_its_place():
    web_trial.open_house()
    doctors, participants, study = opened("/for-doctors/"), opened(), adopted.study()
    shown = facts(doctors)
    for field, value in RECORD.items():
        assert value in shown.get(field, ""), field
    for _, criterion in study.criteria.leaves():
        assert f"{criterion.id}</span><span>{criterion.text['en']}</span>" in doctors, criterion.id
    for arm in study.arms_drawn:
        assert f"({arm.kind})" in doctors
        for page in (doctors, participants):
            assert arm.label["en"] in page and arm.description["en"] in page
        assert all(f"<li>{one['en']}</li>" in doctors for one in arm.interventions)
    assert study.identity.summary["en"] in participants  # the record's “about”
    assert all(one.text["en"] in doctors for one in study.public.procedures)
    for page in (doctors, participants):  # contacts and locations
        assert "office@pump-it.example" in page
        assert all(site.name in page for site in study.sites)


def test_both_languages_show_the_same_fields_and_no_english_in_dutch():
    web_trial.open_house()
    english, dutch = facts(opened("/for-doctors/")), facts(opened("/for-doctors/", "nl"))
    assert len(english) == len(dutch) and english["Sponsor"] == dutch["Opdrachtgever"]
    for path in PAGES:
        page = opened(path, "nl")
        assert '<html lang="nl"' in page
        text = re.sub(r"<script.*?</script>|<[^>]+>", " ", page, flags=re.DOTALL)
        left = re.search(r"\b(?:the|your|with|which|doctor|must)\b", text)
        assert not left, text[left.start() - 40 : left.end() + 40] if left else ""


def test_whom_to_call_and_when_stands_before_everything_but_the_question():
    web_trial.open_house()
    page = opened()
    assert (
        page.index("+31 20 000 00 00") < page.index("Monday to Friday") < page.index("</nav>\n<div")
    )
    assert page.index("tel:+31200000000") < page.index('<p class="govuk-body-l">This trial is for')
    assert "referral@pump-it.example" in opened("/for-doctors/")
    assert "referral@pump-it.example" not in page


def test_each_group_has_a_picture_that_is_told_in_words_too():
    web_trial.open_house()
    page = opened()
    titles = re.findall(r"<title id=[^>]*>(.*?)</title><desc id=[^>]*>(.*?)</desc>", page)
    assert [title for title, _ in titles] == [
        "What happens in each group",
        "Time line: Systemic therapy",
        "Time line: Pump and systemic therapy",
    ]
    assert "Operation and pump: once, 3 weeks after the draw." in titles[2][1]
    assert "Operation" not in titles[1][1]
    assert page.count("style=") == 0


def test_status_hospitals_and_numbers_follow_the_trial():
    read_model.forget()
    assert "Not yet recruiting" in opened() and "0 of 306 participants" in opened()
    web_trial.open_house()
    assert "Recruiting" in opened() and "since " in opened()
    web_trial.randomised()
    assert "1 of 306 participants" in opened()
    assert '"status": "https://schema.org/Recruiting"' in opened()
    write_service.perform(CloseAccrual(because="enough have joined"), "office")
    page = opened()
    assert "Closed to new participants" in page and "ActiveNotRecruiting" in page


def test_nothing_on_the_page_tells_a_participant_or_an_arm_apart():
    web_trial.open_house()
    subject = web_trial.randomised()
    for path in PAGES:
        assert subject.subject_id not in opened(path)
    assert "1 of 306" in opened() and not re.search(r"\d+ of \d+ participants? in", opened())


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_weighs_less_than_sixty_kilobytes_and_fetches_nothing_from_elsewhere(path, language):
    web_trial.open_house()
    answer = Client(headers={"Accept-Encoding": "gzip", "Accept-Language": language}).get(path)
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    links = re.findall(r'<(?:link|script|img|a|form)\b[^>]*?(?:href|src|action)="([^"]*)"', page)
    assert not [link for link in links if link and not OURS.match(unescape(link))]
    files = {link.split("/", 3)[3] for link in links if link.startswith("/static/")}
    fetched = [STATIC / file for file in files if file.endswith((".css", ".js"))]
    assert len(fetched) >= 3
    weight = len(answer.content) + sum(len(gzip.compress(one.read_bytes())) for one in fetched)
    assert weight < 60_000
    assert "set-cookie" not in answer


def test_a_shared_address_opens_in_its_language_and_its_links_keep_it():
    web_trial.open_house()
    page = opened("/?in=nl")
    assert '<html lang="nl"' in page and "/for-doctors/?in=nl" in page
    assert '<a href="/?in=en" lang="en"' in page  # the switch of languages
    assert opened("/check/?for=another&in=nl").count("?in=nl") >= 2
    assert '<html lang="en"' in opened("/?in=xx")
    for path in ("/", "/for-doctors/", "/check/"):
        address = f"http://testserver{path}"
        assert f'<link rel="canonical" href="{address}">' in opened(path)
        assert f'hreflang="nl" href="{address}?in=nl"' in opened(path)


def test_machines_read_a_medical_trial():
    web_trial.open_house()
    read = re.search(r'<script type="application/ld\+json">(.*?)</script>', opened("/", "nl"))
    assert read
    data = json.loads(read[1])
    assert data["@context"] == "https://schema.org" and data["@type"] == "MedicalTrial"
    assert {one["value"] for one in data["identifier"]} >= {"NCT06857773", "M23PIT"}
    assert "https://schema.org/RandomizedTrial" in data["trialDesign"]
    assert data["studyLocation"][0]["address"]["addressLocality"] == "Amsterdam"
    assert data["healthCondition"][0]["name"].startswith("Levermetastasen")


def test_the_page_says_from_which_text_and_criteria_it_is_made():
    web_trial.open_house()
    study, page = adopted.study(), opened()
    assert f"version {study.version}, as of" in page and study.criteria.digest[:16] in page
    state = write_service.folds().trial_state()
    (only,) = generated.versions(study, state)
    assert (only.version, only.criteria) == (study.version, study.criteria.digest)


def test_the_pre_check_asks_what_a_layperson_knows_and_leaves_the_rest_to_the_doctor():
    web_trial.open_house()
    for path, question, rest in (
        ("/check/", "Are you pregnant or breast-feeding?", "Your doctor knows"),
        ("/check/?for=another", "Are they pregnant or breast-feeding?", "The doctor knows"),
    ):
        page = opened(path)
        assert page.count("<fieldset") == 13 and question in page
        assert page.count("I don't know") == 13
        asked, left = page.split(f'<h2 class="govuk-heading-l">{rest}</h2>')
        assert "genes RAS and BRAF" in left and "prednisone" not in left
        assert "eligible" not in page.lower()
        assert "<form" not in asked.split('id="questions"')[1]  # nothing that could be sent


def test_without_javascript_the_questions_are_there_to_print():
    web_trial.open_house()
    page = opened("/check/")
    assert "Print this page, tick what fits, and take it along" in page
    assert re.search(r'id="outcome"[^>]* hidden', page)
    assert "/for-doctors/" in page and "NCT06857773" in page  # what the doctor needs


HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.DOTALL)


def headings_of_nothing(page: str) -> list[str]:
    """Headings below which nothing stands before the next of their rank or above."""
    main = re.sub(r"<(?:script|style)\b.*?</(?:script|style)>", "", page, flags=re.DOTALL)
    main = main.split("<main")[1].split("</main>")[0]
    found = list(HEADING.finditer(main))
    empty = []
    for n, one in enumerate(found):
        ends = (next_.start() for next_ in found[n + 1 :] if next_[1] <= one[1])
        below = main[one.end() : next(ends, len(main))]
        if not re.sub(r"<[^>]+>|\s", "", HEADING.sub("", below)):
            empty.append(one[2])
    return empty


def bare_study(folder: Path) -> str:
    """The small study without anything that a study file may leave out."""
    shutil.copytree("studies/first-steps", folder)
    told = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    may_lack = ("conditions", "start", "investigator", "demonstration")
    told["identity"] = {k: v for k, v in told["identity"].items() if k not in may_lack}
    del told["criteria"]["exclusion"]
    told |= {"visits": [], "endpoints": []}
    (folder / "study.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("which", ["bare", "studies/first-steps", "studies/pump-it"])
def test_what_a_study_does_not_say_leaves_no_heading(which, monkeypatch, tmp_path):
    assert headings_of_nothing("<main><h2>A</h2><h3>B</h3><h3>C</h3>x</main>") == ["B"]
    where = bare_study(tmp_path / "bare") if which == "bare" else which
    monkeypatch.setenv("EQUIPOISE_STUDY", where)
    for path in PAGES:
        page = opened(path)
        assert not headings_of_nothing(page), path
        assert "None" not in re.sub(r"None, open label", "", page) and ">undefined<" not in page
    assert "two sheets" not in opened()  # how many, depends on what a study tells
    assert ("mostly not public" in opened()) == (which != "bare")
    assert ("Visits</h2>" in opened("/for-doctors/")) == (which != "bare")


def test_a_study_that_says_nothing_to_the_public_still_has_its_page(monkeypatch):
    monkeypatch.setenv("EQUIPOISE_STUDY", "studies/first-steps")
    page = opened()
    assert "Dr A. Leaf" in facts(opened("/for-doctors/"))["Principal investigator"]
    assert "applicable trial" not in page
    assert "FIRST STEPS" in page and "Hibiscus tea" in page and "in the ratio 2 : 1 : 1" in page
    assert "Ask the doctor who treats you" in page and "Call or write" not in page
    assert "See whether the trial could be for you" not in page
    assert "Your doctor knows" in opened("/check/") and "<fieldset" not in opened("/check/")


def test_strangers_choose_a_language_by_a_link_and_who_is_signed_in_by_a_form_with_a_key():
    web_trial.open_house()
    page = opened("/check/?for=another&of=me")
    assert "csrfmiddlewaretoken" not in page and "of=me" not in page
    (switch,) = re.findall(r'<a href="([^"]*)" lang="nl"', page)
    assert switch == "/check/?for=another&in=nl"
    assert '<a href="/check/?for=another&in=en" lang="en"' in opened(switch)
    assert "csrfmiddlewaretoken" in web_trial.signed_in("office").get("/").content.decode()


def test_what_is_made_for_one_reader_is_shown_to_nobody_else():
    web_trial.open_house()
    before = opened()
    known = web_trial.signed_in("office").get("/").content.decode()
    assert "Sign out" in known and "Sign out" not in opened() and opened() == before


def test_a_browser_that_has_the_page_is_told_so_until_the_trial_goes_on():
    web_trial.open_house()
    first = Client().get("/")
    assert first["Cache-Control"] == "no-cache" and "Accept-Language" in first["Vary"]
    has = {"If-None-Match": first["ETag"]}
    assert Client(headers=has).get("/").status_code == 304
    web_trial.randomised()
    again = Client(headers=has).get("/")
    assert again.status_code == 200 and "1 of 306" in again.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_made_once_for_as_long_as_it_tells_the_same(path, monkeypatch):
    web_trial.open_house()
    remembered._made.clear()
    made, as_before = [], Page.render
    monkeypatch.setattr(Page, "render", lambda *a, **k: made.append(a) or as_before(*a, **k))
    assert len({opened(path) for _ in range(3)}) == 1 and len(made) == 1
    assert len({opened(path, "nl") for _ in range(3)}) == 1 and len(made) == 2
    opened(f"{path}{'&' if '?' in path else '?'}anything=else")
    assert len(made) == 2


def test_who_only_seems_to_take_what_is_packed_takes_it_from_nobody():
    web_trial.open_house()
    remembered._made.clear()
    for takes, packed in (("xgzip", None), ("gzip", "gzip"), ("xgzip", None)):
        answer = Client(headers={"Accept-Encoding": takes}).get("/")
        assert answer.headers.get("Content-Encoding") == packed


class _Emptied(dict):
    """What is remembered, while other threads forget it whenever anything is looked for."""

    def __contains__(self, key: object) -> bool:
        there = super().__contains__(key)
        self.clear()
        return there


def test_a_page_is_there_though_another_thread_forgets_it_meanwhile(monkeypatch):
    web_trial.open_house()
    monkeypatch.setattr(remembered, "_made", _Emptied())
    assert opened() == opened()


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_a_cookie_that_somebody_invented_has_no_page_made_anew(cookie, monkeypatch):
    web_trial.open_house()
    first = opened()
    monkeypatch.setattr(Page, "render", None)
    stranger = Client()
    stranger.cookies[cookie] = "invented"
    assert unescape(stranger.get("/").content.decode()) == first


def test_a_demonstration_is_offered_to_no_search_engine_as_a_trial(monkeypatch, tmp_path):
    assert all('content="noindex"' in opened(path) for path in PAGES)
    monkeypatch.setenv("EQUIPOISE_STUDY", bare_study(tmp_path / "bare"))
    assert not any('content="noindex"' in opened(path) for path in PAGES)
