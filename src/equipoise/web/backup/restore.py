"""Putting a copy back: all of it is proved in a folder beside before it counts.

The folder in which it is put together is a home like any other, so that all that is asked of an
installation can be asked of it before it takes the old one's place. On PostgreSQL the tables come
into an empty database, in one transaction.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from equipoise.ledger import Entry, verify, write_export
from equipoise.web.backup import in_place, of_settings
from equipoise.web.backup.manifest import BadCopy, Manifest, newer
from equipoise.web.backup.packed import part_of, renamed, unpack
from equipoise.web.hosting import in_use

__all__ = ["Restored", "bring_back", "restore"]


class Restored:
    """What a restore did: what the copy held, and where the installation of before lies."""

    def __init__(self, manifest: Manifest, aside: Path | None) -> None:
        self.manifest, self.aside = manifest, aside


def restore(
    home: Path,
    copy: Path,
    secrets: dict[str, bytes] | None,
    start: Callable[[], None],
    *,
    over: bool,
) -> Restored:
    """Make a home of a copy. Killed at any point, it leaves the old home or the new one.

    :param secrets: by their names; None: those that lie in the home already
    :param start: starts Django, which has not read its settings yet, in the home of the environment
    :param over: whether it may take the place of an installation that is there
    :raises BadCopy: with every reason why it cannot be put back; nothing was changed then
    :raises InUse: while another program uses the home
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with in_use.alone(home):
        in_place.finish(home)
        if in_place.occupied(home) and not over:
            raise BadCopy(
                f"{home} holds an installation: name an empty home in EQUIPOISE_HOME, or say with "
                "--over that the copy is to take its place (the old one is kept beside it)"
            )
        try:
            new = in_place.begin(home)
            with copy.open("rb") as file:
                manifest = unpack(file, new)
            own = _of_the_copy(manifest, secrets, home)
            _written({_place(new, name): data for name, data in own.items()})
            os.environ["EQUIPOISE_HOME"] = str(new)
            start()
            _made_ready(manifest, new)
        except BaseException:
            in_place.discard(home)
            raise
        at = datetime.now(UTC)
        # A copy of before says nothing of settings: those that are here stay.
        also = of_settings.tops(manifest.sealed) if manifest.format > 1 else ()
        aside = in_place.commit(home, f"before-restore-{at:%Y%m%dT%H%M%SZ}", also)
    return Restored(manifest, aside)


def bring_back(home: Path, secrets: dict[str, bytes], *, over: bool) -> list[str]:
    """Put the secrets and settings that are lost back into a home; returns their names.

    Settings that are there stay, unless it was said that they may be replaced: those of the copy
    are older.

    :raises BadCopy: when another one lies there, and it was not said that it may be replaced
    """
    lying = _lying_in(home) | of_settings.kept(home, of_settings.sealed_names(secrets))
    stays = () if over else of_settings.sealed_names(lying)
    places = {name: _place(home, name) for name in secrets}
    back = {name: data for name, data in secrets.items() if lying.get(name) != data}
    for name in stays:
        back.pop(of_settings.beside(name), None)
    if (other := sorted(name for name in back if name in lying)) and not over:
        raise BadCopy(
            f"{home / 'secrets'} holds another {', '.join(other)}: say with --over that it goes"
        )
    if other:
        aside = home / f"secrets-before-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        # What is about to be replaced may be the right one.
        _written({aside / Path(name).name: lying[name] for name in other})
    _written({places[name]: data for name, data in back.items()})
    return sorted(back)


def _of_the_copy(
    manifest: Manifest, secrets: dict[str, bytes] | None, home: Path
) -> dict[str, bytes]:
    """The secrets and settings that belong to a copy: those that are given, or lie here.

    :raises BadCopy: when a setting lacks that the copy names
    """
    names = [of_settings.beside(name) for name in manifest.sealed]
    given = secrets or _lying_in(home) | of_settings.kept(home, manifest.sealed)
    if missing := [name for name in names if name not in given]:
        raise BadCopy(
            f"{', '.join(of_settings.sealed_names(missing))} is missing from the settings that "
            "lie with the secrets: name the file that was written with this copy in --secrets"
        )
    return {name: data for name, data in given.items() if name in names or _is_secret(name)}


