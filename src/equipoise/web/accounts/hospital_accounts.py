"""Which accounts of hospitals are bound to someone: on their own page, and for the trial office."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct.administration import GiveRole
from equipoise.web import tokens
from equipoise.web.access import access_log
from equipoise.web.identity import bindings, stepped
from equipoise.web.identity.bindings import NotBound
from equipoise.web.identity.named import named, provider
from equipoise.web.models import Account
from equipoise.web.proof import Proof, proof_of_meaning
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people

__all__ = ["first_proved", "of_another", "own"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def own(page: Page) -> HttpResponse:
    """The accounts that are theirs; they bind another by showing it, and end one."""
    account, problems = _account(page.request.user), Problems()
    proof = proof_of_meaning(
        page.request, gettext("I change which hospital accounts are mine"), [_me(page)]
    )
    mine, posted = bindings.bound(account), page.request.POST
    if page.request.method == "POST" and not posted.keys() & {"bind", "unbind"}:
        return redirect(page.request.path)  # Enter in the field of the password chooses nothing
    if page.request.method == "POST":
        last = len(mine) == 1 and not account.has_usable_password()
        if "unbind" in posted and last:
            problems.add("unbind", gettext("You could no longer sign in. Ask the trial office"))
        if not problems:
            proof.given(page.request, problems)
        if not problems:
            return _bound_now(page, account) if "bind" in posted else _unbound(page, account)
    here = {one.issuer for one in mine}
    return page.render(
        "hospital/own.jinja",
        bound=mine,
        others=[one for one in named() if one.issuer not in here],
        proof=proof,
        problems=problems,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def of_another(page: Page, person: str) -> HttpResponse:
    """The office writes down which account of a hospital is someone's, or ends that."""
    account = Account.objects.filter(person_id=person, is_active=True).first()
    if not page.viewer.may(GiveRole.kind) or account is None or person == page.viewer.person_id:
        raise Http404
    problems, who = Problems(), page.people[person]
    meaning = gettext("I know that this hospital account is this person's")
    proof = proof_of_meaning(page.request, meaning, [person, who])
    if page.request.method == "POST":
        if "unbind" in page.request.POST:
            proof.given(page.request, problems)
            if not problems:
                return _unbound(page, account)
        else:
            _write_down(page, account, proof, problems)
            if not problems:
                page.tell(gettext("The account is bound to %(who)s") % {"who": who})
                return redirect(page.request.path)
    return page.render(
        "hospital/of_another.jinja",
        who=who,
        bound=bindings.bound(account),
        choices=[(one.id, one.label) for one in named()],
        form_data={
            name: page.request.POST.get(name, "") for name in ("hospital", "subject", "alone")
        },
        proof=proof,
        problems=problems,
    )


def first_proved(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let someone reach this page of allauth's once their hospital has asked them.

    allauth asks for the password or a code first, and of whoever has neither it asks nothing.
    """

    @for_people
    def proving(page: Page) -> HttpResponse:
        proof = proof_of_meaning(page.request, gettext("I set up two-step sign-in"), [_me(page)])
        if not proof.issuer:
            return page.render("hospital/first.jinja", proof=proof, problems=Problems())
        response = view(page.request)
        if page.request.method == "POST" and response.status_code == 302:
            stepped.use(page.request)
        return response

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = request.user
        bare = account.is_authenticated and not get_reauthentication_flows(account)
        return proving(request) if bare else view(request, *args, **kwargs)

    return wrapped


def _bound_now(page: Page, account: Account) -> HttpResponse:
    from equipoise.web.accounts import hospital_sign_in

    where = provider(page.request.POST["bind"])
    if where is None:
        raise Http404
    return hospital_sign_in.bind(page, account, where)


def _unbound(page: Page, account: Account) -> HttpResponse:
    number = page.request.POST.get("unbind", "")
    if not (number.isdecimal() and len(number) < 10):
        raise Http404
    if bindings.unbind(account, int(number), page.viewer.person_id):
        page.tell(gettext("The account is no longer bound"))
    return redirect(page.request.path)


def _write_down(page: Page, account: Account, proof: Proof, problems: Problems) -> None:
    posted = page.request.POST
    where, subject = provider(posted.get("hospital", "")), posted.get("subject", "").strip()
    if where is None:
        problems.add("hospital", gettext("Choose the hospital"))
    if not subject:
        problems.add("subject", gettext("Give what the provider knows this person by"))
    elif "@" in subject:
        problems.add("subject", gettext("This looks like an e-mail address: those change hands"))
    if not problems:
        proof.given(page.request, problems)
    if problems or where is None:
        return
    try:
        bindings.bind(account, where.issuer, subject, page.viewer.person_id)
    except NotBound as error:
        problems.add("subject", _because(error.code))
        return
    if posted.get("alone"):
        _end_password(page, account)


def _end_password(page: Page, account: Account) -> None:
    account.set_unusable_password()
    account.first_password = False
    account.save()
    tokens.end_tokens(account)
    access_log.note("password-ended", page.viewer.person_id, whose=account.person_id)


def _because(code: str) -> str:
    return {
        "of-another": gettext("This account is bound to another person"),
        "bound-here": gettext("This person has an account of this hospital already"),
    }.get(code, gettext("No provider has such a subject: it is too long"))


def _account(user: object) -> Account:
    if not isinstance(user, Account):
        raise Http404
    return user


def _me(page: Page) -> str:
    return page.viewer.person_id
