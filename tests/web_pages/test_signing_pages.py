"""Data review on pages: values are ticked, signed and locked as they are shown there."""

import re

import pytest

from equipoise.conduct.digests import digest_of_entry
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.locks import LockParticipant
from equipoise.conduct.safety import RecordEvent
from equipoise.conduct.signatures import is_signed
from equipoise.conduct.verification import verdicts
from equipoise.conduct.voiding import VoidEntry
from equipoise.web import write_service
from equipoise.web.signing.overview import counts_of
from tests import web_trial

pytestmark = pytest.mark.django_db
ASKED = {"happened", "birth_date", "sex", "height", "weight"}
PLACE = ("demography", "screening", 1)


@pytest.fixture(autouse=True)
def _open():
    web_trial.open_house()


def page_of(who, subject, path="", language="en"):
    address = f"/participants/{subject.subject_id}/record/{path}"
    return web_trial.signed_in(who, language).get(address).content.decode()


def ticked(text, planned=True):
    boxes = re.findall(r'name="ticked" id="[^"]+" value="([^"]+)"( checked)?', text)
    return [value for value, checked in boxes if checked or not planned]


def post(who, subject, path="demography/screening/1/", **fields):
    address = f"/participants/{subject.subject_id}/record/{path}"
    return web_trial.signed_in(who).post(address, fields)


def change(subject, height="171"):
    act = SaveForm(
        form="demography", visit="screening", values={"height": height}, reason="measured again"
    )
    write_service.perform(act, "nurse-01", None, subject.subject_id)


def states(subject):
    found = verdicts(web_trial.adopted.study(), web_trial.again(subject), PLACE)
    return {one.item: one.state for one in found}


def test_a_monitor_ticks_many_values_at_once_and_what_changed_meanwhile_is_not_verified():
    subject = web_trial.filled()
    assert not ticked(page_of("monitor", subject, "demography/screening/1/"))
    boxes = ticked(page_of("monitor", subject, "demography/screening/1/?tick=planned"))
    assert {one.split()[0] for one in boxes} == {
        "happened",
        "birth_date",
        "sex",
        "height",
        "weight",
    }
    change(subject)
    refused = post("monitor", subject, does="verify", ticked=boxes)
    assert refused.status_code == 422
    assert "Height was recorded anew after you looked" in refused.content.decode()
    again = ticked(refused.content.decode())
    assert len(again) == len(boxes) and again != boxes
    assert post("monitor", subject, does="verify", ticked=again).status_code == 302
    assert set(states(subject).values()) == {"verified"}
    audit = web_trial.signed_in("monitor").get("/audit/").content.decode()
    assert "Verified: Demography, Screening: Date" in audit and "[&#39;" not in audit
    change(subject, "172")
    assert states(subject)["height"] == "fallen"
    assert "Changed since it was verified" in page_of("monitor", subject, "demography/screening/1/")


