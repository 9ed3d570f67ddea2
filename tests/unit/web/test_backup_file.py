"""A copy that is changed, cut short or of a later version is refused; its secrets stay shut."""

import os
import random
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest

from equipoise.ledger import write_export
from equipoise.web.backup import in_place, of_sqlite, packed
from equipoise.web.backup.make import LEDGER, prove
from equipoise.web.backup.manifest import BadCopy, Manifest, newer
from equipoise.web.backup.packed import MANIFEST, pack, part_of, renamed, unpack, untarred
from equipoise.web.backup.restore import bring_back
from equipoise.web.backup.sealed import opened, recipients, sealed
from equipoise.web.hosting.in_use import InUse, alone, share
from equipoise.web.sqlite_queue.driver import library
from tests.support import a_trial
from tests.web.copied import two_keys

SECRETS = {"seed": bytes(32), "name-key": b"n" * 32}
OBJECT = f"objects/01/{'ab' * 32}"


@dataclass
class Copied:
    """A copy of a small trial, and what it says of itself."""

    file: Path
    manifest: Manifest


@pytest.fixture
def copied(tmp_path: Path) -> Copied:
    made, files = a_trial(), {LEDGER: tmp_path / LEDGER, OBJECT: tmp_path / "object"}
    write_export(made.ledger, files[LEDGER])
    files[OBJECT].write_bytes(os.urandom(5000))
    entries = list(made.ledger.everything())
    manifest = Manifest(
        made_at="2026-03-02T12:00:00+00:00",
        version="0.1.0",
        fold=1,
        database="postgresql",
        migrations=["web.0001_initial"],
        rows={},
        entries=len(entries),
        newest=entries[-1].at,
        heads=made.ledger.heads(),
        settings={},
        parts={name: part_of(path) for name, path in files.items()},
    )
    return Copied(written(tmp_path / "copy.tar", manifest, files), manifest)


def written(to: Path, manifest: Manifest, files: dict[str, Path]) -> Path:
    with renamed(to) as file:
        pack(file, manifest, files)
    return to


def read(copy: Path, to: Path) -> Manifest:
    to.mkdir(exist_ok=True)
    with copy.open("rb") as file:
        manifest = unpack(file, to)
    prove(manifest, to)
    return manifest


def rewritten(copy: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    with tarfile.open(copy) as packed:
        parts = [(m.name, packed.extractfile(m).read()) for m in packed.getmembers()]
    with tarfile.open(copy, "w") as packed:
        for name, data in filter(None, (change(*one) for one in parts)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, BytesIO(data))


def test_a_copy_is_read_back_as_it_was_written_and_is_its_owners_alone(copied, tmp_path):
    assert read(copied.file, tmp_path / "to") == copied.manifest
    assert copied.file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "to" / OBJECT).stat().st_mode & 0o777 == 0o600
    with tarfile.open(copied.file) as opened_file:
        assert opened_file.getnames() == [MANIFEST, LEDGER, OBJECT]


def test_a_copy_cut_short_anywhere_is_refused(copied, tmp_path):
    whole = copied.file.read_bytes()
    end = whole.rstrip(b"\0")  # a tar ends in blocks of nothing
    for n, length in enumerate(range(0, len(end), 3001)):
        copied.file.write_bytes(whole[:length])
        with pytest.raises(BadCopy):
            read(copied.file, tmp_path / f"to-{n}")


