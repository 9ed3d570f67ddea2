"""A copy holds all there is or is not made; it is put back whole, or nothing is changed."""

import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.verbs import program
from tests.web.copied import (
    Home,
    Keys,
    exported,
    manifest,
    part,
    secrets_of,
    two_keys,
    with_tables,
)

MakeHome = Callable[..., Home]
SETTINGS = {
    "smtp-url": "smtp://trial:heron-4711@mail.example.org:587?from=trial@example.org\n",
    "sign-in/umc": "kingfisher-0815\n",
    "providers.yaml": (
        "- {id: umc, name: UMC, issuer: 'https://id.example.org', client: trial, "
        "secret_file: sign-in/umc}\n"
    ),
}
TOPS = {name.partition("/")[0] for name in SETTINGS}


def written(home: Path) -> None:
    """What an operator writes into a home."""
    for name, text in SETTINGS.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text)
        (home / name).chmod(0o600)


@pytest.fixture(scope="module")
def make_home(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> MakeHome:
    """An empty home, or one after its first start, on the database under test."""

    def made(name: str, ready: bool = False) -> Home:
        path = tmp_path_factory.mktemp(name) / "home"
        in_postgres = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
        server: Server | None = request.getfixturevalue("postgres") if in_postgres else None
        if ready:
            return with_tables(path, server)
        return Home(path, server.url(server.new_database()) if server else "")

    return made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return two_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def home(make_home: MakeHome) -> Home:
    """A small trial of which everything is there, an object too."""
    made = make_home("first", ready=True)
    made.told("open", "office-1", "--name", "Olga Oeverloper")
    giving = ["--role", "doctor", "--site", "01", "--by", "office-1"]
    made.told("person", "doctor-01-1", "--name", "Daan Duindoorn", *giving)
    written(made.path)
    (made.path / "objects" / "01").mkdir(parents=True)
    (made.path / "objects" / "01" / ("ab" * 32)).write_bytes(os.urandom(3000))
    return made


@pytest.fixture(scope="module")
def copy(home: Home, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("copies") / "trial.tar"
    home.told("backup", file, *keys.to)
    return file


def restored(home: Home, copy: Path, keys: Keys, *more: str) -> list[object]:
    return ["restore", copy, "--secrets", secrets_of(copy), "--identity", keys.files[1], *more]


@pytest.mark.database
def test_a_copy_put_back_is_the_same_trial_digest_for_digest(home, copy, keys, make_home):
    other = make_home("other")
    said = other.told(*restored(other, copy, keys))
    assert "new participants and draws wait" in said
    assert exported(other) == exported(home)
    assert ": 0 faults" in other.told("verify")
    kept = Path("objects", "01", "ab" * 32)
    for name in ("secrets/seed", "secrets/name-key", "secrets/web-key", kept):
        assert (other.path / name).read_bytes() == (home.path / name).read_bytes()
        assert (other.path / name).stat().st_mode & 0o077 == 0
    other.told("backup", copy.with_name("again.tar"), *keys.to)


def test_a_copy_is_readable_by_its_owner_alone_and_without_equipoise(copy):
    assert [file.stat().st_mode & 0o777 for file in (copy, secrets_of(copy))] == [0o600] * 2
    said = manifest(copy)
    lines = part(copy, "ledger.jsonl").splitlines()
    assert said["entries"] == len(lines) and said["heads"].keys() == {"study"}
    with tarfile.open(copy) as packed:
        assert packed.getnames()[0] == "manifest.json"
        assert {*packed.getnames()} == {"manifest.json", *said["parts"]}
    seed = (Path(said["settings"]["EQUIPOISE_HOME"]) / "secrets" / "seed").read_bytes()
    assert seed not in copy.read_bytes() and seed.hex().encode() not in copy.read_bytes()


def test_what_the_operator_has_written_is_put_back_and_stands_nowhere_in_the_clear(
    home, copy, keys, make_home
):
    assert manifest(copy)["sealed"] == sorted(SETTINGS)
    for secret in (b"heron-4711", b"kingfisher-0815"):
        assert secret not in copy.read_bytes() and secret not in secrets_of(copy).read_bytes()
    other = make_home("with-settings")
    other.path.mkdir()
    (other.path / "smtp-url").write_text("smtp://another.example.org?from=old@example.org")
    (other.path / "ours.txt").write_text("stays")
    said = other.told(*restored(other, copy, keys))
    assert "the settings are those of the copy: providers.yaml, sign-in/umc, smtp-url" in said
    for name, text in SETTINGS.items():
        assert (other.path / name).read_text() == text
        assert (other.path / name).stat().st_mode & 0o077 == 0
    (aside,) = other.path.glob("before-restore-*")
    assert "another" in (aside / "smtp-url").read_text()
    assert (other.path / "ours.txt").read_text() == "stays"


def test_a_setting_that_lacks_stops_the_copy_and_its_restore(
    home, copy, keys, make_home, tmp_path, monkeypatch
):
    secret = home.path / "sign-in" / "umc"
    secret.rename(tmp_path / "away")
    assert f"{secret} cannot be read" in home.refused("backup", tmp_path / "no.tar", *keys.to)
    assert "brought back" in home.told(*bringing(copy, keys)) and secret.exists()
    mail = home.path / "smtp-url"
    mail.write_text("smtp://newer.example.org?from=trial@example.org")
    assert "nothing was missing" in home.told(*bringing(copy, keys))
    assert "newer" in mail.read_text()
    mail.write_text(SETTINGS["smtp-url"])
    monkeypatch.setenv("EQUIPOISE_SMTP_URL", "smtp://u:cormorant@mail.example.org?from=t@e.org")
    home.told("backup", tmp_path / "named.tar", *keys.to)
    assert "EQUIPOISE_SMTP_URL" in str(manifest(tmp_path / "named.tar")["settings"])
    assert b"cormorant" not in (tmp_path / "named.tar").read_bytes()
    monkeypatch.setenv("EQUIPOISE_PROVIDERS", str(tmp_path / "elsewhere.yaml"))
    assert "and there is no such file" in home.refused("backup", tmp_path / "x.tar", *keys.to)
    text = SETTINGS["providers.yaml"].replace("sign-in/umc", str(tmp_path / "own.secret"))
    (tmp_path / "elsewhere.yaml").write_text(text)
    home.told("backup", tmp_path / "outside.tar", *keys.to)
    assert str(tmp_path / "own.secret") in str(manifest(tmp_path / "outside.tar")["settings"])
    monkeypatch.delenv("EQUIPOISE_PROVIDERS")
    mail.unlink()
    home.told("backup", tmp_path / "without.tar", *keys.to)
    mail.write_text(SETTINGS["smtp-url"])
    other = make_home("lacking")
    asked = ["--secrets", secrets_of(tmp_path / "without.tar"), "--identity", keys.files[0]]
    assert "smtp-url is missing from the settings" in other.refused("restore", copy, *asked)
    assert {path.name for path in other.path.iterdir()} == {"in-use"}


def bringing(copy: Path, keys: Keys) -> list[object]:
    """Bring the secrets back alone."""
    return ["restore", "--secrets", secrets_of(copy), "--identity", keys.files[0]]


def test_a_lost_seed_stops_the_copy_and_comes_back_from_what_the_age_tool_printed(
    home, copy, keys, tmp_path
):
    plain = tmp_path / "plain.tar"
    command = ["age", "--decrypt", "-i", keys.files[0], "-o", plain, secrets_of(copy)]
    subprocess.run(command, check=True)
    seed = home.path / "secrets" / "seed"
    before = seed.read_bytes()
    seed.unlink()
    assert "the sealed seed of the trial is lost" in home.refused("backup", plain, *keys.to)
    assert "brought back" in home.told("restore", "--secrets", plain)
    assert seed.read_bytes() == before


@pytest.mark.database
def test_a_copy_without_its_secrets_is_not_put_back_and_changes_nothing(copy, make_home):
    other = make_home("without")
    assert "name the file that was written with this copy" in other.refused("restore", copy)
    assert {path.name for path in other.path.iterdir()} == {"in-use"}
    written(other.path)
    assert "sealed seed of the trial is lost" in other.refused("restore", copy)
    assert {path.name for path in other.path.iterdir()} == {"in-use", *TOPS}


DUE = """
from equipoise.cli.start import django; django()
from equipoise.web import write_service
from equipoise.web.jobs.table import ToDo, write
write([ToDo(kind="backup.nightly", key="tonight", due=write_service.now(), payload={})],
    write_service.now())
"""


@pytest.mark.database
def test_by_night_the_server_makes_the_copy_itself_where_a_folder_is_named(
    home, keys, tmp_path, monkeypatch
):
    """Without recipients no copy is made, and it is said; with them the same job makes it."""
    monkeypatch.setenv("EQUIPOISE_COPIES", str(tmp_path))
    program(DUE, environment=home.environment)
    assert "no copy was made" in home.told("jobs") and not list(tmp_path.iterdir())
    (home.path / "recipients").write_text("\n".join(keys.recipients))
    again = "from equipoise.web.models import Job; Job.objects.update(due=write_service.now())"
    program(f"{DUE}{again}", environment=home.environment)
    assert "backup.nightly" in (said := home.told("jobs")) and "done" in said
    (copy,) = tmp_path.glob("*.tar")
    assert secrets_of(copy).is_file() and copy.stat().st_mode & 0o077 == 0
    (home.path / "recipients").unlink()


@pytest.mark.database
def test_an_installation_that_is_there_gives_way_only_when_told_and_is_kept(
    copy, keys, make_home, home
):
    over = home if not home.url else Home(home.path, make_home("new-database").url)
    before = (home.path / "secrets" / "seed").read_bytes()
    assert "say with --over" in over.refused(*restored(home, copy, keys))
    said = over.told(*restored(home, copy, keys, "--over"))
    aside = Path(said.partition("what was there before lies in ")[2].splitlines()[0])
    assert (aside / "secrets" / "seed").read_bytes() == before
    assert ": 0 faults" in over.told("verify")
