"""The finder finds what people mean, keeps to what they ask, and never ends in nothing."""

import json
import shutil
from collections import Counter
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from tantivy import Query

from equipoise.exchange.registry.documents import document
from equipoise.exchange.registry.finder import Finder, NoIndex, finder
from equipoise.exchange.registry.gazetteer import (
    ALSO,
    TOWNS,
    _beginning_with,
    country_name,
    towns,
)
from equipoise.exchange.registry.generations import FORM, current, refresh
from equipoise.exchange.registry.importing import take_in
from equipoise.exchange.registry.lay_words import lay, phrases, taken_apart
from equipoise.exchange.registry.sample import where_nothing_is
from equipoise.exchange.registry.searches import Around, Search, Sort
from equipoise.exchange.registry.spelling import slips
from equipoise.exchange.registry.study import Study
from tests.registry_records import SAMPLE, distractors, sample

RELEVANCE = Path(__file__).parents[2] / "fixtures/registry/relevance.tsv"
AMONG, LEAST = 10, 0.95


def relevance() -> list[tuple[str, str, str, set[str]]]:
    """Language, what is tried, the question, and the trials that must be found."""
    lines = RELEVANCE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(of, kind, question, {*found.split()}) for of, kind, question, found in rows]


def folder_with(folder: Path, invented: int) -> Path:
    """The sample, among so many invented trials."""
    (folder / "sample.ndjson.gz").write_bytes(SAMPLE.read_bytes())
    (folder / "others.ndjson").write_bytes(b"\n".join(distractors(invented)))
    take_in(folder / "kept", [folder / "sample.ndjson.gz", folder / "others.ndjson"])
    refresh(folder / "kept")
    return folder / "kept"


def recall(of: Finder) -> tuple[float, list[str]]:
    """Which part of what must be found is among the first ten, and the questions that miss any."""
    found, all_, missed = 0, 0, []
    for _, _, question, wanted in relevance():
        answer = of.search(Search(words=question, limit=AMONG))
        first = {hit.card.number for hit in (*answer.hits, *answer.near)[:AMONG]}
        found, all_ = found + len(wanted & first), all_ + len(wanted)
        missed += [question] if wanted - first else []
    return found / all_, missed


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    return folder_with(tmp_path_factory.mktemp("trials"), 1_500)


@pytest.fixture(scope="module")
def trials(kept) -> Finder:
    return finder(kept)


def numbers(answer) -> list[str]:
    return [hit.card.number for hit in answer.hits]


def test_the_set_of_questions_is_half_lay_half_misspelt_in_both_languages():
    counts = Counter((of, kind) for of, kind, _, _ in relevance())
    assert len(relevance()) >= 60 and min(counts.values()) >= 15 and len(counts) == 4
    known = {one["protocolSection"]["identificationModule"]["nctId"] for one in sample()}
    assert all(wanted <= known for _, _, _, wanted in relevance())


def test_what_must_be_found_is_among_the_first_ten(trials):
    part, missed = recall(trials)
    assert part >= LEAST, missed


@pytest.mark.slow
def test_what_must_be_found_is_among_the_first_ten_of_a_hundred_thousand(tmp_path):
    part, missed = recall(finder(folder_with(tmp_path, 100_000)))
    assert part >= LEAST, missed


@pytest.mark.parametrize(
    "question", ["erectile dysfunction", "Erectile Dysfunctions", "erectiestoornissen", "ERECTILE"]
)
def test_endings_capitals_and_language_do_not_change_what_is_meant(trials, question):
    answer = trials.search(Search(words=question))
    assert answer.total > 80
    assert {hit.card.conditions[0] for hit in answer.hits}


def test_the_answer_says_what_the_words_were_taken_for(trials):
    answer = trials.search(Search(words="borstkancer en vardenafill"))
    assert [(unit.written, unit.taken_for) for unit in answer.units] == [
        ("borstkancer", "breast cancer"),
        ("vardenafill", "vardenafil"),
    ]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("leverkankeroperatie", ("leverkanker", "operatie")),
        ("borstkankervaccin", ("borstkanker", "vaccin")),
        ("gezondheid", ()),
    ],
)
def test_a_dutch_word_is_taken_apart_where_its_parts_are_words(word, parts):
    assert taken_apart(word) == parts


def test_lay_words_are_found_in_any_ending_and_order_and_none_stands_for_nothing():
    assert "liver metastases" in lay(["leveruitzaaiing"])
    assert "smoking cessation" in lay(["roken", "stoppen"])
    assert len([key for key in phrases() if key[0] == "dutch"]) >= 300
    assert all(key for _, key in phrases()) and all(phrases().values())


