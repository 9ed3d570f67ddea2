"""Each kind of record that the registry has is taken in, shown, listed, and given out again."""

import csv
import json
import re
from html import unescape
from io import StringIO

import msgspec
import pytest
from django.test import Client

from equipoise.exchange.registry.drafting import draft
from equipoise.exchange.registry.drift import compared
from equipoise.exchange.registry.generations import refresh
from equipoise.exchange.registry.importing import take_in
from equipoise.exchange.registry.study import Study
from equipoise.web import home
from equipoise.web.finder import strangers
from equipoise.web.finder.strangers import Allowance
from tests import web_trial
from tests.odd_records import ODD, as_lines

pytestmark = pytest.mark.django_db
IN_DUTCH = ("several hundred places", "nothing but a number", "unknown words", "days in part")
NOTHING = re.compile(
    r"<(li|ul|dl|h\d|figure|section)[^>]*>\s*(?:<span[^>]*>\s*</span>\s*)*</\1>|</h2>\s*</section>"
)
DATA = re.compile(r'ld\+json">(.*?)</script>')


@pytest.fixture
def odd(monkeypatch, tmp_path) -> None:
    """The finder over the odd records alone."""
    web_trial.open_house()
    (tmp_path / "odd.ndjson").write_bytes(as_lines())
    assert take_in(tmp_path / "kept", [tmp_path / "odd.ndjson"]).told == []
    refresh(tmp_path / "kept")
    monkeypatch.setattr(home, "registry", lambda: tmp_path / "kept")
    monkeypatch.setattr(strangers, "_allowance", Allowance(100_000.0, 1.0))


def opened(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def number_of(record: dict) -> str:
    return record["protocolSection"]["identificationModule"]["nctId"]


def test_each_kind_of_record_has_its_page(odd):
    for kind, record in ODD.items():
        names = record["protocolSection"]["identificationModule"]
        title = names.get("briefTitle") or names.get("officialTitle") or names["nctId"]
        for query in ("", "?in=nl") if kind in IN_DUTCH else ("",):
            page = opened(f"/trials/{names['nctId']}/{query}")
            heading = unescape(re.search(r"<h1[^>]*>(.*?)</h1>", page)[1])
            assert " ".join(heading.split()) == " ".join(title.split()), kind
            assert json.loads(DATA.search(page)[1])["identifier"]["value"] == names["nctId"]
            assert not NOTHING.search(page), (kind, NOTHING.search(page))
            assert page.partition("</head>")[0].count("</title>") == 1, kind
    by_older_number = opened("/trials/NCT70009916/")
    assert '<link rel="canonical" href="http://testserver/trials/NCT70000016/">' in by_older_number


def test_each_kind_of_record_is_listed_compared_and_given_out_as_it_came(odd):
    listed = opened("/trials/") + opened("/trials/?page=2")
    rows = list(csv.DictReader(StringIO(opened("/trials/list.csv").lstrip("\ufeff"))))
    table = opened("/api/v2/studies?format=csv&pageSize=1000")
    assert len(rows) == len(list(csv.DictReader(StringIO(table)))) == len(ODD)
    for kind, record in ODD.items():
        number = number_of(record)
        assert f"/trials/{number}/" in listed, kind
        came = opened(f"/api/v2/studies/{number}")
        assert came == json.dumps(record, ensure_ascii=False), kind
        study = msgspec.convert(record, Study)
        assert compared(study, study) is not None and draft(study), kind
    for one, other in zip([*ODD.values()][::2], [*ODD.values()][1::2], strict=True):
        assert opened(f"/trials/compare/?of={number_of(one)}&of={number_of(other)}")
    assert opened("/trials/places/?q=hiccups").count("<circle") == 5
