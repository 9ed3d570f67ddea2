"""A rehearsal tells what it never used, why lives stopped, and what kept people out."""

import json
from datetime import date, timedelta

import pytest

from equipoise.conduct import trial
from equipoise.conduct.folding import FreshFolds
from equipoise.conduct.state.pump_flow import content_of
from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import Hopeless, rehearse
from equipoise.design.rehearsal.unused import unused
from equipoise.ledger import MemoryLedger
from equipoise.study.load import Invalid
from tests.rehearsed import played
from tests.support import STUDIES, a_study

# What no life of the pump trial's rehearsal comes to, each with its reason.
NEVER_REHEARSED = {
    "study.amend": "a rehearsal knows one study text",
    "assumption.confirm": "a rehearsal asks for nobody's word",
    "assumption.take-back": "and so none is taken back",
    "amendment.activate": "the study has no amendment yet",
    "amendment.take-back": "invented people record nothing in error",
    "laboratory.limits": "a rehearsal's plan gives the limits with each value",
    "of_age": "nobody comes in the year of their 18th birthday",
    "role.end": "nobody who works in a rehearsal leaves it",
    "audit.review": "nobody looks through the audit of a rehearsal",
    "results.ask": "nobody looks at a rehearsal's results by arm before its end",
    "results.agree": "and so nobody agrees to it",
    "entry.void": "invented people record nothing in error",
    "entry.redact": "invented people type no names",
    "randomisation.in-error": "and draw nobody in error",
    "pump.correct": "and tell nothing wrongly of a pump",
    "study.unlock": "who locked the study of a rehearsal opens nothing again",
}
# What the demonstration has no room for: it is played up to yesterday, not to the last follow-up.
NOT_YET_IN_THE_DEMONSTRATION = {
    "study.close-accrual": "306 people take four years to come",
    "study.lock": "it is locked at the end of a whole rehearsal",
    "half-year": "begins two and a half years after the draw",
    "quarter.5": "two years after the draw",
}
SAVED = "forms.save"
A_THIRD = 95  # participants of the pump trial's 306
TWO_YEARS = "2026-11-27"  # of the trial, begun on 2024-11-21: as long as a demonstration today


def never_used(ledger, until):
    entries = (entry for entry in ledger.everything() if entry.at[:10] <= until)
    return {name for _, names in unused(a_study("pump-it"), entries).by_kind() for name in names}


@pytest.mark.parametrize(
    ("participants", "beyond"),
    [
        (A_THIRD, {"half-year.4", "half-year.5", "half-year.6"}),
        pytest.param(306, set(), marks=pytest.mark.slow),
    ],
)
def test_every_form_item_act_and_visit_of_the_pump_trial_is_lived_through(participants, beyond):
    """But for the last of its half-years, to which a third of the trial does not come."""
    ledger, done = played("pump-it", participants)
    assert never_used(ledger, "9999") == NEVER_REHEARSED.keys() | beyond
    assert {name for _, names in done.unused.by_kind() for name in names} == {
        *NEVER_REHEARSED,
        *beyond,
    }
    assert (done.refused, done.stops.lines()) == (0, [])
    assert any(entry.kind == "visit.not-done" for entry in ledger.everything())
    pumps = [e for e in ledger.everything() if '"substance":"floxuridine"' in e.payload]
    assert len(pumps) > participants


@pytest.mark.parametrize("participants", [A_THIRD, pytest.param(306, marks=pytest.mark.slow)])
def test_the_demonstration_shows_every_form_item_act_and_visit_that_two_years_can_hold(
    participants,
):
    """It is the same rehearsal, stopped on a day; but for the last contact of those alive."""
    left = never_used(played("pump-it", participants)[0], TWO_YEARS) - NEVER_REHEARSED.keys()
    assert {name for name in left if name.partition(".")[0] != "half-year"} <= {
        *NOT_YET_IN_THE_DEMONSTRATION,
        "contact.alive",  # at the end of every rehearsal, also of one that stops on a day
    }


