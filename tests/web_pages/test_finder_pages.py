"""The finder's pages: a search is an address, nothing is a dead end, and every record opens."""

import csv
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from django.test import Client

from equipoise.exchange.registry.criteria import lines
from equipoise.exchange.registry.finder import Finder
from equipoise.exchange.registry.generations import refresh
from equipoise.exchange.registry.importing import take_in
from equipoise.exchange.registry.study import Study
from equipoise.web import home, strangers_share
from equipoise.web.finder import located, strangers
from equipoise.web.finder.maps import MOST, Dot, drawn
from equipoise.web.finder.strangers import Allowance
from equipoise.web.finder.structured import medical_study
from tests import web_trial
from tests.registry_records import long_record, sample

pytestmark = pytest.mark.django_db
OURS, LONG, NEXT = "NCT06857773", "NCT80000099", "NCT80000000"
WHERE = [(f"/trials/places/{query}", of) for query in ("", "?q=cancer") for of in ("en", "nl")]
ELSEWHERE = re.compile(r'(?:src|action)="(?!/|#)|<link[^>]+href="https?:(?!//testserver)')


@pytest.fixture(autouse=True)
def _finder(monkeypatch) -> None:
    web_trial.open_house()
    web_trial.records_taken_in()
    monkeypatch.setattr(strangers, "_allowance", Allowance(100_000.0, 1.0))


def opened(path: str, language: str = "en", status: int = 200) -> str:
    answer = Client(headers={"Accept-Language": language}).get(path)
    assert answer.status_code == status, path
    return unescape(answer.content.decode())


def found(page: str) -> list[str]:
    """The numbers of the trials in the list, in their order."""
    return listed(page.partition("<ol")[2].partition("</ol>")[0])


def near(page: str) -> list[str]:
    """The numbers of the near misses."""
    return listed(page.partition("Near misses")[2])


def listed(page: str) -> list[str]:
    return re.findall(r'<li><h3 class="eq-found__title"><a[^>]+href="/trials/(NCT\d+)/', page)


def test_a_search_is_an_address_and_understands_lay_words_and_slips_in_two_languages():
    page = opened("/trials/?q=darmkankr+pomp")
    assert found(page)[0] == OURS and 'value="darmkankr pomp"' in page
    assert 'darmkankr → <strong lang="en">colorectal cancer</strong>' in page
    assert found(opened("/trials/?q=bowel+cancer+pump"))[0] == OURS
    dutch = opened("/trials/?q=darmkankr+pomp", "nl")
    assert found(dutch) == found(page) and "Onderzoeken zoeken" in dutch


def test_filters_hold_show_their_counts_and_can_each_be_left_out():
    page = opened("/trials/?status=RECRUITING&phase=PHASE3&age=61&sex=FEMALE")
    numbers = found(page)
    by_number = {one["protocolSection"]["identificationModule"]["nctId"]: one for one in sample()}
    assert OURS in numbers
    for number in numbers:
        assert by_number[number]["protocolSection"]["statusModule"]["overallStatus"] == "RECRUITING"
    checked = re.findall(r'value="(\w+)" checked', page)
    assert checked == ["RECRUITING", "PHASE3"]
    count = re.search(
        r'for="status-RECRUITING">Recruiting <span class="eq-muted">(\d+)</span>', page
    )
    assert count and int(count[1]) == len(numbers)
    assert 'href="?phase=PHASE3&age=61&sex=FEMALE"' in page  # without the status


def test_no_answer_is_a_dead_end():
    page = opened("/trials/?q=darmkanker+pomp&country=Japan")
    assert "<h2" in page and "0 trials" in page
    assert OURS in near(page)
    assert "Does not meet: Country" in page
    assert re.search(r'href="\?q=darmkanker\+pomp">Without: Country</a> \(\d+ trials?\)', page)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=yesterday", "Write a day as 2026-11-30"),
        ("started_from=2026-13", "Write a day as 2026-11-30"),
        ("age=old", "Write an age in whole years"),
        ("age=" + "9" * 500, "Write an age in whole years"),
        ("near=Nowherebyen", "No town of this name"),
        ("near=Rotterdam&km=far", "Write a distance"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field_and_the_rest_is_answered(
    query: str, told: str
):
    page = opened(f"/trials/?q=cancer&{query}")
    assert told in page and found(page) + near(page) and "<title>Error:" in page


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=999999", "page=²", "sort=x", "sex=x", "status=%3Cb%3E", "at=91,4"]
    + ["q=%22%27%5C%29", "unknown=1", "phase=" + "x" * 5000, "at=52.4,4.9&km=9&sort=distance"],
)
def test_any_address_of_the_search_is_answered(query: str):
    answer = Client().get(f"/trials/?{query}")
    assert answer.status_code == 200 and "<b>" not in answer.content.decode()


