"""The files of the installation itself: nothing that is written for someone takes their place."""

from pathlib import Path

from equipoise.web import home
from equipoise.web.backup.in_place import DATABASE, PARTS
from equipoise.web.backup.of_settings import FILES

__all__ = ["OwnFile", "must_be_others"]

BESIDE = (*FILES, "in-use", "registry", "restoring", "seen", "static", "sweeps")


class OwnFile(ValueError):
    """A place to write to where a part of the installation lies."""


def must_be_others(*places: Path) -> None:
    """Look, before a copy or an export is written, that it takes the place of nothing of ours.

    :raises OwnFile: when one of these is a part of the installation, or two of them are one
    """
    for place in places:
        if _is_ours(place.resolve()):
            raise OwnFile(
                f"{place} is a part of the installation itself, and would be lost: "
                "name a file outside its home"
            )
    if len({place.resolve() for place in places}) < len(places):
        raise OwnFile(f"two files would be written to {places[0]}: name a place for each")


def _is_ours(place: Path) -> bool:
    where = home.folder()
    if place == where or not place.is_relative_to(where):
        return place == where
    name = place.relative_to(where).parts[0]
    return name in (*PARTS, *BESIDE) or name.startswith(DATABASE)
