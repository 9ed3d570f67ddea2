"""What the sign-in pages need on top of Django's own: the trial's name, and who may come in how."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from equipoise.web import address_language, adopted, bootstrap
from equipoise.web.identity.named import named
from equipoise.web.jinja import say
from equipoise.web.mail import server
from equipoise.web.views.page import frame, language_now, page_of

__all__ = ["frame_of_sign_in"]


def frame_of_sign_in(request: HttpRequest) -> dict[str, Any]:
    """What the sign-in pages need on top of Django's own."""
    study = adopted.study()
    return {
        "trial_name": study.identity.acronym,
        "demonstration": say(study.identity.demonstration),
        "here": address_language.here(request),
        "languages": settings.LANGUAGES,
        "mails_are_sent": server.is_named(),
        "hospitals": [(one.id, one.label) for one in named()],
        **_whose(request),
        **(_demo_sign_in() if settings.DEMO else {}),
    }


def _whose(request: HttpRequest) -> dict[str, Any]:
    """The same name and links at the top as on the trial's own pages."""
    if not request.user.is_authenticated:
        return {"navigation": []}
    everything = frame(page_of(request))
    return {name: everything[name] for name in ("navigation", "viewer", "home_site")}


def _demo_sign_in() -> dict[str, Any]:
    """One invented person for each role, with the password that the demonstration gives away."""
    study, language = adopted.study(), language_now()
    people = [
        {
            "label": person.label,
            "person_id": person.person_id,
            "place": study.site_of[person.site].city if person.site else "",
        }
        for person in bootstrap.demo_people(study, language)
    ]
    return {"demo_people": people, "demo_password": bootstrap.DEMO_PASSWORD}
