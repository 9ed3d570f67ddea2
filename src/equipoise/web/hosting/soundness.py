"""Whether an installation is sound, check by check: for `/health`, and for `equipoise doctor`.

A check says in words, to whoever keeps the server, what is wrong. `/health` is open to all, so it
tells the names of the checks and no more; the words stand in the server's log.
"""

import logging
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from equipoise.conduct.clock import SLACK
from equipoise.web import copies, home, seen, triggers, write_service
from equipoise.web.hosting.upgrade import Newer, is_behind, newer
from equipoise.web.identity import named
from equipoise.web.jobs import heads
from equipoise.web.redaction import remembered
from equipoise.web.secrets_kept import faults_of_secrets
from equipoise.web.sqlite_queue.standing import LogGone
from equipoise.web.store import DatabaseLedger, damage

__all__ = ["Finding", "answered", "quick", "thorough"]

LEAST = 256 * 1024**2  # bytes; below it a night's copy or a log may fill the disk
_log = logging.getLogger(__name__)


class Finding(NamedTuple):
    """One check and what it found wrong; nothing when all is well."""

    name: str
    faults: list[str]


def quick() -> list[Finding]:
    """What can be found out in a moment."""
    first = [_found(*check) for check in _FIRST.items()]
    if any(finding.faults for finding in first if finding.name in ("database", "tables")):
        return first  # of tables that are not there nothing more can be asked
    return [*first, *(_found(*check) for check in _OF_TABLES.items())]


def thorough() -> list[Finding]:
    """The same, and the database's own look at its whole file."""
    found = quick()
    if len(found) == len(_FIRST):
        return found
    return [
        *found,
        _found("copy", _of_a_copy),
        _found("redacted", remembered.back_here),
        _found("integrity", damage),
        _found("providers", named.faults),
    ]


def answered(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """Answer `/health` before a session, a sign-in or a host is asked for: 200, or 503."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info.rstrip("/") != "/health":
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        found = [*quick(), Finding("proxy", _of_the_proxy(request))]
        for finding in found:
            for fault in finding.faults:
                _log.error("%s: %s", finding.name, fault)
        well = not any(finding.faults for finding in found)
        body = {"ok": well, "checks": {finding.name: not finding.faults for finding in found}}
        how = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return JsonResponse(body, status=200 if well else 503, headers=how)

    return answer


def _found(name: str, check: Callable[[], list[str]]) -> Finding:
    try:
        return Finding(name, check())
    except (DatabaseError, LogGone, OSError) as error:
        return Finding(name, [str(error).strip() or type(error).__name__])


def _answers() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor == "sqlite":
        connection.still_stands()  # type: ignore[attr-defined]  # our backend for SQLite has it
    return []


def _of_the_tables() -> list[str]:
    if names := newer():
        return [str(Newer(names))]
    behind = "the tables are not up to date: `equipoise serve --migrate`"
    return [behind] if is_behind() else []


def _of_the_disk() -> list[str]:
    folder, found = home.folder(), []
    if os.statvfs(folder).f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK):
        found.append(f"{folder} cannot be written to")
    free = shutil.disk_usage(folder).free
    if free < LEAST:
        found.append(f"the disk of {folder} has {free // 1024**2} MiB left")
    return found


def _of_the_clock() -> list[str]:
    newest, now = DatabaseLedger().newest(), write_service.now()
    if newest and datetime.fromisoformat(newest) - now > SLACK and not _stated(newest):
        return [f"the clock stands at {now.isoformat()}, and the newest entry at {newest}"]
    return []


def _stated(newest: str) -> bool:
    """Whether the office has stated that the clock had run ahead until then."""
    return write_service.folds().trial_state().clock.ahead >= newest


def _of_the_tree() -> list[str]:
    return list(heads.unwitnessed(write_service.now()))


def _of_the_secrets() -> list[str]:
    open_to_others = [
        f"{path} can be read by others than its owner"
        for path in [*_private(home.folder())]
        if path.exists() and path.stat().st_mode & 0o077
    ]
    return [*faults_of_secrets(), *open_to_others]


def _private(folder: Path) -> list[Path]:
    return [folder / "secrets", *(folder / "secrets").glob("*"), folder / "equipoise.sqlite3"]


def _of_a_copy() -> list[str]:
    """Whether the database is an earlier one, put back by whatever means."""
    copy, trial_state = copies.marked(), write_service.folds().trial_state()
    if seen.ahead() is not None:
        return [copies.EARLIER]
    if copy is not None and trial_state.restored.restated <= copy.study_seq:
        return [
            f"it was put back as it was on {copy.ends.isoformat()}, and nobody has stated which "
            "numbers were given since: no number is given and nothing is drawn"
        ]
    return []


def _of_the_proxy(request: HttpRequest) -> list[str]:
    """What the proxy before the server does not tell it; nothing where it is asked directly."""
    scheme = request.headers.get("X-Forwarded-Proto", "")
    if settings.HTTPS and "X-Forwarded-For" in request.headers and scheme != "https":
        return [
            "the proxy does not set X-Forwarded-Proto to https: every page would send the browser "
            "to itself for ever"
        ]
    if not settings.HTTPS and scheme == "https":
        return ["the proxy speaks TLS and EQUIPOISE_HTTPS is not 1: cookies are not kept to TLS"]
    return []


_FIRST: dict[str, Callable[[], list[str]]] = {
    "database": _answers,
    "tables": _of_the_tables,
    "disk": _of_the_disk,
}
_OF_TABLES: dict[str, Callable[[], list[str]]] = {
    "triggers": triggers.loose,
    "rights": triggers.powers,
    "durability": triggers.not_durable,
    "secrets": _of_the_secrets,
    "clock": _of_the_clock,
    "tree": _of_the_tree,
}
