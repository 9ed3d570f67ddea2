"""The worked cases of PUMP-IT's doses: every part, pump, row and stop is seen, on both sides.

What there is to see is not listed here: it is read from the study file.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

import pytest

from equipoise.conduct import cases
from equipoise.conduct.dose_cases import drawn
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.table_cases import decided
from equipoise.conduct.treatment.modifying import modified
from equipoise.logic import tree
from equipoise.logic.evaluate import evaluate
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from equipoise.study.cases import Case
from tests.studies.carried import carried
from tests.unit.logic.a_subject import ON, Known, said

PUMP_IT = carried("pump-it")
TREATMENT = PUMP_IT.study.treatment
STOPS = {stop.id: stop for stop in TREATMENT.stops}
OF_THE_DRAWN = {"event-uncoded", "pump-released", "bevacizumab-floxuridine", "bevacizumab-liver"}
"""They take a plan, an operation on the liver, or a second person, which no case has."""


@lru_cache
def of_doses() -> list[tuple[Case, SubjectFacts]]:
    """Each case that says something of doses or stops, with what is known in it."""
    found = []
    for case in PUMP_IT.cases:
        if case.doses or case.stops:
            subject = drawn(cases.subject_of(PUMP_IT.study, case), case)
            found.append((case, SubjectFacts(PUMP_IT.study, subject, case.on)))
    return found


def about(drugs: tuple[str, ...]) -> Iterator[tuple[Case, SubjectFacts]]:
    """The cases that say what stops one of these drugs; of none, any."""
    for case, facts in of_doses():
        if case.stops.keys() & (drugs or TREATMENT.drug_of.keys()):
            yield case, facts


def answers(node: tree.Node, drugs: tuple[str, ...]) -> set[Truth]:
    words = PUMP_IT.study.vocabulary
    return {evaluate(node, words, facts, case.on).truth for case, facts in about(drugs)}


def numeric(stop: str) -> Iterator[tree.Compare]:
    """The comparisons of a stop that have an order; not those of rows, which stand for none."""
    whole = parse(STOPS[stop].when)
    of_rows = [
        one for part in tree.walk(whole) if isinstance(part, tree.Rows) for one in tree.walk(part)
    ]
    for node in (one for one in tree.walk(whole) if one not in of_rows):
        if isinstance(node, tree.Compare) and node.op in ("<", "<=", ">", ">="):
            yield node


def test_every_part_of_every_regimen_is_worked_out_in_every_arm_that_has_it():
    told = {
        (case.arm, part)
        for case in PUMP_IT.cases
        for part, dose in case.doses.items()
        if dose not in ("none", "unknown")
    }
    for regimen in TREATMENT.regimens:
        for part in regimen.parts:
            for arm in part.arms or regimen.arms or ("A", "B"):
                assert (arm, part.id) in told, (arm, part.id)


def test_a_dose_is_worked_out_for_every_model_of_pump():
    models = {
        one.value
        for case, facts in of_doses()
        if any(dose not in ("none", "unknown") for dose in case.doses.values())
        for one in facts.observations("pump_model")
    }
    assert models == {model.id for model in PUMP_IT.study.pump.models}


@pytest.mark.parametrize("stop", sorted(STOPS.keys() - OF_THE_DRAWN))
def test_every_stop_is_seen_standing_and_not(stop: str):
    drugs = STOPS[stop].drugs
    named = {stop in names for case, _ in about(drugs) for names in case.stops.values()}
    assert named == {True, False}
    assert {Truth.TRUE, Truth.FALSE} <= answers(parse(STOPS[stop].when), drugs)


@pytest.mark.parametrize(
    "stop", sorted(stop for stop in STOPS.keys() - OF_THE_DRAWN if list(numeric(stop)))
)
def test_every_bound_of_a_stop_is_seen_from_both_sides(stop: str):
    for node in numeric(stop):
        assert {Truth.TRUE, Truth.FALSE} <= answers(node, STOPS[stop].drugs), node
        on_it = tree.Compare("==", node.left, node.right)
        assert Truth.TRUE in answers(on_it, STOPS[stop].drugs), node


def stands(stop: str, rows: dict[str, list[dict]], **known: object) -> bool:
    """Whether a stop stands of somebody of whom this is known on the day."""
    found = Known({name: [said(value)] for name, value in known.items()}, rows)
    return evaluate(parse(STOPS[stop].when), PUMP_IT.study.vocabulary, found, ON).truth is not (
        Truth.FALSE
    )


@pytest.mark.parametrize(("days", "stopped"), [(None, True), (0, True), (41, True), (42, False)])
def test_bevacizumab_waits_six_weeks_after_a_pump_for_which_floxuridine_was_planned(days, stopped):
    """From the first plan on, whatever became of it; without any there is nothing to wait for."""
    planned = {"doses_planned": [{"drug": said("floxuridine")}], "fillings": []}
    out = {} if days is None else {"pump_explanted_on": ON - timedelta(days)}
    assert stands("bevacizumab-floxuridine", planned, **out) is stopped
    filled = {"doses_planned": [], "fillings": [{"substance": said("floxuridine")}]}
    assert stands("bevacizumab-floxuridine", filled, **out) is stopped
    assert not stands("bevacizumab-floxuridine", {"doses_planned": [], "fillings": []}, **out)


BESIDE = {"coumarin": False, "coumarin_replaced_by": "doac", "brivudine": False}


@pytest.mark.parametrize(
    ("stop", "what", "ended", "stopped"),
    [
        ("coumarin", "coumarin", None, True),
        ("coumarin", "coumarin", 0, True),
        ("coumarin", "coumarin", 1, False),
        ("coumarin", "other", None, False),
        ("coumarin", None, None, True),  # nobody said what it is
        ("brivudine", "brivudine", None, True),
        ("brivudine", "brivudine", 27, True),
        ("brivudine", "brivudine", 28, False),
        ("brivudine", "coumarin", None, False),
    ],
)
def test_a_medicine_that_begins_later_stops_as_one_of_before(stop, what, ended, stopped):
    """It stands among the other medicines, and the forms of before know nothing of it."""
    row = {"comedicine": said("a tablet")}
    row |= {"comedicine_class": said(what)} if what else {}
    row |= {"comedicine_ended_on": said(ON - timedelta(ended))} if ended is not None else {}
    assert stands(stop, {"comedication": [row]}, **BESIDE) is stopped
    assert not stands(stop, {"comedication": []}, **BESIDE)


@pytest.mark.parametrize(
    ("told", "stopped"),
    [
        ({}, True),
        ({"grade": 1}, False),
        ({"coded": True}, False),
        ({"related": False}, False),
        ({"begin": ON - timedelta(40)}, False),  # before the first dose
    ],
)
def test_an_event_in_free_words_stops_until_somebody_says_which_it_is(told, stopped):
    event = {"coded": False, "grade": 4, "related": True, "begin": ON - timedelta(5)} | told
    rows = {"events": [{name: said(value) for name, value in event.items()}]}
    assert stands("event-uncoded", rows, first_dose_on=ON - timedelta(20)) is stopped
    assert not stands("event-uncoded", rows | {"events": []}, first_dose_on=ON)
    assert not stands("event-uncoded", rows)


@pytest.mark.parametrize(("days", "stopped"), [(None, False), (0, True), (27, True), (28, False)])
def test_bevacizumab_waits_four_weeks_after_liver_surgery(days, stopped):
    after = {} if days is None else {"last_local_treatment_on": ON - timedelta(days)}
    assert stands("bevacizumab-liver", {}, **after) is stopped


@pytest.mark.parametrize(
    ("verdicts", "treated", "warned"),
    [
        ([("potentially-resectable", 90), ("resectable", 5)], None, True),
        ([("resectable", 90), ("potentially-resectable", 5)], None, False),
        ([("resectable", 90)], 60, False),
        ([("resectable", 90), ("resectable", 5)], 60, True),
        ([], None, False),
    ],
)
def test_the_panel_warns_while_its_last_word_is_resectable_and_nobody_treated_since(
    verdicts, treated, warned
):
    (warning,) = TREATMENT.warnings
    known = {"panel_verdict": [said(verdict, ago=ago) for verdict, ago in verdicts]}
    anchors = {}
    if treated is not None:
        anchors["last_local_treatment_on"] = ON - timedelta(treated)
        known["last_local_treatment_on"] = [said(ON - timedelta(treated))]
    found = Known(known, {}, anchors)
    truth = evaluate(parse(warning.when), PUMP_IT.study.vocabulary, found, ON).truth
    assert (truth is Truth.TRUE) is warned


@pytest.mark.parametrize("released", [True, False])
def test_floxuridine_waits_for_the_release_of_the_pump(released):
    assert stands("pump-released", {}, pump_released=released) is not released
    assert stands("pump-released", {})


@lru_cache
def fired() -> frozenset[tuple[str, int]]:
    """The rows that fire: of tables that a case names, and of those that it plans a drug by."""
    found: set[tuple[str, int]] = set()
    for case in PUMP_IT.cases:
        for table in case.tables:
            subject = cases.subject_of(PUMP_IT.study, case)
            row = decided(PUMP_IT.study, subject, case, table).row
            found |= {(table, row.number)} if row else set()
    for case, facts in of_doses():
        drugs = {TREATMENT.part_of[part].drug for part in case.doses} | case.stops.keys()
        for one in (o for drug in drugs for o in modified(PUMP_IT.study, facts, drug, case.on)):
            found |= {(one.rule.table, one.row)} if one.rule.table and one.row else set()
    return frozenset(found)


@pytest.mark.parametrize("table", [table.id for table in PUMP_IT.study.tables])
def test_every_row_of_every_table_fires_in_a_case(table: str):
    rows = set(range(1, len(PUMP_IT.study.table_of[table].rows) + 1))
    assert {row for name, row in fired() if name == table} == rows


def test_every_modification_that_has_a_level_is_seen_lowering_and_not():
    for rule in (one for one in TREATMENT.modifications if one.level is not None):
        seen = {
            rule.id in {one.name for one in modified(PUMP_IT.study, facts, drug, case.on)}
            for case, facts in of_doses()
            for drug in rule.drugs
        }
        assert seen == {True, False}, rule.id
