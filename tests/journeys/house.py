"""A real server with a PUMP-IT of its own for the browser tests: `python -m tests.journeys.house`.

It opens the trial, leaves a participant at every step of the way and serves it by gunicorn. What
the tests need to know of it is written to `house.json` in its home before it listens.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


def stages() -> dict[str, str]:
    """A participant at each step, by the name of the step."""
    from equipoise.conduct.consent import WithdrawConsent
    from equipoise.conduct.follow_up import RecordDeath
    from equipoise.conduct.screening import FailScreening
    from equipoise.web import write_service
    from tests import web_trial

    made = {
        "screened": web_trial.screened(),
        "consented": web_trial.consented(),
        "filled": web_trial.filled(),
        "asked": web_trial.asked(),
        "voted": web_trial.voted(3),
        "eligible": web_trial.eligible(),
        "registered": web_trial.registered(),
        "to be drawn": web_trial.registered(),
        "randomised": web_trial.randomised(),
        "other arm": web_trial.randomised(),
        "elsewhere": web_trial.randomised("doctor-02", "02"),
        "died": web_trial.randomised(),
        "withdrawn": web_trial.randomised(),
        "failed": web_trial.consented(),
    }
    ends = {
        "died": RecordDeath(cause="disease"),
        "withdrawn": WithdrawConsent(scope="everything"),
        "failed": FailScreening(criteria=["I09"], note="moved away"),
    }
    for stage, act in ends.items():
        write_service.perform(act, "doctor-01", subject_id=made[stage].subject_id)
    return {stage: subject.subject_id for stage, subject in made.items()}


def set_apart() -> None:
    """Two of whom a test changes the way in: others could not sign in as them afterwards."""
    from equipoise.conduct.administration import GiveRole
    from equipoise.web import people, write_service
    from tests.web_trial import PASSWORD, PROVED

    for person, site in (("doctor-with-key", "01"), ("doctor-of-veen", "02")):
        role = GiveRole(person=person, role="investigator", site=site)
        write_service.perform(role, "office", how=PROVED)
        people.make_account(person, f"{person.title()} Testduin", "", PASSWORD)


def ward() -> str:
    """Who brings somebody to the first cycle through the pump, and of whom all is known for it."""
    from equipoise.conduct.administration import GiveRole
    from equipoise.conduct.forms import SaveForm
    from equipoise.web import people, write_service
    from tests import web_trial

    for role in ("surgeon", "oncologist", "nuclear-physician", "pharmacist"):
        person = f"{role}-01"
        write_service.perform(GiveRole(person=person, role=role, site="01"), "office")
        people.make_account(person, f"{person.title()} Testduin", "", web_trial.PASSWORD)
    drawn = (web_trial.randomised() for _ in range(20))
    subject_id = next(one.subject_id for one in drawn if one.arm == "B")
    blood = {"bilirubin": "10", "alp": "80", "ast": "30"}
    for form, values in (("laboratory", blood), ("vital_signs", {"weight_now": "70"})):
        copies = len(write_service.folds().subject(subject_id).forms.of(form))
        save = SaveForm(form=form, number=copies + 1, values=values)
        write_service.perform(save, "doctor-01", None, subject_id)
    return subject_id


def sweep() -> "subprocess.Popen[bytes]":
    """Begin a small sweep of the design.

    By a process of its own: what polars has begun does not outlive the fork of the server.
    """
    words = ["design", "sweep", "--keep", "done", "--title", "A sweep", "--error", "0.02"]
    words += ["--set", "participants=60", "--set", "accrual=12", "--set", "events=40"]
    words += ["--vary", "hazard_ratio=0.5,0.8,1", "--vary", "looks=1,0.5+1"]
    return subprocess.Popen([sys.executable, "-m", "equipoise.cli", *words])


def cut_off() -> None:
    """The same sweep once more, as if it had been stopped part-way."""
    from equipoise.web import home

    folder = shutil.copytree(home.sweeps() / "done", home.sweeps() / "cut-off")
    for left in (*folder.glob("*/point-0000[345]*"), *folder.glob("*.parquet")):
        left.unlink()


def main() -> None:
    """Set up and serve; does not return."""
    port = int(sys.argv[1])
    os.environ["DJANGO_SETTINGS_MODULE"] = "equipoise.web.settings"
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.test import override_settings

    django.setup()
    from equipoise.web import home, write_service
    from equipoise.web.hosting import server
    from tests import daytime, spared, web_trial

    override_settings(**spared.QUICK_HASH).enable()
    daytime.keep()
    server.make_ready()
    first = sweep()  # it compiles the kernel while the trial is made
    web_trial.open_house()
    web_trial.records_taken_in()
    set_apart()
    told = {"stages": {**stages(), "to be operated": ward()}}
    waiting = write_service.folds().subject(told["stages"]["asked"])
    assert first.wait() == 0
    cut_off()
    told["readers"] = web_trial.open_readers(waiting)
    Path(home.folder(), "house.json").write_text(json.dumps(told), encoding="utf-8")
    server.serve(port, workers=1)


if __name__ == "__main__":
    main()
