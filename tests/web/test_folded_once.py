"""A form that is saved is judged once, and nothing is folded or looked ahead twice for it."""

from collections import Counter

import pytest
from django.urls import reverse

from equipoise.conduct import folding, forms, trial
from equipoise.conduct.administration import EndRole, GiveRole
from equipoise.conduct.forms import SaveForm
from equipoise.web import outlooks, read_model, write_service
from equipoise.web.mail import occasions
from tests import web_trial

pytestmark = [pytest.mark.database]
ONCE = {"judged": 1, "asked of the form": 1, "folded": 1, "unfolded": 1, "looked ahead": 1}


@pytest.fixture
def counted(monkeypatch):
    """How often each of these is done, told by calls and never by time."""
    times: Counter[str] = Counter()

    def count(owner, name, told):
        before = getattr(owner, name)

        def again(*args, **kwargs):
            times[told] += 1
            return before(*args, **kwargs)

        monkeypatch.setattr(owner, name, again)

    count(trial, "all_refusals", "judged")
    count(SaveForm, "refusals", "asked of the form")
    count(folding, "stamp_of", "folded")
    count(read_model.DatabaseFolds, "_kept", "unfolded")
    count(outlooks, "outlook", "looked ahead")
    return times


def test_a_form_is_saved_after_one_judgement_and_one_fold(db, fresh_home, counted):
    web_trial.open_house()
    subject = web_trial.consented()
    counted.clear()
    act = SaveForm(form="fitness", visit="screening", values={"ecog": "1"})
    write_service.perform(act, "doctor-01", None, subject.subject_id)
    assert counted == ONCE


def test_the_page_of_a_form_saves_it_after_one_judgement_and_one_fold(db, fresh_home, counted):
    assert _posted(counted, "1") == 302
    assert counted == ONCE


def test_a_form_that_is_refused_is_judged_once_and_read_once_more(db, fresh_home, counted):
    """What somebody else recorded meanwhile may be why; it is shown with what was typed."""
    assert _posted(counted, "7") == 422
    assert counted == {"judged": 1, "asked of the form": 1, "unfolded": 2}


def test_what_was_typed_so_far_is_judged_once(db, fresh_home, counted, monkeypatch):
    """As a page asks at every answer, or shows a draft; nothing is saved."""
    judged, before = [], forms.answer_refusals

    def noted(form, values, *args):
        judged.append(dict(values))
        return before(form, values, *args)

    monkeypatch.setattr(forms, "answer_refusals", noted)
    assert _posted(counted, "7", {"HX-Request": "true"}) == 200
    assert counted == {"asked of the form": 1, "unfolded": 1}
    assert [one["ecog"] for one in judged] == ["7"]


def _posted(counted: Counter[str], ecog: str, headers: dict[str, str] | None = None) -> int:
    """What a page answers on which a form is filled."""
    web_trial.open_house()
    subject, doctor = web_trial.consented(), web_trial.signed_in("doctor-01")
    page = reverse("form", args=[subject.subject_id, "fitness", "screening", 1])
    on = write_service.today()
    dated = {"happened.day": on.day, "happened.month": on.month, "happened.year": on.year}
    doctor.get(page)
    counted.clear()
    typed = {"ecog": ecog, "seen": subject.seq, "then": "next", **dated}
    return doctor.post(page, typed, headers=headers).status_code


def test_an_act_that_is_taken_back_is_not_remembered_of_the_trial(db, fresh_home, monkeypatch):
    """The next entry would take its place, and be passed over as known."""
    web_trial.open_house()
    ended = EndRole(person="nurse-01", role="nurse", site="01")
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(occasions, "after", lambda *_: 1 / 0)
        write_service.perform(ended, "office")
    write_service.perform(GiveRole(person="nurse-02", role="nurse", site="02"), "office")
    people = write_service.folds().trial_state().people
    assert people["nurse-01"].roles and people["nurse-02"].roles