def test_every_changed_bit_of_a_part_is_found(copied, tmp_path):
    whole = copied.file.read_bytes()
    with tarfile.open(copied.file) as packed:
        places = [(m.offset_data, m.size) for m in packed.getmembers() if m.name != MANIFEST]
    spots = [start + at for start, size in places for at in range(0, size, 1009)]
    for n, spot in enumerate(spots):
        spoilt = bytearray(whole)
        spoilt[spot] ^= 1
        copied.file.write_bytes(bytes(spoilt))
        with pytest.raises(BadCopy, match="is not what the manifest says"):
            read(copied.file, tmp_path / f"to-{n}")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda name, data: None if name == OBJECT else (name, data), "is missing from the copy"),
        (lambda name, data: None if name == LEDGER else (name, data), "is missing from the copy"),
        (lambda name, data: None if name == MANIFEST else (name, data), "begin with a manifest"),
        (lambda name, data: (name.replace("objects", "other"), data), "does not name it"),
        (lambda name, data: (name.replace("objects", "../out"), data), "nothing that a copy"),
        (lambda name, data: (name.replace("objects", "/out"), data), "nothing that a copy"),
        (lambda name, data: (name, b"{}" if name == MANIFEST else data), "is no copy made by"),
    ],
)
def test_a_copy_whose_parts_are_not_those_of_its_manifest_is_refused(
    copied, tmp_path, change, said
):
    rewritten(copied.file, change)
    with pytest.raises(BadCopy, match=said):
        read(copied.file, tmp_path / "to")
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_of_a_copy_that_is_larger_than_it_says_or_than_there_is_room_for(
    copied, tmp_path, monkeypatch
):
    """A copy comes from elsewhere: a few bytes of it must not fill the disk."""
    whole = copied.file.read_bytes()
    parts = copied.manifest.parts
    grown = msgspec.structs.replace(parts[OBJECT], size=10**12)
    told = msgspec.structs.replace(copied.manifest, parts={**parts, OBJECT: grown})
    rewritten(copied.file, lambda name, data: (name, told.text() if name == MANIFEST else data))
    refused_and_empty(copied.file, tmp_path / "said", "was cut short: its parts take 1,000,000,")
    copied.file.write_bytes(whole.rstrip(b"\0")[:-6000])
    refused_and_empty(copied.file, tmp_path / "short", "was cut short: its parts take ")
    copied.file.write_bytes(whole[:1000])
    refused_and_empty(copied.file, tmp_path / "shorter", "was cut short: it ends before")
    copied.file.write_bytes(whole)
    rewritten(copied.file, lambda name, data: (name, data * 9 if name == OBJECT else data))
    with pytest.raises(BadCopy, match="45,000 bytes, which is not what the manifest says"):
        read(copied.file, tmp_path / "more")
    assert not (tmp_path / "more" / OBJECT).exists()
    copied.file.write_bytes(whole)
    monkeypatch.setattr(packed.shutil, "disk_usage", lambda _: Mock(free=4000))
    refused_and_empty(copied.file, tmp_path / "full", "and the disk of .* has 4,000 left")


def refused_and_empty(copy: Path, to: Path, said: str) -> None:
    with pytest.raises(BadCopy, match=said):
        read(copy, to)
    assert not list(to.iterdir())


def test_a_part_that_comes_twice_or_has_holes_is_refused(copied, tmp_path):
    with tarfile.open(copied.file, "a") as more:
        member = tarfile.TarInfo(OBJECT)
        member.size = copied.manifest.parts[OBJECT].size
        more.addfile(member, BytesIO(bytes(member.size)))
    with pytest.raises(BadCopy, match="stands twice"):
        read(copied.file, tmp_path / "twice")
    holes = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "seed"}
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as made:
        member = tarfile.TarInfo("seed")
        member.pax_headers = {**holes, "GNU.sparse.realsize": str(10**12)}
        content = b"1\n999999999999\n1\n".ljust(512, b"\0") + b"x"
        member.size = len(content)
        made.addfile(member, BytesIO(content))
    with pytest.raises(BadCopy, match="cut short, or say that they are larger"):
        untarred(out.getvalue())


def test_a_ledger_that_is_not_as_far_as_the_manifest_says_is_refused(copied, tmp_path):
    """Fewer entries under a manifest that was made to fit them, but for the heads."""
    short = tmp_path / "short.jsonl"
    short.write_bytes(b"".join((tmp_path / LEDGER).read_bytes().splitlines(True)[:-1]))
    files = {LEDGER: short, OBJECT: tmp_path / "object"}
    parts = {name: part_of(path) for name, path in files.items()}
    told = msgspec.structs.replace(copied.manifest, parts=parts)
    with pytest.raises(BadCopy, match="ends at"):
        read(written(copied.file, told, files), tmp_path / "to")


