"""A server that is older than its database has become: kept from happening, and told in words.

While a process serves, it is known to whoever would bring the tables up to date: on SQLite by a
lock on the home, on PostgreSQL by one in the database as well, as servers may be on other machines.
Should the tables be changed nevertheless, the server answers that it must be started anew.
"""

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from equipoise.logic.figures import opening
from equipoise.study.reason import Reason
from equipoise.web.hosting import serving
from equipoise.web.hosting.upgrade import newer
from equipoise.web.reader import HERE
from equipoise.web.rest.refusals import API

__all__ = ["OUTDATED", "answered", "is_outdated", "watch"]

_log = logging.getLogger(__name__)
_outdated = Event()
LOOKS = 3.0  # seconds

OUTDATED = Reason(
    "database.newer",
    "",
    "nothing was recorded: the database was brought up to date for a later version than this "
    "server is. Tell whoever keeps the server to start the new version",
)


def is_outdated() -> bool:
    """Whether a later version has changed the tables since this server started."""
    return _outdated.is_set()


def watch() -> None:
    """Be known as someone who serves, and look whether the tables have changed, from now on."""
    Thread(target=_looking, name="outdated", daemon=True).start()
    if connection.vendor == "postgresql":
        Thread(target=serving.hold, name="serving", daemon=True).start()


def answered(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """Answer 503 in words, once the database is newer than this server."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not is_outdated():
            return get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            because = OUTDATED().wording(HERE)
            if request.path_info.startswith(API):
                refusal = {"code": OUTDATED.code, "where": "", "values": {}, "because": because}
                return JsonResponse({"refusals": [refusal]}, status=503)
            page = {"because": opening(because)}
            return render(request, "went_wrong.jinja", page, status=503)

    return answer


def _looking() -> None:
    last = -1
    while not is_outdated():
        close_old_connections()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT coalesce(max(id), 0) FROM django_migrations")
                now = cursor.fetchone()[0]
            if now != last and newer():
                _outdated.set()
                _log.critical("%s", OUTDATED().because)
            last = now
        except DatabaseError:
            connection.close()
        time.sleep(LOOKS)
