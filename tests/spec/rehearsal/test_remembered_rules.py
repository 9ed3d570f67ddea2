"""What a rehearsal remembers between acts saves time, and changes nothing of its ledger."""

import pytest

from equipoise.conduct import folding
from equipoise.design.rehearsal import synthetic_trial
from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import rehearse
from equipoise.design.rehearsal.visits import Moving, moving
from equipoise.ledger import MemoryLedger
from tests.support import STUDIES, a_study


class Forgetful(synthetic_trial.Remembered):
    """Folds every time what was recorded since."""

    def recorded(self, entry):
        self._trial_state = None
        self._subjects.clear()


@pytest.mark.parametrize("name", ["first-steps", "pump-it"])
def test_a_rehearsal_that_works_everything_out_after_every_act_gives_the_same_ledger(
    name, monkeypatch
):
    study, plan = a_study(name), load_plan(STUDIES / name)
    quick, thorough = MemoryLedger(), MemoryLedger()
    rehearse(study, plan, quick, 8, 11)
    monkeypatch.setattr(synthetic_trial, "moving", lambda study: Moving(anything=True))
    monkeypatch.setattr(synthetic_trial, "Remembered", Forgetful)
    rehearse(study, plan, thorough, 8, 11)
    assert list(quick.everything()) == list(thorough.everything())


def test_what_is_remembered_is_looked_up_again_once_something_was_recorded():
    ledger = MemoryLedger()
    rehearse(a_study(), load_plan(STUDIES / "first-steps"), ledger, 3, 7)
    entries = list(ledger.everything())
    someone = next(entry for entry in entries if entry.kind == "randomisation.randomise")
    folds = synthetic_trial.Remembered(ledger)
    trial_state, subject = folds.trial_state(), folds.subject(someone.subject)
    assert folds.trial_state() is trial_state and folds.subject(someone.subject) is subject
    folds.recorded(someone)
    fresh = folding.FreshFolds(ledger)
    assert folds.trial_state() == fresh.trial_state()
    assert folds.subject(someone.subject) == fresh.subject(someone.subject)


def a_study_whose(when):
    """The pump trial, in which the pump cycles have another condition."""
    study = a_study("pump-it")
    visits = tuple(
        visit.model_copy(update={"when": when}) if visit.id == "haip" else visit
        for visit in study.visits
    )
    return study.model_copy(update={"visits": visits})


PLACING = {"surgery", "treatment_start"}


@pytest.mark.parametrize(
    ("when", "forms"),
    [
        ("pump_placed", PLACING),
        ("arm == 'B'", PLACING),
        ("ecog within 28 days before registration == '0'", PLACING | {"fitness"}),
        ("mdrd >= 60 mL/min/{1.73_m2}", PLACING | {"laboratory", "demography"}),
        ("pregnancy_test == 'positive'", PLACING | {"laboratory", "demography"}),
    ],
)
def test_visits_move_when_a_form_is_saved_that_they_rest_on(when, forms):
    """Through anchors, conditions, derived facts, and conditions under which items are asked."""
    found = moving(a_study_whose(when))
    assert (found.forms, found.anything) == (forms, False)
    assert found.by(["surgery", "follow_up"]) and not found.by(["follow_up"])


@pytest.mark.parametrize(
    "when",
    ["panel_verdict == 'resectable'", "death_on is known", "years(birth_date, today) >= 70 years"],
)
def test_visits_that_rest_on_the_day_or_on_what_others_do_are_worked_out_every_time(when):
    assert moving(a_study_whose(when)).by(["follow_up"])