def test_an_investigator_signs_what_is_shown_with_a_password_and_it_visibly_falls():
    subject = web_trial.filled()
    path = "demography/screening/1/?do=sign"
    client = web_trial.signed_in("doctor-01")
    address = f"/participants/{subject.subject_id}/record/{path}"
    page = client.get(address)
    text = page.content.decode()
    assert "I answer for it" in text and not ticked(text, planned=False)
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', text)[1]
    sent = {"does": "sign", "digest": digest, **web_trial.proof_on(page)}
    assert client.post(address, sent | {"proof": "wrong"}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert is_signed(web_trial.again(subject), PLACE)
    shown = page_of("nurse-01", subject, "demography/screening/1/")
    assert "Doctor-01 Testduin" in shown and "I answer for it" in shown
    change(subject)
    fallen = page_of("nurse-01", subject, "demography/screening/1/")
    assert "Fallen: the data were changed since" in fallen
    assert "Vervallen" in page_of("nurse-01", subject, "demography/screening/1/", "nl")
    # What was shown before the change is not signed after it.
    assert client.post(address, sent).status_code == 422


def test_everything_of_a_participant_is_shown_to_whoever_signs_it():
    subject = web_trial.filled()
    client = web_trial.signed_in("doctor-01")
    address = f"/participants/{subject.subject_id}/record/?do=sign"
    page = client.get(address)
    text = page.content.decode()
    assert all(word in text for word in ("Consent signed", "Height", "Neutrophils"))
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', text)[1]
    sent = {"does": "sign", "digest": digest, **web_trial.proof_on(page)}
    assert client.post(address, sent).status_code == 302
    assert is_signed(web_trial.again(subject), PLACE)


def test_whoever_signs_everything_sees_every_field_of_what_was_recorded_beside_forms():
    """It is what they answer for: once an event showed neither its cause nor how it went on."""
    subject = web_trial.filled()
    values = {"grade": "3", "serious": "no", "related": "yes", "outcome": "not-recovered"}
    today = write_service.today().isoformat()
    event = RecordEvent(term="Rash", begin=today, interventions=["systemic"], **values)
    write_service.perform(event, "nurse-01", None, subject.subject_id)
    text = page_of("doctor-01", subject, "?do=sign")
    assert "Rash" in text and "Not recovered" in text and "Registered" not in text
    (event,) = web_trial.again(subject).safety.events
    digest = digest_of_entry(web_trial.again(subject), "ae.record", event.number)
    sent = {"form": "ae.record", "number": event.number, "ticked": f"entry {digest}"}
    assert post("monitor", subject, "", does="verify", **sent).status_code == 302
    assert "Not recovered" in page_of("monitor", subject)


def test_a_consent_is_verified_by_itself_and_taken_back():
    subject = web_trial.filled()
    text = page_of("monitor", subject)
    entry = re.search(
        r'name="form" value="consent.give"><input[^>]*name="number" value="(\d+)">'
        r'<input[^>]*name="ticked" value="([^"]+)"',
        text,
    )
    sent = {"form": "consent.give", "number": entry[1], "ticked": entry[2]}
    assert post("monitor", subject, "", does="verify", **sent).status_code == 302
    assert "Take back" in page_of("monitor", subject)
    back = post("monitor", subject, "", does="take-back", reason="", **sent)
    assert back.status_code == 422 and "Say why it is taken back" in back.content.decode()
    assert post("monitor", subject, "", does="take-back", reason="x", **sent).status_code == 302


def test_what_was_verified_and_then_voided_is_told_and_every_entry_has_its_name():
    """The page once broke on a form that had been voided after its values were verified."""
    subject = web_trial.filled()
    boxes = ticked(page_of("monitor", subject, "demography/screening/1/?tick=planned"))
    assert post("monitor", subject, does="verify", ticked=boxes).status_code == 302
    seen = web_trial.again(subject)
    entered = ("screening.enter", seen.screening.entered.seq)
    digest = digest_of_entry(seen, *entered)
    sent = {"form": entered[0], "number": entered[1], "ticked": f"entry {digest}"}
    assert post("monitor", subject, "", does="verify", **sent).status_code == 302
    (save,) = seen.forms.records["demography@screening#1"].saves
    void = VoidEntry(entry=save.seq, reason="of another")
    write_service.perform(void, "nurse-01", None, subject.subject_id)
    text = page_of("monitor", subject)
    assert "Recorded in error" in text and ": Screening started" in text
    assert page_of("doctor-01", subject, "?do=sign")


def test_several_participants_are_tried_before_they_are_locked_and_a_list_of_what_is_left_is_told():
    subject, other = web_trial.filled(), web_trial.consented()
    client = web_trial.signed_in("office")
    sent = {"ticked": [subject.subject_id, other.subject_id], "grade": "lock", "reason": "done"}
    tried = client.post("/lists/record/several/", sent | {"step": "try"}).content.decode()
    assert "Left as it is" in tried and tried.count("something is left to do") == 2
    assert "not signed as it stands" not in tried, "by the visits that are named arms were counted"
    assert web_trial.again(subject).locks.participant is None
    frozen = client.post("/lists/record/several/", sent | {"grade": "freeze", "step": "do"})
    assert frozen.status_code == 302
    assert web_trial.again(subject).locks.participant.grade == "freeze"
    listed = client.get("/lists/record/").content.decode()
    assert listed.count("Frozen") >= 2
    form = client.get(f"/participants/{subject.subject_id}/form/demography/screening/1/")
    assert "Frozen by " in form.content.decode()


def test_the_counts_tell_no_arm_to_whom_arms_are_closed_and_who_sees_all_hospitals():
    study, subject = web_trial.adopted.study(), web_trial.filled()
    every = counts_of(study, subject)
    closed = frozenset({"screening"})
    assert counts_of(study, subject, closed).sign < every.sign
    assert counts_of(study, subject, closed).verify < every.verify
    assert "are not counted here" in web_trial.signed_in("monitor").get("/lists/record/").text
    assert "are not counted here" not in web_trial.signed_in("nurse-01").get("/lists/record/").text


def test_what_is_left_before_a_lock_is_listed_with_a_field_for_why():
    subject = web_trial.filled()
    text = page_of("office", subject, "?do=lock")
    assert "Forms that are not signed" in text and 'name="left-signatures"' in text
    left = {f"left-{code}": "nobody knows" for code in ("forms", "verification", "review")}
    sent = {"does": "lock", "grade": "lock", "reason": "closed", **left}
    some = post("office", subject, "?do=lock", **sent)
    assert some.status_code == 422 and "not signed as it stands" in some.content.decode()
    assert "nobody knows" in some.content.decode()
    whole = post("office", subject, "?do=lock", **sent | {"left-signatures": "gone"})
    assert whole.status_code == 302
    lock = web_trial.again(subject).locks.participant
    assert lock.exceptions["signatures"] == "gone"


def test_who_may_not_verify_sign_or_lock_gets_no_page_for_it():
    subject = web_trial.filled()
    text = page_of("nurse-01", subject, "demography/screening/1/")
    assert "Verify what is ticked" not in text and "Sign this form" not in text
    for path in ("?do=lock", "?do=sign", "demography/screening/1/?do=sign"):
        address = f"/participants/{subject.subject_id}/record/{path}"
        assert web_trial.signed_in("nurse-01").get(address).status_code == 404
    assert post("nurse-01", subject, does="verify").status_code == 404
    assert post("nurse-01", subject, "x/screening/1/", does="verify").status_code == 404
    assert (
        web_trial.signed_in("doctor-02")
        .get(f"/participants/{subject.subject_id}/record/")
        .status_code
        == 404
    )
    act = LockParticipant(grade="freeze", reason="x")
    assert write_service.try_out(act, "nurse-01", subject_id=subject.subject_id)


def test_of_a_locked_participant_nothing_is_offered_that_the_lock_closes():
    subject = web_trial.filled()
    form = "demography/screening/1/"
    assert ticked(page_of("monitor", subject, form), planned=False)
    codes = ("forms", "queries", "verification", "review", "signatures", "events")
    left = {f"left-{code}": f"why {code}" for code in codes}
    sent = {"does": "lock", "grade": "lock", "reason": "closed", **left}
    assert post("office", subject, "?do=lock", **sent).status_code == 302
    office = page_of("office", subject)
    assert "Freeze or lock it" not in office and "Unlock" in office
    assert "Forms that are not signed: why signatures" in office
    assert not ticked(page_of("monitor", subject, form), planned=False)
    assert "Sign this form" not in page_of("doctor-01", subject, form)
    overview = f"/participants/{subject.subject_id}/"
    text = web_trial.signed_in("nurse-01").get(overview).content.decode()
    assert "Nothing is asked any more" in text and "Record a withdrawal" not in text
    assert "In error?" not in text
    # What befell somebody is recorded under a lock, for its clock runs; nothing else is.
    record = text.split('id="record"')[1].split("</section>")[0]
    assert re.findall(r'href="([^"]+)"', record) == [f"{overview}adverse-event/"]
    # Whoever still had the page open is told why.
    late = post("monitor", subject, form, does="verify", ticked=["height 0"])
    assert late.status_code == 422 and "data are locked since" in late.content.decode()
    wrong = web_trial.signed_in("monitor").get(f"{overview}record/{form}?do=verify")
    assert wrong.status_code == 404


def test_no_reader_is_asked_to_vote_on_someone_who_is_frozen():
    subject = web_trial.asked()
    reader = web_trial.signed_in(web_trial.open_readers(subject)[0])
    assert subject.subject_id in reader.get("/panel/").content.decode()
    act = LockParticipant(grade="freeze", reason="for the board")
    write_service.perform(act, "office", None, subject.subject_id)
    assert subject.subject_id not in reader.get("/panel/").content.decode()