def test_at_its_end_everybody_and_the_study_are_locked_and_nothing_follows():
    ledger, _ = played("pump-it", A_THIRD)
    entries = list(ledger.everything())
    kinds = [entry.kind for entry in entries]
    locked = {e.stream for e in entries if e.kind == "lock.participant" and '"lock"' in e.payload}
    assert locked == {name for name in ledger.heads() if name.startswith("PIT-")}
    assert kinds.count("study.lock") == 1
    last = max((e.at, e.kind) for e in entries if e.kind != "ledger.checkpoint")
    assert last[1] == "study.lock"


def test_invented_pumps_run_in_cycles_and_now_and_then_one_is_emptied_too_late():
    """Of whoever is operated on; they are filled from the operation on."""
    ledger, _ = played("pump-it", A_THIRD)
    folds, study = FreshFolds(ledger), a_study("pump-it")
    subjects = [folds.subject(name) for name in trial.subject_ids(ledger)]
    contents = [content_of(pump, study) for one in subjects for pump in one.pump.pumps]
    runs = [one for content in contents for one in content]
    late = [one for one in runs if one.until and one.until > one.empty_by + timedelta(hours=12)]
    drugs = [one for one in runs if one.substance and one.substance.drug]
    assert len(contents) > A_THIRD / 3 and len(drugs) > A_THIRD and 0 < len(late) < len(runs) / 5
    assert any(one.level == "note" for one in runs)


def test_answers_are_copied_rows_name_rows_and_none_so_far_is_said():
    """What the study lets be copied is marked so, and what is told later is a copy of its own."""
    ledger, _ = played("pump-it", A_THIRD)
    saved = [json.loads(e.payload) for e in ledger.everything() if e.kind == SAVED]
    copied = [act for act in saved if act["copied"]]
    assert {name for act in copied for name in act["copied"]} == {"comedication"}
    assert any(act["values"]["comedication"] for act in copied)
    none = [act for act in saved if act["values"] == {"none": "yes"}]
    assert {act["form"] for act in none} == {"pregnancy"}
    assert {act["number"] for act in saved if act["form"] == "pregnancy"} == {1, 2}
    links = [act["values"].get("target_measurements") for act in saved]
    assert sum(bool(rows) for rows in links) > A_THIRD


def test_a_rehearsal_until_a_day_is_the_beginning_of_the_whole_one():
    whole, _ = played("first-steps", 48)
    part, _ = played("first-steps", 48, 7, date(2026, 4, 15))
    begun = {e.digest for e in whole.everything()}
    last = ("contact.alive", "ledger.checkpoint")
    assert all(e.digest in begun for e in part.everything() if e.kind not in last)
    assert "contact.alive" in {e.kind for e in part.everything()}


def with_value(plan, name, **ways):
    """The plan with another way of answering one item."""
    bare = {"always": None, "choice": {}, "yes": None, "normal": None, "lognormal": None}
    changed = plan.values[name].model_copy(update=bare | ways)
    return plan.model_copy(update={"values": {**plan.values, name: changed}})


def test_every_life_that_stops_is_told_with_its_cause():
    odd = with_value(load_plan(STUDIES / "first-steps"), "cups_a_day", always="soon")
    done = rehearse(a_study(), odd, MemoryLedger(), 5, 7)
    (stop,) = done.stops.causes
    assert (stop.code, stop.act, stop.form, stop.item) == (
        "item.number", "forms.save", "cups", "cups_a_day",
    )  # fmt: skip
    assert done.stops.causes[stop] == done.refused > 0
    said = "\n".join(done.told())
    assert f"{done.refused} lives stopped before their end:" in said
    assert "item.number at cups.cups_a_day (forms.save)" in said


def test_what_a_soft_check_asks_is_answered_with_a_reason_and_stops_nobody():
    plain = a_study().model_dump(exclude={"digest"})
    for item in (item for form in plain["forms"] for item in form["items"]):
        if item["id"] == "systolic":
            item["checks"] = [{"that": "systolic < 140", "because": "High", "soft": True}]
    study, ledger = a_study(**plain), MemoryLedger()
    done = rehearse(study, load_plan(STUDIES / "first-steps"), ledger, 5, 7)
    assert done.refused == 0
    assert any('"item.soft-check"' in entry.payload for entry in ledger.everything())