def test_beyond_the_last_page_no_numbers_are_made_up():
    page = opened("/trials/?page=999999")
    assert "There is no such page of this list" in page
    assert "19999961" not in page and "154 trials" in page


def test_what_came_with_a_cookie_is_kept_by_nobody_on_the_way():
    assert "public" in Client().get("/trials/list.csv")["Cache-Control"]
    office = web_trial.signed_in("doctor-01")
    for path in ("/trials/list.csv", "/api/v2/studies"):
        assert "public" not in office.get(path)["Cache-Control"]


def test_records_that_cannot_be_read_are_told_as_not_there_yet(monkeypatch, tmp_path):
    shutil.copytree(home.registry(), tmp_path / "kept")
    monkeypatch.setattr(home, "registry", lambda: tmp_path / "kept")
    assert opened(f"/trials/{OURS}/")
    (tmp_path / "kept/records.sqlite3").write_bytes(b"no database at all " * 1000)
    for path in (f"/trials/{OURS}/", f"/api/v2/studies/{OURS}"):
        assert Client().get(path).status_code == 503


def test_an_address_without_what_is_empty_is_what_a_form_leads_to():
    answer = Client().get("/trials/?q=cancer&near=&km=50&at=&age=&sex=&status=COMPLETED&results=")
    assert answer.status_code == 302
    assert answer["Location"] == "/trials/?q=cancer&status=COMPLETED"
    assert Client().get("/trials/?q=&sort=").headers["Location"] == "/trials/?"


def test_an_order_that_nobody_chose_is_not_in_the_address():
    chosen = r'<option value="" selected>{}</option>'
    assert re.search(chosen.format("Newest update first"), opened("/trials/"))
    assert re.search(chosen.format("Best match first"), opened("/trials/?q=cancer"))
    assert re.search(chosen.format("Nearest first"), opened("/trials/?near=Utrecht"))
    assert '<option value="started" selected>' in opened("/trials/?q=cancer&sort=started")


def test_a_town_is_found_in_any_language_and_its_namesakes_are_offered():
    page = opened("/trials/?near=Keulen&km=200")
    assert "Within 200 km of Cologne" in page or "Within 200 km of Köln" in page
    shown = [int(km) for km in re.findall(r"about (\d+) km", page)]
    assert shown == sorted(shown) and shown and shown[-1] <= 200
    assert "Rotterdam, United States" in opened("/trials/?near=Rotterdam")


def test_a_trial_without_a_place_is_counted_beside_a_list_by_distance_and_never_dropped():
    page = opened("/trials/?q=darmkanker&near=Utrecht&km=20000")
    address = re.search(r'href="(\?[^"]*placed=no)">(\d+) trial', page)
    assert address and address[1] == "?q=darmkanker&placed=no"
    elsewhere = found(opened(f"/trials/{address[1]}"))
    everywhere = found(opened("/trials/?q=darmkanker"))
    assert OURS in elsewhere and len(elsewhere) == int(address[2])
    assert sorted(found(page) + elsewhere) == sorted(everywhere)


def test_since_lists_what_is_new_and_a_person_is_carried_along_to_the_record():
    page = opened("/trials/?since=2025-01-01&age=61")
    assert found(page) and f'href="/trials/{found(page)[0]}/?age=61"' in page
    assert not found(opened("/trials/?since=2999-01-01"))


