"""PUMP-IT on the web, for tests: opened by its office, with people, and participants made by acts.

The answers are those of the woman of 60 in the study's own worked cases, moved to today.
"""

import re
from collections.abc import Mapping
from copy import copy
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from equipoise.conduct import panel
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.authorisation import may
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.how import PLAINLY, How
from equipoise.conduct.openings import AgreeToOpen, AskToOpen
from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.conduct.queries import AskQuery
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.safety import RecordEvent
from equipoise.conduct.screening import Register
from equipoise.conduct.state.forms import Value
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import ACTS
from equipoise.exchange.registry import sample
from equipoise.ledger import Entry, MemoryLedger
from equipoise.study.cases import Case, load_cases
from equipoise.study.reason import places
from equipoise.web import adopted, bootstrap, home, people, read_model, write_service
from equipoise.web.models import Account
from equipoise.web.store import DatabaseLedger

PASSWORD = "a-password-for-tests"
PROVED = How(meaning="I have the arm drawn", shown="0" * 64)
"""How an act is done by someone who has just given their password, on a page of their own."""
WHOLE_WOMAN = "A woman of 60 of whom everything is known may enter"
NAMED = {"visit": "evaluation.1", "form": "quality_of_life", "site": "01", "person": "nurse-01"} | {
    "item": "questionnaires_completed",
    "amendment": "A1",
}
POTENTIALLY = "potentially-resectable"
PEOPLE = (
    ("nurse-01", "nurse", "01"),
    ("doctor-01", "investigator", "01"),
    ("doctor-02", "investigator", "02"),
    ("reader-1", "panel-surgeon", "02"),
    ("reader-2", "panel-surgeon", "03"),
    ("reader-3", "panel-surgeon", "04"),
    ("reader-4", "panel-surgeon", "05"),
    ("reader-5", "panel-surgeon", "06"),
    ("chair", "panel-chair", ""),
    ("monitor", "monitor", ""),
    ("statistician", "statistician", ""),
    ("board", "monitoring-board", ""),
)


def open_house() -> None:
    """The trial, opened a month ago, and an account for everyone.

    A process opens it by acts once a day and home; after that the same entries are brought in.
    """
    read_model.forget()
    key = home.folder(), home.study_folder(), write_service.today()
    entries, accounts = _opened.get(key, ([], []))
    if not entries or write_service.now() < datetime.fromisoformat(entries[-1].at):
        _opened[key] = _open_by_acts()
        return
    DatabaseLedger().take_in(MemoryLedger.of(entries))
    Account.objects.bulk_create(map(copy, accounts))


_opened: dict[tuple[Path, Path, date], tuple[list[Entry], list[Account]]] = {}


def _open_by_acts() -> tuple[list[Entry], list[Account]]:
    opened = write_service.today() - timedelta(days=60)
    bootstrap.open_trial(adopted.study(), "office", people=PEOPLE, happened=opened)
    password = make_password(PASSWORD)
    everyone = ("office", *(person_id for person_id, _, _ in PEOPLE))
    accounts = [people.new_account(one, f"{one.title()} Testduin", "") for one in everyone]
    for account in accounts:
        account.password = password
    Account.objects.bulk_create(map(copy, accounts))
    return list(DatabaseLedger().everything()), accounts


def records_taken_in() -> None:
    """The finder's own sample, where this home has no records yet."""
    sample.where_nothing_is(home.registry())


