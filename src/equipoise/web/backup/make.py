"""Making a copy of the whole installation, and proving it before anyone relies on it."""

import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

import equipoise
from equipoise.conduct.subject import FOLD
from equipoise.ledger import verify_export, write_export
from equipoise.web import home, read_model
from equipoise.web.backup import of_postgres, of_settings, of_sqlite
from equipoise.web.backup.in_place import DATABASE
from equipoise.web.backup.manifest import WITHHELD, BadCopy, Manifest
from equipoise.web.backup.packed import pack, part_of, renamed, unpack
from equipoise.web.backup.sealed import sealed
from equipoise.web.own_files import must_be_others
from equipoise.web.secrets_kept import faults_of_secrets
from equipoise.web.store import DatabaseLedger, damage
from equipoise.web.witness import sequencer

__all__ = ["FOLDERS", "LEDGER", "MARK", "SECRETS", "known_migrations", "make", "prove"]

LEDGER = "ledger.jsonl"
FOLDERS = ("objects", "licensed")
MARK = home.MARK
SECRETS = ("seed", "name-key", "web-key", "head-key")
SHOWN = tuple(
    f"EQUIPOISE_{name}"
    for name in (
        *("ACCESS_DAYS", "ADDRESS", "COPIES", "DEMO", "HOSTS", "HTTPS", "PROVIDERS", "PROXY"),
        "STUDY",
    )
)
SECRET = ("EQUIPOISE_SMTP_URL", "EQUIPOISE_SECRET_")
"""Variables whose values are secret, by how they begin: a copy says that they were set."""


def make(to: Path, secrets_to: Path, recipients: list[str], made_at: datetime) -> Manifest:
    """Write a copy of this installation, and its secrets apart; both stand whole or not at all.

    :raises BadCopy: with every reason why it cannot be made, or does not hold what was copied
    :raises OwnFile: when it would take the place of a part of the installation
    """
    must_be_others(to, secrets_to)
    if missing := [str(one.parent) for one in (to, secrets_to) if not one.parent.is_dir()]:
        raise BadCopy(f"there is no folder {missing[0]}: make it, or connect its disk, first")
    if reasons := [*damage(), *faults_of_secrets(), *_texts_missing(), *_not_up_to_date()]:
        raise BadCopy(*reasons)
    # Whatever the copy holds stands in its tree, so that a witness's head can be held to it.
    with suppress(DatabaseError):
        sequencer.keep_up(made_at)
    secrets = _secrets()
    closed = sealed(secrets, recipients)
    with ExitStack() as stack:
        passing = Path(
            stack.enter_context(tempfile.TemporaryDirectory(dir=to.parent, prefix=".passing-"))
        )
        manifest, files = _read(passing, made_at, secrets)
        with renamed(to) as file, renamed(secrets_to) as apart:
            pack(file, manifest, files)
            apart.write(closed)
            file.seek(0)
            again = passing / "again"
            again.mkdir()
            if unpack(file, again) != manifest:
                raise BadCopy("the manifest that was written is not the one that was read back")
            prove(manifest, again)
    return manifest


def prove(manifest: Manifest, folder: Path) -> None:
    """Hold the parts of a copy to what it says of itself and to its own ledger.

    :raises BadCopy: with everything that does not hold
    """
    ledger, wrong = folder / LEDGER, []
    if not ledger.is_file():
        raise BadCopy("the ledger is missing from the copy")
    wrong += [f"{f.stream} {f.seq}: {f.sentence}" for f in verify_export(ledger, manifest.heads)]
    with ledger.open("rb") as lines:
        if (count := sum(1 for _ in lines)) != manifest.entries:
            wrong.append(f"the ledger holds {count} entries, and the manifest says otherwise")
    if manifest.database == "sqlite":
        wrong += _unlike(manifest, folder)
    elif missing := [t for t in manifest.rows if not (folder / of_postgres.TABLES / t).is_file()]:
        wrong.append(f"tables are missing from the copy: {', '.join(missing)}")
    if wrong:
        raise BadCopy(*wrong)


def known_migrations() -> set[str]:
    """Every change of the tables that this version knows, as `app.name`."""
    return {".".join(key) for key in MigrationLoader(None).disk_migrations}


