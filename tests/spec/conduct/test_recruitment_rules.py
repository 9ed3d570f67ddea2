"""What anyone may know of how the trial goes: its status, its hospitals, and how many joined."""

from datetime import timedelta

from equipoise.conduct.administration import CloseAccrual
from equipoise.conduct.recruitment import recruitment
from equipoise.conduct.trial_state import TrialState
from tests.support import DAY, OPENED, a_study, a_trial


def test_a_trial_recruits_from_the_day_that_it_and_a_hospital_are_open_until_it_closes():
    study, made = a_study(), a_trial()
    assert recruitment(study, TrialState(), DAY).stage == "not yet recruiting"
    before = OPENED - timedelta(days=1)
    assert recruitment(study, made.folds.trial_state(), before).stage == "not yet recruiting"
    assert recruitment(study, made.folds.trial_state(), DAY).stage == "recruiting"
    made.do(CloseAccrual(because="enough have joined"))
    assert recruitment(study, made.folds.trial_state(), DAY).stage == "closed to new participants"


def test_a_hospital_is_told_with_its_day_once_it_takes_people():
    made = a_trial()
    now = recruitment(made.study, made.folds.trial_state(), DAY)
    assert [(one.site.id, one.since) for one in now.hospitals] == [
        (site.id, made.folds.trial_state().sites.get(site.id)) for site in made.study.sites
    ]
    early = recruitment(made.study, made.folds.trial_state(), OPENED - timedelta(days=1))
    assert {one.since for one in early.hospitals} == {None}


def test_who_was_drawn_counts_and_nobody_is_told_apart():
    made = a_trial()
    assert recruitment(made.study, made.folds.trial_state(), DAY).joined == 0
    for _ in range(2):
        made.randomised()
    now = recruitment(made.study, made.folds.trial_state(), DAY)
    assert now.joined == 2
    assert set(now.__slots__) == {"stage", "joined", "hospitals"}
