"""The static files, compressed once: pages send a fifth of the bytes.

They are gathered in the home beside their compressed selves when a server starts after they have
changed. A home that can not be written is served all the same, uncompressed.
"""

import hashlib
import logging
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

__all__ = ["gather"]

MARK = "gathered"
_log = logging.getLogger(__name__)


def gather() -> None:
    """See to it that what is served is gathered, and compressed; called before the server loads."""
    mark, now = Path(settings.STATIC_ROOT) / MARK, _digest()
    try:
        if not mark.exists() or mark.read_text(encoding="utf-8") != now:
            mark.unlink(missing_ok=True)
            call_command("collectstatic", verbosity=0, interactive=False)
            mark.write_text(now, encoding="utf-8")
    except OSError as error:
        _log.warning("static files are served uncompressed: %s", error)
        return
    # Else the finders' files would stand in the place of those that were gathered.
    settings.WHITENOISE_USE_FINDERS = False


def _digest() -> str:
    """Which files there are, and how they stand."""
    found = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in sorted(finder.list(None), key=lambda one: str(one[0])):
            status = Path(storage.path(path)).stat()
            found.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return found.hexdigest()