def _unlike(manifest: Manifest, folder: Path) -> list[str]:
    """What of the database's file is not as it should be."""
    database = folder / DATABASE
    if not database.is_file():
        return ["the database is missing from the copy"]
    if wrong := of_sqlite.damage_of(database):
        return [f"the database in the copy is damaged: {found}" for found in wrong]
    if of_sqlite.rows_of(database) != manifest.rows:
        return ["the tables in the copy do not hold as many rows as its manifest says"]
    with tempfile.TemporaryDirectory(dir=folder) as passing:
        digest = write_export(of_sqlite.CopiedLedger(database), Path(passing) / LEDGER)
    return [] if digest == part_of(folder / LEDGER).sha256 else ["the two ledgers differ"]


def _read(
    passing: Path, made_at: datetime, secrets: Iterable[str]
) -> tuple[Manifest, dict[str, Path]]:
    """All of the installation but its secrets, as of one moment."""
    files: dict[str, Path] = {LEDGER: passing / LEDGER}
    if connection.vendor == "sqlite":
        files[DATABASE] = passing / DATABASE
        of_sqlite.copied(passing / DATABASE)
        ledger = of_sqlite.CopiedLedger(passing / DATABASE)
        rows = of_sqlite.rows_of(passing / DATABASE)
        write_export(ledger, passing / LEDGER)
        applied = _applied()
    else:
        rows, applied = _read_tables(passing)
        files |= {of_postgres.TABLES + name: passing / name for name in rows}
    for folder in FOLDERS:
        files |= _below(home.folder(), folder)
    if home.is_demonstration():
        files[MARK] = home.folder() / MARK
    made = _manifest(passing / LEDGER, made_at, rows, applied, files)
    return msgspec.structs.replace(made, sealed=of_settings.sealed_names(secrets)), files


def _read_tables(passing: Path) -> tuple[dict[str, int], list[str]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        rows = of_postgres.written(passing)
        write_export(DatabaseLedger(), passing / LEDGER)
        return rows, _applied()


def _manifest(
    ledger: Path,
    made_at: datetime,
    rows: Mapping[str, int],
    applied: list[str],
    files: Mapping[str, Path],
) -> Manifest:
    from equipoise.ledger import Head, read_export

    heads, newest, count = {}, "", 0
    for entry in read_export(ledger):
        heads[entry.stream] = Head(entry.seq, entry.digest)
        newest, count = max(newest, entry.at), count + 1
    return Manifest(
        made_at=made_at.isoformat(),
        version=equipoise.__version__,
        fold=FOLD,
        database="sqlite" if connection.vendor == "sqlite" else "postgresql",
        migrations=applied,
        rows=dict(rows),
        entries=count,
        newest=newest,
        heads=heads,
        settings=_settings(),
        parts={name: part_of(path) for name, path in files.items()},
    )


def _settings() -> dict[str, str]:
    """How this installation is set up. No secrets: of the database's address only where it is."""
    database = settings.DATABASES["default"]
    names = sorted(name for name in os.environ if name.startswith("EQUIPOISE_"))
    named = {name: os.environ[name] for name in names if name in SHOWN}
    withheld = [name for name in names if name.startswith(SECRET)] + of_settings.outside()
    if withheld:
        named[WITHHELD] = " ".join(withheld)
    place = " ".join(str(database.get(key) or "") for key in ("HOST", "PORT", "NAME", "USER"))
    return {
        **named,
        "EQUIPOISE_HOME": str(home.folder()),
        "database": place.strip(),
        "python": sys.version.split()[0],
    }


def _secrets() -> dict[str, bytes]:
    """The secrets by their names, and what the operator has written."""
    own = {name: data for name in SECRETS if (data := home.kept(name)) is not None}
    return own | of_settings.under()


def _below(folder: Path, name: str) -> dict[str, Path]:
    found = (path for path in sorted((folder / name).rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in found}


def _applied() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return [f"{app}.{name}" for app, name in cursor.fetchall()]


def _not_up_to_date() -> list[str]:
    missing = known_migrations() - set(_applied())
    return ["the tables are not up to date: `equipoise serve --migrate`"] if missing else []


def _texts_missing() -> list[str]:
    """The text that the trial runs under stands in the ledger, or the copy would lack it."""
    trial_state = read_model.trial_state_now(DatabaseLedger())
    if not trial_state.opened_on or trial_state.study_digest in trial_state.study_text.recorded:
        return []
    return [
        "the study text that the trial runs under does not stand in the ledger yet: start the "
        "server once, or give its folder to `equipoise study-text`"
    ]
