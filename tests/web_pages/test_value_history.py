"""The history of one value: each answer with who gave it, as what, when and why."""

import re
from html import unescape

import pytest

from equipoise.conduct.administration import EndRole, GiveRole
from equipoise.conduct.digests import digests_of_form
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.queries import AnswerQuery, AskQuery
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.subject import Subject
from equipoise.conduct.verification import VerifyItems
from equipoise.conduct.voiding import VoidEntry
from equipoise.web import adopted, write_service
from tests import web_trial

pytestmark = pytest.mark.django_db
PLACE = {"form": "demography", "visit": "screening"}
HEIGHT = "demography/screening/1/height/"


@pytest.fixture
def subject() -> Subject:
    web_trial.open_house()
    return web_trial.filled()


def save(subject: Subject, by: str = "nurse-01", reason: str = "", **values: object) -> int:
    act = SaveForm(**PLACE, values=values, reason=reason)
    return write_service.perform(act, by, None, subject.subject_id).seq


def page(subject: Subject, path: str = HEIGHT, who: str = "monitor", **headers: str) -> str:
    address = f"/participants/{subject.subject_id}/history/{path}"
    answer = web_trial.signed_in(who).get(address, headers=headers)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def told(text: str) -> str:
    """What a page says, without its tags."""
    plain = re.sub(r"<[^>]+>", " ", text[text.index("data-answers") :])
    return unescape(re.sub(r"\s+", " ", plain))


def hospital() -> str:
    return adopted.study().site_of["01"].name


def test_every_answer_stands_there_with_who_as_what_when_and_why_and_so_does_one_in_error(subject):
    first = web_trial.again(subject).forms.records["demography@screening#1"].now("height")
    wrong = save(subject, reason="measured again", height="171")
    void = VoidEntry(entry=wrong, reason="another participant's")
    write_service.perform(void, "nurse-01", None, subject.subject_id)
    save(subject, by="doctor-01", reason="read anew", height="172")
    write_service.perform(EndRole(person="nurse-01", role="nurse", site="01"), "office")
    write_service.perform(GiveRole(person="nurse-01", role="nurse", site="02"), "office")
    text = told(page(subject))
    assert text.index("172 cm") < text.index("171 cm") < text.index(f"{first} cm", 90)
    for part in ("read anew", "measured again", "In error: another participant's"):
        assert part in text
    assert f"Nurse-01 Testduin Research nurse, {hospital()}" in text, "as they were then"
    assert adopted.study().site_of["02"].name not in text
    assert "Stands now: 172 cm" in text


def test_what_was_verified_and_asked_stands_there_and_what_made_it_fall(subject):
    record = web_trial.again(subject).forms.records[record_key("demography", "screening", 1)]
    digest = digests_of_form(record)["height"]
    verify = VerifyItems(**PLACE, items=["height"], digests=[digest])
    write_service.perform(verify, "monitor", None, subject.subject_id)
    assert "Fallen" not in told(page(subject))
    ask = AskQuery(**PLACE, item="height", text="Is this right?", to="nurse")
    asked = write_service.perform(ask, "monitor", None, subject.subject_id).seq
    wrong = save(subject, reason="measured again", height="171")
    answer = AnswerQuery(query=str(asked), text="The source says so")
    write_service.perform(answer, "nurse-01", None, subject.subject_id)
    text = told(page(subject))
    assert "Verified : Monitor Testduin (Monitor)" in text
    assert f"Fallen the value was changed: Nurse-01 Testduin (Research nurse, {hospital()})" in text
    assert "Is this right?" in text and "The source says so" in text
    void = VoidEntry(entry=wrong, reason="of another")
    write_service.perform(void, "nurse-01", None, subject.subject_id)
    assert "Fallen" not in told(page(subject)), "what was changed in error stands as it stood"


def test_a_cell_of_a_list_has_its_own_history_and_the_list_tells_which_row_is_another(subject):
    here = {"form": "imaging", "visit": "screening"}
    lung = {"lesion_place": "lung", "size": "12", "suspicion": "clear"}
    for size in ("12", "15"):
        rows = [lung, {**lung, "size": size}]
        act = SaveForm(**here, values={"extrahepatic": rows}, reason="read anew")
        write_service.perform(act, "nurse-01", None, subject.subject_id)
    whole = told(page(subject, "imaging/screening/1/extrahepatic/"))
    assert whole.count("(new or changed)") == 2 + 1, (
        "there were none, then two, then one of them anew"
    )
    cell = told(page(subject, "imaging/screening/1/extrahepatic/?cell=2.size"))
    assert "row 2, Longest diameter" in cell and cell.index("15 mm") < cell.index("12 mm")
    assert "12 mm" not in told(page(subject, "imaging/screening/1/extrahepatic/?cell=3.size"))
    date = told(page(subject, "imaging/screening/1/happened/"))
    assert "Stands now:" in date and date.count("Nurse-01 Testduin") == 1


def test_it_is_seen_by_whom_the_participant_is_and_a_panel_is_a_part_of_it(subject):
    assert page(subject, who="doctor-02") == "404"
    assert page(subject, "demography/screening/1/no_such/") == "404"
    assert page(subject, "demography/screening/2/height/") == "404"
    part = page(subject, **{"HX-Request": "true"})
    assert "data-answers" in part and "<html" not in part


def test_a_form_leads_to_the_history_of_each_answer_and_so_does_the_page_that_verifies(subject):
    start = f"/participants/{subject.subject_id}"
    link = f'href="{start}/history/{HEIGHT}"'
    for who, address in (("nurse-01", "form"), ("monitor", "form"), ("monitor", "record")):
        shown = web_trial.signed_in(who).get(f"{start}/{address}/demography/screening/1/")
        text = shown.content.decode()
        assert link in text and 'data-answer="height"' in text, (who, address)
        assert f'href="{start}/history/demography/screening/1/happened/"' in text
