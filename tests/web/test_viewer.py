"""What each role of PUMP-IT sees: its own site, the whole trial, or nobody."""

from datetime import UTC, date, datetime

import pytest

from equipoise.conduct.state.administration import AdministrationState, Person, RoleHeld
from equipoise.conduct.state.done import Done
from equipoise.conduct.state.panel import Review
from equipoise.conduct.state.screening import ScreeningState
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.web.models import Account
from equipoise.web.viewer import Viewer, viewer_of
from tests.support import carried_study

STUDY = carried_study("pump-it")


def a_viewer(*roles: tuple[str, str]) -> Viewer:
    person = Person(person_id="someone", roles=[RoleHeld(*held) for held in roles])
    trial_state = TrialState(
        administration=AdministrationState(
            people={"someone": person}, sites={"01": date(2025, 1, 1)}
        )
    )
    return viewer_of(STUDY, trial_state, Account(person_id="someone"))


def a_subject(site: str, *drawn: str) -> Subject:
    subject = Subject(subject_id=f"PIT-{site}-0001", screening=ScreeningState(site=site))
    if drawn:
        asked = Done(by="nurse", at=datetime(2025, 1, 2, tzinfo=UTC), on=date(2025, 1, 2))
        review = Review(number=1, asked=asked, scan_on=date(2025, 1, 1), drawn=list(drawn))
        subject.panel.reviews.append(review)
    return subject


def test_a_nurse_sees_and_serves_her_own_site_only():
    nurse = a_viewer(("nurse", "01"))
    assert nurse.may_see_subject(a_subject("01")) and not nurse.may_see_subject(a_subject("02"))
    assert nurse.may("consent.give", "01") and not nurse.may("consent.give", "02")
    assert nurse.home_site == "01" and nurse.sites_where("screening.enter") == ["01"]
    assert not (nurse.sees_audit or nurse.sees_status or nurse.opening)


@pytest.mark.parametrize("role", ["monitor", "trial-office"])
def test_a_role_in_the_whole_trial_that_sees_participants_sees_all_sites(role: str):
    viewer = a_viewer((role, ""))
    assert viewer.sites is None and viewer.may_see_subject(a_subject("06"))
    assert viewer.sees_whole_audit and not viewer.opening


def test_only_the_monitoring_board_sees_results_by_arm_and_it_sees_no_participant():
    seeing = {role.id for role in STUDY.roles if a_viewer((role.id, "")).could_see_results_by_arm}
    assert seeing == {"monitoring-board"}
    board = a_viewer(("monitoring-board", ""))
    assert not board.sees_subjects and not board.opening  # until two people open them


def test_an_investigator_reads_the_audit_of_the_site_but_not_of_the_trial():
    viewer = a_viewer(("investigator", "02"))
    assert viewer.sees_audit and not viewer.sees_whole_audit


def test_a_panel_surgeon_meets_a_participant_in_the_panels_room_while_drawn():
    surgeon = a_viewer(("panel-surgeon", "01"))
    assert surgeon.may_read_panel and not surgeon.sees_subjects
    assert surgeon.reads(a_subject("02", "a", "b", "someone"))
    assert not surgeon.reads(a_subject("02", "a", "b", "c", "someone"))
    assert not surgeon.reads(a_subject("02"))


def test_whoever_is_unknown_or_shut_out_sees_nothing_and_may_nothing():
    whole = TrialState()
    for account in (None, Account(person_id="someone", is_active=False)):
        viewer = viewer_of(STUDY, whole, account)
        assert viewer.person_id == "" and not viewer.sees_subjects
        assert not viewer.may("study.open")
