"""RECIST 1.1: the response follows from the lesions that were recorded, and is nobody's to type."""

from decimal import Decimal

import pytest

from equipoise.conduct.chapters import ACTS, agenda
from equipoise.conduct.follow_up import RecordProgression, RecordResection
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.recist import best_responses, evaluations
from equipoise.conduct.recist.chapter import BEST
from equipoise.conduct.recist.lesions import in_mm
from equipoise.conduct.recist.response import (
    Other,
    Target,
    of_others,
    of_targets,
    overall,
    summed,
)
from equipoise.conduct.sight import Sight
from equipoise.conduct.table import visible_rows
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.support import DAY, a_study, a_trial, carried_study, days, rows

RULES = carried_study("pump-it").recist
FORMS = ("lesions", "tumour_evaluation")


def a_study_with_lesions(**rules):
    """First steps, with the lesions of the pump trial at entry and at each visit."""
    own = carried_study("pump-it").form_of
    forms = [*(form.model_dump() for form in a_study().forms)]
    forms += [own[name].model_dump() | {"unplanned": True, "repeats": True} for name in FORMS]
    roles = [role.model_dump() for role in a_study().roles]
    for role in roles:
        role["may"] = (*role["may"], "event.progression", "event.resection")
    recist = RULES.model_dump() | rules
    return a_study(forms=forms, roles=roles, recist=recist)


def sizes(text):
    """`T1 30 T2 20`: each lesion with its diameter; `-` is one that was not assessed."""
    words = text.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return [{"lesion": name, **({"diameter": d} if d != "-" else {})} for name, d in pairs]


def at_first(made, subject_id, targets="T1 30 T2 20", others=()):
    lesions = [row | {"organ": "liver"} for row in sizes(targets)]
    seen = [{"lesion": name, "organ": "liver"} for name in others]
    values = {"target_lesions": lesions, "other_lesions": seen}
    made.do(SaveForm(form="lesions", values=values), subject_id)


def corrected(made, subject_id, targets):
    lesions = [row | {"organ": "liver"} for row in sizes(targets)]
    act = SaveForm(form="lesions", values={"target_lesions": lesions}, reason="read anew")
    made.do(act, subject_id)


def looked(made, subject_id, day, targets, **more):
    values = {
        "target_measurements": sizes(targets),
        "other_states": [],
        "new_lesions_found": [],
    }
    number = 1 + len(made.subject(subject_id).forms.of("tumour_evaluation"))
    act = SaveForm(form="tumour_evaluation", number=number, visit="", values=values | more)
    return made.do(act, subject_id, on=DAY + days(day))


def responses(made, subject_id):
    return evaluations(made.study, made.subject(subject_id))


@pytest.fixture
def begun():
    made = a_trial(a_study_with_lesions())
    return made, made.randomised()


def test_the_sum_is_compared_with_the_baseline_and_with_the_smallest_before():
    """Bounds: 30 % of the baseline; of the smallest sum 20 % and 5 mm, both."""
    table = """
        smallest | now  | response
        ---------+------+---------
        100      | 70.1 | SD
        100      | 70   | PR
        100      | 119  | SD
        100      | 120  | PD
        70       | 83.9 | SD
        70       | 84   | PD
        15       | 18   | PR
        15       | 19.9 | PR
        15       | 20   | PD
        25       | 29.9 | PR
        25       | 30   | PD
    """
    targets = [Target("T1", is_node=False, diameter=Decimal(100))]
    for row in rows(table):
        measured = {"T1": Decimal(row["now"])}
        sums = summed(targets, measured, Decimal(row["smallest"]))
        assert of_targets(targets, measured, sums, was_complete=False) == row["response"], row


