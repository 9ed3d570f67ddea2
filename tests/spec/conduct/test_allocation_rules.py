"""Randomisation: refused until everything stands, final, and made again from the seed."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from equipoise.conduct.act import WrongSeed
from equipoise.conduct.administration import AdoptAmendment, CloseAccrual
from equipoise.conduct.allocation import Corrected, corrected, strata_of, unsound
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.replay import replay
from equipoise.conduct.screening import FailScreening
from equipoise.ledger import MemoryLedger
from equipoise.ledger.entry import follow
from tests.support import DAY, SEED, a_panel_study, a_study, a_trial, days, pressure

MILD = {"site": "01", "pressure": "mild"}


def streams(made):
    return [e for name in ("study", "allocation") for e in made.ledger.entries(name)]


def test_everything_that_does_not_stand_is_named_at_once():
    made = a_trial(a_panel_study())
    codes = made.codes(Randomise(strata=MILD), made.enter())
    assert codes == [
        "randomisation.not-registered",
        "consent.none",
        "panel.no-conclusion",
        "criterion.unknown",
        "randomisation.factor-unknown",
    ]


def test_an_arm_is_drawn_once_and_is_final():
    made = a_trial()
    subject_id = made.randomised()
    first = made.subject(subject_id).randomisation.allocation
    assert made.codes(Randomise(strata=MILD), subject_id) == ["randomisation.before"]
    assert made.subject(subject_id).randomisation.allocation == first
    assert made.codes(FailScreening(note="no"), subject_id) == ["screening.randomised"]


def test_numbers_are_consecutive_over_all_sites():
    made = a_trial()
    drawn = [made.randomised(site) for site in ("01", "02", "01", "02", "02")]
    assert [made.subject(one).randomisation.allocation.number for one in drawn] == [1, 2, 3, 4, 5]
    assert [draw.subject_id for draw in made.folds.trial_state().draws] == drawn


def test_the_arm_is_drawn_by_the_trial_and_never_told_to_it():
    made = a_trial()
    subject_id = made.registered()
    for told in ({"arm": "water"}, {"number": 1}, {"basis": {"x": "y"}}):
        assert made.codes(Randomise(strata=MILD, **told), subject_id) == ["randomisation.arm-given"]


def test_the_factors_are_those_that_were_read_back():
    made = a_trial()
    subject_id = made.registered()
    for strata, where in (
        ({**MILD, "pressure": "moderate"}, ["pressure"]),
        ({**MILD, "site": "02"}, ["site"]),
        ({"site": "01"}, ["pressure"]),
        ({}, ["site", "pressure"]),
        ({**MILD, "moon": "full"}, ["moon"]),
    ):
        refusals = made.refusals(Randomise(strata=strata), subject_id)
        assert [r.where for r in refusals] == where, strata
    made.do(Randomise(strata=MILD), subject_id)


def test_the_draw_is_of_today_and_cannot_be_dated_back():
    made = a_trial()
    subject_id = made.registered()
    at = datetime(2026, 3, 5, 12, tzinfo=UTC)
    found = made.refusals(made.draw(subject_id), subject_id, on=DAY, at=at)
    assert [(r.code, r.where) for r in found] == [("randomisation.backdated", "happened")]


def test_nobody_is_drawn_who_died_withdrew_or_failed_or_when_accrual_is_closed():
    for act, code in (
        (RecordDeath(cause="other"), "subject.died"),
        (WithdrawConsent(scope="treatment"), "consent.withdrawn"),
        (FailScreening(note="moved"), "randomisation.failed"),
    ):
        made = a_trial()
        subject_id = made.registered()
        made.do(act, subject_id)
        assert made.codes(made.draw(subject_id), subject_id) == [code]
    made = a_trial()
    subject_id = made.registered()
    made.do(CloseAccrual(because="enough"))
    assert made.codes(made.draw(subject_id), subject_id) == ["randomisation.closed"]


def test_nobody_is_drawn_before_their_registration():
    made = a_trial()
    subject_id = made.registered(on=DAY)
    codes = made.codes(made.draw(subject_id), subject_id, on=DAY - days(1))
    assert "randomisation.before-registration" in codes


def test_a_criterion_that_no_longer_stands_after_registration_keeps_the_arm_back():
    made = a_trial()
    subject_id = made.registered()
    values = {"medicines": [{"medicine": "a", "lowers_pressure": "yes"}]}
    act = SaveForm(form="person", visit="screening", values=values, reason="remembered")
    made.do(act, subject_id)
    found = made.refusals(made.draw(subject_id), subject_id)
    assert [(r.code, r.where) for r in found] == [("criterion.not-met", "E1")]


def test_a_factor_put_right_after_the_draw_is_told_and_the_draw_stays():
    made = a_trial()
    subject_id = made.randomised(systolic="140")
    before = made.subject(subject_id).randomisation.allocation
    assert corrected(made.study, made.subject(subject_id)) == []
    # A later measurement is no correction of the one that was drawn under.
    made.do(pressure("weeks.1", systolic="150"), subject_id, on=DAY + days(28))
    assert corrected(made.study, made.subject(subject_id)) == []
    act = SaveForm(
        form="pressure", visit="screening", values={"systolic": "150"}, reason="read wrongly"
    )
    made.do(act, subject_id, at=datetime(2026, 5, 1, 12, tzinfo=UTC))
    subject = made.subject(subject_id)
    assert corrected(made.study, subject) == [Corrected("pressure", "mild", "moderate")]
    assert subject.randomisation.allocation == before
    assert replay(streams(made), SEED, {made.study.digest: made.study}) == (1, [])


def test_the_ledger_keeps_nothing_from_which_the_next_arm_could_be_guessed():
    """Blocks are sealed: the arm alone stands there until the seed is revealed."""
    made = a_trial()
    made.randomised()
    entry = next(iter(made.ledger.entries("allocation")))
    payload = json.loads(entry.payload)
    assert set(payload) == {"arm", "basis", "number", "strata"}
    assert payload["basis"] == {}


def test_without_the_sealed_seed_nothing_is_drawn():
    made = a_trial()
    subject_id = made.registered()
    before = list(made.ledger.everything())
    for random_source in (None, RandomSource(b"another seed, as long as it must be")):
        made.random_source = random_source
        with pytest.raises(WrongSeed, match="nothing was drawn"):
            made.do(made.draw(subject_id), subject_id)
    assert list(made.ledger.everything()) == before


def minimised():
    return a_study(randomisation={**a_study().randomisation.model_dump(), "method": "minimisation"})


@pytest.mark.parametrize("method", ["blocks", "minimisation", "simple"])
def test_every_draw_is_made_again_from_the_seed(method):
    how = {**a_study().randomisation.model_dump(), "method": method}
    made = a_trial(a_study(randomisation=how))
    for n in range(12):
        made.randomised("01" if n % 3 else "02", systolic=str(135 + n))
    assert replay(streams(made), SEED, {made.study.digest: made.study}) == (12, [])


def test_the_wrong_seed_and_a_changed_draw_are_found():
    made = a_trial(minimised())
    for _ in range(5):
        made.randomised()
    count, wrong = replay(
        streams(made), b"another seed, as long as it must be", {made.study.digest: made.study}
    )
    assert count == 5
    assert "not the one that was committed" in wrong[0].because
    entries = streams(made)
    last = entries[-1]
    payload = json.loads(last.payload)
    payload["arm"] = next(arm.id for arm in made.study.arms if arm.id != payload["arm"])
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    count, wrong = replay(
        [*entries[:-1], msgspec.structs.replace(last, payload=text)],
        SEED,
        {made.study.digest: made.study},
    )
    assert [(w.number, w.subject_id) for w in wrong] == [(5, last.subject)]


def test_a_draw_under_an_earlier_study_text_is_made_again_under_that_text():
    made = a_trial()
    made.randomised()
    old, new = made.study, a_study(version="1.1")
    made.study = new.knowing({old.digest: old}.get)
    made.do(
        AdoptAmendment(version=new.version, digest=new.digest, because="a clearer text"),
        by="office-1",
    )
    made.randomised()
    assert replay(streams(made), SEED, {new.digest: new, old.digest: old}) == (2, [])
    count, wrong = replay(streams(made), SEED, {new.digest: new})
    assert (count, [w.number for w in wrong]) == (2, [1])
    assert "another study text" in wrong[0].because


def test_a_forged_draw_with_strange_factors_is_named_and_stops_nothing():
    made = a_trial()
    made.randomised()
    forged = MemoryLedger.of(streams(made))
    act = Randomise(strata={"moon": "full"}, number=2, arm="water")
    entry = follow(
        forged.head("allocation"),
        stream="allocation",
        kind=act.kind,
        payload=msgspec.json.encode(act, order="sorted").decode(),
        by="doctor-01",
        at="2026-03-02T12:00:00.000000Z",
        happened="2026-03-02",
        study=made.study.digest,
        subject="TEA-01-0002",
    )
    count, wrong = replay([*streams(made), entry], SEED, {made.study.digest: made.study})
    assert count == 2
    assert [w.number for w in wrong] == [2]


def test_the_strata_follow_from_the_facts_until_registration():
    made = a_trial()
    subject_id = made.registered(systolic="150")
    assert strata_of(made.study, made.subject(subject_id), DAY) == {
        "site": "01",
        "pressure": "moderate",
    }


def test_a_draw_that_the_study_cannot_make_is_refused_and_found_before_the_trial_opens():
    """A favoured arm with a chance of one in ten would be drawn less than the others."""
    how = {
        **a_study().randomisation.model_dump(),
        "method": "minimisation",
        "favoured": Decimal("0.1"),
    }
    made = a_trial(a_study(randomisation=how))
    subject_id = made.registered()
    assert made.codes(made.draw(subject_id), subject_id) == ["randomisation.unsound"]
    assert "p is 1/10" in unsound(made.study)
    assert unsound(a_study()) == unsound(a_study("pump-it")) == ""
