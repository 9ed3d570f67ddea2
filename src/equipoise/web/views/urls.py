"""Where each page stands. The page on which an act is done is named by the act's kind."""

from django.urls import URLPattern, path

from equipoise.web.views import (
    checklist,
    design,
    design_forecast,
    entry,
    me,
    participant,
    participants,
    public,
    today,
    trial_urls,
)

__all__ = ["urlpatterns"]

ONE = "participants/<str:subject_id>/"

urlpatterns: list[URLPattern] = [
    path("", public.trial, name="public"),
    path("me/", me.me, name="me"),
    path("design/", design.design, name="design"),
    path("design/forecast/", design_forecast.forecast, name="design-forecast"),
    path("today/", today.today, name="today"),
    *trial_urls.urlpatterns,
    path("participants/", participants.participants, name="participants"),
    path(ONE, participant.participant, name="participant"),
    path(f"{ONE}history/", participant.history, name="history"),
    path(f"{ONE}checklist/", checklist.checklist, name="checklist"),
    path(f"{ONE}form/<str:form_id>/<str:visit>/<int:number>/", entry.form, name="form"),
]