def test_a_node_below_ten_is_gone_and_any_other_lesion_only_at_nought():
    """What is back after a complete response is progression, a node from 10 mm on; what was not
    measured leaves no sum, and progression alone is known without it."""
    targets = [Target("T1", is_node=False, diameter=Decimal(20)), Target("T2", True, Decimal(18))]
    table = """
        T1 | T2  | before | response
        ---+-----+--------+---------
        0  | 9.9 |        | CR
        0  | 10  |        | PR
        5  | 9   |        | PR
        3  | 9   | CR     | PD
        0  | 10  | CR     | PD
        0  | 9.9 | CR     | CR
        3  |     | CR     | PD
        0  |     |        | NE
        40 |     |        | NE
        50 |     |        | PD
    """
    for row in rows(table):
        measured = {name: Decimal(row[name]) if row[name] else None for name in ("T1", "T2")}
        sums = summed(targets, measured, Decimal(38))
        found = of_targets(targets, measured, sums, was_complete=row["before"] == "CR")
        assert found == row["response"], row
        whole = bool(row["T2"])
        assert [value is not None for value in (sums.now, sums.from_baseline, sums.growth)] == (
            [whole] * 3
        ), "a sum without a target is no sum"


def test_a_lesion_that_is_only_looked_at_and_back_after_a_complete_response_is_progression(begun):
    """A lymph node is back only by progressing, as the EORTC has it."""
    assert of_others([Other("N1")], {"N1": "present"}, was_complete=True) == "PD"
    node = [Other("N1", is_node=True)]
    assert of_others(node, {"N1": "present"}, was_complete=True) == "non-CR/non-PD"
    made, subject_id = begun
    at_first(made, subject_id, others=["N1"])
    for day, size, state in ((56, "0", "present"), (112, "0", "absent"), (168, "0", "present")):
        seen = [{"lesion": "N1", "lesion_state": state}]
        looked(made, subject_id, day, f"T1 {size} T2 {size}", other_states=seen)
    assert [one.overall for one in responses(made, subject_id)] == ["PR", "CR", "PD"]


def test_what_is_too_small_to_be_measured_counts_for_five(begun):
    """Any other bound is no measurement."""
    made, subject_id = begun
    at_first(made, subject_id)
    looked(made, subject_id, 56, "T1 <5 T2 9")
    looked(made, subject_id, 112, "T1 <8 T2 9")
    first, second = responses(made, subject_id)
    assert (first.sums.now, first.overall) == (14, "PR")
    assert (second.sums.missing, second.overall) == (("T1",), "NE")


def test_who_had_no_lesions_has_none_until_one_is_new(begun):
    made, subject_id = begun
    at_first(made, subject_id, targets="")
    looked(made, subject_id, 56, "")
    looked(made, subject_id, 112, "", new_lesions_found=[{"new_organ": "lung"}])
    assert [one.overall for one in responses(made, subject_id)] == ["NED", "PD"]


def test_two_readings_of_one_day_are_held_against_the_days_before(begun):
    made, subject_id = begun
    at_first(made, subject_id)
    looked(made, subject_id, 56, "T1 20 T2 10")
    looked(made, subject_id, 56, "T1 26 T2 10")
    looked(made, subject_id, 112, "T1 26 T2 10")
    found = [(one.number, one.sums.smallest, one.overall) for one in responses(made, subject_id)]
    assert found == [(1, 50, "PR"), (2, 50, "SD"), (3, 30, "PD")]


def test_a_scan_from_before_the_lesions_were_chosen_says_nothing_of_them(begun):
    made, subject_id = begun
    at_first(made, subject_id)
    looked(made, subject_id, 56, "T1 20 T2 10")
    looked(made, subject_id, -30, "T1 40 T2 30", new_lesions_found=[{"new_organ": "lung"}])
    assert [one.overall for one in responses(made, subject_id)] == [None, "PR"]


