"""Every role at every address: what opens is what the study file opens to it, and nothing else.

An address that is not named here fails: whoever adds one says to whom it is open.
"""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from equipoise.conduct.administration import GiveRole
from equipoise.conduct.audit_reviews import ReviewAudit
from equipoise.conduct.authorisation import LIKE
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.panel import CastVote, Conclude
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.sections.roles import Role
from equipoise.web import adopted, people, tokens, write_service
from equipoise.web.models import Account
from equipoise.web.rest.api import api
from equipoise.web.urls import PAGES_OF_OURS
from equipoise.web.witness import sequencer
from tests import web_trial

pytestmark = pytest.mark.django_db
Open = Callable[[Role], bool]
SITE = "01"
SAMPLE = {
    "form_id": "laboratory",
    "form": "laboratory",
    "visit": "screening",
    "number": 1,
    "token": "none",
    "entry": 1,
    "seq": 1,
    "event": 1,
    "plan": 1,
    "table": "adverse_events",
    "query": "99",
    "item": "hb",
    "what": "consent",
    "person": "nurse-01",
    "role": "nurse",
    "site": SITE,
    "job_id": 1,
    "opening": 1,
    "confirmation": 1,
    "path": "sites.02",
    "name": "none",
    "file_name": "none.csv",
    "nct": "NCT06857773",
    "of": "criteria",
    "suffix": "csv",
}


def anyone(role: Role) -> bool:
    return True


def sees(what: str) -> Open:
    return lambda role: what in role.sees


def may(kind: str) -> Open:
    return lambda role: kind in role.may


def of_whole_trial_sees(what: str) -> Open:
    return lambda role: what in role.sees and role.scope == "trial"


def reads_panel(role: Role) -> bool:
    return CastVote.kind in role.may or Conclude.kind in role.may


def voids_screening(role: Role) -> bool:
    """Entry 1 is the number that was given: whoever may give one may say that it was in error."""
    return {VoidEntry.kind, EnterScreening.kind} <= set(role.may)


def nobody(role: Role) -> bool:
    """As this participant stands there is nothing to be seen there."""
    return False


office = may(GiveRole.kind)
fills_forms = may(SaveForm.kind)
OPEN_TO: dict[str, Open] = {
    "public": anyone,
    "for-doctors": anyone,
    "pre-check": anyone,
    "trials": anyone,
    "trials-compared": anyone,
    "trials-by-location": anyone,
    "found-trial-part": anyone,
    "trials-list": anyone,
    "found-trial": anyone,
    "me": anyone,
    "keys": anyone,
    "hospital-accounts": anyone,
    # Reached by a form, and by coming back from a provider; here none is named.
    "hospital-sign-in": nobody,
    "hospital-answer": nobody,
    "session": anyone,
    # Open to all where mail is sent; here none is.
    "password-forgotten": nobody,
    "password-new": nobody,
    "design": anyone,
    "design-forecast": sees("status"),
    "sweeps": anyone,
    "new-sweep": sees("status"),
    "today": anyone,
    "participants": anyone,
    "witnesses": of_whole_trial_sees("audit"),
    "letter": of_whole_trial_sees("audit"),
    "deviations": sees("subjects"),
    "table": sees("subjects"),
    "queries": sees("subjects"),
    "checks": sees("subjects"),
    "queries-several": sees("subjects"),
    "records": sees("subjects"),
    "records-several": sees("subjects"),
    "record": sees("subjects"),
    "record-form": sees("subjects"),
    # Nobody asked a query of this name.
    **dict.fromkeys(
        ("query", "query.answer", "query.close", "query.reopen", "query.assign", "query-reply"),
        nobody,
    ),
    "panel": reads_panel,
    "trial-status": sees("status"),
    "stopping-rules": sees("results-by-arm"),
    "people": office,
    "registered-record": office,
    "hospital-of": office,
    "mail": office,
    "audit": sees("audit"),
    "assumptions": anyone,
    "study-texts": of_whole_trial_sees("audit"),
    "audit-entry": sees("audit"),
    "audit-reviews": lambda role: (
        of_whole_trial_sees("audit")(role) or (sees("audit")(role) and may(ReviewAudit.kind)(role))
    ),
    "access": lambda role: of_whole_trial_sees("access")(role) or office(role),
    # The study has no amendment yet.
    **dict.fromkeys(("amendments", "amendment.activate", "amendment.take-back"), nobody),
    "participant": sees("subjects"),
    "history": sees("subjects"),
    "value-history": sees("subjects"),
    "checklist": sees("subjects"),
    "form": sees("subjects"),
    "proof": sees("subjects"),
    "randomised": nobody,
    "sweep": nobody,
    "sweep-file": nobody,
    # Whoever may record what a form holds may say that there is nothing to record.
    "not-done": fills_forms,
    "visit.not-done": fills_forms,
    "entry.void": voids_screening,
    # Nobody is treated before the draw, and entry 1 is no plan.
    **dict.fromkeys(
        ("treatment.plan", "treatment.give", "treatment-cycle", "treatment-sheet"), nobody
    ),
    # Entry 1 is no adverse event.
    **dict.fromkeys(("ae.correct", "meddra"), nobody),
    # Votes are cast in the room, by who was drawn for this participant; all are in here.
    "panel.vote": nobody,
    "sweep-go-on": nobody,
    "sweep-stop": nobody,
    "mail-again": office,
}
SHOWN, CLOSED = {200, 302}, {403, 404, 405}
ONLY_POSTED = {"mail-again", "queries-several", "records-several"}


