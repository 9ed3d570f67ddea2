"""Whoever is not signed in has a bounded share of the server: no act of the trial waits for them.

Who brings no session waits in line before a thread is taken: `hosting.strangers_wait`. Who brings
one that nobody gave comes past that line, so that here two of a process's four threads at most are
theirs, one of which works while the other waits; who comes then is told to come back in a moment.
An address that asks without end is slowed down. It is all counted in memory: nothing is written,
and nobody's address is kept longer than it counts.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore, Lock

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

__all__ = ["Allowance", "for_strangers"]

PLACES = 2
AT_ONCE, A_SECOND = 120.0, 5.0
KNOWN = 10_000
SOON, LATER = 1, 30

View = Callable[..., HttpResponse]
Full = Callable[[HttpRequest, int, int], HttpResponse]


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


_places, _turn, _allowance = BoundedSemaphore(PLACES), Lock(), Allowance(AT_ONCE, A_SECOND)


def for_strangers(full: Full) -> Callable[[View], View]:
    """A page that anyone may read, within the share of those who are not signed in.

    :param full: what is answered, with a status and seconds to wait, to who must come back
    """

    def bounded(view: View) -> View:
        @require_safe
        @gzip_page
        @wraps(view)
        def wrapped(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            if not _allowance.takes(ratelimit.get_ip(request), time.monotonic()):
                return full(request, 429, LATER)
            if not _places.acquire(blocking=False):
                return full(request, 503, SOON)
            try:
                with _turn:
                    return view(request, *args, **kwargs)
            finally:
                _places.release()

        return wrapped

    return bounded
