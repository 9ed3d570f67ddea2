"""The digest of all static files, which is part of their address.

With another version of Equipoise they have other addresses: no page is ever served with a script of
another version, and a browser may keep what it has for ever. One digest for all of them lets them
name one another by relative paths, as they do.
"""

import hashlib
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

__all__ = ["digest_of", "folders"]

LENGTH = 16  # hexadecimal digits: nobody makes two that agree by accident


def folders() -> list[Path]:
    """Where the static files are: our own, and those of the sign-in pages' library."""
    library = find_spec("allauth")
    within = library.submodule_search_locations if library else None
    theirs = [path for place in within or () for path in Path(place).glob("*/static")]
    return [Path(__file__).parents[1] / "static", *sorted(theirs)]


def digest_of(places: Iterable[Path]) -> str:
    """A digest of every file in these folders, its name and its content."""
    found = hashlib.sha256()
    for place in places:
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{path.relative_to(place).as_posix()}\0{content}\n".encode())
    return found.hexdigest()[:LENGTH]