def addresses(subject_id: str) -> Iterator[tuple[str, str]]:
    for pattern in PAGES_OF_OURS:
        assert isinstance(pattern, URLPattern) and pattern.name
        asked = {name: SAMPLE.get(name, subject_id) for name in pattern.pattern.converters}
        yield pattern.name, reverse(pattern.name, kwargs=asked)


def rule_of(name: str) -> Open:
    """To whom an address is open; that of an act to whom the study gives it, or one like it."""
    assert name in OPEN_TO or name in ACTS, f"say in OPEN_TO to whom {name} is open"
    return OPEN_TO.get(name) or may(LIKE.get(name, name))


def some(number: int, roles: list[Role], share: int) -> list[Role]:
    """Every so many of them, and others at each address."""
    return [role for place, role in enumerate(roles) if (place + number) % share == 0]


@pytest.fixture
def subject() -> Subject:
    """A participant of that hospital, with a tree over all entries."""
    web_trial.open_house()
    web_trial.records_taken_in()
    found = web_trial.registered()
    sequencer.keep_up(write_service.now())
    return found


@pytest.fixture
def walkers(subject: Subject) -> dict[str, Client]:
    """Someone in every role, those of a hospital in the first; none was drawn to read a scan."""
    found = {}
    for role in adopted.study().roles:
        person = f"walker-{role.id}"
        site = SITE if role.scope == "site" else ""
        write_service.perform(GiveRole(person=person, role=role.id, site=site), "office")
        people.make_account(person, "", "", None)
        found[role.id] = web_trial.signed_in(person)
    return found


@pytest.mark.parametrize("share", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_every_role_walks_every_address_and_finds_open_what_its_study_opens(
    walkers, subject, share
):
    heads, wrong = write_service.LEDGER.heads(), []
    for number, (name, address) in enumerate(addresses(subject.subject_id)):
        rule = rule_of(name)
        roles = {truth: [r for r in adopted.study().roles if rule(r) == truth] for truth in (0, 1)}
        for role in some(number, roles[1], share):
            status = walkers[role.id].get(address).status_code
            if status not in SHOWN and not (name in ONLY_POSTED and status == 405):
                wrong.append(f"{name} is closed to {role.id}: {status}")
        for role in some(number, roles[0], share):
            for answer in (walkers[role.id].get(address), walkers[role.id].post(address, {})):
                if answer.status_code not in CLOSED:
                    wrong.append(f"{name} is open to {role.id}: {answer.status_code}")
                if subject.subject_id in answer.content.decode().replace(address, ""):
                    wrong.append(f"{name} tells {role.id} of {subject.subject_id}")
    assert not wrong
    assert write_service.LEDGER.heads() == heads


@pytest.mark.parametrize("share", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_every_role_asks_every_address_of_the_api_and_nobody_hears_of_whom_they_do_not_see(
    walkers, subject, share
):
    heads, wrong = write_service.LEDGER.heads(), []
    paths = sorted(api.get_openapi_schema()["paths"].items())
    for number, (path, methods) in enumerate(paths):
        address = path.format(
            subject_id=subject.subject_id, name="subjects", kind="consent.give", number=1
        )
        for role in some(number, list(adopted.study().roles), share):
            program = with_key(f"walker-{role.id}")
            for method in methods:
                answer = program.generic(method.upper(), address, "{}", "application/json")
                if answer.status_code >= 500:
                    wrong.append(f"{method} {address} by {role.id}: {answer.status_code}")
                told = answer.content.decode().replace(address, "")
                sees_them = "subjects" in role.sees or "results-by-arm" in role.sees
                if subject.subject_id in told and not sees_them:
                    wrong.append(f"{method} {address} tells {role.id} of {subject.subject_id}")
    assert not wrong
    assert write_service.LEDGER.heads() == heads


def with_key(person_id: str) -> Client:
    """A program that acts for someone."""
    key = tokens.make_token(Account.objects.get(person_id=person_id), "a walk")
    return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)