def test_every_record_of_the_sample_opens_with_each_criterion_on_a_line_of_its_own():
    for one in sample()[::7]:
        protocol = one["protocolSection"]
        number = protocol["identificationModule"]["nctId"]
        page = opened(f"/trials/{number}/")
        assert protocol["identificationModule"]["briefTitle"] in page
        text = protocol.get("eligibilityModule", {}).get("eligibilityCriteria", "")
        for line in lines(text):
            assert f">{line.text}</li>" in page, number
        sites = protocol.get("contactsLocationsModule", {}).get("locations", [])
        there = page + (opened(f"/trials/{number}/where/") if sites else "")
        assert all(site["city"] in there for site in sites), number


def test_a_record_says_what_its_fields_say_to_a_person_and_never_that_they_fit():
    young = opened(f"/trials/{OURS}/?age=12&healthy=yes")
    assert young.count("does not fit</span>") == 2 and "By these fields it does not fit" in young
    grown = opened(f"/trials/{OURS}/?age=61&sex=MALE&healthy=no")
    assert "Sex: Women and men" in grown
    assert grown.count('eq-tag--met">fits</span>') == 3 and "only a doctor can tell" in grown
    assert "eligible" not in grown.partition("<form")[2].partition("</form>")[0]


def test_a_record_that_is_not_there_is_a_page_that_is_not_there():
    for number in ("NCT99999999", "x", "NCT" + "9" * 400):
        assert Client().get(f"/trials/{number}/").status_code == 404


def test_two_trials_stand_side_by_side_and_fewer_are_asked_for():
    page = opened(f"/trials/compare/?of={OURS}&of=nct03849365&of=NCT00000000")
    assert "<td>Phase 3</td><td>Phase 4</td>" in page
    assert "There is no record NCT00000000" in opened(f"/trials/compare/?of={OURS}&of=NCT00000000")
    assert f'value="{OURS}"' in opened(f"/trials/compare/?of={OURS}")


def test_trials_by_location_lists_what_its_map_shows_and_asks_nothing_of_another_server():
    page = opened("/trials/places/?q=cancer&country=Netherlands")
    drawing = ElementTree.fromstring(re.search(r"<svg.*?</svg>", page, re.DOTALL)[0])
    marks = [*drawing.iter("{http://www.w3.org/2000/svg}circle")]
    assert marks and all(mark[0].text for mark in marks)
    assert re.search(r'href="/trials/\?q=cancer&country=Netherlands">Netherlands</a>', page)


def test_a_map_of_the_whole_world_has_no_line_across_it():
    page = opened("/trials/places/")
    land = re.search(r'<path d="([^"]+)"', page)[1]
    steps = re.findall(r"(-?\d+) -?\d+", land.replace("M", " ").replace("l", " "))
    assert max(abs(int(step)) for part in land.split("M")[1:] for step in widths(part)) < 100
    assert steps


def widths(part: str) -> list[int]:
    """How far each stroke of one outline goes to the side."""
    moves = part.partition("l")[2].rstrip("z").split()
    return [int(move) for move in moves[::2]]


def test_a_map_stays_light_with_any_number_of_places_and_names_those_that_lie_together():
    crowd = [Dot(52 + n % 97 / 50, 4 + n % 89 / 40, f"Town {n}") for n in range(6000)]
    drawing = drawn(crowd, "Where") or ""
    assert drawing.count("<circle") <= MOST and "6000 places" in drawing
    assert "and 1 other place</title>" in (drawn(crowd[:1] * 4, "Where") or "")
    alone = drawn([Dot(52, 4, "Delft"), Dot(53, 6, "Leek", 2)], "Where") or ""
    assert "<title>Delft</title>" in alone and "<title>Leek (2)</title>" in alone


def test_where_trials_run_is_worked_out_once_for_each_question(monkeypatch):
    asked, search = [], Finder.search
    monkeypatch.setattr(Finder, "search", lambda self, one: asked.append(one) or search(self, one))
    monkeypatch.setattr(located, "_known", {})
    assert all(opened(path, language) for path, language in 2 * WHERE)
    assert len(asked) == len(WHERE)


