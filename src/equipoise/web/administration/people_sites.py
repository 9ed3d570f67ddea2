"""People and sites: who does what in the trial and where, for those who may give and end roles.

A name is unsealed to be shown and never enters the ledger; there the trial knows a person by their
username alone. Whoever is new gets a first password, which is shown once.
"""

import secrets
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.administration import AdoptAmendment, EndRole, GiveRole, OpenSite
from equipoise.conduct.amendments import ActivateAmendment
from equipoise.conduct.assumptions import ConfirmValue
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.persons import ErasePerson, ResetSecondFactor
from equipoise.conduct.state.administration import RoleHeld
from equipoise.web import passwords, people, write_service
from equipoise.web.identity import named as providers
from equipoise.web.jinja import say
from equipoise.web.models import Account
from equipoise.web.proof import Proof, besides_proof, proof_of
from equipoise.web.views.act_forms import PAGES
from equipoise.web.views.act_words import wording
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people

__all__ = ["end_role", "give_role", "open_site", "people_and_sites"]

ACTS = (GiveRole.kind, EndRole.kind, OpenSite.kind)
FIELDS = ("known", "person", "name", "email", "role", "site")
FIRST_PASSWORD_BYTES = 12


class Held(NamedTuple):
    """One role of someone: what it is called, where, and where it is ended."""

    role: str
    site: str
    end: str


class Known(NamedTuple):
    """One person of the trial, as the office knows them."""

    person_id: str
    name: str
    roles: list[Held]
    more: list[tuple[str, str]]  # what else the office does for them, and where


class Place(NamedTuple):
    """One site of the study file; `opened_on` is None until it takes part."""

    id: str
    name: str
    city: str
    opened_on: date | None
    retired: bool
    open: str


@require_safe
@for_people
def people_and_sites(page: Page) -> HttpResponse:
    """Everyone with their roles, and every site with the day it opened."""
    viewer = page.viewer
    if not any(viewer.may(kind) for kind in ACTS):
        raise Http404
    opened, may_open = viewer.trial_state.sites, viewer.may(OpenSite.kind)
    places = [
        Place(
            id=site.id,
            name=site.name,
            city=site.city,
            opened_on=opened.get(site.id),
            retired=site.retired,
            open=act_page(OpenSite.kind, site.id)
            if may_open and site.id not in opened and not site.retired
            else "",
        )
        for site in page.study.sites
    ]
    give = act_page(GiveRole.kind) if viewer.may(GiveRole.kind) else ""
    return page.render(
        "people/people.jinja",
        known=_known(page),
        places=places,
        give=give,
        others=_others(page),
    )


