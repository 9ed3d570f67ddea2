"""Guessing of passwords is slowed down, and nobody can lock out another by it.

Failures are counted by the name and the address they come from, and a browser in which someone
has signed in before is counted by itself: whoever guesses shuts out themselves. Where a name is
tried from many addresses, each of them has one try an hour: the right password from elsewhere
still opens.
"""

import hashlib
import hmac
import secrets

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

__all__ = ["Attempt", "asks_for_mail", "attempt", "remember"]

COOKIE, DAYS, MOST = "known-to", 180, 20
BY_ADDRESS = "60/300s/ip"  # failures from one address, whatever the names
BY_NAME_AND_ADDRESS, BRAKED = "5/300s/key", "1/3600s/key"
BY_NAME = "50/3600s/key"  # failures of a name from all addresses together, until it is braked
BY_BROWSER = "10/300s/key"
FORGOTTEN = "20/3600s/ip"

Attempt = list[ratelimit.RateLimitUsage]


def attempt(request: HttpRequest, name: str) -> Attempt | None:
    """Count a try for this name, before the password is looked at; None when it must wait.

    What is given back is rolled back when the password turns out to be right.
    """
    name = name.strip().casefold()
    if browser := _browser(request, name):
        used = _count(request, "browser", BY_BROWSER, f"{browser} {name}")
        return [used] if used else None
    from_here = f"{ratelimit.get_ip(request)} {name}"
    used = _count(request, "address", BY_ADDRESS, "")
    here = used and _count(request, "name-and-address", BY_NAME_AND_ADDRESS, from_here)
    if not (used and here):
        return None
    everywhere = _count(request, "name", BY_NAME, name)
    slowed = everywhere or _count(request, "braked", BRAKED, from_here)
    return [used, here, slowed] if slowed else None


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Know this browser again as one in which its person has signed in."""
    browser, known = _read(request)
    tag = _tag(name.strip().casefold())
    known = [tag, *(other for other in known if other != tag)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps([browser or secrets.token_hex(16), known], salt=COOKIE),
        max_age=DAYS * 86_400,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def asks_for_mail(request: HttpRequest) -> bool:
    """Count someone who has forgotten their password; False when they must wait."""
    return _count(request, "forgotten", FORGOTTEN, "") is not None


def _count(request: HttpRequest, what: str, rate: str, key: str) -> ratelimit.RateLimitUsage | None:
    return ratelimit.consume(request, app="equipoise", action=what, config={what: rate}, key=key)


def _browser(request: HttpRequest, name: str) -> str:
    browser, known = _read(request)
    return browser if _tag(name) in known else ""


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        text = request.COOKIES.get(COOKIE, "")
        browser, known = signing.loads(text, salt=COOKIE, max_age=DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return browser, known


def _tag(name: str) -> str:
    """The cookie does not tell who has worked at this computer."""
    return hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()[:16]