def test_what_befalls_people_in_a_chapter_that_nobody_knows_is_refused_with_its_line(tmp_path):
    text = (STUDIES / "first-steps" / "rehearsal.yaml").read_text(encoding="utf-8")
    path = tmp_path / "rehearsal.yaml"
    path.write_text(f"{text}\nhabits: {{sleeping: {{per_year: 2}}}}\n", encoding="utf-8")
    with pytest.raises(Invalid, match=r"habits.sleeping: nobody knows how people fare in") as bad:
        load_plan(tmp_path, a_study())
    assert str(bad.value).startswith(f"{path}:")


def test_where_nobody_is_randomised_the_criteria_that_kept_people_out_are_named_with_counts():
    unwise = with_value(load_plan(STUDIES / "first-steps"), "tea_unwise", yes=1)
    with pytest.raises(Hopeless, match=r"0 were randomised(.|\n)*kept out by .*E2 \(\d+\)"):
        rehearse(a_study(), unwise, MemoryLedger(), 3, 7)
    odd = with_value(load_plan(STUDIES / "first-steps"), "tea_unwise", always="soon")
    with pytest.raises(Hopeless, match=r"\d+ lives stopped before their end:\n  \d+ × item.yes-no"):
        rehearse(a_study(), odd, MemoryLedger(), 3, 7)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("tea_unwise: {yes: 0.02}", "tea_unwise: {always: soon}", "must be yes or no"),
        ("tea_unwise: {yes: 0.02}", "tea_unwise: {normal: [1, 1]}", "not answered by 'normal'"),
        ("birth_date: {days_before: [6000, 29000]}", "birth_date: {always: soon}", "date"),
        ("birth_date: {days_before: [6000, 29000]}", "birth_date: {}", "one way of answering"),
        ('{"0": 1, "1": 2', '{"many": 1, "1": 2', "must be a number"),
        ("medicine: {always: an invented pill}", "pill: {always: a}", "no column 'pill'"),
        ("lowers_pressure: {yes: 0.5}", "lowers_pressure: {always: perhaps}", "yes or no"),
        ("    rows:\n", "    rows:\n      each: [{when: tea_unwize, columns: {}}]\n", "tea_unwize"),
        ("least: 90, most: 200}", "unit: pounds}", "not in pounds"),
    ],
)
def test_a_plan_whose_answers_the_forms_would_refuse_is_refused_with_its_line(
    tmp_path, right, wrong, says
):
    text = (STUDIES / "first-steps" / "rehearsal.yaml").read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "rehearsal.yaml"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(Invalid, match=says) as invalid:
        load_plan(tmp_path, a_study())
    assert str(invalid.value).startswith(f"{path}:")


def test_invented_people_come_within_the_windows_of_their_visits():
    """Neither another visit, a weekend nor the panel that reads their scan holds them up."""
    saved = [json.loads(e.payload) for e in played("pump-it")[0].everything() if e.kind == SAVED]
    cycles = [act for act in saved if act["visit"].startswith("systemic")]
    assert len(cycles) > 300
    assert sum(bool(act["confirmed"]) for act in cycles) <= len(cycles) / 50
    assert sum(bool(act["confirmed"]) for act in saved) <= len(saved) / 50


def test_rows_with_a_condition_come_to_those_of_whom_it_holds():
    """A new lesion is seen once there is progression, and in nobody before."""
    ledger, _ = played("pump-it")
    folds, found = FreshFolds(ledger), 0
    for name in trial.subject_ids(ledger):
        subject = folds.subject(name)
        progressed = min((one.on for one in subject.follow_up.progressions), default=date.max)
        for record in subject.forms.of("tumour_evaluation"):
            if record.current.get("new_lesions_found"):
                found += 1
                assert record.on >= progressed
    assert found > 2
