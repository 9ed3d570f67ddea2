"""The one way in: every act is judged whole, recorded whole, and read back as it was meant."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Refused
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.folding import NotUnderstood
from equipoise.conduct.follow_up import RecordAlive, RecordDeath, RecordProgression
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.panel import AskPanel, CastVote
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.screening import EnterScreening, FailScreening
from equipoise.conduct.subject import Subject
from equipoise.ledger import MemoryLedger, verify
from equipoise.ledger.entry import follow
from tests.support import DAY, a_panel_study, a_trial, days, noon, person, pressure


def test_a_day_that_is_not_told_is_the_day_it_is_where_the_trial_is_run():
    """Half past eleven in the evening in Greenwich is the next day in Amsterdam."""
    made = a_trial()
    subject_id = made.enter()
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    made.do(GiveConsent(version="1"), subject_id, on=None, at=late)
    assert made.subject(subject_id).consent_on == date(2026, 3, 3)


def test_the_future_begins_at_midnight_where_the_trial_is_run():
    table = [
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), date(2026, 3, 2), []),
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), date(2026, 3, 3), ["time.future"]),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), date(2026, 3, 3), []),
        # In summer Amsterdam is two hours ahead.
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2), []),
        (datetime(2026, 7, 2, 5, 0, tzinfo=timezone(timedelta(hours=9))), date(2026, 7, 2), [
            "time.future"
        ]),
    ]  # fmt: skip
    for at, on, codes in table:
        made = a_trial()
        subject_id = made.enter(on=date(2026, 2, 1))
        if codes:
            assert made.codes(RecordAlive(), subject_id, on=on, at=at) == codes
        else:
            made.do(RecordAlive(), subject_id, on=on, at=at)


def test_a_moment_has_its_time_zone_and_a_day_is_of_our_time():
    made = a_trial()
    subject_id = made.enter()
    naive = noon(DAY).replace(tzinfo=None)
    assert made.codes(RecordAlive(), subject_id, at=naive) == ["time.no-zone"]
    old = made.codes(RecordAlive(), subject_id, on=date(202, 3, 2), at=noon(DAY))
    assert old == ["time.out-of-range"]
    with pytest.raises(ValueError, match="no time zone"):
        trial.moment(naive)


def test_both_times_are_kept():
    made = a_trial()
    subject_id = made.enter()
    at = datetime(2026, 3, 9, 10, 30, 15, 123456, tzinfo=timezone(timedelta(hours=1)))
    entry = made.do(RecordAlive(), subject_id, on=DAY, at=at)
    assert (entry.at, entry.happened) == ("2026-03-09T09:30:15.123456Z", "2026-03-02")


def test_an_act_that_could_not_be_read_back_is_refused():
    """A value that no reader of the ledger would take may not get into it."""
    made = a_trial(a_panel_study())
    subject_id = made.enter()
    for act, where in (
        (RecordDeath(cause="boredom"), "cause"),
        (WithdrawConsent(scope="all"), "scope"),
        (RecordProgression(place=3), "place"),
        (FailScreening(criteria="I1"), "criteria"),
        (SaveForm(form="person", visit="screening", values={"tea_unwise": 1}), "values.tea_unwise"),
        (AskPanel(scan_on="soon"), "scan_on"),
        (Randomise(strata=None), "strata"),
    ):
        refusals = made.refusals(act, subject_id, by="doctor-01")
        assert [(r.code, r.where) for r in refusals] == [("act.malformed", where)], act
    assert made.codes(FailScreening(note="\ud800"), subject_id) == ["act.unreadable"]


def test_every_field_of_a_wrong_kind_is_told_at_once():
    made = a_trial()
    act = SaveForm(form=3, number="1", values={"a": 1, "b": [{"c": 2}], "d": "x"})
    assert {(r.where, r.because) for r in made.refusals(act, made.enter(), by="doctor-01")} == {
        ("form", "form must be a text"),
        ("number", "number must be a whole number"),
        ("values.a", "values.a must be a text"),
        ("values.b.1.c", "values.b.1.c must be a text"),
    }


def test_text_is_bounded_and_without_invisible_signs():
    made = a_trial()
    subject_id = made.enter()
    for note, code in (
        ("x" * 4_001, "text.too-long"),
        ("a\x00b", "text.control"),
        ("a\x1b[31mb", "text.control"),
        ("a\x7fb", "text.control"),
        ("a\x85b", "text.control"),
    ):
        refusals = made.refusals(FailScreening(note=note), subject_id)
        assert [(r.code, r.where) for r in refusals] == [(code, "note")], note
    made.do(FailScreening(note="é 漢 🙂\n\ttwo lines"), subject_id)
    assert made.subject(subject_id).screening.failure.note == "é 漢 🙂\n\ttwo lines"


def test_a_sign_in_an_answer_is_named_at_its_item():
    made = a_trial()
    act = person(medicines=[{"medicine": "a\x07"}])
    found = [(r.code, r.where) for r in made.refusals(act, made.enter())]
    assert found == [("text.control", "medicines.1.medicine")]


def test_there_are_not_more_rows_answers_or_copies_than_anyone_would_fill_in():
    made = a_trial()
    subject_id = made.enter()
    row = {"medicine": "a", "lowers_pressure": "no"}
    assert made.codes(person(medicines=[row] * 201), subject_id) == ["act.too-many"]
    made.do(person(medicines=[row] * 200), subject_id)
    many = SaveForm(form="person", visit="screening", values={f"x{n}": "" for n in range(1_001)})
    assert made.codes(many, subject_id)[0] == "act.too-many"
    huge = SaveForm(form="pressure", visit="screening", number=10**30, values={})
    assert "act.too-large" in made.codes(huge, subject_id)


def test_nothing_happens_to_someone_who_is_not_there():
    made = a_trial()
    for subject_id, says in (("TEA-01-0001", "there is no participant TEA-01-0001"), ("", "no ")):
        refusals = made.refusals(person(), subject_id, by="doctor-01")
        assert [r.code for r in refusals][:2] == ["role.may-not", "subject.unknown"]
        assert refusals[1].because.startswith(says)
    for stream in ("study", "allocation"):
        assert "subject.unknown" in made.codes(person(), stream, by="doctor-01")


def test_the_act_that_was_judged_is_the_act_that_is_kept():
    """Whoever holds on to the values cannot change them afterwards."""
    made = a_trial()
    subject_id, rows = made.enter(), [{"medicine": "a", "lowers_pressure": "no"}]
    made.do(person(medicines=rows), subject_id)
    rows[0]["lowers_pressure"] = "yes"
    record = made.subject(subject_id).forms.records["person@screening#1"]
    assert record.now("medicines") == [{"medicine": "a", "lowers_pressure": "no"}]


def test_every_kind_of_act_is_read_back_as_it_was():
    made = a_trial(a_panel_study())
    made.do(RecordProgression(place="liver"), made.randomised())
    made.do(pressure("weeks.1"), "TEA-01-0001", on=DAY + days(28))
    kinds = set()
    for entry in made.ledger.everything():
        act = folding.read(entry)
        kinds.add(act.kind)
        assert json.loads(msgspec.json.encode(act)) == json.loads(entry.payload)
    assert len(kinds) > 10
    assert verify(made.ledger.everything()) == []


def forged(made, stream, kind, payload):
    ledger = MemoryLedger.of(made.ledger.everything())
    entry = follow(
        ledger.head(stream),
        stream=stream,
        kind=kind,
        payload=payload,
        by="doctor-01",
        at="2026-03-02T12:00:00.000000Z",
        happened="2026-03-02",
        study=made.study.digest,
    )
    ledger.append(entry)
    return ledger


def test_an_entry_of_a_kind_that_is_not_known_stops_the_reader_and_is_named():
    made = a_trial()
    subject_id = made.enter()
    for kind, payload, says in (
        ("tea.pour", "{}", "does not know it"),
        ("event.death", '{"cause":"boredom"}', "cannot be read"),
    ):
        ledger = forged(made, subject_id, kind, payload)
        with pytest.raises(NotUnderstood, match=f"{subject_id} 2: .*{kind}.*{says}"):
            folding.FreshFolds(ledger).subject(subject_id)
        with pytest.raises(NotUnderstood):
            trial.perform(
                made.study,
                ledger,
                person(),
                trial.Stamp(by="doctor-01", at=noon(DAY)),
                subject_id=subject_id,
            )


def test_folding_as_of_a_moment_is_folding_what_was_recorded_by_then():
    made = a_trial(a_panel_study())
    subject_id = made.randomised()
    made.do(RecordProgression(place="liver"), subject_id, on=DAY + days(40))
    made.do(RecordDeath(cause="disease"), subject_id, on=DAY + days(80))
    # Learned late: it happened before the death and is recorded after it.
    made.do(RecordAlive(), subject_id, on=DAY + days(79), at=noon(DAY + days(90)))
    for count, alive, dead in ((39, 0, False), (40, 0, False), (80, 0, True), (90, 1, True)):
        until = trial.moment(noon(DAY + days(count)))
        then = folding.catch_up_subject(Subject(subject_id=subject_id), made.ledger, until)
        assert (len(then.follow_up.seen), then.follow_up.death is not None) == (alive, dead)
        assert len(then.follow_up.progressions) == (count >= 40)


def test_a_clock_that_was_set_back_hides_nothing_that_something_else_rests_on():
    made = a_trial(a_panel_study())
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id)
    made.do(AskPanel(scan_on=DAY), subject_id, at=noon(DAY + days(5)))
    drawn = made.subject(subject_id).panel.reviews[0].drawn[0]
    vote = CastVote(category="yes")
    made.do(vote, subject_id, by=drawn, at=noon(DAY + days(1)))
    until = trial.moment(noon(DAY + days(2)))
    then = folding.catch_up_subject(Subject(subject_id=subject_id), made.ledger, until)
    assert then.panel.reviews == []
    assert then.consent_on == DAY


def test_two_who_ask_for_a_number_at_once_do_not_get_the_same():
    made = a_trial()
    number = trial.next_subject_id(made.study, made.ledger, "01")
    made.do(EnterScreening(site="01"), number)
    with pytest.raises(Refused):
        made.do(EnterScreening(site="01"), number)
    assert trial.next_subject_id(made.study, made.ledger, "01") != number


def test_a_checkpoint_changes_nothing_that_is_true():
    made = a_trial()
    subject_id = made.randomised()
    before = repr((made.folds.trial_state().draws, made.subject(subject_id)))
    trial.checkpoint(made.study, made.ledger, trial.Stamp(by="office-1", at=noon(DAY)))
    assert repr((made.folds.trial_state().draws, made.subject(subject_id))) == before
    assert verify(made.ledger.everything()) == []