def test_the_best_response_is_that_until_progression_and_a_stable_disease_lasts():
    """As the study says, a response counts once a later scan confirms it."""
    made = a_trial(a_study_with_lesions(confirmed_after_days=28, until=["local_treatment_on"]))
    someone = made.randomised()
    at_first(made, someone)

    def best():
        found = best_responses(made.study, made.subject(someone))
        return found and (found.seen.response, found.confirmed.response, found.counted)

    assert best() is None
    looked(made, someone, 41, "T1 30 T2 20")
    assert best() == ("NE", "NE", 1)  # it has not lasted
    looked(made, someone, 56, "T1 18 T2 12")
    assert best() == ("PR", "SD", 2)
    looked(made, someone, 83, "T1 18 T2 12")
    assert best() == ("PR", "SD", 3)
    last = looked(made, someone, 84, "T1 18 T2 12")
    assert best() == ("PR", "PR", 4)
    (row,) = BEST.rows(made.study, made.subject(someone), DAY)
    assert row[1:] == ("PR", DAY + days(56), "PR", DAY + days(56), DAY + days(84), 4)
    made.do(VoidEntry(entry=last.seq, reason="of somebody else"), someone)
    assert best() == ("PR", "SD", 3)
    looked(made, someone, 112, "T1 40 T2 30")
    looked(made, someone, 140, "T1 0 T2 0")
    assert best() == ("PR", "SD", 4)  # after progression nothing is better
    made.do(RecordResection(residual="R0"), someone, on=DAY + days(60))
    assert best() == ("PR", "SD", 2)


def test_two_readings_of_one_day_make_one_best_response_whichever_was_typed_first():
    made = a_trial(a_study_with_lesions(confirmed_after_days=28))
    for early, then in (("T1 60 T2 20", "PD"), ("T1 18 T2 12", "PR")):
        found = set()
        for two in ((early, "T1 30 T2 20"), ("T1 30 T2 20", early)):
            someone = made.randomised()
            at_first(made, someone)
            for day, targets in zip((28, 28, 56), (*two, early), strict=True):
                looked(made, someone, day, targets)
            best = best_responses(made.study, made.subject(someone))
            found.add((best.seen.response, best.confirmed.response))
        assert found == {(then, then)}


def test_the_best_response_is_closed_where_evaluations_are_made_in_one_arm_alone(begun):
    """To who could count arms; where all arms have them it tells nothing of any."""
    made, subject_id = begun
    at_first(made, subject_id)
    looked(made, subject_id, 56, "T1 18 T2 12")
    visits = [visit.model_dump() for visit in made.study.visits]
    arms = (made.study.arms[0].id,)
    of_one_arm = [
        *visits,
        visits[-1] | {"id": "scan", "forms": ["tumour_evaluation"], "arms": arms},
    ]
    for found, count in ((visits, 1), (of_one_arm, 0)):
        study = a_study(**{**made.study.model_dump(exclude={"digest"}), "visits": found})
        seen = visible_rows(BEST, study, [made.subject(subject_id)], DAY, Sight(everywhere=True))
        assert len(list(seen)) == count


@pytest.mark.parametrize(
    ("text", "unit", "size"),
    [("25", "mm", "25"), ("2.5", "cm", "25"), ("<0.5", "cm", "5"), ("<5", "mm", "5"),
     ("<=3", "mm", "5"), ("<6", "mm", None), (">80", "mm", None), ("", "mm", None),
     ("25", "", None)],
)  # fmt: skip
def test_a_diameter_is_read_in_the_unit_in_which_it_was_recorded(text, unit, size):
    assert in_mm(text, unit) == (size and Decimal(size))


def test_without_confirmation_nothing_is_confirmed(begun):
    made, subject_id = begun
    at_first(made, subject_id)
    looked(made, subject_id, 56, "T1 18 T2 12")
    (row,) = BEST.rows(made.study, made.subject(subject_id), DAY)
    assert row[1:] == ("PR", DAY + days(56), None, None, None, 1)


def test_each_evaluation_is_worked_out_in_the_order_of_days_whenever_it_was_recorded(begun):
    made, subject_id = begun
    at_first(made, subject_id)
    made_at = [(112, "T1 20 T2 13", 2), (56, "T1 18 T2 9", 1)]
    for day, targets, number in made_at:
        act = SaveForm(
            form="tumour_evaluation",
            number=number,
            values={
                "target_measurements": sizes(targets),
                "other_states": [],
                "new_lesions_found": [],
            },
        )
        made.do(act, subject_id, on=DAY + days(day))
    first, second = responses(made, subject_id)
    assert (first.sums.now, first.sums.smallest, first.overall) == (27, 50, "PR")
    assert (second.sums.now, second.sums.smallest, second.overall) == (33, 27, "PD")


