"""How long the sign-in lasts: a page asks without staying signed in by it, or asks for more time.

A page asks before it warns, after a sign-in done in place, and when it comes back to sight.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_http_methods

from equipoise.web import live, middleware

__all__ = ["session"]


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in, how many seconds are left, and the key for forms. POST: someone is here."""
    left, at_most = middleware.seconds_left(request.session)
    answer = {
        "mark": live.mark_of(request.user),
        "left": left,
        "atMost": at_most,
        "token": get_token(request),
    }
    return JsonResponse(answer)
