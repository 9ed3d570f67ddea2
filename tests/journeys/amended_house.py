"""First steps with an amendment half-way, served: `python -m tests.journeys.amended_house`.

The trial opened ninety days ago, one participant of each hospital was drawn fifty-seven days ago
and had a first visit, and the amended text was adopted twelve days ago; it is active nowhere yet.
"""

import json
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEOPLE = (
    ("assistant-01", "assistant", "01"),
    ("assistant-02", "assistant", "02"),
    ("doctor-01", "doctor", "01"),
    ("doctor-02", "doctor", "02"),
)
AMENDMENT = """amendments:
  - id: A1
    title: {en: Pulse and sleep, nl: Hartslag en slaap}
    from_on: 2026-04-01
    consent: "2"
    consent_within: 30
    source: "assumed: invented"

criteria:
"""
VERSION = """    - version: "2"
      from_on: 2026-04-01
      label: {en: "Consent form, version 2", nl: "Toestemmingsformulier, versie 2"}
      source: "assumed: invented"

criteria:
"""
PULSE = """items:
  - id: pulse
    label: {en: Pulse, nl: Hartslag}
    kind: number
    required: true
    since: A1
"""


def amend(folder: Path) -> None:
    """Write the amendment into the folder of the study."""
    from tests.before import edited

    edited(folder, "study.yaml", 'version: "1.0"', 'version: "1.1"')
    edited(folder, "study.yaml", "criteria:\n", VERSION)
    edited(folder, "study.yaml", "criteria:\n", AMENDMENT)
    edited(folder, "forms/2-pressure.yaml", "items:\n", PULSE)


def drawn(site: str) -> str:
    """A participant of this hospital, drawn today."""
    from equipoise.conduct.allocation import strata_of
    from equipoise.conduct.consent import GiveConsent
    from equipoise.conduct.randomisation import Randomise
    from equipoise.conduct.screening import Register
    from equipoise.web import adopted, write_service
    from tests.support import person, pressure
    from tests.web_trial import PROVED

    by = f"doctor-{site}"
    number = write_service.enter_screening(by, site, write_service.today()).subject_id
    for act in (GiveConsent(version="1"), person(), pressure(), Register()):
        write_service.perform(act, by, subject_id=number, how=PROVED)
    study, subject = adopted.study(), write_service.folds().subject(number)
    act = Randomise(strata=strata_of(study, subject, write_service.today()))
    write_service.perform(act, by, subject_id=number, how=PROVED)
    return number


def main() -> None:
    """Set up and serve; does not return."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "equipoise.web.settings"
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.test import override_settings

    django.setup()
    from equipoise.conduct.administration import AdoptAmendment
    from equipoise.conduct.forms import SaveForm
    from equipoise.web import adopted, bootstrap, home, people, write_service
    from equipoise.web.hosting import server
    from tests import daytime, spared
    from tests.before import edited
    from tests.support import pressure
    from tests.web_trial import PASSWORD, PROVED

    override_settings(**spared.QUICK_HASH).enable()
    folder = Path(os.environ["EQUIPOISE_STUDY"])
    shutil.copytree(ROOT / "studies" / "first-steps", folder)
    may = "study.amend, amendment.activate, amendment.take-back, "
    edited(folder, "study.yaml", "study.amend, ", may)

    def days_ago(days: int) -> None:
        write_service.now = lambda: daytime.now() - timedelta(days=days)

    days_ago(90)
    server.make_ready()
    bootstrap.open_trial(adopted.study(), "office", people=PEOPLE)
    for one in ("office", *(person_id for person_id, _, _ in PEOPLE)):
        people.make_account(one, f"{one.title()} Testduin", "", PASSWORD)
    days_ago(57)
    told = {"stages": {site: drawn(site) for site in ("01", "02")}, "readers": []}
    days_ago(29)
    for site, number in told["stages"].items():
        cups = SaveForm(form="cups", visit="weeks.1", values={"cups_a_day": "3"})
        for act in (pressure("weeks.1"), cups):
            write_service.perform(act, f"assistant-{site}", subject_id=number)
    days_ago(12)
    amend(folder)
    text = home.proposal()
    adoption = AdoptAmendment(version=text.version, digest=text.digest, because="sleep")
    write_service.perform(adoption, "office", how=PROVED)
    daytime.keep()
    Path(home.folder(), "house.json").write_text(json.dumps(told), encoding="utf-8")
    server.serve(int(sys.argv[1]), workers=1)


if __name__ == "__main__":
    main()