def test_the_list_goes_out_as_csv_and_json_and_no_cell_is_a_formula():
    whole = Client().get("/trials/list.csv?q=cancer").content
    assert whole.startswith("\ufeffnumber".encode()), (
        "by which a spreadsheet knows that it is UTF-8"
    )
    rows = list(csv.DictReader(StringIO(whole.decode("utf-8-sig"))))
    told = json.loads(opened("/trials/list.json?q=cancer"))
    assert [row["number"] for row in rows] == [row["number"] for row in told["trials"]]
    assert told["total"] == len(rows) > 20 and told["asOf"]
    assert not any(cell[:1] in "=+@" for row in rows for cell in row.values() if cell)
    assert Client().get("/trials/list.xml").status_code == 404


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("status=GARBAGE", "known are RECRUITING"),
        ("phase=PHASE3&phase=3", "known are NA"),
        ("sex=woman", "FEMALE, MALE"),
        ("since=yesterday", "2026-11-30"),
        ("sort=best", "relevance"),
        ("at=91,4", "52.37,4.90"),
        ("placed=yes", "known are no"),
        ("statuss=RECRUITING", "there is no parameter 'statuss'"),
    ],
)
def test_a_program_is_told_what_of_its_question_cannot_be_read(query: str, told: str):
    for form in ("csv", "json"):
        answer = Client().get(f"/trials/list.{form}?{query}")
        assert answer.status_code == 400 and told in answer.content.decode()


def test_a_choice_that_is_none_is_told_beside_its_field():
    page = opened("/trials/?q=cancer&sex=woman")
    assert 'id="sex-wrong"' in page and "Choose one of: FEMALE, MALE" in page


def test_every_page_says_as_of_which_day_it_knows_and_what_is_not_in_here():
    for path in ("/trials/", f"/trials/{OURS}/", "/trials/places/", "/trials/compare/"):
        page = opened(path)
        assert "154 records of ClinicalTrials.gov, the newest as of" in page
        assert "https://euclinicaltrials.eu/" in page and "Not in here" in page


def test_the_finder_asks_nothing_of_anyone_else_and_runs_nothing_inline():
    for path in ("/trials/?q=cancer", f"/trials/{OURS}/", "/trials/places/"):
        page = opened(path)
        assert not ELSEWHERE.search(page), ELSEWHERE.search(page)
        assert " style=" not in page and "<style" not in page and " onclick=" not in page
    assert Client().get("/trials/")["Permissions-Policy"] == "geolocation=(self)"
    assert "geolocation=()" in Client().get("/")["Permissions-Policy"]


def test_where_there_is_no_index_a_page_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(home, "registry", lambda: tmp_path)
    assert "no records yet" in opened("/trials/", status=503)
    assert "nog geen registraties" in opened("/trials/?q=x", "nl", status=503)
    assert Client().get(f"/trials/{OURS}/").status_code == 503
    assert Client().get("/trials/list.csv").status_code == 503
    assert Client().get("/api/v2/studies").status_code == 503


def weighed(path: str) -> tuple[str, int]:
    """A page, and what goes over the line for it without its font."""
    answer = Client(headers={"Accept-Encoding": "gzip"}).get(path)
    assert answer["Content-Encoding"] == "gzip"
    page = unescape(gzip.decompress(answer.content).decode())
    asked = re.findall(r'(?:href|src)="/static/[0-9a-f]+/([^"]+)"', page)
    static = Path("src/equipoise/web/static")
    return page, len(answer.content) + sum(packed(static / one) for one in asked)


def test_a_page_of_the_finder_weighs_less_than_60_kb():
    for path in ("/trials/", "/trials/places/", f"/trials/{OURS}/"):
        assert weighed(path)[1] < 61_000, path


@pytest.fixture
def long(monkeypatch, tmp_path) -> dict[str, Any]:
    """The finder over records that are longer than any; the first of them."""
    kept, first = tmp_path / "kept", long_record(LONG, sites=800, outcomes=1500, letters=100_000)
    others = [long_record(f"NCT8000000{at}", 60, 20, 2_000) for at in range(9)]
    (tmp_path / "long.ndjson").write_bytes(b"\n".join([first, *others]))
    take_in(kept, [tmp_path / "long.ndjson"])
    refresh(kept)
    monkeypatch.setattr(home, "registry", lambda: kept)
    return json.loads(first)["protocolSection"]


