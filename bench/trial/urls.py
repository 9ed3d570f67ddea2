"""The trial's own addresses, and the yardstick: a bare view that inserts one row."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from equipoise.web.urls import handler403, handler404, handler500
from equipoise.web.urls import urlpatterns as own

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """Insert what was posted, and say so."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row (said) VALUES (%s)", [request.body.decode()])
    return HttpResponse("ok")


urlpatterns = [path("bench/bare", bare), *own]
