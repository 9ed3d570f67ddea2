"""What the operator has written into the home: it goes into a copy together with the secrets.

The mail server's address may hold a password, a hospital's sign-in has a secret in a file of its
own, and a file with a slip may hold one where nobody looks for it. So all of these are encrypted;
the open part of a copy names them only, and whoever puts it back is told when one lacks.
"""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from django.core.exceptions import ImproperlyConfigured

from equipoise.web import home
from equipoise.web.backup.in_place import DATABASE, PARTS
from equipoise.web.backup.manifest import BadCopy

__all__ = ["FILES", "beside", "kept", "outside", "place", "sealed_names", "tops", "under"]

PROVIDERS, SMTP = "providers.yaml", "smtp-url"
FILES = (PROVIDERS, "recipients", SMTP)
"""The files that have their name from us; those with the secret of a provider have their own."""
_UNDER = "settings/"
_NOT_THEIRS = ("in-use", "restoring", "seen", "static", "sweeps", "objects", "licensed")


def under() -> dict[str, bytes]:
    """All that is written in this home, by the names that it has beside the secrets.

    :raises BadCopy: with everything that is named and is not there or cannot be read
    """
    found, wrong = {}, []
    try:
        places = _places()
    except ImproperlyConfigured as error:
        raise BadCopy(f"the settings are not whole: {error}") from error
    for name, path in places.items():
        try:
            found[beside(name)] = path.read_bytes()
        except OSError as error:
            wrong.append(f"the settings are not whole: {path} cannot be read: {error.strerror}")
    if wrong:
        raise BadCopy(*wrong)
    return found


def outside() -> list[str]:
    """The files with a secret that lie outside of the home: in no copy, and their keeper's own."""
    from equipoise.web.identity import named

    try:
        named_here = [home.folder() / name for name in named.secret_files()]
    except ImproperlyConfigured:
        return []
    return [str(path) for path in named_here if not path.resolve().is_relative_to(home.folder())]


def sealed_names(secrets: Iterable[str]) -> list[str]:
    """Those of the names beside the secrets that are settings, as they are called in the home."""
    return sorted(name.removeprefix(_UNDER) for name in secrets if name.startswith(_UNDER))


def kept(where: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Those of the settings that lie in a home, by the names that they have beside the secrets."""
    there = {name: where / _plain(name) for name in names}
    return {beside(name): path.read_bytes() for name, path in there.items() if path.is_file()}


def beside(name: str) -> str:
    """What a setting is called where it lies beside the secrets."""
    return _UNDER + name


def place(where: Path, name: str) -> Path:
    """The place in a home of something that lies beside the secrets.

    :raises BadCopy: when it would stand where something else belongs
    """
    return where / _plain(name.removeprefix(_UNDER))


def tops(names: Iterable[str]) -> tuple[str, ...]:
    """What of a home changes places with its settings."""
    return tuple(dict.fromkeys([*FILES, *(PurePosixPath(name).parts[0] for name in names)]))


def _places() -> dict[str, Path]:
    """Where each is read; one that lies outside of the home is its keeper's own to bring."""
    # Read late: a restore asks for places before Django knows of which home it is to be.
    from equipoise.web.identity import named

    where = home.folder()
    paths = {name: where / name for name in FILES} | {PROVIDERS: named.file()}
    there = {name: path for name, path in paths.items() if path.is_file()}
    secrets = [(where / name).resolve() for name in named.secret_files()]
    own = [path for path in secrets if path.is_relative_to(where)]
    return there | {path.relative_to(where).as_posix(): path for path in own}


def _plain(name: str) -> str:
    path = PurePosixPath(name)
    strange = not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name
    top = path.parts[0] if path.parts else ""
    theirs = top in PARTS and top != "secrets"
    if strange or theirs or top in _NOT_THEIRS or top.startswith(DATABASE):
        raise BadCopy(f"{name!r} is no name of a setting")
    return path.as_posix()
