"""A page of what a lock closes says so when it opens, and not only when it is sent."""

import pytest

from equipoise.conduct.administration import GiveRole
from equipoise.conduct.chapters import ACTS
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.locks import LockForm, LockParticipant
from equipoise.web import write_service
from equipoise.web.views.act_forms import PAGES
from tests import web_trial

pytestmark = pytest.mark.django_db
FORM = {"form": "demography", "visit": "screening", "number": 1}
CODES = ("forms", "queries", "verification", "review", "signatures", "events")


@pytest.fixture(autouse=True)
def _open():
    web_trial.open_house()


def locked(subject, grade="lock"):
    act = LockParticipant(grade=grade, reason="for the board", exceptions=dict.fromkeys(CODES, "x"))
    write_service.perform(act, "office", None, subject.subject_id)


def page(subject, who, path, **posted):
    client, address = web_trial.signed_in(who), f"/participants/{subject.subject_id}/{path}"
    answer = client.post(address, posted) if posted else client.get(address)
    return answer.content.decode()


def plain():
    """The acts of a participant whose page needs nothing else in its address."""
    return [
        kind
        for kind, act in PAGES.items()
        if act.stream == "subject" and "{" not in act.words.address
    ]


def test_every_page_of_an_act_that_a_lock_closes_says_by_whom_and_when_and_has_no_fields():
    subject = web_trial.filled()
    locked(subject)
    closed = [kind for kind in plain() if ACTS[kind].under_lock != "lock"]
    assert len(closed) > 5
    for kind in closed:
        who = web_trial.somebody_who(kind)
        if who is None:
            continue  # no role at this hospital is given to anybody here
        text = page(subject, who, f"{PAGES[kind].words.address}/")
        assert "Locked by" in text and "for the board" in text, kind
        assert "Unlock a participant" in text or "It is unlocked by: " in text, kind
        assert 'name="happened' not in text, kind


def test_a_form_says_it_too_and_what_somebody_typed_meanwhile_stays():
    subject = web_trial.filled()
    path = "form/demography/screening/1/"
    assert "Save and close" in page(subject, "nurse-01", path)
    done = {**FORM, "grade": "lock", "reason": "all is in", "exceptions": dict.fromkeys(CODES, "x")}
    manager = GiveRole(person="manager-01", role="data-manager", site="01")
    write_service.perform(manager, "office")
    write_service.perform(LockForm(**done), "manager-01", None, subject.subject_id)
    text = page(subject, "nurse-01", path)
    assert "This form is locked since" in text and "all is in" in text
    assert "Save and close" not in text and "your role does not fill it" not in text
    late = page(subject, "nurse-01", path, height="171", reason="again", then="")
    assert 'value="171"' in late and "Locked by" in late and "Save and close" in late


def test_what_is_under_no_lock_says_nothing_of_one():
    subject = web_trial.filled()
    locked(subject, "freeze")
    assert "Frozen by" in page(subject, "nurse-01", "withdraw/")
    form = "ask/demography/screening/1/height/"
    assert "Frozen by" not in page(subject, "monitor", form)
    assert write_service.try_out(
        SaveForm(**FORM, values={"height": "170"}), "nurse-01", None, subject.subject_id
    )
