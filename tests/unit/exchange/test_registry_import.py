"""Records of the registry are taken in from whatever holds them, and what is no record is told."""

import gzip
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from equipoise.exchange.registry.finder import finder
from equipoise.exchange.registry.generations import refresh
from equipoise.exchange.registry.importing import Taken, take_in
from equipoise.exchange.registry.record import Record, judged
from equipoise.exchange.registry.records import Busy, Outcome, kept_records, writable_records
from equipoise.exchange.registry.scanning import found
from equipoise.exchange.registry.searches import Around, Search
from tests.registry_records import distractors, sample

ONE, TWO, THREE = list(distractors(3))


def record(number: str = "NCT01234567", posted: str = "2024-01-02", **more: object) -> bytes:
    """A record with little in it."""
    names = {"nctId": number, "briefTitle": "A trial"} | dict(more.pop("names", {}))  # type: ignore[call-overload]
    status = {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": {"date": posted}}
    protocol = {"identificationModule": names, "statusModule": status, **more}
    return json.dumps({"protocolSection": protocol, "hasResults": False}).encode()


def taken(folder: Path, text: bytes, name: str = "file.json") -> Taken:
    (folder / name).write_bytes(text)
    return take_in(folder / "kept", [folder / name])


def codes(result: Taken) -> list[str]:
    return [one.why.code for one in result.unread]


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize(
    "text",
    [
        ONE + b"\n" + TWO + b"\n" + THREE + b"\n",
        ONE + b"\r\n\r\n" + TWO + b"\n" + THREE,
        b'{"totalCount":3,"studies":[' + b",".join((ONE, TWO, THREE)) + b'],"nextPageToken":"x"}',
        b"\xef\xbb\xbf[" + b",\n".join((ONE, TWO, THREE)) + b"]",
        b'{"studies":[' + ONE + b']}\n{"studies":[' + TWO + b"," + THREE + b"]}",
    ],
)
def test_a_line_a_page_and_a_list_give_the_same_records_byte_for_byte(text, size):
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    assert [*found(pieces)] == [ONE, TWO, THREE]


def test_a_record_over_many_lines_is_kept_as_it_was_written(tmp_path):
    text = json.dumps(json.loads(ONE), indent=2).encode()
    assert taken(tmp_path, text + b"\n").outcomes == {Outcome.NEW: 1}
    with kept_records(tmp_path / "kept") as records:
        kept = records.newest("NCT90000000")
    assert kept and kept.raw == text


def test_zip_and_gzip_are_unpacked_part_by_part(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a/NCT1.json", ONE)
        packed.writestr("b.ndjson.gz", gzip.compress(TWO + b"\n"))
        packed.writestr("inner.zip", b"PK")
    (tmp_path / "three.json.gz").write_bytes(gzip.compress(THREE))
    result = take_in(tmp_path / "kept", [tmp_path / "all.zip", tmp_path / "three.json.gz"])
    assert result.outcomes == {Outcome.NEW: 3}
    assert [(str(one.place), one.why.code) for one in result.unread] == [
        ("all.zip, inner.zip, record 1", "registry.nested-archive")
    ]


def test_every_record_of_the_sample_comes_out_as_it_went_in_unknown_fields_and_order_too(tmp_path):
    odd = [{**one, "somethingNew": {"z": [1.50, None], "a": "é\u2028"}} for one in sample()]
    lines = [json.dumps(one, ensure_ascii=False).encode() for one in odd]
    assert taken(tmp_path, b"\n".join(lines)).outcomes == {Outcome.NEW: len(odd)}
    with kept_records(tmp_path / "kept") as records:
        for one, line in zip(odd, lines, strict=True):
            kept = records.newest(one["protocolSection"]["identificationModule"]["nctId"])
            assert kept and kept.raw == line


DEEP = b'{"protocolSection":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
SAID = b'"briefTitle": "A trial"'
HOSTILE = {
    "registry.cut-off": ONE[:3000],
    "registry.too-deep": DEEP,
    "registry.long-title": record().replace(b"A trial", b"x" * 10_000_000),
    "registry.long-text": record(descriptionModule={"briefSummary": "y" * 1_000_001}),
    "registry.too-long": record(descriptionModule={"briefSummary": "y" * 33_600_000}),
    "registry.script": record(names={"briefTitle": "Trial <script>alert(1)</script>"}),
    "registry.no-number": record("NCT1"),
    "registry.no-study": b'{"centralContacts": []}',
    "registry.wrong-kind": record(conditionsModule={"conditions": "flu"}),
    "registry.expanded-access": record(designModule={"studyType": "EXPANDED_ACCESS"}),
    "registry.old-form": b'{"FullStudiesResponse":{"APIVrs":"1.01.02"}}',
    "registry.not-json": b"NCT Number,Title",
}


@pytest.mark.parametrize("code", HOSTILE)
def test_what_is_no_record_is_passed_over_with_its_reason_and_the_next_is_read(tmp_path, code):
    result = taken(tmp_path, HOSTILE[code] + b"\n" + ONE + b"\n")
    assert codes(result) == [code]
    assert str(result.unread[0].place) == "file.json, record 1"
    assert result.unread[0].why.because
    assert result.outcomes == {Outcome.NEW: 1}


@pytest.mark.parametrize("escaped", [b"\\u003cscript\\u003e", b"<SCRIPT src=x>", b"< script>"])
def test_a_program_in_a_title_is_found_however_it_is_written(escaped):
    refused = judged(record().replace(b"A trial", escaped))
    assert not isinstance(refused, Record) and refused.code == "registry.script"


@pytest.mark.parametrize(
    "broken", [b"\xff\xfe", b'"\\ud800"', b"NaN", b"{,}", b'"a" "b"', b"01", b'"\x00"']
)
def test_what_is_not_quite_json_is_refused_and_breaks_nothing(broken):
    refused = judged(record().replace(b'"A trial"', broken))
    assert not isinstance(refused, Record)


def test_in_a_page_one_bad_record_costs_the_others_nothing(tmp_path):
    page = b'{"studies":[' + b",".join((ONE, DEEP, TWO, b'{"a":1}', THREE)) + b"]}"
    result = taken(tmp_path, page)
    assert result.outcomes == {Outcome.NEW: 3}
    assert codes(result) == ["registry.too-deep", "registry.no-study"]


def test_an_older_form_as_xml_is_named(tmp_path):
    assert codes(taken(tmp_path, b"<?xml version='1.0'?><clinical_study/>")) == [
        "registry.old-form"
    ]


@pytest.mark.parametrize("name", ["empty.json", "blank.json", "empty.zip", "empty.gz"])
def test_a_file_with_nothing_in_it_is_told(tmp_path, name):
    if name == "empty.zip":
        with zipfile.ZipFile(tmp_path / name, "w") as packed:
            packed.writestr("folder/", b"")
    else:
        text = b" \n\n" if name == "blank.json" else b""
        (tmp_path / name).write_bytes(gzip.compress(text) if name == "empty.gz" else text)
    assert codes(take_in(tmp_path / "kept", [tmp_path / name])) == ["registry.empty"]


def test_a_bomb_is_left_when_it_has_unpacked_to_far_more_than_it_was(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        with packed.open("bomb.json", "w") as part:
            for _ in range(70):
                part.write(b" " * (1 << 20))
        packed.writestr("good.json", ONE)
    result = take_in(tmp_path / "kept", [tmp_path / "b.zip"])
    assert codes(result) == ["registry.bomb"]
    assert result.outcomes == {Outcome.NEW: 1}


@pytest.mark.parametrize("name", ["cut.gz", "cut.zip"])
def test_an_archive_that_breaks_off_gives_what_it_still_has(tmp_path, name):
    if name == "cut.gz":
        many = b"\n".join(distractors(400))
        (tmp_path / name).write_bytes(gzip.compress(many)[:-20_000])
    else:
        (tmp_path / name).write_bytes(b"PK\x03\x04 and no more")
    result = take_in(tmp_path / "kept", [tmp_path / name])
    assert codes(result)[-1] == "registry.damaged"
    assert (result.outcomes[Outcome.NEW] > 100) == (name == "cut.gz")


def test_a_newer_version_replaces_an_older_one_does_not_and_each_is_kept(tmp_path):
    first, second = record(posted="2024-01-02"), record(posted="2024-06-01")
    between = record(posted="2024-03-03")
    steps = [(first, Outcome.NEW), (second, Outcome.NEWER), (between, Outcome.OLDER)]
    steps += [(first, Outcome.KNOWN), (second, Outcome.KNOWN), (between, Outcome.KNOWN)]
    for text, outcome in steps:
        assert taken(tmp_path, text).outcomes == {outcome: 1}
    with kept_records(tmp_path / "kept") as records:
        newest = records.newest("NCT01234567")
        assert newest and newest.raw == second
        assert [one.raw for one in records.earlier("NCT01234567")] == [first, between]


def test_a_record_is_found_by_a_number_that_it_had_before(tmp_path):
    taken(tmp_path, record(names={"nctIdAliases": ["NCT00000009"]}))
    with kept_records(tmp_path / "kept") as records:
        known = records.newest("NCT00000009")
    assert known and known.number == "NCT01234567"


def test_only_one_takes_records_in_at_a_time_while_others_read(tmp_path):
    taken(tmp_path, ONE)
    with writable_records(tmp_path / "kept"), kept_records(tmp_path / "kept") as records:
        assert records.counts()[0] == 1
        with pytest.raises(Busy), writable_records(tmp_path / "kept"):
            pass


KILLED = """
import os, sys
from pathlib import Path
from equipoise.exchange.registry.importing import take_in
def tell(progress):
    if progress.records >= 500:
        os.kill(os.getpid(), 9)
take_in(Path(sys.argv[1]), [Path(sys.argv[2])], tell)
"""


def test_a_killed_import_goes_on_where_it_was_and_ends_as_if_nothing_had_been(tmp_path):
    many = [*distractors(900)]
    many[10:10] = [b'{"a": 1}']
    (tmp_path / "many.ndjson").write_bytes(b"\n".join(many))
    words = [sys.executable, "-c", KILLED, str(tmp_path / "kept"), str(tmp_path / "many.ndjson")]
    assert subprocess.run(words, check=False).returncode == -9
    result = take_in(tmp_path / "kept", [tmp_path / "many.ndjson"])
    assert result.outcomes == {Outcome.NEW: 901 - 500}
    assert codes(result) == ["registry.no-study"], "told again, though it stands in what was read"
    with kept_records(tmp_path / "kept") as records:
        assert records.counts() == (900, 900)
    assert take_in(tmp_path / "kept", [tmp_path / "many.ndjson"]).outcomes == {Outcome.KNOWN: 900}


@pytest.mark.parametrize("posted", ["", "zzzz", "2024-99-99", "2031"])
def test_a_record_that_names_no_day_stops_no_index_and_is_no_as_of(tmp_path, posted):
    taken(tmp_path, record(posted=posted) + b"\n" + record("NCT01234568"))
    refresh(tmp_path / "kept")
    about = finder(tmp_path / "kept").about
    assert (about.records, about.as_of) == (2, "2024-01-02")


def test_a_day_that_is_still_to_come_is_told_and_is_no_as_of_and_no_newer_version(tmp_path):
    today, files = date(2026, 11, 29), []
    for posted in ("2026-11-29", "2099-01-01", "2026-11-30", "2026-12", "2024-06-01"):
        files.append(tmp_path / f"{posted}.json")
        files[-1].write_bytes(record(posted=posted))
    result = take_in(tmp_path / "kept", files, today=today)
    assert [(one.place.file, one.why.values["day"]) for one in result.told] == [
        ("2099-01-01.json", "2099-01-01"),
        ("2026-11-30.json", "2026-11-30"),
        ("2026-12.json", "2026-12"),
    ]
    assert result.unread == [], "each of them was taken in"
    refresh(tmp_path / "kept")
    assert finder(tmp_path / "kept").about.as_of == "2026-11-29"
    with kept_records(tmp_path / "kept") as records:
        newest = records.newest("NCT01234567")
        assert newest and newest.raw == record(posted="2026-11-29")
        assert len(records.earlier("NCT01234567")) == 4


def test_a_day_that_is_still_to_come_in_the_only_record_leaves_no_day_at_all(tmp_path):
    (tmp_path / "one.json").write_bytes(record(posted="2099-01-01"))
    take_in(tmp_path / "kept", [tmp_path / "one.json"], today=date(2026, 11, 29))
    refresh(tmp_path / "kept")
    about = finder(tmp_path / "kept").about
    assert (about.records, about.as_of) == (1, "")


def test_a_place_that_is_nowhere_on_earth_is_near_nothing(tmp_path):
    sites = [{"city": "X", "geoPoint": {"lat": lat, "lon": 5.0}} for lat in (91.5, 1e308, 52.0)]
    taken(tmp_path, record(contactsLocationsModule={"locations": sites}))
    refresh(tmp_path / "kept")
    (hit,) = finder(tmp_path / "kept").search(Search(around=Around(52.0, 5.0))).hits
    assert len(hit.card.points) == 1 and hit.km == 0.0
