"""Where acts, the panel, randomisation, the trial's status, its people and the audit stand."""

from django.urls import URLPattern, path

from equipoise.web.accounts import hospital_accounts
from equipoise.web.administration import access, amend, audit, mails, people_sites, trial_status
from equipoise.web.panel import pages as panel_pages
from equipoise.web.randomisation import pages as randomise
from equipoise.web.views import acts
from equipoise.web.views.act_forms import PAGES, address_of

__all__ = ["urlpatterns"]

ONE = "participants/<str:subject_id>/"

urlpatterns: list[URLPattern] = [
    path("new-participant/", acts.enter, name="screening.enter"),
    *(path(address_of(act), acts.act_view(kind), name=kind) for kind, act in PAGES.items()),
    path(f"{ONE}randomise/", randomise.randomise, name="randomisation.randomise"),
    path(f"{ONE}randomised/", randomise.result, name="randomised"),
    path("panel/", panel_pages.overview, name="panel"),
    path("panel/<str:subject_id>/", panel_pages.read_scan, name="panel.vote"),
    path("panel/<str:subject_id>/conclusion/", panel_pages.conclude, name="panel.conclude"),
    path("status/", trial_status.trial_status, name="trial-status"),
    path("people/", people_sites.people_and_sites, name="people"),
    path("people/give/", people_sites.give_role, name="role.give"),
    path("people/<str:person>/<str:role>/<str:site>/end/", people_sites.end_role, name="role.end"),
    path("people/<str:person>/hospital/", hospital_accounts.of_another, name="hospital-of"),
    path("people/open/<str:site>/", people_sites.open_site, name="site.open"),
    path("people/amend/", amend.amend, name="study.amend"),
    path("mail/", mails.mails, name="mail"),
    path("mail/<int:job_id>/again/", mails.again, name="mail-again"),
    path("audit/", audit.audit, name="audit"),
    path("access/", access.access, name="access"),
]