def test_a_very_long_record_makes_no_heavy_page_and_all_of_it_can_be_read(long):
    for path in (
        "/trials/?q=condition",
        "/trials/places/",
        f"/trials/compare/?of={LONG}&of={NEXT}",
    ):
        assert weighed(path)[1] < 61_000, path
    page, heavy = weighed(f"/trials/{LONG}/")
    assert heavy < 61_000
    parts = [*dict.fromkeys(re.findall(rf"/trials/{LONG}/([a-z-]+)/\"", page))]
    assert {"about", "criteria", "groups", "treatments", "other-outcomes", "where"} < {*parts}
    read = "".join(text for part in parts for text in sheets(f"/trials/{LONG}/{part}/"))
    sites = long["contactsLocationsModule"]["locations"]
    outcomes = long["outcomesModule"]["secondaryOutcomes"]
    criteria = lines(long["eligibilityModule"]["eligibilityCriteria"])
    assert all(f"{site['facility']}, {site['city']}" in read for site in sites)
    assert all(
        f"<strong>{one['measure']}</strong>. {one['description']}" in read for one in outcomes
    )
    assert all(f">{one.text}</li>" in read for one in criteria)
    assert all(f"<li>{one}</li>" in read for one in long["conditionsModule"]["conditions"])
    assert read.count("sentence without") == 100_000 // 30


def sheets(path: str) -> Iterator[str]:
    """Every page of a part, in their order."""
    first, _ = weighed(path)
    last = max(map(int, re.findall(r"\?page=(\d+)", first)), default=1)
    for number in range(1, last + 1):
        page, heavy = weighed(f"{path}?page={number}")
        assert heavy < 61_000, (path, number)
        yield page


def test_a_record_has_the_parts_that_it_has_and_no_others():
    assert opened(f"/trials/{OURS}/criteria/") and opened(f"/trials/{OURS}/criteria/?page=9")
    for part in ("main-outcomes", "nothing"):
        assert Client().get(f"/trials/{OURS}/{part}/").status_code == 404


@lru_cache
def packed(file: Path) -> int:
    """How much of a file goes over the line."""
    return len(gzip.compress(file.read_bytes()))


