"""A cycle from its plan to what was given, on the pages: worked out, checked, released, given."""

import re

import pytest

from equipoise.conduct.administration import GiveRole
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.web import people, write_service
from tests import web_trial
from tests.web_trial import PASSWORD, PROVED, again, proof_on, signed_in

pytestmark = pytest.mark.django_db
FORMS = {
    "laboratory": {"neutrophils": "2.4", "platelets": "190"},
    "vital_signs": {"weight_now": "70"},
    "before_cycle": {"brivudine": "no"},
}


@pytest.fixture
def subject():
    web_trial.open_house()
    for person, role in (("oncologist-01", "oncologist"), ("pharmacist-01", "pharmacist")):
        write_service.perform(GiveRole(person=person, role=role, site="01"), "office")
        people.make_account(person, f"{person.title()} Testduin", "", PASSWORD)
    found = web_trial.randomised()
    for form, values in FORMS.items():
        copies = [one.number for one in found.forms.records.values() if one.form == form]
        save = SaveForm(form=form, number=max(copies, default=0) + 1, values=values)
        write_service.perform(save, "doctor-01", None, found.subject_id)
    return again(found)


def test_a_cycle_is_planned_checked_prepared_and_given(subject):
    here = f"/participants/{subject.subject_id}/treatment/"
    day = write_service.today()
    asked = f"?regimen=folfox&cycle=1&day.text={day:%d-%m-%Y}"
    oncologist, pharmacist = signed_in("oncologist-01"), signed_in("pharmacist-01")
    page = oncologist.get(f"{here}plan/{asked}").content.decode()
    assert "No stop stands on this day" in page and "not a CE-marked device" in page
    doses = dict(re.findall(r'name="doses\.([a-z-]+)"[^>]* value="([0-9]+)"', page))
    assert {"folfox-oxaliplatin", "folfox-infusion"} <= doses.keys()
    sent = {"regimen": "folfox", "cycle": "1", "day.text": f"{day:%d-%m-%Y}"}
    sent |= {f"doses.{part}": dose for part, dose in doses.items()}
    other = oncologist.post(f"{here}plan/", sent | {"prescribed.folfox-oxaliplatin": "1"})
    assert other.status_code == 422 and "the prescribing system says 1 mg" in other.content.decode()
    sent |= {f"prescribed.{part}": dose for part, dose in doses.items()}
    plan = oncologist.post(f"{here}plan/", sent)
    assert plan.status_code == 302, plan.content.decode()
    cycle = plan["Location"]
    assert pharmacist.get(f"{cycle}sheet.pdf").status_code == 404
    shown = pharmacist.get(cycle)
    digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', shown.content.decode())
    checked = pharmacist.post(cycle, {"digest": digest[0], **proof_on(shown)})
    assert checked.status_code == 302, checked.content.decode()
    empty = pharmacist.post(cycle, {})
    assert "say of which lot it was prepared" in empty.content.decode()
    lots = {f"lots.{part}": "A1" for part in doses} | {
        f"expiries.{part}": "31-12-2099" for part in doses
    }
    assert pharmacist.post(cycle, lots).status_code == 302
    sheet = pharmacist.get(f"{cycle}sheet.pdf")
    assert sheet["Content-Type"] == "application/pdf" and sheet.content.startswith(b"%PDF")
    dutch = signed_in("pharmacist-01", "nl").get(cycle).content.decode()
    assert re.search(r"≈ 1,\d+ m²", dutch) and not re.search(r"≈ 1\.\d+ m²", dutch)
    nurse = signed_in("nurse-01")
    found = nurse.get(f"{here}give/?regimen=folfox&cycle=1").content.decode()
    assert "The checked plan for" in found
    for part, dose in doses.items():
        assert re.search(rf'name="doses\.{part}"[^>]* value="{dose}"', found), part
    given = {"regimen": "folfox", "cycle": "1", "happened.text": f"{day:%d-%m-%Y}"}
    given |= {f"doses.{part}": dose for part, dose in doses.items()}
    assert nurse.post(f"{here}give/", given).status_code == 302
    listed = nurse.get("/lists/doses/").content.decode()
    assert "FOLFOX" in listed and "Oxaliplatin" in listed
    assert "Dose given otherwise (0)" in nurse.get("/deviations/").content.decode()
    own = nurse.get(f"/participants/{subject.subject_id}/").content.decode()
    (cycles,) = re.findall(r'<h2[^>]* id="cycles">.*?</table>', own, re.S)
    assert "Cycle 1<" in cycles and "Given" in cycles and cycle in cycles
    assert "Cycle 2<" in cycles and "Next" in cycles
    other = given | {"cycle": "2"}
    nurse.post(f"{here}give/", other)
    assert "given without a plan" in nurse.get("/deviations/").content.decode()


def test_a_dose_of_the_other_group_is_recordable_and_does_not_stand_among_their_own(subject):
    """FOLFIRI has an irinotecan for each group; which is whose stands in the study file."""
    here = f"/participants/{subject.subject_id}/treatment/give/?regimen=folfiri&cycle=1"
    own, _, other = signed_in("nurse-01").get(here).content.decode().partition("not meant to have")
    ids = {"A": "folfiri-irinotecan", "B": "folfiri-irinotecan-pump"}
    theirs = ids.pop(subject.arm)
    assert f'name="doses.{theirs}"' in own and f'name="doses.{theirs}"' not in other
    (another,) = ids.values()
    assert f'name="doses.{another}"' in other and f'name="doses.{another}"' not in own


def test_who_plans_while_the_panel_says_resectable_says_to_have_seen_it(subject):
    """The page shows the warning and refuses until it is ticked; who checks sees that it was."""
    ask = AskPanel(scan_on=write_service.today())
    write_service.perform(ask, "doctor-01", None, subject.subject_id)
    for reader in web_trial.open_readers(again(subject)):
        write_service.perform(CastVote(category="resectable"), reader, None, subject.subject_id)
    concluded = Conclude(category="resectable")
    write_service.perform(concluded, "chair", None, subject.subject_id, how=PROVED)
    here, day = f"/participants/{subject.subject_id}/treatment/plan/", write_service.today()
    sent = {"regimen": "folfox", "cycle": "1", "day.text": f"{day:%d-%m-%Y}"}
    oncologist = signed_in("oncologist-01")
    page = oncologist.get(here, sent).content.decode()
    assert "The panel holds the metastases resectable" in page
    for part, dose in re.findall(r'name="doses\.([a-z-]+)"[^>]* value="([0-9]+)"', page):
        sent |= {f"doses.{part}": dose, f"prescribed.{part}": dose}
    refused = oncologist.post(here, sent)
    assert refused.status_code == 422
    assert "confirm that you have seen this warning" in refused.content.decode()
    planned = oncologist.post(here, sent | {"acknowledged": "panel-resectable"})
    assert planned.status_code == 302, planned.content.decode()
    assert again(subject).treatment.plans[-1].acknowledged == ["panel-resectable"]
    checked = signed_in("pharmacist-01").get(planned["Location"]).content.decode()
    assert "Warnings that were seen when it was planned: the panel holds" in checked
