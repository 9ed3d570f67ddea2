"""Every language but English is one catalogue, complete and true to what the code says."""

import re
from gettext import GNUTranslations
from pathlib import Path
from shutil import copytree

import pytest

from equipoise.conduct.consent import GiveConsent
from equipoise.study import catalogue
from tools import messages
from tools.messages import HOUSE, LOCALE, Key, brought_up, read, translated, written

SIGNABLE = "version {version} may be signed from {day}"
DUTCH = "versie {version} mag worden getekend vanaf {day}"
EVERY = sorted(LOCALE.glob("*/LC_MESSAGES/equipoise.po"))
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.fixture(scope="module")
def texts() -> dict[Key, list[str]]:
    return messages.found()


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: dict[Key, list[str]]) -> Path:
    """The Dutch catalogue in a place of its own, where it may be spoilt."""
    copytree(LOCALE, tmp_path / "locale")
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages, "found", lambda: texts)
    return tmp_path / "locale/nl/LC_MESSAGES/equipoise.po"


def test_every_catalogue_is_complete_and_as_it_was_compiled(capsys: pytest.CaptureFixture[str]):
    """`python tools/messages.py` brings them up to date and says what is missing."""
    assert len(EVERY) == len(catalogue.spoken()) - 1
    assert (messages.main(["--check"]), capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (f'msgstr "{DUTCH}"', 'msgstr ""', f"not translated: {SIGNABLE}"),
        (f'msgid "{SIGNABLE}"', 'msgid "from {day}"', f"not translated: {SIGNABLE}"),
        ("\nmsgctxt", "\n#, fuzzy\nmsgctxt", "not sure: "),
    ],
)
def test_a_text_that_is_missing_or_unsure_fails_the_check(copied, capsys, was, becomes, told):
    text = copied.read_text("utf-8")
    head, rest = text.split("\n\n", 1)
    assert was in rest
    copied.write_text(f"{head}\n\n{rest.replace(was, becomes, 1)}", "utf-8")
    assert messages.main(["--check"]) == 1
    assert f"nl: {told}" in capsys.readouterr().err


def test_a_text_that_is_used_no_longer_is_stale_and_goes(copied, capsys):
    as_it_was = copied.read_bytes()
    copied.write_bytes(as_it_was + b'\nmsgid "Said nowhere"\nmsgstr "Nergens gezegd"\n')
    assert messages.main(["--check"]) == 1
    assert "equipoise.po is stale" in capsys.readouterr().err
    assert messages.main([]) == 0
    assert copied.read_bytes() == as_it_was


def test_a_new_language_begins_with_an_empty_file(copied, capsys):
    """Every text is there to be translated; what is not yet is shown in English."""
    mine = copied.parents[2] / "de/LC_MESSAGES/equipoise.po"
    mine.parent.mkdir(parents=True)
    mine.touch()
    assert messages.main([]) == 1
    assert f"de: not translated: {SIGNABLE}" in capsys.readouterr().err
    assert "Language: de" in mine.read_text("utf-8")
    with mine.with_suffix(".mo").open("rb") as file:
        german = GNUTranslations(file)
    assert german.ngettext("day", "days", 2) == "days" and german.gettext("Sign in") == "Sign in"


def test_a_catalogue_is_the_same_on_every_day(texts):
    """No date, no line number and no version: only what was said anew makes a difference."""
    for path in EVERY:
        assert written(brought_up(read(path), texts)) == path.read_bytes()
        assert not re.search(rb"-Date: |Generated-By: |^#: .*:\d", path.read_bytes(), re.M)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.parents[1].name)
def test_a_translation_keeps_the_places_that_are_filled_in(path):
    """Babel compares those of `%(name)s` alone, and when it compiles; ours are `{name}` as well."""
    for key, said in translated(read(path)).items():
        allowed = [set(PLACE.findall(text)) for text in (key.text, key.plural or key.text)]
        for text in said:
            assert set(PLACE.findall(text)) in allowed, key


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.parents[1].name)
def test_what_is_counted_has_a_text_for_each_number_that_the_language_knows(path):
    known = read(path)
    counted = [said for key, said in translated(known).items() if key.plural]
    assert counted and {len(said) for said in counted} == {known.num_plurals}


def test_a_reason_stands_with_its_code_and_the_files_that_say_it(texts):
    assert texts[Key(SIGNABLE, context="consent.before-version")] == ["conduct/consent.py"]
    assert texts[Key(GiveConsent.words.title)] == ["conduct/consent.py"]


def test_the_catalogue_is_read_without_django():
    assert catalogue.text(SIGNABLE, "nl", "consent.before-version") == DUTCH
    assert catalogue.text(SIGNABLE, "eo") == SIGNABLE


def test_no_language_but_english_stands_in_code():
    """A language that code knows by name is one that a catalogue cannot bring."""
    named = re.compile(r"""["'](?:nl|de|fr)["']|\b(?:nl|de|fr)=""")
    kinds = [*HOUSE.rglob("*.py"), *HOUSE.rglob("*.jinja"), *HOUSE.glob("web/static/theme/*.js")]
    assert [path.name for path in kinds if named.search(path.read_text("utf-8"))] == []
