"""An address that asks the finder without end is slowed down, so that others are answered too.

It is counted in memory: nothing is written, and nobody's address is kept longer than it counts.
How much of the server all those have together who are not signed in: `web.strangers_share`.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from equipoise.web.strangers_share import come_back

__all__ = ["Allowance", "for_strangers"]

AT_ONCE, A_SECOND = 120.0, 5.0
KNOWN = 10_000
LATER = 30

View = Callable[..., HttpResponse]


class Allowance:
    """How often each address may still ask: so many at once, and so many a second after that."""

    def __init__(self, at_once: float, a_second: float) -> None:
        self._at_once, self._a_second = at_once, a_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def takes(self, address: str, now: float) -> bool:
        """Count a request of this address; False when it must wait."""
        with self._lock:
            left, since = self._left.pop(address, (self._at_once, now))
            left = min(self._at_once, left + (now - since) * self._a_second)
            self._left[address] = (max(left - 1.0, 0.0), now)
            if len(self._left) > KNOWN:
                self._left.popitem(last=False)
            return left >= 1.0


_allowance = Allowance(AT_ONCE, A_SECOND)


def for_strangers(view: View) -> View:
    """A page that anyone may read, as often as an address may ask."""

    @require_safe
    @gzip_page
    @wraps(view)
    def wrapped(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        known = request.user.is_authenticated
        if not known and not _allowance.takes(ratelimit.get_ip(request), time.monotonic()):
            return come_back(request, 429, LATER)
        return view(request, *args, **kwargs)

    return wrapped