def test_what_the_registry_took_a_condition_for_is_learnt_from_its_records(tmp_path):
    text = next(distractors(1)).replace(b"NCT90000000", b"NCT08888888")
    made = json.loads(text)
    made["protocolSection"]["conditionsModule"]["conditions"] = ["Zonk Syndrome"]
    made["derivedSection"] = {
        "conditionBrowseModule": {
            "meshes": [{"id": "D000007676", "term": "Kidney Failure, Chronic"}],
            "ancestors": [{"id": "D000007674", "term": "Kidney Diseases"}],
            "browseLeaves": [{"name": "Kidney Failure, Chronic", "asFound": "Worn Kidneys"}],
        }
    }
    other = json.loads(json.dumps(made))
    other["protocolSection"]["identificationModule"]["nctId"] = "NCT08888889"
    other["protocolSection"]["conditionsModule"]["conditions"] = ["Something Else"]
    (tmp_path / "two.json").write_text(json.dumps({"studies": [made, other]}), encoding="utf-8")
    take_in(tmp_path / "kept", [tmp_path / "two.json"])
    refresh(tmp_path / "kept")
    of = finder(tmp_path / "kept")
    for said in ("zonk syndrome", "worn kidneys", "chronic kidney failure", "Kidney Diseases"):
        assert of.search(Search(words=said)).total == 2, said


def test_slips_are_counted_and_letters_that_changed_places_are_one():
    for one, other, count in (("tumor", "tumour", 1), ("teeht", "teeth", 1), ("a", "", 1)):
        assert slips(one, other) == count
    assert slips("kanker", "kanker") == 0


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        (Search(status=("RECRUITING",)), lambda card: card.status == "RECRUITING"),
        (Search(phase=("PHASE1", "PHASE2")), lambda card: {"PHASE1", "PHASE2"} & {*card.phases}),
        (Search(sex="FEMALE"), lambda card: card.sex in ("FEMALE", "ALL")),
        (Search(volunteers=True), lambda card: card.volunteers),
        (Search(results=True), lambda card: card.results),
        (Search(since="2020-01-01"), lambda card: card.updated >= "2020-01-01"),
        (Search(started_to="2010-12-31"), lambda card: card.started <= "2010-12-31"),
        (Search(sponsor="bayer"), lambda card: "Bayer" in card.sponsor),
        (Search(treatment="tadalafil"), lambda card: card.number < "NCT9"),
        (Search(number=("NCT06857773",)), lambda card: card.number == "NCT06857773"),
    ],
)
def test_a_filter_holds_of_every_trial_that_is_listed(trials, asked, holds):
    answer = trials.search(asked)
    assert answer.hits and all(holds(hit.card) for hit in answer.hits)
    assert answer.total < answer.records


@pytest.mark.parametrize(
    ("age", "in_it"), [(17, False), (18, True), (75, True), (76, False), (None, True)]
)
def test_an_age_counts_to_the_day_before_the_next_birthday(tmp_path, age, in_it):
    text = b"\n".join(distractors(1)).replace(b'"sex"', b'"maximumAge":"75 Years","sex"')
    text = text.replace(b'"minimumAge":"40 Years"', b'"minimumAge":"18 Years"')
    if b"minimumAge" not in text:
        text = text.replace(b'"sex"', b'"minimumAge":"18 Years","sex"')
    (tmp_path / "one.json").write_bytes(text)
    take_in(tmp_path / "kept", [tmp_path / "one.json"])
    refresh(tmp_path / "kept")
    assert finder(tmp_path / "kept").search(Search(age=age)).total == int(in_it)


def test_a_place_asks_for_trials_around_it_and_says_how_far(trials):
    town = towns("Keulen")[0]
    answer = trials.search(Search(around=Around(town.lat, town.lon, 150), sort=Sort.DISTANCE))
    far = [hit.km for hit in answer.hits]
    assert answer.total and far == sorted(far) and max(far) <= 150
    assert all("Germany" in hit.nearest or hit.nearest for hit in answer.hits)
    wider = trials.search(Search(around=Around(town.lat, town.lon, 1500)))
    assert wider.total > answer.total


def test_the_parts_of_a_facet_are_counted_as_a_search_for_each_counts_them(trials):
    asked = Search(words="erectile", status=("RECRUITING",))
    answer = trials.search(asked)
    for name in ("status", "phase", "country"):
        for bucket in answer.facets[name][:3]:
            same = {"words": "erectile", "status": ("RECRUITING",), name: (bucket.value,)}
            assert trials.search(Search(**same)).total == bucket.count, (name, bucket)


