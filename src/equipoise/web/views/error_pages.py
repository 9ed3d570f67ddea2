"""What is shown when a page is not there, not allowed, or failed."""

import sys
from typing import NoReturn

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from equipoise.logic.figures import opening
from equipoise.web.reader import HERE
from equipoise.web.rest.refusals import API
from equipoise.web.unable import status_of, stop_if_unsafe, unable
from equipoise.web.views.page import page_of

__all__ = ["closed", "forged", "not_allowed", "not_found", "went_wrong"]


def closed(request: HttpRequest) -> NoReturn:
    """An address that the sign-in would have, and this trial has not."""
    raise Http404


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: it does not exist, or not for this viewer; to a program in the form of its answers."""
    if request.path_info.startswith(API):
        because = gettext("there is nothing here that you may see")
        return JsonResponse({"because": because}, status=404)
    return page_of(request).render(
        "error_page.jinja",
        status=404,
        title=gettext("This page does not exist"),
        text=gettext("The address may be mistyped, or what it shows is not open to you."),
    )


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the form was too old, or came from another place."""
    return page_of(request).render(
        "error_page.jinja",
        status=403,
        title=gettext("This was not accepted"),
        text=gettext("The page may have been open too long. Go back, reload it and try again."),
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when the form's hidden key does not fit."""
    return not_allowed(request)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """500: needs neither the database nor the study, for either may be what failed."""
    error = sys.exc_info()[1]
    if stop_if_unsafe(error):
        return render(request, "went_wrong.jinja", status=503)
    if refusal := unable(error):
        context = {"because": opening(refusal.wording(HERE))}
        return render(request, "went_wrong.jinja", context, status=status_of([refusal.code], 503))
    return render(request, "went_wrong.jinja", status=500)
