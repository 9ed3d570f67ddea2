"""Forms: what is an answer, where it may stand, and what happens when it is put right."""

import msgspec
import pytest

from equipoise.conduct import folding
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from tests.support import DAY, MOVED, a_study, a_subject, a_trial, days, person, pressure, rows


def of(subject, text, on=DAY):
    study = a_study()
    return truth_of(parse(text), study.vocabulary, SubjectFacts(study, subject, on), on)


def answered(form, **values):
    return SaveForm(form=form, visit="screening", values=values)


def codes(act, **how):
    made = a_trial()
    return made.codes(act, made.enter(), **how)


NUMBERS = ["140", "140.5", "0140", "+140", "<140", "<= 140", ">=140.25"]
NO_NUMBERS = [
    "1_40", "１４０", "1e2", "1e400", "1E+2", "NaN", "sNaN", "Infinity", "-inf", "140,5", "14O",
    ".5", "140.", " 140", "140 ", "--140", "<", "<>140", "140 mmHg", "1" * 13, "0x8C", "٣", "²",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_written_in_plain_digits_with_a_comparator_at_most(text):
    a_subject(answered("pressure", systolic=text))


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_only_a_program_would_read_as_a_number_is_refused(text):
    made = a_trial()
    refusals = made.refusals(answered("pressure", systolic=text), made.enter())
    assert [(r.code, r.where) for r in refusals] == [("item.number", "systolic")]
    assert refusals[0].because == (
        "Systolic blood pressure must be a number in mm[Hg], like 12 or 12.5"
    )


DATES = ["1970", "1970-02", "1970-02-28", "2000-02-29"]
NO_DATES = [
    "2026-13", "2026-00", "2026-02-30", "1970-2-3", "2026-W47-1", "20261123", "70", "１９７０",
    "1970-02-28T10:00", "19_70", " 1970", "1970-", "-1970", "yesterday",
]  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_a_date_of_birth_may_be_known_in_part(text):
    subject = a_subject(person(birth_date=text))
    assert of(subject, "birth_date < today") is Truth.TRUE


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_of_the_calendar_is_refused(text):
    assert codes(person(birth_date=text)) == ["item.date"]


@pytest.mark.parametrize("text", ["0001", "1879-12-31", "2200", "9999-12", "9999-12-31"])
def test_a_year_in_which_nobody_of_the_trial_lives_is_refused(text):
    assert codes(person(birth_date=text)) in (["item.date-range"], ["item.date"])


def test_an_answer_is_of_the_kind_that_is_asked():
    table = """
        item       | value    | code
        -----------+----------+----------------
        tea_unwise | maybe    | item.yes-no
        tea_unwise | true     | item.yes-no
        medicines  | aspirin  | item.a-list
        pulse      | 70       | item.unknown
    """
    for row in rows(table):
        assert codes(answered("person", **{row["item"]: row["value"]})) == [row["code"]], row
    assert codes(answered("person", tea_unwise=[{}])) == ["item.not-a-list"]


def test_every_wrong_answer_is_named_at_once_each_where_it_stands():
    made = a_trial()
    wrong = answered(
        "person",
        birth_date="soon",
        tea_unwise="perhaps",
        medicines=[{"medicine": "a", "lowers_pressure": "no"}, {"lowers_pressure": "x"}],
    )
    found = [(r.code, r.where) for r in made.refusals(wrong, made.enter())]
    assert found == [
        ("item.date", "birth_date"),
        ("item.yes-no", "tea_unwise"),
        ("item.yes-no", "medicines.2.lowers_pressure"),
    ]


def test_a_row_of_a_list_is_filled_or_left_out():
    assert codes(person(medicines=[{}])) == ["item.empty-row"]
    assert codes(person(medicines=[{"medicine": "", "lowers_pressure": ""}])) == ["item.empty-row"]
    assert codes(person(medicines=[{"medicine": "a", "dose": "2"}])) == ["item.unknown"]


def test_a_value_beyond_the_plausible_is_questioned_in_its_own_unit_only():
    made = a_trial()
    subject_id = made.enter()
    low = made.refusals(answered("pressure", systolic="18"), subject_id)
    assert [r.because for r in low] == [
        "Systolic blood pressure 18 mm[Hg] is below 70 mm[Hg]: mend it, or give the reason why it "
        "is right"
    ]
    made.do(answered("pressure", **{"systolic": "18", "systolic.unit": "kPa"}), subject_id)
    assert of(made.subject(subject_id), "systolic >= 130 mm[Hg]") is Truth.TRUE  # 135 mmHg


def test_an_unlikely_value_is_taken_once_it_is_said_why_it_is_right_and_a_wrong_one_never():
    made = a_trial()
    subject_id = made.enter()
    unlikely = SaveForm(
        form="pressure",
        visit="screening",
        values={"systolic": "62"},
        confirmed={"item.implausible": {"systolic": "measured three times, lying down"}},
    )
    made.do(unlikely, subject_id)
    record = made.subject(subject_id).forms.records["pressure@screening#1"]
    assert record.values["systolic"][-1].reason == "measured three times, lying down"
    wrong = msgspec.structs.replace(unlikely, values={"systolic": "high"}, reason="mistyped")
    assert [r.code for r in made.refusals(wrong, subject_id)] == ["item.number"]


def test_a_unit_is_one_that_is_asked_and_limits_only_where_a_laboratory_gives_them():
    value = {"systolic": "140"}
    assert codes(answered("pressure", **value, **{"systolic.unit": "bar"})) == ["item.unit"]
    assert codes(answered("pressure", **value, **{"systolic.uln": "140"})) == ["item.no-limits"]
    assert codes(answered("pressure", **value, **{"systolic.mood": "x"})) == ["item.unknown"]


def limited():
    forms = [form.model_dump() for form in a_study().forms]
    forms[1]["items"][0]["limits"] = True
    return a_study(forms=forms)


def test_a_laboratorys_limits_are_numbers_and_in_order():
    table = """
        lln | uln | codes
        ----+-----+------------
        90  | 140 |
        0   | 140 |
        140 | 140 |
        141 | 140 | item.limits
            | 0   | item.limit
            | -5  | item.limit
            | <5  | item.limit
            | NaN | item.limit
    """
    for row in rows(table):
        made = a_trial(limited())
        values = {"systolic": "140", "systolic.lln": row["lln"], "systolic.uln": row["uln"]}
        subject_id = made.enter()
        if row["codes"]:
            assert made.codes(answered("pressure", **values), subject_id) == [row["codes"]], row
        else:
            made.do(answered("pressure", **values), subject_id)


def test_a_form_stands_at_a_visit_that_asks_it():
    table = """
        form     | visit      | number | code
        ---------+------------+--------+------------------
        person   | screening  | 1      |
        person   |            | 1      |
        person   | screening  | 2      | form.once
        pressure | screening  | 2      |
        pressure | screening  | 99     |
        pressure | screening  | 100    | form.too-often
        pressure | screening  | 0      | form.once
        pressure | weeks.3    | 1      |
        pressure | weeks.4    | 1      | form.no-visit
        pressure | weeks.0    | 1      | form.no-visit
        pressure | weeks      | 1      | form.no-visit
        pressure | weeks.two  | 1      | form.no-visit
        pressure | screening.1| 1      | form.no-visit
        cups     | screening  | 1      | form.not-here
        saucers  | screening  | 1      | form.unknown
    """
    values = {"person": {"tea_unwise": "no"}, "pressure": {"systolic": "140"}}
    for row in rows(table):
        made = a_trial()
        act = SaveForm(
            form=row["form"],
            visit=row["visit"],
            number=int(row["number"]),
            values=values.get(row["form"], {}),
        )
        if row["code"]:
            assert made.codes(act, made.enter()) == [row["code"]], row
        else:
            made.do(act, made.enter())


def test_a_visit_of_one_arm_is_for_those_who_were_drawn_it():
    visits = [visit.model_dump() for visit in a_study().visits]
    visits[1]["arms"] = ("water",)
    made = a_trial(a_study(visits=visits))
    seen = set()
    for _ in range(12):
        subject_id = made.registered()
        assert made.codes(pressure("weeks.1"), subject_id) == ["form.other-arm"]
        made.do(made.draw(subject_id), subject_id)
        arm = made.subject(subject_id).randomisation.allocation.arm
        seen.add(arm)
        if arm == "water":
            made.do(pressure("weeks.1"), subject_id)
        else:
            assert made.codes(pressure("weeks.1"), subject_id) == ["form.other-arm"]
    assert seen == {"water", "hibiscus", "rooibos"}


def test_an_answer_is_changed_with_a_reason_and_keeps_its_history():
    made = a_trial()
    subject_id = made.enter()
    made.do(pressure(systolic="140"), subject_id)
    without = made.refusals(pressure(systolic="141"), subject_id)
    assert [(r.code, r.where) for r in without] == [("form.no-reason", "reason")]
    assert without[0].because == "say why Systolic blood pressure is changed"
    changed = SaveForm(
        form="pressure", visit="screening", values={"systolic": "141"}, reason="typing error"
    )
    made.do(changed, subject_id)
    versions = made.subject(subject_id).forms.records["pressure@screening#1"].values["systolic"]
    assert [(v.value, v.reason) for v in versions] == [("140", ""), ("141", "typing error")]


def test_the_same_answer_again_is_no_change():
    made = a_trial()
    subject_id = made.enter()
    made.do(pressure(), subject_id)
    made.do(pressure(), subject_id)
    record = made.subject(subject_id).forms.records["pressure@screening#1"]
    assert {len(versions) for versions in record.values.values()} == {1}


def test_that_there_are_none_is_an_answer_and_is_changed_with_a_reason():
    made = a_trial()
    subject_id = made.enter()
    made.do(person(medicines=[]), subject_id)
    assert of(made.subject(subject_id), "any medicines where lowers_pressure") is Truth.FALSE
    some = answered("person", medicines=[{"medicine": "a", "lowers_pressure": "yes"}])
    assert made.codes(some, subject_id) == ["form.no-reason"]


def test_the_latest_list_counts_also_when_it_says_none():
    made = a_trial()
    subject_id = made.enter()
    pill = [{"medicine": "a", "lowers_pressure": "yes"}]
    made.do(person(medicines=pill), subject_id)
    assert of(made.subject(subject_id), "any medicines where lowers_pressure") is Truth.TRUE
    later = SaveForm(form="person", values={"medicines": []})
    made.do(later, subject_id, on=DAY + days(3))
    subject = made.subject(subject_id)
    assert of(subject, "any medicines where lowers_pressure", DAY + days(3)) is Truth.FALSE
    # On the earlier day the later list was not there yet.
    assert of(subject, "any medicines where lowers_pressure", DAY) is Truth.TRUE


def test_a_blank_takes_an_answer_back_and_says_nothing_where_none_was():
    made = a_trial()
    subject_id = made.enter()
    made.do(answered("pressure", systolic="140", diastolic=""), subject_id)
    record = made.subject(subject_id).forms.records["pressure@screening#1"]
    assert "diastolic" not in record.values
    blank = SaveForm(
        form="pressure", visit="screening", values={"systolic": ""}, reason="other person's"
    )
    assert made.codes(answered("pressure", systolic=""), subject_id) == ["form.no-reason"]
    made.do(blank, subject_id)
    assert of(made.subject(subject_id), "systolic is known") is Truth.FALSE


def required():
    forms = [form.model_dump() for form in a_study().forms]
    forms[1]["items"][0]["required"] = True
    forms[1]["items"][1].update(required=True, shown_when="systolic > 150 mm[Hg]")
    return a_study(forms=forms)


def test_what_must_be_answered_is_not_passed_over_with_a_blank():
    table = """
        systolic | diastolic | missing
        ---------+-----------+----------
                 |           | systolic
        140      |           |
        155      |           | diastolic
        155      | 90        |
    """
    for row in rows(table):
        made = a_trial(required())
        act = answered("pressure", systolic=row["systolic"], diastolic=row["diastolic"])
        if row["missing"]:
            refusals = made.refusals(act, made.enter())
            assert [(r.code, r.where) for r in refusals] == [("item.required", row["missing"])]
        else:
            made.do(act, made.enter())


def test_an_edit_check_judges_the_answers_of_its_own_copy_of_the_form():
    """A value of another visit is not taken for one of this visit."""
    made = a_trial()
    subject_id = made.randomised()
    made.do(pressure("weeks.1", systolic="180", diastolic="120"), subject_id, on=DAY + days(28))
    # 100 is above no systolic value of this visit, whatever stands at another.
    made.do(pressure("weeks.2", systolic="110", diastolic="100"), subject_id, on=DAY + days(56))
    wrong = pressure("weeks.3", systolic="110", diastolic="111")
    assert made.codes(wrong, subject_id, on=DAY + days(84)) == ["item.check"]
    earlier = SaveForm(
        form="pressure", visit="weeks.1", values={"diastolic": "150"}, reason="read again"
    )
    made.do(earlier, subject_id, on=DAY + days(28), at=None)


def test_an_edit_check_may_speak_of_the_arm_and_of_other_forms():
    forms = [form.model_dump() for form in a_study().forms]
    check = {"that": "not (arm == 'water' and cups_a_day > 5)", "because": "Too much water"}
    forms[2]["items"][0]["checks"] = [check]
    made = a_trial(a_study(forms=forms))
    refused = {}
    for _ in range(12):
        subject_id = made.randomised()
        cups = {"cups_a_day": "6"}
        act = SaveForm(form="cups", visit="weeks.1", values=cups, confirmed=MOVED)
        arm = made.subject(subject_id).randomisation.allocation.arm
        if arm == "water":
            refused[arm] = made.codes(act, subject_id)
        else:
            made.do(act, subject_id)
    assert refused == {"water": ["item.check"]}


def test_the_day_of_a_form_is_put_right_with_a_reason():
    made = a_trial()
    subject_id = made.enter()
    made.do(pressure(), subject_id)
    assert made.codes(pressure(), subject_id, on=DAY - days(1)) == ["form.no-reason"]
    act = SaveForm(form="pressure", visit="screening", values={}, reason="wrong day")
    made.do(act, subject_id, on=DAY - days(1))
    assert made.subject(subject_id).forms.records["pressure@screening#1"].on == DAY - days(1)


def test_what_follows_from_an_answer_follows_at_once_and_is_never_kept():
    """Nobody opens a form or recalculates anything: the draw, and every rule, reads the new one."""
    made = a_trial()
    subject_id = made.eligible(systolic="140")
    for systolic, group in (("150", "moderate"), ("141", "mild"), ("145", "moderate")):
        changed = pressure(systolic=systolic)
        made.do(msgspec.structs.replace(changed, reason="measured again"), subject_id)
        for subject in (
            made.subject(subject_id),
            folding.catch_up_subject(Subject(subject_id=subject_id), made.ledger),
        ):
            facts = SubjectFacts(made.study, subject, DAY, registering=DAY)
            rule = parse(f"pressure_group == '{group}'")
            assert truth_of(rule, made.study.vocabulary, facts, DAY) is Truth.TRUE
            assert group in strata_of(made.study, subject, DAY).values()
