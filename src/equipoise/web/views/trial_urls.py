"""Where acts, the panel's room, randomisation, the trial's status and the audit stand."""

from django.urls import URLPattern, path

from equipoise.web.views import acts, audit, panel_room, randomise, trial_status

__all__ = ["urlpatterns"]

ADDRESSES = {
    "consent.give": "consent",
    "consent.withdraw": "withdraw",
    "screening.fail": "screening-failed",
    "registration.register": "register",
    "panel.ask": "ask-panel",
    "event.death": "death",
    "event.progression": "progression",
    "event.resection": "local-treatment",
    "contact.alive": "alive",
}
ONE = "participants/<str:subject_id>/"

urlpatterns: list[URLPattern] = [
    path("new-participant/", acts.enter, name="screening.enter"),
    *(
        path(f"{ONE}{address}/", acts.act_view(kind), name=kind)
        for kind, address in ADDRESSES.items()
    ),
    path(f"{ONE}randomise/", randomise.randomise, name="randomisation.randomise"),
    path(f"{ONE}randomised/", randomise.result, name="randomised"),
    path("panel/", panel_room.room, name="panel"),
    path("panel/<str:subject_id>/", panel_room.read_scan, name="panel.vote"),
    path("panel/<str:subject_id>/conclusion/", panel_room.conclude, name="panel.conclude"),
    path("status/", trial_status.trial_status, name="trial-status"),
    path("audit/", audit.audit, name="audit"),
]