def test_whoever_asks_without_end_is_told_to_come_back_and_others_are_not():
    few = Allowance(3.0, 0.5)
    assert [few.takes("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert few.takes("b", 0.0) and not few.takes("a", 1.0) and few.takes("a", 4.0)


@pytest.mark.parametrize(
    "path",
    ["/", "/for-doctors/", "/check/", "/trials/", "/trials/places/", f"/trials/{OURS}/where/"]
    + ["/trials/list.csv", "/api/v2/version", "/api/docs", "/accounts/login/", "/nowhere/"],
)
def test_every_address_that_anyone_may_read_is_in_the_strangers_share(path):
    stranger = Client(headers={"Cookie": "sessionid=invented", "Accept": "text/html"})
    with strangers_share._past_the_line:
        answer = stranger.get(path)
        assert answer.status_code == 503 and answer["Retry-After"] == answer["Refresh"] == "1"
        assert "Come back in a moment" in answer.content.decode()
        assert Client().get(path).status_code != 503  # who came in line has a place
    assert stranger.get(path).status_code != 503


def test_who_is_signed_in_or_has_a_key_is_not_kept_waiting_by_strangers(monkeypatch):
    with strangers_share._past_the_line, strangers_share._turn:
        assert web_trial.signed_in("doctor-01").get("/trials/").status_code == 200
        assert Client(headers={"Authorization": "Bearer x"}).get("/api/subjects").status_code == 401
        half_in = Client()
        session = half_in.session
        session["state"] = "asked for a code"
        session.save()
        assert half_in.get("/accounts/login/").status_code == 200
    monkeypatch.setattr(strangers, "_allowance", Allowance(1.0, 0.0))
    assert [Client().get("/trials/").status_code for _ in range(2)] == [200, 429]
    assert Client().get("/").status_code == 200


LINK = re.compile(r'<a[^>]* href="([^"#]*)(?:#[^"]*)?"')
FORM = re.compile(r"<form method=.get.*?</form>", re.DOTALL)
NO_PAGE = ("http", "mailto:", "tel:", "/api/")


@pytest.mark.parametrize(
    "path",
    [
        "/trials/?in=nl&q=darmkanker&near=Utrecht&age=61",
        "/trials/?in=nl&q=nothingatall&country=Japan",
        f"/trials/{OURS}/?in=nl",
        "/trials/places/?in=nl&q=cancer",
        f"/trials/compare/?in=nl&of={OURS}&of=NCT03849365",
        "/trials/compare/?in=nl",
    ],
)
def test_the_language_of_an_address_is_that_of_every_page_it_leads_to(path: str):
    page = opened(path)
    assert '<html lang="nl"' in page
    leads = [one for one in LINK.findall(page) if one and not one.startswith(NO_PAGE)]
    assert len(leads) > 4
    assert [one for one in leads if "in=nl" not in one and "in=en" not in one] == []
    assert all('name="in" value="nl"' in form for form in FORM.findall(page))
    (other,) = [one for one in leads if "in=en" in one]
    assert '<html lang="en"' in opened(other, "nl"), "the switch keeps the rest of the address"
    assert other.replace("in=en", "in=nl").count("=") == path.count("=")


def test_the_language_of_an_address_goes_on_through_sign_in():
    reader = Client(headers={"Accept-Language": "en"})
    page = unescape(reader.get("/trials/?in=nl").content.decode())
    assert '<a href="/accounts/login/?in=nl">Inloggen</a>' in page
    entrance = reader.get("/accounts/login/?in=nl")
    assert '<html lang="nl"' in entrance.content.decode() and entrance.cookies["django_language"]
    assert '<html lang="nl"' in reader.get("/accounts/login/").content.decode()
    assert 'name="next" value="/accounts/login/"' in entrance.content.decode()
    assert "Set-Cookie" not in reader.get("/trials/?in=xx").headers


def test_a_record_tells_machines_what_it_is_and_no_text_of_it_ends_the_element():
    page = Client().get(f"/trials/{OURS}/").content.decode()
    told = json.loads(re.search(r'ld\+json">(.*?)</script>', page)[1])
    assert told["@type"] == "MedicalTrial" and told["phase"] == "Phase 3"
    assert told["status"] == "https://schema.org/Recruiting"
    assert told["identifier"]["value"] == OURS
    assert "https://schema.org/RandomizedTrial" in told["trialDesign"]
    odd = json.loads(json.dumps(sample()[0]))
    odd["protocolSection"]["identificationModule"]["briefTitle"] = "A </script><b>&amp; trial"
    written = medical_study(msgspec.convert(odd, Study), "https://here/")
    assert "<" not in written and "&" not in written
    assert json.loads(written)["name"] == "A </script><b>&amp; trial"


def test_countries_are_called_as_the_reader_calls_them_and_found_by_each_name_they_had():
    dutch, english = opened("/trials/?in=nl"), opened("/trials/")
    for code, name in (("Netherlands", "Nederland"), ("South Korea", "Zuid-Korea")):
        choice = f'name="country" value="{code}"><label'
        label = re.compile(re.escape(choice) + r"[^>]*>([^<]+) <span")
        assert label.search(dutch)[1] == name and label.search(english)[1] == code
        assert found(opened(f"/trials/?country={code}")) == found(
            opened(f"/trials/?country={name}")
        )
        assert found(opened(f"/trials/?country={code}")), code
    assert found(opened("/trials/?country=Korea,+Republic+of"))
    assert "Land: Zuid-Korea" in opened("/trials/?in=nl&country=Korea,+Republic+of")
    assert ">Nederland</a>" in opened("/trials/places/?in=nl")


def test_where_no_records_were_taken_in_no_page_leads_to_the_finder(monkeypatch, tmp_path):
    pages = ("/", "/for-doctors/", "/check/")
    assert all('href="/trials/"' in opened(path) for path in pages)
    monkeypatch.setattr(home, "registry", lambda: tmp_path)
    assert not any('href="/trials/"' in opened(path) for path in pages)
    assert 'href="/trials/"' not in opened("/trials/", status=503)


def test_the_finder_writes_nothing():
    for path in ("/trials/?q=cancer", f"/trials/{OURS}/", "/api/v2/studies"):
        assert Client().post(path, {}).status_code in (403, 405)