def test_what_is_no_copy_at_all_is_refused_in_words(tmp_path):
    (tmp_path / "text").write_text("not a copy")
    with pytest.raises(BadCopy, match="is no copy made by"):
        read(tmp_path / "text", tmp_path / "to")


@pytest.mark.parametrize(
    "later", [{"format": 3}, {"fold": 10_000}, {"migrations": ["web.9999_not_yet"]}]
)
def test_a_copy_of_a_later_version_is_refused_in_words(copied, later):
    assert newer(copied.manifest, {"web.0001_initial"}) == ""
    told = newer(msgspec.structs.replace(copied.manifest, **later), {"web.0001_initial"})
    assert "made by a later version of Equipoise" in told


@pytest.mark.parametrize("who", [0, 1])
def test_either_recipient_opens_the_secrets_with_the_age_tool_alone(tmp_path, who):
    keys = two_keys(tmp_path)
    (tmp_path / "secrets.age").write_bytes(sealed(SECRETS, list(keys.recipients)))
    command = ["age", "--decrypt", "-i", str(keys.files[who]), str(tmp_path / "secrets.age")]
    plain = subprocess.run(command, capture_output=True, check=True).stdout
    assert opened(plain, None) == SECRETS
    assert opened((tmp_path / "secrets.age").read_bytes(), keys.files[who]) == SECRETS


@pytest.mark.parametrize(
    "name",
    ["../out", "/out", "", "equipoise.sqlite3", "equipoise.sqlite3-wal", "objects/x", "in-use/x"],
)
def test_a_setting_never_takes_the_place_of_anything_else(tmp_path, name):
    with pytest.raises(BadCopy, match="is no name of a setting"):
        bring_back(tmp_path, {f"settings/{name}": b"evil"}, over=True)
    assert not list(tmp_path.iterdir())


def test_what_the_age_tool_has_sealed_is_opened_here(tmp_path):
    keys = two_keys(tmp_path)
    plain = opened(sealed(SECRETS, list(keys.recipients)), keys.files[0])
    with tarfile.open(tmp_path / "plain.tar", "w") as packed:
        for name, data in plain.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, BytesIO(data))
    to = [word for one in keys.recipients for word in ("-r", one)]
    command = ["age", *to, "-o", str(tmp_path / "again.age"), str(tmp_path / "plain.tar")]
    subprocess.run(command, check=True)
    assert opened((tmp_path / "again.age").read_bytes(), keys.files[1]) == SECRETS


def test_secrets_are_shut_to_everyone_else_and_to_fewer_than_two(tmp_path):
    keys = two_keys(tmp_path)
    (tmp_path / "strange").mkdir()
    stranger = two_keys(tmp_path / "strange").files[0]
    file = sealed(SECRETS, list(keys.recipients))
    with pytest.raises(BadCopy, match="cannot be opened"):
        opened(file, stranger)
    with pytest.raises(BadCopy, match="name the file with your key"):
        opened(file, None)
    with pytest.raises(BadCopy, match="2 recipients or more, and 1"):
        sealed(SECRETS, recipients([keys.recipients[0], f"{keys.recipients[0]} # again", ""]))
    assert recipients(["ssh-ed25519 AAAA alice", "ssh-ed25519 AAAA at-home"]) == [
        "ssh-ed25519 AAAA"
    ]
    with pytest.raises(BadCopy, match="no recipient of age"):
        sealed(SECRETS, [keys.recipients[0], "age1nobody"])


OLD = {
    "smtp-url": "old",
    "secrets/seed": "old",
    "equipoise.sqlite3": "old",
    "equipoise.sqlite3-wal": "old",
}
NEW = {
    "smtp-url": "new",
    "own/x": "new",
    "secrets/seed": "new",
    "equipoise.sqlite3": "new",
    "objects/x": "new",
}


def laid(home: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)


def installed(home: Path) -> dict[str, str]:
    """The files of the installation that a home holds."""
    named = {*OLD, *NEW}
    return {name: (home / name).read_text() for name in named if (home / name).exists()}


class Killed(BaseException):
    """The process is gone at this step."""


