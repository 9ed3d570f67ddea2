"""A trial of which every page is known: a study that stands still, rehearsed to a day that stays.

Neither the day on which the tests run nor the text of today's study changes a page of it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from django.test import Client
from django.urls import URLPattern, reverse

from equipoise.conduct.consent import GiveConsent
from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import rehearse
from equipoise.design.rehearsal.synthetic_trial import sealed_seed
from equipoise.ledger import MemoryLedger
from equipoise.study.load import load
from equipoise.web import adopted, bootstrap, people, write_service
from equipoise.web.models import Account
from equipoise.web.urls import PAGES_OF_OURS
from equipoise.web.witness import sequencer
from tests import web_trial
from tests.web_pages.make_skeletons import STUDY
from tests.web_pages.test_every_role_walks import SAMPLE

SEED, LAST_DAY = 7, date(2025, 5, 31)
NOW = datetime(2025, 6, 1, 10, tzinfo=UTC)
STANDS = {
    "failed": "PIT-01-0001",
    "followed": "PIT-01-0002",
    "died": "PIT-04-0001",
    "registered": "PIT-04-0004",
    "at-panel": "PIT-06-0004",
    "consented": "PIT-01-0008",
}
SITES = sorted({number.split("-")[1] for number in STANDS.values()})
ASKED = {**SAMPLE, "entry": 2, "person": "nurse-01-1"}


@dataclass(frozen=True)
class Place:
    """A kind of address, with how the participant stands whom it is of."""

    name: str
    address: str
    site: str


@cache
def ledger() -> MemoryLedger:
    """Until that day: people in screening, at the panel, drawn, dead."""
    kept = MemoryLedger()
    rehearse(load(STUDY), load_plan(STUDY), kept, 306, SEED, until=LAST_DAY)
    return kept


def open_trial() -> None:
    """Bring it into an empty database and a fresh home; the clock stands on the day after."""
    bootstrap.load_ledger(ledger(), sealed_seed(SEED))
    Account.objects.all().delete()
    everyone = {person for role in roles() for person in map(role_at(role), SITES)}
    Account.objects.bulk_create(
        people.new_account(person, f"{person.title()} Testduin", "") for person in sorted(everyone)
    )
    new = write_service.enter_screening("investigator-01-1", "01", LAST_DAY)
    assert new.subject_id == STANDS["consented"]
    write_service.perform(GiveConsent(version="1.0"), "investigator-01-1", LAST_DAY, new.subject_id)
    sequencer.keep_up(NOW)
    web_trial.records_taken_in()


def roles() -> list[str]:
    return [role.id for role in adopted.study().roles]


def role_at(role: str) -> Callable[[str], str]:
    """Who has a role, by site. The surgeon of the panel is one who was drawn for who is there."""
    *_, last = ledger().entries(STANDS["at-panel"])
    drawn = json.loads(last.payload)["drawn"]
    scope = next(one.scope for one in adopted.study().roles if one.id == role)
    known = {"panel-surgeon": drawn[0], "trial-office": bootstrap.FOUNDER}
    whole = known.get(role, f"{role}-1")
    return lambda site: f"{role}-{site}-1" if scope == "site" else whole


def places() -> Iterator[Place]:
    """Every kind of address, of each participant; and each form of the one who is followed."""
    # First who looked at what: every page that is seen is noted there.
    for pattern in sorted(PAGES_OF_OURS, key=lambda one: one.name != "access"):
        assert isinstance(pattern, URLPattern) and pattern.name
        asked = pattern.pattern.converters
        standing = STANDS if "subject_id" in asked else {"": "PIT-01-0001"}
        for stands, number in standing.items():
            told = {name: ASKED.get(name, number) for name in asked}
            name = " ".join(filter(None, (pattern.name, stands)))
            yield Place(name, reverse(pattern.name, kwargs=told), number.split("-")[1])
    for visit in adopted.study().visits:
        for form in visit.forms:
            told = [STANDS["followed"], form, visit.id, 1]
            yield Place(f"form {visit.id} {form}", reverse("form", args=told), "01")


class Visitors:
    """Someone signed in for every role, at every one of the sites."""

    def __init__(self) -> None:
        self.seen: dict[str, Client] = {}
        self.by_role = {role: role_at(role) for role in roles()}

    def at(self, place: Place, role: str) -> Client:
        person = self.by_role[role](place.site)
        if person not in self.seen:
            self.seen[person] = web_trial.signed_in(person)
            self.seen[person].raise_request_exception = False  # a page that breaks is a 500
        return self.seen[person]
