"""That someone has just proved at their hospital who they are, for one page and what it showed.

It is kept in their session for a few minutes and used once. The act itself is still one form that
they send: coming back from the hospital does nothing by itself.
"""

import time

from django.http import HttpRequest

__all__ = ["GOOD_FOR", "keep", "proved", "use"]

KEPT = "proved-at-hospital"
GOOD_FOR = 5 * 60  # seconds


def keep(request: HttpRequest, issuer: str, page: str, digest: str) -> None:
    """They have proved it, before this page and what it showed."""
    kept = {"issuer": issuer, "page": page, "shown": digest, "at": int(time.time())}
    request.session[KEPT] = kept


def proved(request: HttpRequest, digest: str) -> str:
    """The issuer at which they have just proved it, for this page and what it shows now."""
    kept = request.session.get(KEPT) or {}
    fits = kept.get("page") == request.get_full_path() and kept.get("shown") == digest
    fresh = 0 <= int(time.time()) - kept.get("at", 0) <= GOOD_FOR
    return str(kept["issuer"]) if fits and fresh else ""


def use(request: HttpRequest) -> None:
    """It has served."""
    request.session.pop(KEPT, None)
