"""How an installation begins: a trial is opened by its office, or a rehearsed one is brought in.

A rehearsed trial brings its own seed, so it is only let into a fresh home, which from then on is
marked as a demonstration.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from equipoise.conduct.act import Act
from equipoise.conduct.administration import GiveRole, OpenSite, OpenTrial
from equipoise.conduct.assumptions import ConfirmValue
from equipoise.conduct.how import PLAINLY, How
from equipoise.conduct.random_source import commitment
from equipoise.conduct.step_up import is_asked, meaning_of
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Ledger
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.web import adopted, home, people, read_model, secrets_kept, write_service
from equipoise.web.models import Account
from equipoise.web.proof import digest_of
from equipoise.web.store import DatabaseLedger

__all__ = ["DEMO_PASSWORD", "DemoPerson", "demo_people", "load_ledger", "open_trial"]

DEMO_PASSWORD = "rehearsed-trial"
FOUNDER = "office-1"
_GIVEN = (
    *("Amber", "Bram", "Carlijn", "Daan", "Eline", "Floris", "Geert", "Hanna", "Iris", "Joost"),
    *("Katja", "Lars", "Mirte", "Niels", "Olga", "Pim", "Ruben", "Saskia", "Tijs", "Vera", "Wout"),
)
_FAMILY = (  # birds and plants, so that nobody is mistaken for someone real
    *("Berkenbos", "Duindoorn", "Eikelaar", "Fluitekruid", "Goudenregen", "Heidelibel", "IJsvogel"),
    *("Kamperfoelie", "Lijsterbes", "Meerkoet", "Nachtegaal", "Oeverloper", "Roodborst"),
    *("Sleedoorn", "Torenvalk", "Veldesdoorn", "Wilgenroos"),
)


class DemoPerson(NamedTuple):
    """Someone as whom a visitor of the demonstration can sign in."""

    label: str
    person_id: str
    site: str


def open_trial(
    study: Study,
    founder: str = FOUNDER,
    sites: Iterable[str] | None = None,
    people: Iterable[tuple[str, str, str]] = (),
    happened: date | None = None,
    confirmed: Iterable[ConfirmValue] = (),
) -> None:
    """Open the trial: its text and its seed's hash, the office, the sites and the first people.

    :param founder: the person id that becomes the first of the trial office
    :param sites: the sites that open now; all that are not retired when not told
    :param people: person id, role and site (empty for a role in the whole trial)
    :param confirmed: what the founder confirms of the text before it opens
    :raises Refused: with every reason of the first act that is refused
    """
    sealed = commitment(secrets_kept.seed())
    taking = [site.id for site in study.sites_taking]
    office_role = next(role.id for role in study.roles if GiveRole.kind in role.may)
    opening = (
        *confirmed,
        OpenTrial(version=study.version, digest=study.digest, seed_commitment=sealed),
        GiveRole(person=founder, role=office_role),
        *(OpenSite(site=site) for site in (taking if sites is None else sites)),
        *(GiveRole(person=person, role=role, site=site) for person, role, site in people),
    )
    try:
        with transaction.atomic():
            for act in opening:
                write_service.perform(act, founder, happened, how=_of_founder(study, act))
    except BaseException:
        read_model.forget()  # what was folded of acts that are taken back
        raise


def _of_founder(study: Study, act: Act) -> How:
    """Whoever opens the trial sets their password in the same step; they read the study's text."""
    if not is_asked([study], type(act)):
        return PLAINLY
    meaning = meaning_of(type(act))
    return How(meaning=meaning, shown=digest_of([study.version, study.digest], meaning))


def load_ledger(ledger: Ledger, seed: bytes) -> int:
    """Bring a rehearsed ledger, with its seed, into an empty database; returns the entries.

    :raises NotEmpty: when something is recorded here already
    :raises SeedKept: when this home has a seed of its own
    """
    study, database = adopted.study(), DatabaseLedger()
    home.keep_seed(seed, demonstration=True)
    with transaction.atomic():
        count = database.take_in(ledger)
        read_model.rebuild(study, ledger, write_service.today())
        if settings.DEMO:
            _make_demo_accounts(write_service.folds().trial_state())
    read_model.forget()
    return count


def demo_people(study: Study, language: str = "en") -> list[DemoPerson]:
    """One person for every role of the study, by the ids that a rehearsal gives."""
    office_role = next(role.id for role in study.roles if GiveRole.kind in role.may)
    found = []
    for role in study.roles:
        site = study.sites[0].id if role.scope == "site" else ""
        rehearsed = f"{role.id}-{site}-1" if site else f"{role.id}-1"
        person_id = FOUNDER if role.id == office_role else rehearsed
        found.append(DemoPerson(say(role.label, language), person_id, site))
    return found


def _make_demo_accounts(trial_state: TrialState) -> None:
    # One hash for all of them: making a slow hash for everyone would take half a minute, and the
    # password is printed on the sign-in page anyway.
    password = make_password(DEMO_PASSWORD)
    accounts = [
        people.new_account(person_id, _invented_name(n), "")
        for n, person_id in enumerate(sorted(trial_state.people))
    ]
    for account in accounts:
        account.password = password
    Account.objects.bulk_create(accounts)


def _invented_name(n: int) -> str:
    return f"{_GIVEN[n % len(_GIVEN)]} {_FAMILY[n % len(_FAMILY)]}"