def _others(page: Page) -> list[tuple[str, str]]:
    """What else the viewer may record of the trial as a whole."""
    of_trial = (act for act in PAGES.values() if act.stream == "study")
    paged: tuple[type[Act], ...] = (AdoptAmendment, *of_trial)
    acts = [
        (wording(act.words.link or act.words.title), address)
        for act in paged
        if page.viewer.may(act.kind)
        if (address := act_page(act.kind))
    ]
    registered = (gettext("Our study beside its record"), reverse("registered-record"))
    amending = page.study.amendments and page.viewer.may(ActivateAmendment.kind)
    amended = (gettext("Amendments, hospital by hospital"), reverse("amendments"))
    recalled = (gettext("Recalled and assumed"), reverse("assumptions"))
    texts = (gettext("Texts of the study"), reverse("study-texts"))
    return [
        *acts,
        *([amended] if amending else []),
        *([recalled] if page.viewer.may(ConfirmValue.kind) else []),
        *([registered] if page.viewer.may(GiveRole.kind) else []),
        *([texts] if page.viewer.sees_whole_audit else []),
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def give_role(page: Page) -> HttpResponse:
    """Give a role to someone known, or to someone who is new."""
    _only(page, GiveRole.kind)
    problems, form_data = Problems(), dict.fromkeys(FIELDS, "")
    proof = proof_of(page.request, page.study, GiveRole, (wording(GiveRole.words.title),))
    if page.request.method == "POST":
        form_data = {name: page.request.POST.get(name, "").strip() for name in FIELDS}
        person = form_data["known"] or form_data["person"]
        _checked(form_data, problems)
        act = GiveRole(person=person, role=form_data["role"], site=form_data["site"])
        if problems:
            problems.beside(write_service.try_out(GiveRole, page.viewer.person_id))
        elif _done(page, act, proof, problems):
            held = _held(page, RoleHeld(act.role, act.site))
            if form_data["known"]:
                page.tell(gettext("The role is given: %(role)s") % {"role": _spoken(held)})
                return redirect("people")
            password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
            account = people.new_account(person, form_data["name"], form_data["email"])
            passwords.give(account, password, first=True)
            return page.render(
                "people/first_password.jinja",
                name=form_data["name"],
                person=person,
                password=password,
                role=_spoken(held),
            )
    return page.render(
        "people/give.jinja",
        422 if problems else 200,
        form_data=form_data,
        problems=problems,
        proof=proof,
        persons=[(one.person_id, f"{one.name} ({one.person_id})") for one in _known(page)],
        roles=[(role.id, say(role.label)) for role in page.study.roles],
        sites=[(site.id, f"{site.id} {site.name}") for site in page.study.sites],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def end_role(page: Page, person: str, role: str, site: str) -> HttpResponse:
    """End one role of one person, after it is read back."""
    _only(page, EndRole.kind)
    held = RoleHeld(role, "" if site == "-" else site)
    known = page.viewer.trial_state.people.get(person)
    if known is None or held not in known.roles:
        raise Http404
    values = {"who": page.people[person], "role": _spoken(_held(page, held))}
    problems, title = Problems(), gettext("End a role")
    lines = (title, f"{values['who']} ({person})", values["role"])
    proof = proof_of(page.request, page.study, EndRole, lines)
    if page.request.method == "POST":
        act = EndRole(person=person, role=held.role, site=held.site)
        if _done(page, act, proof, problems):
            page.tell(gettext("The role of %(who)s is ended: %(role)s") % values)
            return redirect("today" if person == page.viewer.person_id else "people")
    return page.render(
        "people/confirm.jinja",
        422 if problems else 200,
        problems=problems,
        proof=proof,
        title=title,
        rows=[(gettext("Person"), values["who"]), (gettext("Role"), values["role"])],
        warning=gettext(
            "They can no longer act or look in this role. "
            "What they recorded stays under their name."
        ),
        button=gettext("End the role"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def open_site(page: Page, site: str) -> HttpResponse:
    """Let one hospital take part, after it is read back."""
    _only(page, OpenSite.kind)
    place = page.study.site_of.get(site)
    if place is None:
        raise Http404
    problems, title = Problems(), gettext("Open a site")
    proof = proof_of(page.request, page.study, OpenSite, (title, f"{place.id} {place.name}"))
    if page.request.method == "POST" and _done(page, OpenSite(site=site), proof, problems):
        page.tell(gettext("%(hospital)s takes part from today") % {"hospital": place.name})
        return redirect("people")
    return page.render(
        "people/confirm.jinja",
        422 if problems else 200,
        problems=problems,
        proof=proof,
        title=title,
        rows=[(gettext("Hospital"), f"{place.id} {place.name}"), (gettext("City"), place.city)],
        warning=gettext("From today participants can be screened there. It cannot be undone."),
        button=gettext("Open the site"),
    )


def _only(page: Page, kind: str) -> None:
    if not page.viewer.may(kind):
        raise Http404


def _known(page: Page) -> list[Known]:
    """Everyone with a role or a sign-in, by name."""
    held = page.viewer.trial_state.people
    names = {**dict.fromkeys(held), **people.names()}
    bindable, link = _bindable(page), partial(act_page, "hospital-of")
    stepped = set(Authenticator.objects.values_list("user__person_id", flat=True))
    found = [
        Known(
            person_id=person_id,
            name=name or person_id,
            roles=[
                _held(page, r, person_id)
                for r in (held[person_id].roles if person_id in held else ())
            ],
            more=[
                *_more(page, person_id, bool(name) and name != person_id, person_id in stepped),
                *((gettext("Hospital account"), link(one)) for one in bindable & {person_id}),
            ],
        )
        for person_id, name in names.items()
        if person_id
    ]
    return sorted(found, key=lambda one: (one.name, one.person_id))


def _bindable(page: Page) -> set[str]:
    """To whom the office can bind an account of a hospital: whoever signs in, but for itself."""
    if not (providers.named() and page.viewer.may(GiveRole.kind)):
        return set()
    known = Account.objects.filter(is_active=True).exclude(person_id=page.viewer.person_id)
    return set(known.values_list("person_id", flat=True))


def _more(page: Page, person_id: str, named: bool, stepped: bool) -> list[tuple[str, str]]:
    known = page.viewer.trial_state.people.get(person_id)
    if known is None or person_id == page.viewer.person_id:
        return []
    fits = (named and not known.roles, ErasePerson), (stepped, ResetSecondFactor)
    return [
        (wording(act.words.link), act_page(act.kind, person_id))
        for fit, act in fits
        if fit and page.viewer.may(act.kind)
    ]


def _held(page: Page, held: RoleHeld, person: str = "") -> Held:
    role, site = page.study.role_of.get(held.role), page.study.site_of.get(held.site)
    ends = person and page.viewer.may(EndRole.kind)
    return Held(
        role=say(role.label) if role else held.role,
        site=site.name if site else "",
        end=act_page(EndRole.kind, person, held.role, held.site or "-") if ends else "",
    )


def _spoken(held: Held) -> str:
    return f"{held.role}, {held.site}" if held.site else held.role


def _checked(form_data: Mapping[str, str], problems: Problems) -> None:
    """What the form itself can see; what a role asks, the trial says."""
    new = [form_data[name] for name in ("person", "name", "email") if form_data[name]]
    if form_data["known"] and new:
        problems.add("known", gettext("Choose someone known, or fill in who is new; not both"))
    elif not form_data["known"] and not form_data["person"]:
        problems.add("known", gettext("Choose someone known, or give who is new a username"))
    elif not form_data["known"] and not form_data["name"]:
        problems.add("name", gettext("Give the name"))
    if form_data["person"] and Account.objects.filter(person_id=form_data["person"]).exists():
        problems.add("person", gettext("Someone has this username already"))
    if not form_data["role"]:
        problems.add("role", gettext("Choose the role"))


def _done(page: Page, act: Act, proof: Proof | None, problems: Problems) -> bool:
    """Whether the act is recorded; otherwise every reason why not is among the problems."""
    how = proof.given(page.request, problems) if proof else PLAINLY
    try:
        write_service.perform(act, page.viewer.person_id, once=page.once, how=how)
    except Refused as refused:
        problems.take(besides_proof(refused.refusals))
    return not problems
