"""What the tests of copies share: homes, recipients of age, and our own verbs run in them."""

import json
import os
import tarfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyrage

from tests import ready_made
from tests.postgres import Server
from tests.verbs import Done, verb

PASSWORD = "nine quiet herons\n"


@dataclass(frozen=True)
class Home:
    """A home with its database, in which verbs are run."""

    path: Path
    url: str = ""
    study: str = "studies/first-steps"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "EQUIPOISE_HOME": str(self.path),
            "EQUIPOISE_STUDY": self.study,
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "equipoise.web.settings",
            "PYTHONPATH": "src:.",
        }

    def tried(self, *words: object) -> Done:
        """A verb, however it ends."""
        return verb(*words, environment=self.environment, typed=PASSWORD)

    def told(self, *words: object) -> str:
        """What a verb says that ends well."""
        done = self.tried(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *words: object) -> str:
        """What a verb says that ends badly, and never by a traceback."""
        done = self.tried(*words)
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stdout + done.stderr
        return done.stderr


def with_tables(path: Path, server: Server | None = None) -> Home:
    """A home after its first start, on that server or in itself."""
    if server:
        return Home(path, ready_made.in_postgres(server))
    ready_made.in_home(path)
    return Home(path)


@dataclass(frozen=True)
class Keys:
    """Two people who can open the secrets."""

    files: tuple[Path, Path]
    recipients: tuple[str, str]

    @property
    def to(self) -> list[str]:
        return [word for one in self.recipients for word in ("--to", one)]


def two_keys(folder: Path) -> Keys:
    """Keys as `age-keygen` writes them."""
    files, recipients = [], []
    for name in ("one", "two"):
        key = pyrage.x25519.Identity.generate()
        files.append(folder / f"key-of-{name}.txt")
        files[-1].write_text(f"# public key: {key.to_public()}\n{key}\n", encoding="utf-8")
        recipients.append(str(key.to_public()))
    return Keys((files[0], files[1]), (recipients[0], recipients[1]))


def secrets_of(copy: Path) -> Path:
    """Where the secrets lie that were written with a copy."""
    return copy.with_name(f"{copy.name}.secrets.age")


def part(copy: Path, name: str) -> bytes:
    """A part of a copy, as any program reads it."""
    with tarfile.open(copy) as packed:
        content = packed.extractfile(name)
        assert content is not None
        return content.read()


def manifest(copy: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(part(copy, "manifest.json"))
    return found


def exported(home: Home) -> str:
    """The digest of all that the ledger of a home says."""
    out = home.path.with_name(f"{home.path.name}-export.jsonl")
    home.told("export", out)
    assert out.stat().st_mode & 0o077 == 0
    return sha256(out.read_bytes()).hexdigest()
