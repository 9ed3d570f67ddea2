"""Not done, with a reason: for a visit or a form of which nobody will ask again."""

import pytest

from equipoise.conduct import schedule, trial
from equipoise.conduct.act import Refused
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.not_done import SayNotDone
from equipoise.conduct.voiding import VoidEntry
from tests.support import DAY, a_stamp, a_study, a_trial, days, pressure

LATE = DAY + days(40)


def visit(made, subject_id, key="weeks.1", on=LATE):
    planned = schedule.visits(made.study, made.subject(subject_id), on)
    return next(one for one in planned if one.key == key)


def begun():
    made = a_trial()
    return made, made.randomised()


def not_done(form="", why="unwell", **more):
    return SayNotDone(visit="weeks.1", form=form, why=why, **more)


def test_a_visit_that_was_not_done_is_neither_open_nor_late_any_more():
    made, subject_id = begun()
    assert visit(made, subject_id).state == "overdue"
    made.do(not_done(), subject_id, on=LATE)
    held = visit(made, subject_id)
    assert (held.state, held.open, held.not_done) == ("not done", (), ("pressure", "cups"))


def test_several_that_were_not_done_are_recorded_together_or_not_at_all():
    made, subject_id = begun()
    how = {"subject_id": subject_id}
    stamp = a_stamp(made.actor(not_done(), subject_id), LATE)
    before = list(made.ledger.everything())
    for second in (not_done("cups"), SayNotDone(visit="nowhere", why="unwell")):
        with pytest.raises(Refused):  # the first says it of the whole visit already; no such visit
            trial.together(made.study, made.ledger, [not_done(), second], stamp, **how)
        assert list(made.ledger.everything()) == before
    acts = [not_done("cups"), not_done("pressure")]
    both = trial.together(made.study, made.ledger, acts, stamp, **how)
    assert len(both) == 2 and len(list(made.ledger.everything())) == len(before) + 2
    assert visit(made, subject_id).not_done == ("pressure", "cups")


def test_one_form_of_a_visit_may_be_not_done_and_the_rest_is_still_asked():
    made, subject_id = begun()
    made.do(not_done("cups"), subject_id, on=LATE)
    assert visit(made, subject_id).open == ("pressure",)
    made.do(pressure("weeks.1"), subject_id, on=DAY + days(28))
    held = visit(made, subject_id)
    assert (held.state, held.filled, held.not_done) == ("done", ("pressure",), ("cups",))


def test_a_form_that_is_filled_after_all_supersedes_it_and_voiding_asks_again():
    made, subject_id = begun()
    said = made.do(not_done(), subject_id, on=LATE)
    made.do(pressure("weeks.1"), subject_id, on=DAY + days(28))
    held = visit(made, subject_id)
    assert (held.state, held.filled, held.not_done) == ("done", ("pressure",), ("cups",))
    made.do(VoidEntry(entry=said.seq, reason="another participant"), subject_id, on=LATE)
    held = visit(made, subject_id)
    assert (held.state, held.open) == ("overdue", ("cups",))


def test_a_visit_that_has_no_day_or_is_still_to_come_may_be_not_done_too():
    made = a_trial()
    subject_id = made.registered()
    made.do(not_done(), subject_id)
    assert visit(made, subject_id, on=DAY).state == "not done"
    drawn = made.randomised()
    made.do(not_done(), drawn)
    assert visit(made, drawn, on=DAY).state == "not done"


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        (SayNotDone(visit="years.1", why="unwell"), ["not-done.no-visit"]),
        (SayNotDone(visit="weeks", why="unwell"), ["not-done.no-visit"]),
        (SayNotDone(visit="weeks.1", form="person", why="unwell"), ["not-done.not-here"]),
        (SayNotDone(visit="weeks.1", form="tea", why="unwell"), ["not-done.not-here"]),
        (SayNotDone(visit="screening", why="unwell"), ["not-done.nothing-open"]),
        (SayNotDone(visit="weeks.1", why="other", reason=" "), ["not-done.no-reason"]),
    ],
)
def test_it_names_what_is_open_and_says_why(act, codes):
    made, subject_id = begun()
    assert made.codes(act, subject_id, on=LATE) == codes


def test_it_is_said_once():
    made, subject_id = begun()
    made.do(not_done("cups"), subject_id, on=LATE)
    assert made.codes(not_done("cups"), subject_id, on=LATE) == ["not-done.nothing-open"]
    made.do(not_done(), subject_id, on=LATE)
    assert made.codes(not_done(), subject_id, on=LATE) == ["not-done.nothing-open"]


def test_a_visit_of_another_arm_is_not_said_not_to_be_done():
    visits = [visit.model_dump() for visit in a_study().visits]
    visits[1]["when"] = "tea_unwise"
    made = a_trial(a_study(visits=visits))
    subject_id = made.randomised()
    assert made.codes(not_done(), subject_id) == ["not-done.not-planned"]


def test_what_was_due_before_a_death_or_a_withdrawal_may_be_said_not_done_afterwards():
    made, dead = begun()
    made.do(RecordDeath(cause="other"), dead, on=DAY + days(33))
    made.do(not_done(), dead, on=LATE)
    left = made.randomised()
    made.do(WithdrawConsent(scope="everything"), left, on=DAY + days(33))
    made.do(not_done(), left, on=LATE)
    assert visit(made, dead).state == visit(made, left).state == "not done"


def test_the_draw_still_waits_for_what_the_study_wants_filled_before_it():
    visits = [visit.model_dump() for visit in a_study().visits]
    before = visits[0] | {"id": "baseline", "anchor": "consent", "forms": ["cups"]}
    made = a_trial(a_study(visits=[*visits, before | {"before": "randomisation"}]))
    subject_id = made.registered()
    made.do(SayNotDone(visit="baseline", why="declined"), subject_id)
    assert made.codes(made.draw(subject_id), subject_id) == ["visit.not-filled"]


def test_whoever_may_save_forms_may_say_that_one_was_not_done_and_nobody_else():
    made, subject_id = begun()
    trial_state = made.folds.trial_state()
    for person in trial_state.people:
        kinds = (SayNotDone.kind, SaveForm.kind)
        may = {trial.may(made.study, trial_state, person, kind, "01") for kind in kinds}
        assert len(may) == 1, person
    assert made.codes(not_done(), subject_id, by="assistant-02") == ["role.may-not"]