@pytest.mark.parametrize("before", [OLD, {}])
def test_a_restore_killed_at_any_step_leaves_the_old_installation_or_the_new(
    tmp_path, monkeypatch, before
):
    """Every step that touches the disk in turn; the next program that comes finds either."""
    ends = []
    for step in range(1, 40):
        home = tmp_path / f"{len(before)}-{step}"
        laid(home, before | {"sweeps/kept": "-"})
        laid(in_place.begin(home), NEW)
        with monkeypatch.context() as watched:
            killed_at(watched, step)
            try:
                in_place.commit(home, "before", ["smtp-url", "own"])
                done = True
            except Killed:
                done = False
        in_place.finish(home)
        ends.append(installed(home))
        assert ends[-1] in (before, NEW)
        assert (home / "sweeps/kept").exists()
        if ends[-1] == NEW and before:
            assert installed(home / "before") == before
        if done:
            break
    assert done and before in ends and ends[-1] == NEW
    assert not (home / "restoring").exists()


def killed_at(watched: pytest.MonkeyPatch, step: int) -> None:
    left = [step]

    def counted(do):
        def one(*told, **named):
            left[0] -= 1
            if not left[0]:
                raise Killed
            return do(*told, **named)

        return one

    for name in ("replace", "mkdir", "unlink", "rmdir", "write_text"):
        watched.setattr(Path, name, counted(getattr(Path, name)))
    watched.setattr(in_place.os, "fsync", counted(os.fsync))
    watched.setattr(in_place.shutil, "rmtree", counted(in_place.shutil.rmtree))


def test_a_home_is_had_by_one_alone_only_when_nobody_else_uses_it(tmp_path):
    holder = (
        "import sys; from pathlib import Path; from equipoise.web.hosting.in_use import share;"
        "share(Path(sys.argv[1])); print('holds', flush=True); sys.stdin.read()"
    )
    command = [os.sys.executable, "-c", holder, str(tmp_path)]
    other = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert other.stdout.readline() == "holds\n"
    with pytest.raises(InUse, match="stop it first"), alone(tmp_path):
        pass
    other.communicate("")
    with alone(tmp_path):
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": "src"}, capture_output=True, text=True
        )
        assert "being restored or upgraded" in done.stderr
    share(tmp_path)
    with alone(tmp_path):
        pass


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xe8\xff", "holds no key of age"), (b"AGE-SECRET-KEY-1QQQQ\n", "mistyped or cut off")],
)
def test_a_key_that_is_none_is_told_in_words(tmp_path, content, told):
    keys, wrong = two_keys(tmp_path), tmp_path / "wrong"
    wrong.write_bytes(content)
    with pytest.raises(BadCopy, match=told):
        opened(sealed(SECRETS, list(keys.recipients)), wrong)


def test_a_copy_that_is_damaged_anywhere_is_refused_in_words(copied, tmp_path):
    whole = copied.file.read_bytes()
    luck = random.Random(1)
    for number in range(300):
        damaged = bytearray(whole)
        for _ in range(luck.choice((1, 2, 30))):
            damaged[luck.randrange(512 * luck.randrange(1, 8))] = luck.randrange(256)
        summed(damaged)
        to = tmp_path / f"to-{number}"
        to.mkdir()
        with suppress(BadCopy):
            assert unpack(BytesIO(bytes(damaged)), to).parts == copied.manifest.parts


def summed(tar: bytearray) -> None:
    """Whoever changes a copy makes the sums of its headers fit."""
    for at in range(0, len(tar) - 511, 512):
        if tar[at + 257 : at + 262] == b"ustar":
            tar[at + 148 : at + 156] = b" " * 8
            tar[at + 148 : at + 156] = b"%06o\0 " % sum(tar[at : at + 512])


def test_a_copy_to_a_full_disk_is_refused_in_words(monkeypatch, tmp_path):
    full = Mock(side_effect=library().OperationalError("database or disk is full"))
    monkeypatch.setattr(of_sqlite, "connection", Mock(connection=Mock(backup=full)))
    with pytest.raises(BadCopy, match="cannot be copied to .*disk is full"):
        of_sqlite.copied(tmp_path / "database")
