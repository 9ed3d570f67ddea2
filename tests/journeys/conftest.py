"""A browser, a served trial, and pages on which every error and broken policy is counted."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import daytime
from tests.patience import HANG, PAGE_MS, wait_until
from tests.ports import Port
from tests.web_trial import PASSWORD

ROOT = Path(__file__).parents[2]
expect.set_options(timeout=PAGE_MS)
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def today() -> date:
    """The day it is where the trial is run."""
    return daytime.today()


@dataclass
class House:
    """The served trial: its address, participants by step, and who was drawn to read a scan."""

    url: str
    stages: dict[str, str]
    readers: list[str]
    home: Path


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A real server on the loopback address, with a home that is thrown away."""
    with served(tmp_path_factory.mktemp("house"), "house", "studies/pump-it") as made:
        yield made


@contextmanager
def served(home: Path, module: str, study: str) -> Iterator[House]:
    """What a module of this folder makes and serves, by a process of its own."""
    port = Port()
    env = {**os.environ, "EQUIPOISE_HOME": str(home), "EQUIPOISE_STUDY": study}
    env.pop("DATABASE_URL", None)
    log = (home / "log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", f"tests.journeys.{module}", str(port.number)],
        cwd=ROOT,
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        url = f"http://127.0.0.1:{port.number}"
        _wait_until_it_answers(server, url, home / "log")
        told = json.loads((home / "house.json").read_text(encoding="utf-8"))
        yield House(url=url, home=home, **told)
    finally:
        server.terminate()
        server.wait(timeout=HANG)
        port.give_back()
        log.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests."""
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield started
        started.close()


@dataclass
class Desk:
    """Browser windows for people of the trial. Any fault of a page fails the test."""

    browser: Browser
    house: House
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    expected: tuple[str, ...] = ("status of 422", "status of 404", "status of 403")

    def close(self) -> None:
        """Close every window once what stands in the way of its requests has done its part."""
        for context in self.contexts:
            for page in context.pages:
                page.unroute_all(behavior="wait")
            context.close()
        assert not self.faults

    def window(self, viewport: dict[str, int] | None = None, **options: object) -> Page:
        """A window in which nobody is signed in."""
        context = self.browser.new_context(viewport=viewport or DESKTOP, **options)
        context.set_default_timeout(PAGE_MS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        return page

    def sign_in(self, person_id: str, **options: object) -> Page:
        """A window of someone who has signed in, with no page in it yet."""
        page = self.window(**options)
        login, calls = f"{self.house.url}/accounts/login/", page.context.request
        asked = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', calls.get(login).text())
        assert asked
        typed = {"login": person_id, "password": PASSWORD, "csrfmiddlewaretoken": asked[1]}
        answer = calls.post(login, form=typed, headers={"Referer": login})
        # Whoever is asked a second step is not in, and would then try every page from outside.
        assert answer.ok and "data-made-for" in answer.text()
        return page

    def sign_in_at(self, page: Page, person_id: str) -> None:
        """Sign in through the page, as people do."""
        page.goto(f"{self.house.url}/accounts/login/")
        page.fill("input[name=login]", person_id)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        expect(page.locator("body[data-made-for]")).to_be_attached()

    def go(self, page: Page, address: str) -> int:
        answer = page.goto(f"{self.house.url}{address}")
        assert answer is not None
        return answer.status

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(known in text for known in self.expected):
            self.faults.append(text)


@pytest.fixture
def desk(browser: Browser, house: House) -> Iterator[Desk]:
    """Windows for one test; closed after it, and not one may have reported a fault."""
    made = Desk(browser, house)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_desk(browser: Browser, house: House) -> Iterator[Desk]:
    """Windows for all tests of a module: signing in once a person is enough."""
    made = Desk(browser, house)
    yield made
    made.close()


def _wait_until_it_answers(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/", timeout=HANG):
                return True
        except OSError:
            return False

    try:
        wait_until(answers, "the server does not answer", lambda: server.poll() is None)
    except AssertionError as said:
        pytest.fail(f"{said}:\n{log.read_text(encoding='utf-8')[-3000:]}")