def test_an_answer_in_pages_is_the_same_answer(trials):
    whole = numbers(trials.search(Search(words="erectile", limit=60)))
    pages = [
        numbers(trials.search(Search(words="erectile", limit=20, offset=at))) for at in (0, 20, 40)
    ]
    assert [number for page in pages for number in page] == whole


def test_the_newest_come_first_where_that_is_asked(trials):
    days = [hit.card.updated for hit in trials.search(Search(sort=Sort.UPDATED)).hits]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    "question",
    [
        "my father has bowel cancer that has spread to his liver, is there a pump?",
        "mijn moeder heeft darmkanker met uitzaaiingen in de lever, pomp",
    ],
)
def test_a_whole_sentence_is_understood_as_its_parts(trials, question):
    answer = trials.search(Search(words=question))
    assert "NCT06857773" in {hit.card.number for hit in (answer.hits + answer.near)[:5]}
    taken = {unit.taken_for for unit in answer.units}
    assert "liver metastases" in taken and len(taken) == 3


def test_where_nothing_is_found_what_comes_near_is_told_and_what_it_lacks(trials):
    answer = trials.search(Search(words="floxuridine hyperbaric granaatappel"))
    assert answer.total == 0
    assert answer.near and all(hit.lacks for hit in answer.near)
    answer = trials.search(Search(words="floxuridine pump", country=("Iceland",)))
    assert answer.total == 0
    assert [one.name for one in answer.without] == ["country"]
    assert {hit.misses for hit in answer.near} == {"country"}


@pytest.mark.parametrize(
    "question", ["", "   ", "?!", "het de een", '" OR *', "zzzzqqqq", "é" * 500]
)
def test_no_question_is_too_strange(trials, question):
    answer = trials.search(Search(words=question))
    assert answer.total >= 0 and answer.facets


def test_a_new_generation_holds_what_is_new_and_who_reads_the_old_goes_on(tmp_path):
    folder = folder_with(tmp_path, 20)
    old = finder(folder)
    before, generation = old.search(Search()).total, current(folder)
    assert not refresh(folder), "nothing has come since"
    (tmp_path / "more.ndjson").write_bytes(b"\n".join([*distractors(25)][20:]))
    newer = next(distractors(1)).replace(b'"nctId":"NCT90000000"', b'"nctId":"NCT90000001"')
    newer = newer.replace(
        b'"lastUpdatePostDateStruct":{"date":"20', b'"lastUpdatePostDateStruct":{"date":"30'
    )
    (tmp_path / "newer.json").write_bytes(newer)
    take_in(folder, [tmp_path / "more.ndjson", tmp_path / "newer.json"])
    assert refresh(folder) and current(folder) != generation
    assert old.search(Search()).total == before
    after = finder(folder)
    assert after.search(Search()).total == before + 5
    assert after.search(Search(number=("NCT90000001",))).total == 1
    refresh(folder, anew=True)
    for words in ("erectile", "kanker", ""):
        assert numbers(finder(folder).search(Search(words=words, sort=Sort.UPDATED))) == numbers(
            after.search(Search(words=words, sort=Sort.UPDATED))
        )


def test_an_index_that_is_lost_is_made_again_from_the_records(tmp_path):
    folder = folder_with(tmp_path, 5)
    total = finder(folder).search(Search()).total
    shutil.rmtree(folder / "index")
    assert refresh(folder)
    assert finder(folder).search(Search()).total == total


def test_a_folder_that_is_begun_anew_is_read_anew(tmp_path):
    folder = folder_with(tmp_path, 3)
    assert finder(folder).about.records == len(sample()) + 3
    shutil.rmtree(folder)
    assert finder(folder_with(tmp_path, 1)).about.records == len(sample()) + 1


def test_an_index_that_cannot_be_read_is_none(tmp_path):
    folder = folder_with(tmp_path, 1)
    for text in ("{", "[]", '{"form": 1}'):
        (folder / "index/g000001/about.json").write_text(text, encoding="utf-8")
        with pytest.raises(NoIndex):
            finder(folder)
    assert refresh(folder) and finder(folder).about.records == len(sample()) + 1


# Of which form the index is, and what it holds of the sample then. When this fails, the index holds
# something else of a record: one more for FORM, or an index of before is read wrongly.
FORM_OF_NOW = 2, "0466025a9eb66334"


def test_what_the_index_holds_of_a_record_has_a_form_with_a_number():
    held = sha256()
    for one in sample():
        made = document(msgspec.convert(one, Study), hash_of).to_dict()
        held.update(repr([(name, sorted(map(repr, made[name]))) for name in sorted(made)]).encode())
    assert (FORM, held.hexdigest()[:16]) == FORM_OF_NOW