def _lying_in(home: Path) -> dict[str, bytes]:
    found = (home / "secrets").glob("*")
    return {p.name: p.read_bytes() for p in found if p.is_file() and _is_secret(p.name)}


def _place(home: Path, name: str) -> Path:
    """Where something of the file with the secrets stands in a home.

    :raises BadCopy: when it has no place there
    """
    if _is_secret(name):
        return home / "secrets" / name
    if of_settings.sealed_names([name]):
        return of_settings.place(home, name)
    raise BadCopy(f"{name!r} is no name of a secret")


def _is_secret(name: str) -> bool:
    return name.replace("-", "").isalnum()


def _written(files: dict[Path, bytes]) -> None:
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with renamed(path) as file:
            file.write(data)


def _made_ready(manifest: Manifest, new: Path) -> None:
    """Everything that is asked of an installation, asked of the new one; it is marked as a copy."""
    from django.db import connection, connections

    from equipoise.web.backup.make import known_migrations, prove
    from equipoise.web.backup.of_sqlite import without_log

    if reason := newer(manifest, known_migrations()):
        raise BadCopy(reason)
    if manifest.database != connection.vendor:
        raise BadCopy(
            f"the copy is of a database of {manifest.database}, and DATABASE_URL names another kind"
        )
    prove(manifest, new)
    if connection.vendor == "sqlite":
        _upgraded_and_marked(manifest)
    else:
        _loaded(manifest, new)
    connections.close_all()
    if manifest.database == "sqlite":
        without_log(new / in_place.DATABASE)
        (new / f"{in_place.DATABASE}-queue").unlink(missing_ok=True)


def _upgraded_and_marked(manifest: Manifest) -> None:
    from equipoise.web.copies import mark
    from equipoise.web.hosting.upgrade import make_ready

    make_ready()
    _the_same(manifest)
    mark(manifest.heads, manifest.newest, manifest.made_at)


def _loaded(manifest: Manifest, new: Path) -> None:
    """Bring the tables into an empty database, all or none of them."""
    from django.db import transaction

    from equipoise.web.backup import of_postgres
    from equipoise.web.copies import mark
    from equipoise.web.hosting.upgrade import make_ready, make_tables
    from equipoise.web.store import DatabaseLedger

    with transaction.atomic():
        make_tables(manifest.migrations)
        if empty := DatabaseLedger().is_empty():
            of_postgres.loaded(new / of_postgres.TABLES.rstrip("/"), manifest.rows)
        make_ready()
        if empty:
            mark(manifest.heads, manifest.newest, manifest.made_at)
        _the_same(manifest)


def _the_same(manifest: Manifest) -> None:
    """The ledger that is there now is the one that was copied, and the secrets are its own.

    :raises BadCopy: with everything that is otherwise
    """
    from equipoise.web import read_model
    from equipoise.web.backup.make import LEDGER
    from equipoise.web.secrets_kept import faults_of_secrets
    from equipoise.web.store import DatabaseLedger, damage

    read_model.forget()
    ledger = DatabaseLedger()
    entries: list[Entry] = list(ledger.everything())
    if len(entries) != manifest.entries or ledger.heads() != manifest.heads:
        raise BadCopy(
            f"the database holds {len(entries)} entries that are not those of the copy: on "
            "PostgreSQL name an empty database in DATABASE_URL"
        )
    wrong = [fault.sentence for fault in verify(entries)]
    passing = Path(os.environ["EQUIPOISE_HOME"]) / "again.jsonl"
    write_export(ledger, passing)
    if part_of(passing).sha256 != manifest.parts[LEDGER].sha256:
        wrong.append("the ledger that was restored is not the one that was copied")
    passing.unlink()
    if wrong := [*wrong, *damage(), *faults_of_secrets()]:
        raise BadCopy(*wrong)