def test_what_nobody_said_is_not_known_and_a_progression_is_known_without_it(begun):
    made, subject_id = begun
    at_first(made, subject_id, others=["N1"])
    looked(made, subject_id, 56, "T1 30 T2 20", other_states="", new_lesions_found="")
    (one,) = responses(made, subject_id)
    assert (one.target, one.other, one.new, one.overall) == ("SD", None, None, None)
    assert overall("PD", None, new=None) == overall(None, None, new=True) == "PD"
    assert overall("CR", "CR", new=None) is None and overall("", "", new=None) is None


def test_a_lesion_that_was_not_there_at_first_is_refused_or_told_and_counts_for_nothing(begun):
    made, subject_id = begun
    at_first(made, subject_id)
    values = {"target_measurements": sizes("T1 30 T4 90")}
    act = SaveForm(form="tumour_evaluation", values=values)
    assert made.codes(act, subject_id, on=DAY + days(56)) == ["item.link"]
    looked(made, subject_id, 56, "T1 30 T2 90")
    corrected(made, subject_id, "T1 30")
    (one,) = responses(made, subject_id)
    assert (one.sums.now, one.overall, one.strange) == (30, "SD", ("T2",))


def test_a_corrected_baseline_changes_every_response_at_once(begun):
    made, subject_id = begun
    at_first(made, subject_id)
    looked(made, subject_id, 56, "T1 25 T2 13")
    assert responses(made, subject_id)[0].overall == "SD"
    corrected(made, subject_id, "T1 45 T2 20")
    (one,) = responses(made, subject_id)
    assert (one.sums.baseline, one.overall) == (65, "PR")


def test_a_progression_that_was_measured_and_not_recorded_comes_next(begun):
    made, subject_id = begun
    at_first(made, subject_id)
    looked(made, subject_id, 56, "T1 50 T2 30")
    on = DAY + days(57)

    def due():
        found = agenda(made.study, made.subject(subject_id), on)
        return [one for one in found if getattr(one.where, "form", "") == "tumour_evaluation"]

    assert len(due()) == 1
    made.do(RecordProgression(place="liver"), subject_id, on=DAY + days(56))
    assert due() == []


REFUSED = {
    "six": ("T1 30 T2 30 T3 30 T4 30 T5 30 T1 30", "item.twice"),
    "three in the liver": ("T1 30 T2 30 T3 30", "item.check"),
    "too small": ("T1 9", "item.check"),
    "one twice": ("T1 30 T1 30", "item.twice"),
}


@pytest.mark.parametrize(("targets", "code"), REFUSED.values(), ids=list(REFUSED))
def test_targets_are_five_at_most_two_an_organ_each_once_and_large_enough(targets, code, begun):
    made, subject_id = begun
    lesions = [row | {"organ": "liver"} for row in sizes(targets)]
    why = {"item.implausible": {"target_lesions.1.diameter": "measured twice"}}
    act = SaveForm(form="lesions", values={"target_lesions": lesions}, confirmed=why)
    assert made.codes(act, subject_id) == [code]


@pytest.mark.parametrize(
    ("rules", "because"),
    [
        ({"targets": "medicines"}, "has no column 'lesion'"),
        ({"measured": "cups_a_day"}, "no list named 'cups_a_day'"),
        ({"diameter": "lesion_site"}, "a diameter is a quantity in mm"),
        ({"seen": "other_lesions"}, "has no column 'lesion_state'"),
        ({"new": "target_lesions"}, "stand on different forms"),
        ({"seen": "target_measurements"}, "or a link to other_lesions.lesion"),
        ({"until": ["arm"]}, "'arm' is no day"),
    ],
)
def test_a_study_whose_lists_do_not_fit_is_refused(rules, because):
    found = consistency(a_study_with_lesions(**rules), Places(), ACTS)
    assert any(because in problem.message for problem in found), [p.message for p in found]
