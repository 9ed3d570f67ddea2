"""A form that is saved is judged once, and nothing is folded or looked ahead twice for it."""

from collections import Counter

import pytest

from equipoise.conduct import trial
from equipoise.conduct.forms import SaveForm
from equipoise.web import outlooks, read_model, write_service
from tests import web_trial

pytestmark = [pytest.mark.database]


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
    count(trial, "stamp_of", "folded")
    count(read_model.DatabaseFolds, "_kept", "unfolded")
    count(outlooks, "outlook", "looked ahead")
    return times


def test_a_form_is_saved_after_one_judgement_and_one_fold(db, fresh_home, counted):
    web_trial.open_house()
    subject = web_trial.consented()
    counted.clear()
    act = SaveForm(form="fitness", visit="screening", values={"ecog": "1"})
    write_service.perform(act, "doctor-01", None, subject.subject_id)
    assert counted == {
        "judged": 1,
        "asked of the form": 1,
        "folded": 1,
        "unfolded": 1,
        "looked ahead": 1,
    }
