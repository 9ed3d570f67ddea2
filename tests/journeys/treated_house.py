"""PUMP-IT with one participant who was given a cycle: `python -m tests.journeys.treated_house`.

The first cycle was given ten weeks ago, by acts on their days. The test moves the clock: so many
days ago as the file `days-ago` in the home says, which every process of the server reads.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

DRAWN, FIRST, EMPTIED, SECOND = 84, 70, 56, 42
"""So many days ago: drawn and operated on, the first cycle, its day 15, and the second cycle."""
PUT_IN = {"port": "reservoir", "needle": "refill", "drawn_up": "30", "accepted": "30"}
SALINE = PUT_IN | {"returned": "0", "time": "9:30", "substance": "heparin-saline"}
CARD = {"model": "intera-3000", "serial": "A 4713", "flow": "1.3", "artery": "gastroduodenal"}
FOUND = {"gallbladder": "yes", "stomach": "yes", "dye": "bilobar", "flow_seen": "yes"}


def moved(home: Path, days_ago: int) -> None:
    """The clock of every process that serves this home is moved."""
    beside = home / "days-ago.new"
    beside.write_text(str(days_ago), encoding="utf-8")
    beside.replace(home / "days-ago")


def now() -> datetime:
    """So many days ago, at the hour that the tests go by."""
    from equipoise.web import home
    from tests import daytime

    days = int((home.folder() / "days-ago").read_text(encoding="utf-8"))
    on_the_wall = daytime.now().astimezone(daytime.HERE) - timedelta(days=days)
    return on_the_wall.astimezone(UTC)


def operated() -> str:
    """Who has the pump, looked at by one person and released by another."""
    from equipoise.conduct.pump import ImplantPump, ReadScan, ReleasePump
    from equipoise.web import write_service
    from tests.journeys.house import ward
    from tests.web_trial import PROVED

    who = ward()
    implant = ImplantPump(**CARD, **FOUND, **SALINE)
    write_service.perform(implant, "surgeon-01", subject_id=who)
    way = {"substance": "tc-maa", "port": "bolus", "needle": "bolus"}
    scan = ReadScan(what="perfusion", bilobar="yes", extrahepatic="no", **way)
    seen = write_service.perform(scan, "nuclear-physician-01", subject_id=who)
    release = ReleasePump(scan=seen.seq)
    write_service.perform(release, "surgeon-01", subject_id=who, how=PROVED)
    return who


def looked_at(who: str, visit: str) -> None:
    """Blood and weight of this day, as they were before the drug."""
    from equipoise.conduct.forms import SaveForm
    from equipoise.web import write_service

    blood = {"bilirubin": "10", "alp": "80", "ast": "30"}
    for form, values in (("laboratory", blood), ("vital_signs", {"weight_now": "70"})):
        save = SaveForm(form=form, visit=visit, values=values)
        write_service.perform(save, "doctor-01", subject_id=who)


def first_cycle(who: str) -> None:
    """Planned as it is worked out, checked, released and filled on this day."""
    from equipoise.conduct.pump import RefillPump
    from equipoise.conduct.treatment import (
        CheckPlan,
        PlanCycle,
        ReleasePreparation,
        digest_of_plan,
        propose,
    )
    from equipoise.web import adopted, write_service
    from tests.web_trial import PROVED

    study, subject, day = adopted.study(), write_service.folds().subject(who), write_service.today()
    (found,) = propose(study, subject, study.treatment.regimen_of["haip"], day)
    dose = {found.part.id: found.text}
    act = PlanCycle(regimen="haip", cycle=1, day=day, doses=dose, prescribed=dose)
    plan = write_service.perform(act, "oncologist-01", subject_id=who).seq
    shown = digest_of_plan(write_service.folds().subject(who).treatment.plan(plan))
    lot, until = {found.part.id: "F-1"}, {found.part.id: "2099-12-31"}
    check = CheckPlan(plan=plan, digest=shown)
    write_service.perform(check, "pharmacist-01", subject_id=who, how=PROVED)
    release = ReleasePreparation(plan=plan, lots=lot, expiries=until)
    write_service.perform(release, "pharmacist-01", subject_id=who)
    drug = SALINE | {"substance": "floxuridine", "dose": found.text}
    write_service.perform(RefillPump(withdrawn="11.8", **drug), "nurse-01", subject_id=who)


def main() -> None:
    """Set up and serve; does not return."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "equipoise.web.settings"
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.test import override_settings

    django.setup()
    from equipoise.conduct.pump import RefillPump
    from equipoise.web import home, write_service
    from equipoise.web.hosting import server
    from tests import spared, web_trial

    override_settings(**spared.QUICK_HASH).enable()
    here = home.folder()
    moved(here, DRAWN)
    write_service.now = now
    server.make_ready()
    web_trial.open_house()
    who = operated()
    moved(here, FIRST)
    looked_at(who, "systemic.1")
    first_cycle(who)
    moved(here, EMPTIED)
    looked_at(who, "systemic.2")
    write_service.perform(RefillPump(withdrawn="11.8", **SALINE), "nurse-01", subject_id=who)
    moved(here, SECOND)
    told = {"stages": {"treated": who}, "readers": []}
    (here / "house.json").write_text(json.dumps(told), encoding="utf-8")
    server.serve(int(sys.argv[1]), workers=1)


if __name__ == "__main__":
    main()
