"""A slip of the operator's destroys nothing: no copy or export takes the installation's place."""

import shutil

import pytest

from equipoise.cli.stamp import NotStamped, stamp
from equipoise.web.own_files import OwnFile, must_be_others
from tests.web.copied import Home, Keys, secrets_of, two_keys, with_tables

OURS = (
    "equipoise.sqlite3",
    "equipoise.sqlite3-wal",
    "secrets/seed",
    "objects/01/x",
    "seen",
    "smtp-url",
    "",
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return two_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = with_tables(tmp_path_factory.mktemp("ours") / "home")
    made.told("open", "office-1", "--name", "Olga Oeverloper")
    made.told("heads")
    return made


def test_an_export_never_takes_the_place_of_a_part_of_the_installation(home, monkeypatch):
    monkeypatch.setenv("EQUIPOISE_HOME", str(home.path))
    for ours in OURS:
        with pytest.raises(OwnFile, match="a part of the installation itself"):
            must_be_others(home.path / ours)
    must_be_others(home.path / "ledger.jsonl", home.path.parent / "ledger.jsonl")
    database = home.path / "equipoise.sqlite3"
    assert "a part of the installation itself" in home.refused("export", database)
    assert (home.path / "equipoise.sqlite3").read_bytes()[:16] == b"SQLite format 3\0"


def test_nor_does_it_by_a_link(home, tmp_path):
    (tmp_path / "link").symlink_to(home.path / "equipoise.sqlite3")
    assert "a part of the installation" in home.refused("export", tmp_path / "link")


def test_an_export_and_its_companions_are_three_places(home, tmp_path):
    assert "name a place for each" in home.refused("export", tmp_path / "ledger.tree")
    assert not list(tmp_path.iterdir())


def test_what_goes_beside_an_export_is_as_private_as_it(home, tmp_path):
    home.told("export", tmp_path / "ledger.jsonl")
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("ledger.*")}
    assert modes["ledger.jsonl"] == modes["ledger.tree"] == 0o600


def test_a_copy_into_a_folder_that_is_not_there_is_refused_in_words(home, keys, tmp_path):
    said = home.refused("backup", tmp_path / "no" / "copy.tar", *keys.to)
    assert f"there is no folder {tmp_path / 'no'}: make it" in said
    said = home.refused("verify", "--head", "nosuch")
    assert "--head 'nosuch' is no head: give the file with one" in said


def test_every_other_verb_makes_the_folder_that_it_writes_to(home, tmp_path):
    """One rule: once an export was refused, after it had been noted as done."""
    home.told("export", tmp_path / "a" / "b" / "ledger.jsonl")
    assert (tmp_path / "a" / "b" / "ledger.tree").exists()
    home.told("proof", "study", "1", "--to", tmp_path / "c" / "d")
    assert list((tmp_path / "c" / "d").glob("*.tlog-proof"))
    home.told("registry", "export", "studies/pump-it", "--out", tmp_path / "e" / "record.json")
    assert (tmp_path / "e" / "record.json").exists()
    drawing = ("design", "randomisation", home.study, "--trials", "20", "--svg")
    home.told(*drawing, tmp_path / "f" / "methods.svg")
    assert (tmp_path / "f" / "methods.svg").exists()
    said = home.refused("export", home.path / "equipoise.sqlite3" / "x" / "ledger.jsonl")
    assert "a part of the installation itself" in said
    (tmp_path / "file").touch()
    said = home.refused("export", tmp_path / "file" / "ledger.jsonl")
    assert "Traceback" not in said and str(tmp_path / "file") in said


def test_a_copy_and_its_secrets_are_two_files_outside_of_what_is_copied(home, keys, tmp_path):
    seed = (home.path / "secrets" / "seed").read_bytes()
    over = home.refused("backup", home.path / "secrets" / "seed", *keys.to)
    assert "a part of the installation itself" in over
    assert (home.path / "secrets" / "seed").read_bytes() == seed
    one = tmp_path / "one.tar"
    assert "a place for each" in home.refused("backup", one, "--secrets", one, *keys.to)
    assert not list(tmp_path.iterdir())


def test_all_secrets_lost_with_their_folder_are_brought_back(home, keys, tmp_path):
    copy, kept = tmp_path / "c.tar", home.path / "secrets"
    home.told("backup", copy, *keys.to)
    before = {file.name: file.read_bytes() for file in kept.iterdir()}
    shutil.rmtree(kept)
    home.told("restore", "--secrets", secrets_of(copy), "--identity", keys.files[0])
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == before
    assert [f.stat().st_mode & 0o777 for f in (kept, kept / "seed")] == [0o700, 0o600]


def test_an_entry_of_a_number_that_no_database_holds_is_not_there(home):
    for number in (2**63, 10**30):
        assert f"there is no entry study {number}" in home.refused("proof", "study", number)


def test_a_head_that_cannot_be_stamped_is_told_in_words(tmp_path):
    for url in ("http://[::1", "http://exa mple/", "http://127.0.0.1:1/"):
        with pytest.raises(NotStamped, match="cannot be asked for a time stamp"):
            stamp("a head", url, tmp_path, "1")


def test_secrets_that_are_replaced_are_kept_beside(home, keys, tmp_path):
    """Those of another trial, brought back by a slip, do not end the right ones."""
    copy, kept = tmp_path / "c.tar", home.path / "secrets"
    home.told("backup", copy, *keys.to)
    (kept / "seed").write_bytes(b"the right one")
    back = ("restore", "--secrets", secrets_of(copy), "--identity", keys.files[0])
    assert "holds another seed" in home.refused(*back)
    home.told(*back, "--over")
    (beside,) = home.path.glob("secrets-before-*")
    assert (beside / "seed").read_bytes() == b"the right one"
    assert [f.stat().st_mode & 0o777 for f in (beside, beside / "seed")] == [0o700, 0o600]
