"""Photographs every screen of the running demonstration into docs/screenshots: `make screenshots`.

It starts `equipoise demo` on a home that is thrown away, signs in by the sign-in page as each role
and finds its way by links, as a visitor would. Nobody in the pictures exists.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs/screenshots"
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
START = "import sys; from equipoise.cli import main; sys.exit(main())"
SWEEP = (
    "design", "sweep", "studies/pump-it", "--keep", "late-effect",
    "--title", "How late the effect may come", "--set", "events=191", "--set", "looks=0.5+1",
    "--vary", "hazard_ratio=0.6..1/0.1", "--vary", "delay=0.0,6,12", "--error", "0.005",
)  # fmt: skip
INTRODUCTION = """# Screens

Made by `make screenshots` from the running demonstration: PUMP-IT as its public record tells it,
rehearsed with invented participants. Nobody in these pictures exists.
"""


class Shot(NamedTuple):
    """One picture: its file, who looks (empty: nobody signed in), where, and what it shows.

    In an address `{name}` stands for a participant found by `_participants`.
    """

    name: str
    who: str
    address: str
    caption: str
    size: dict[str, int] = DESK
    language: str = "en"


DOCTOR, NURSE = "investigator-01-1", "nurse-01-1"
SHOTS = (
    Shot("public", "", "/", "The public page, from the study file; no sign-in."),
    Shot("public-phone", "", "/", "The same on a telephone.", PHONE),
    Shot("public-dutch", "", "/", "The same in Dutch.", DESK, "nl"),
    Shot("for-doctors", "", "/for-doctors/", "The page for doctors: criteria, and how to refer."),
    Shot("pre-check", "", "/check/", "A private check: nothing of it is sent.", PHONE, "nl"),
    Shot("finder", "", "/trials/?q=darmkanker+pomp", "The finder, asked in a layman's words."),
    Shot("found", "", "/trials/NCT06857773/", "A record of the public registry."),
    Shot("sign-in", "", "/accounts/login/", "Sign-in; the demonstration lists someone per role."),
    Shot("today", NURSE, "/today/", "Today at one hospital: by participant, what comes next."),
    Shot("participants", DOCTOR, "/participants/", "Participants, with status and the next act."),
    Shot("participant", DOCTOR, "/participants/{treated}/", "One participant: visits and course."),
    Shot("history", DOCTOR, "/participants/{treated}/history/", "Every value there ever was."),
    Shot(
        "checklist",
        DOCTOR,
        "/participants/{screening}/checklist/",
        "The criteria as they stand today: state, value, why, and what to do.",
    ),
    Shot("form", DOCTOR, "/participants/{screening}/form/laboratory/screening/1/", "A form."),
    Shot(
        "register",
        DOCTOR,
        "/participants/{screening}/register/",
        "Registration says everything that still keeps someone out, and where to mend it.",
    ),
    Shot("consent", DOCTOR, "/participants/{treated}/withdraw/", "One act, one page."),
    Shot(
        "randomise",
        DOCTOR,
        "/participants/{screening}/randomise/",
        "Before the draw: the factors read back, and what is still open.",
    ),
    Shot("randomised", DOCTOR, "/participants/{treated}/randomised/", "The result, to print."),
    Shot("panel", "{reader}", "/panel/", "The reading room: what waits for one reader."),
    Shot("panel-vote", "{reader}", "/panel/{asked}/", "The course so far beside a sealed vote."),
    Shot("panel-chair", "panel-chair-1", "/panel/", "The chair: how each question stands."),
    Shot(
        "panel-conclusion",
        "panel-chair-1",
        "/panel/{voted}/conclusion/",
        "All votes are in: side by side, and the conclusion to write.",
    ),
    Shot("status", "statistician-1", "/status/", "Trial status, all arms together."),
    Shot(
        "status-board",
        "monitoring-board-1",
        "/status/#closed",
        "The part for the monitoring board.",
    ),
    Shot("audit", "monitor-1", "/audit/?subject={treated}", "The audit: who did what, and when."),
    Shot(
        "access", "office-1", "/access/", "Who signed in, took data out or opened what is closed."
    ),
    Shot("design", "", "/design/", "What the planned number of participants can show."),
    Shot(
        "forecast",
        "statistician-1",
        "/design/forecast/",
        "The forecast: when the last participant and the last event will come, arms unseen.",
    ),
    Shot(
        "sweep",
        "",
        "/design/sweeps/late-effect/",
        "A sweep: the design simulated under many scenarios, its power, bounds and duration.",
    ),
)


def main() -> int:
    """0 when every picture was made."""
    if not (chromium := shutil.which("chromium") or shutil.which("google-chrome")):
        print("no Chromium here: apt-get install chromium", file=sys.stderr)
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    with _demonstration() as (url, found), sync_playwright() as playwright:
        flags = ["--no-sandbox", "--hide-scrollbars"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for shot in SHOTS:
            _take(browser, url, shot, found)
            print(f"{shot.name}: {shot.caption}")
        browser.close()
    _write_captions()
    return 0


@contextmanager
def _demonstration() -> Iterator[tuple[str, dict[str, str]]]:
    """The demonstration's address, and participants worth a picture."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as home:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        env = {**os.environ, "EQUIPOISE_HOME": home, "EQUIPOISE_STUDY": "studies/pump-it"}
        env.pop("DATABASE_URL", None)
        command = [sys.executable, "-c", START, "demo", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(server, url)
            subprocess.run([sys.executable, "-c", START, *SWEEP], cwd=ROOT, env=env, check=True)
            yield url, _participants(env)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(server: "subprocess.Popen[bytes]", url: str) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            raise SystemExit("the demonstration stopped before it answered")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise SystemExit("the demonstration did not answer within five minutes")


def _participants(env: dict[str, str]) -> dict[str, str]:
    """Participants of the first hospital and of the panel, found in the demonstration's database.

    A process of its own reads it, so that this one needs no settings.
    """
    code = "from tools.screenshots import worth_a_picture; worth_a_picture()"
    env = {**env, "DJANGO_SETTINGS_MODULE": "equipoise.web.settings"}
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    found: dict[str, str] = json.loads(told.stdout)
    return found


def worth_a_picture() -> None:
    """Print, as JSON, who in this installation shows most."""
    import django

    django.setup()
    from equipoise.conduct import panel
    from equipoise.web import adopted, read_model
    from equipoise.web.models import SubjectRow

    rules = adopted.study().panel
    assert rules
    here = SubjectRow.objects.filter(site="01").order_by("subject_id")
    screening = here.filter(status="in screening").first() or here.first()
    treated = here.filter(status="on study", randomised_on__isnull=False).order_by("-seq").first()
    asked = [read_model.decoded(row) for row in SubjectRow.objects.filter(panel_open=True)]
    waiting = next(s for s in asked if panel.awaited(rules, s.panel.reviews[-1]))
    voted = next((s for s in asked if not panel.awaited(rules, s.panel.reviews[-1])), waiting)
    assert screening and treated
    _open_results()
    told = {
        "screening": screening.subject_id,
        "treated": treated.subject_id,
        "asked": waiting.subject_id,
        "reader": panel.awaited(rules, waiting.panel.reviews[-1])[0],
        "voted": voted.subject_id,
    }
    print(json.dumps(told))


def _open_results() -> None:
    """The board's part of the status is pictured, so two people of the demonstration open it."""
    from equipoise.conduct.how import How
    from equipoise.conduct.openings import AgreeToOpen, AskToOpen
    from equipoise.web import write_service
    from equipoise.web.bootstrap import FOUNDER

    asked = AskToOpen(because="Pictures of the demonstration", until=write_service.today())
    opening = write_service.perform(asked, "monitoring-board-1").seq
    how = How(meaning=AgreeToOpen.words.meaning, shown="0" * 64)
    write_service.perform(AgreeToOpen(opening=opening), FOUNDER, how=how)


def _take(browser: Browser, url: str, shot: Shot, found: dict[str, str]) -> None:
    context = browser.new_context(viewport=shot.size, locale=shot.language)
    try:
        page = context.new_page()
        if shot.who:
            _sign_in(page, url, shot.who.format(**found))
        page.goto(url + shot.address.format(**found))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=OUT / f"{shot.name}.png")
    finally:
        context.close()


def _sign_in(page: Page, url: str, person: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", person)
    page.fill("input[name=password]", "rehearsed-trial")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def _write_captions() -> None:
    lines = [f"## {shot.caption}\n\n![{shot.caption}]({shot.name}.png)\n" for shot in SHOTS]
    (OUT / "README.md").write_text("\n".join([INTRODUCTION, *lines]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
