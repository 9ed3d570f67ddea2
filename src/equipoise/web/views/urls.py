"""Where each page stands. The page on which an act is done is named by the act's kind."""

from django.urls import URLPattern, path

from equipoise.web import middleware
from equipoise.web.accounts import forgotten, hospital_accounts, keys, me, session
from equipoise.web.administration import witnesses
from equipoise.web.design import forecast as design_forecast
from equipoise.web.design import pages as design
from equipoise.web.forms import entry, not_done
from equipoise.web.participants import (
    checklist,
    deviations,
    participant,
    participants,
    proofs,
    today,
)
from equipoise.web.views import public, tables, trial_urls
from equipoise.web.views.lazy_views import on_first_use

__all__ = ["urlpatterns"]

ONE = "participants/<str:subject_id>/"
SWEEPS = "equipoise.web.design.sweeps"
HOSPITAL = "equipoise.web.accounts.hospital_sign_in"

urlpatterns: list[URLPattern] = [
    path("", public.trial, name="public"),
    path("me/", me.me, name="me"),
    path("password/", forgotten.forgotten, name="password-forgotten"),
    path("password/<str:number>/<str:token>/", forgotten.new_password, name="password-new"),
    path("me/keys/", keys.keys, name="keys"),
    path("me/hospital/", hospital_accounts.own, name="hospital-accounts"),
    path("sign-in/<slug:name>/", on_first_use(HOSPITAL, "sign_in"), name="hospital-sign-in"),
    path("sign-in/<slug:name>/answer/", on_first_use(HOSPITAL, "answer"), name="hospital-answer"),
    path(middleware.ASKING, session.session, name="session"),
    path("design/", design.design, name="design"),
    path("design/forecast/", design_forecast.forecast, name="design-forecast"),
    path("design/sweeps/", on_first_use(SWEEPS, "sweeps"), name="sweeps"),
    path("design/sweeps/new/", on_first_use(SWEEPS, "new"), name="new-sweep"),
    path("design/sweeps/<slug:name>/", on_first_use(SWEEPS, "sweep"), name="sweep"),
    path("design/sweeps/<slug:name>/go-on/", on_first_use(SWEEPS, "go_on"), name="sweep-go-on"),
    path("design/sweeps/<slug:name>/stop/", on_first_use(SWEEPS, "stop"), name="sweep-stop"),
    path(
        "design/sweeps/<slug:name>/<str:file_name>",
        on_first_use(SWEEPS, "file"),
        name="sweep-file",
    ),
    path("today/", today.today, name="today"),
    path("witnesses/", witnesses.witnesses, name="witnesses"),
    path("witnesses/letter/", witnesses.letter, name="letter"),
    *trial_urls.urlpatterns,
    path("lists/<slug:name>/", tables.listed_table, name="table"),
    path("deviations/", deviations.listed_deviations, name="deviations"),
    path("participants/", participants.participants, name="participants"),
    path(ONE, participant.participant, name="participant"),
    path(f"{ONE}history/", participant.history, name="history"),
    path(f"{ONE}not-done/", not_done.several, name="not-done"),
    path(f"{ONE}proof/<slug:what>/", proofs.proof, name="proof"),
    path(f"{ONE}checklist/", checklist.checklist, name="checklist"),
    path(f"{ONE}form/<str:form_id>/<str:visit>/<int:number>/", entry.form, name="form"),
]