def hash_of(place: tuple[float, float, str, str]) -> int:
    return int.from_bytes(sha256(repr(place).encode()).digest()[:4])


def test_an_index_of_an_earlier_form_is_not_read_and_made_anew(tmp_path):
    """Once cards of before, which are as long as their records, were listed as they stood."""
    folder = folder_with(tmp_path, 1)
    file = folder / "index/g000001/about.json"
    file.write_text(file.read_text(encoding="utf-8").replace(f'"form": {FORM}', '"form": 1'))
    with pytest.raises(NoIndex, match="rebuild"):
        finder(folder)
    assert not where_nothing_is(folder)  # as each start of a demonstration does
    assert finder(folder).about.form == FORM
    assert finder(folder).about.records == len(sample()) + 1


def in_country(at: int, country: str) -> dict[str, object]:
    record = json.loads(json.dumps(sample()[0]))
    protocol = record["protocolSection"]
    protocol["identificationModule"] |= {"nctId": f"NCT9000000{at}"}
    site = {"facility": "A hospital", "city": "Capital", "country": country}
    protocol["contactsLocationsModule"] = {"locations": [site]}
    return record


def test_a_country_that_has_had_two_names_is_one_of_the_countries(tmp_path):
    pairs = [("Russia", "Russian Federation"), ("Turkey", "Türkiye")]
    pairs.append(("South Korea", "Korea, Republic of"))
    records = [in_country(at, name) for at, name in enumerate(n for pair in pairs for n in pair)]
    (tmp_path / "six.ndjson").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    take_in(tmp_path / "kept", [tmp_path / "six.ndjson"])
    refresh(tmp_path / "kept")
    trials = finder(tmp_path / "kept")
    facets = trials.search(Search(facets=("country", "city"))).facets
    assert [one.count for one in facets["country"]] == [2, 2, 2]
    assert [one.count for one in facets["city"]] == [2, 2, 2]
    for pair in pairs:
        for name in pair:
            assert trials.search(Search(country=(name,))).total == 2, name
            assert trials.search(Search(city=(f"Capital, {name}",))).total == 2, name
    assert trials.search(Search(place="South Korea")).total == 2


def test_a_country_is_called_the_same_whichever_of_its_names_a_record_has():
    for code, names in ALSO.items():
        assert {country_name(name) for name in (code, *names)} == {country_name(code)}
    assert country_name("Saint Lucia") == country_name("LC")
    assert country_name("Antigua and Barbuda") == country_name("AG")
    assert country_name("Atlantis") == "Atlantis"


def test_what_a_killed_indexing_left_is_no_generation_and_no_name_is_used_twice(tmp_path):
    folder = folder_with(tmp_path, 5)
    assert current(folder) == folder / "index/g000001"
    (folder / "index/g000002/trials").mkdir(parents=True)
    assert finder(folder).about.records == len(sample()) + 5
    shutil.rmtree(folder / "index")
    assert refresh(folder) and current(folder) == folder / "index/g000002"


@pytest.mark.parametrize("order", Sort)
def test_every_order_has_all_trials_and_goes_beyond_the_last_page(trials, order):
    asked = Search(sort=order, around=Around(52.37, 4.89, 20_000), limit=30)
    answer = trials.search(asked)
    assert len(answer.hits) == 30
    beyond = trials.search(Search(sort=order, around=asked.around, offset=9_000))
    assert (beyond.total, beyond.hits) == (answer.total, ())
    assert trials.search(Search(limit=0)).hits == ()
    assert trials.page(Query.all_query(), Search(sort=order, offset=10**9))[1] == ()


def test_a_folder_without_records_says_so(tmp_path):
    with pytest.raises(NoIndex):
        finder(tmp_path)


def test_towns_are_found_by_what_they_are_called_here_the_largest_first():
    assert [(town.name, town.country) for town in towns("Londen")][0] == (
        "London",
        "United Kingdom",
    )
    assert towns("london, canada")[0].country == "Canada"
    assert towns("den haag")[0].name == "The Hague"
    assert towns("nowhere at all") == []
    assert country_name("Nederland") == country_name("NL") == "Netherlands"


def test_a_town_is_looked_up_in_a_small_part_of_the_gazetteer():
    with files("equipoise.exchange.registry").joinpath(TOWNS).open("rb") as file:
        sizes = [one.file_size for one in ZipFile(file).infolist()]
    assert max(sizes) < sum(sizes) / 15
    _beginning_with.cache_clear()
    assert towns("Utrecht")[0].people > 200_000
    assert _beginning_with.cache_info().misses == 1
