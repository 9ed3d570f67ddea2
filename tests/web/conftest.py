"""A rehearsed trial in the test database, the clock stopped, and a key for everyone in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.trial_state import TrialState
from equipoise.design.rehearsal.synthetic_trial import sealed_seed
from equipoise.ledger import MemoryLedger
from equipoise.web import adopted, bootstrap, people, read_model, tokens, write_service
from equipoise.web.models import Account
from tests.rehearsed import played
from tests.web.post_office import post_office  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from tests.web.hospital_provider import Providers

SEED = 3
NOW = datetime(2025, 7, 1, 10, tzinfo=UTC)
Ask = Callable[[str], Client]


@pytest.fixture(scope="session")
def rehearsed() -> MemoryLedger:
    """PUMP-IT in its first half year: some in screening, twelve randomised."""
    return played("pump-it", 306, SEED, date(2025, 6, 30))[0]


@pytest.fixture
def fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object) -> Iterator[None]:
    """A home with secrets of its own, and nothing remembered from another test."""
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path))
    settings.DEMO = True
    read_model.forget()
    yield
    read_model.forget()


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The day after the rehearsal's last."""
    monkeypatch.setattr(write_service, "now", lambda: NOW)
    return NOW


@pytest.fixture
def trial_here(
    db: None, fresh_home: None, stopped_clock: datetime, rehearsed: MemoryLedger
) -> TrialState:
    """The rehearsed trial in the database, with an account for everyone in it."""
    cache.clear()
    bootstrap.load_ledger(rehearsed, sealed_seed(SEED))
    return write_service.folds().trial_state()


@pytest.fixture
def ask() -> Ask:
    """A program that acts for someone: `ask("nurse-01-1").get("/api/…")`."""

    def client(person_id: str) -> Client:
        account = Account.objects.filter(person_id=person_id).first()
        account = account or people.make_account(person_id, "", "", None)
        key = tokens.make_token(account, "a test")
        return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)

    return client


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let time pass."""
    begin = write_service.now()

    def pass_by(**time: float) -> None:
        moment = begin + timedelta(**time)
        monkeypatch.setattr(write_service, "now", lambda: moment)

    return pass_by


@pytest.fixture
def study() -> object:
    """The study that the home runs."""
    return adopted.study()


@pytest.fixture(scope="session")
def hospital_providers(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Providers"]:
    """The identity providers of two hospitals, real, in a process of their own."""
    from tests.web.hospital_provider import serving

    with serving(tmp_path_factory.mktemp("hospitals")) as both:
        yield both
