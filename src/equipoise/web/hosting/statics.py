"""The static files, compressed once: pages send a fifth of the bytes.

They are gathered in the home beside their compressed selves when a server starts after they have
changed, each version in a folder of its own: a server of before, which is still running, goes on
with what it began. A home that can not be written is served all the same, uncompressed.
"""

import logging
import re
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from equipoise.web.hosting.static_digest import LENGTH

__all__ = ["for_ever", "gather"]

MARK = "gathered"
GATHERED = re.compile(f"[0-9a-f]{{{LENGTH}}}")
_log = logging.getLogger(__name__)


def gather() -> None:
    """See to it that what is served is gathered, and compressed; called before the server loads."""
    here = Path(settings.STATIC_ROOT)
    try:
        if not (here / MARK).exists():
            call_command("collectstatic", verbosity=0, interactive=False)
            (here / MARK).touch()
            _forget_all_but(here)
    except OSError as error:
        _log.warning("static files are served uncompressed: %s", error)
        return
    # Else the finders' files would stand in the place of those that were gathered.
    settings.WHITENOISE_USE_FINDERS = False


def for_ever(path: str, url: str) -> bool:
    """Whether a static file never changes at its address: its digest stands in it."""
    return url.startswith(settings.STATIC_URL)


def _forget_all_but(here: Path) -> None:
    """Remove what was gathered before, but for the newest: its server may still be running."""
    others = [
        place
        for place in here.parent.iterdir()
        if place != here and place.is_dir() and GATHERED.fullmatch(place.name)
    ]
    for old in sorted(others, key=lambda place: place.stat().st_mtime)[:-1]:
        shutil.rmtree(old, ignore_errors=True)