def signed_in(person_id: str, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    account = Account.objects.get(person_id=person_id)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@lru_cache
def whole_case() -> Case:
    cases = load_cases(home.study_folder())
    return next(case for case in cases if case.because.startswith(WHOLE_WOMAN))


def answers(on: date) -> dict[str, tuple[date, dict[str, Value]]]:
    """Of each form the day it is dated by and its values, as if the case were of this day."""
    case, found = whole_case(), {}
    moved = on - case.on
    for given in case.given:
        if given.form:
            found[given.form] = (given.on + moved, _moved(given.values, moved))
    return found


def _moved(values: Mapping[str, Any], moved: timedelta) -> dict[str, Value]:
    return {name: _moved_value(name, value, moved) for name, value in values.items()}


def _moved_value(name: str, value: Any, moved: timedelta) -> Value:
    if isinstance(value, list):
        return [{c: str(_moved_value(c, v, moved)) for c, v in row.items()} for row in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-" and name != "birth_date":
        return (date.fromisoformat(text) + moved).isoformat()
    return text


def screened(by: str = "doctor-01", site: str = "01") -> Subject:
    return write_service.enter_screening(by, site, write_service.today() - timedelta(days=14))


def consented(by: str = "doctor-01", site: str = "01") -> Subject:
    subject = screened(by, site)
    return _done(subject, GiveConsent(version="1.0"), by, days_ago=14)


def filled(by: str = "doctor-01", site: str = "01") -> Subject:
    """Consented, with every form that the criteria and the draw need."""
    subject = consented(by, site)
    for form, (on, values) in answers(write_service.today()).items():
        visit = next(visit.id for visit in adopted.study().visits if form in visit.forms)
        act = SaveForm(form=form, visit=visit, values=values)
        write_service.perform(act, by, on, subject.subject_id)
    return again(subject)


def asked(by: str = "doctor-01", site: str = "01") -> Subject:
    subject = filled(by, site)
    act = AskPanel(
        scan_on=write_service.today() - timedelta(days=12), question="Both lobes: what next?"
    )
    return _done(subject, act, by, days_ago=10)


def voted(votes: int = 3, by: str = "doctor-01", site: str = "01") -> Subject:
    subject = asked(by, site)
    for reader in subject.panel.reviews[-1].drawn[:votes]:
        vote = CastVote(category=POTENTIALLY, reasons=["bilobar"], remark="a sealed remark")
        write_service.perform(vote, reader, subject_id=subject.subject_id)
    return again(subject)


def eligible(by: str = "doctor-01", site: str = "01") -> Subject:
    subject = voted(3, by, site)
    act = Conclude(category=POTENTIALLY, advice="Start systemic therapy")
    return _done(subject, act, "chair")


def registered(by: str = "doctor-01", site: str = "01") -> Subject:
    return _done(eligible(by, site), Register(), by)


def randomised(by: str = "doctor-01", site: str = "01") -> Subject:
    subject = registered(by, site)
    strata = strata_of(adopted.study(), subject, write_service.today())
    return _done(subject, Randomise(strata=strata), by)


def open_results(asks: str = "board", agrees: str = "office") -> None:
    """Two people open results by arm, for a week."""
    until = write_service.today() + timedelta(days=7)
    asked = write_service.perform(AskToOpen(because="a meeting", until=until), asks)
    write_service.perform(AgreeToOpen(opening=asked.seq), agrees, how=PROVED)


def proof_on(page: HttpResponse) -> dict[str, str]:
    """What someone gives on a page that asks who they are: what it shows, and their password."""
    shown = re.search(r'name="proof-shown" value="([0-9a-f]{64})"', page.content.decode())
    return {"proof-shown": shown[1], "proof": PASSWORD} if shown else {}


def again(subject: Subject) -> Subject:
    """The subject as it stands now."""
    return write_service.folds().subject(subject.subject_id)


def open_readers(subject: Subject) -> list[str]:
    rules = adopted.study().panel
    review = panel.open_review(subject)
    return panel.awaited(rules, review) if rules and review else []


def _done(subject: Subject, act: Any, by: str, days_ago: int = 0) -> Subject:
    on = write_service.today() - timedelta(days=days_ago)
    write_service.perform(act, by, on, subject.subject_id, how=PROVED if act.step_up else PLAINLY)
    return again(subject)


def event_of(subject_id: str) -> int:
    """The entry of an adverse event of a participant, which is recorded where there is none."""
    known = write_service.folds().subject(subject_id).safety.events
    if known:
        return known[0].number
    plain: dict[str, Any] = {
        "serious": "no",
        "related": "no",
        "begin": write_service.today().isoformat(),
    }
    told = RecordEvent(term="Broken wrist", grade="2", outcome="unknown", **plain)
    return write_service.perform(told, "doctor-01", None, subject_id).seq


def address_of(kind: str, subject_id: str) -> str:
    """Where an act's page stands; an entry that the address names is the participant's second."""
    named = [NAMED.get(name, 2) for name in places(ACTS[kind].words.address)]
    if "{query}" in ACTS[kind].words.address:
        named = [query_of(subject_id)]
    if "{event}" in ACTS[kind].words.address:
        named = [event_of(subject_id)]
    return reverse(kind, args=[*([] if ACTS[kind].stream == "study" else [subject_id]), *named])


def query_of(subject_id: str) -> str:
    """A query that the monitor asks of them; its name."""
    place = {"form": "demography", "visit": "screening", "item": "height"}
    asks = AskQuery(**place, text="Is this right?", to="nurse")
    return str(write_service.perform(asks, "monitor", subject_id=subject_id).seq)


def somebody_who(kind: str) -> str | None:
    """Whoever of this trial may do it at the first hospital, or in the whole trial."""
    if kind == "entry.void":
        return "doctor-01"  # the trial office may too, but not what stands under these pages
    study, state = adopted.study(), write_service.folds().trial_state()
    return next((one for one in state.people if may(study, state, one, kind, "01")), None)
