"""Two study texts side by side: what the later one means, for whom, and what is refused of it."""

import pytest

from equipoise.conduct.comparison import as_values, compared
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.load import load
from equipoise.study.reason import ENGLISH
from tests import before
from tests.amended import amended
from tests.before import edited
from tests.support import a_study

LABORATORY, STUDY = "forms/laboratory.yaml", "study.yaml"
SUGAR = """  - id: sugar
    label: {en: Sugar in the tea, nl: Suiker in de thee}
    kind: yes-no
"""
CHECKS = """    checks:
      - that: alt < 100
        because: {en: ALT is below 100, nl: ALAT is onder 100}
        soft: true"""
STAYS = "Whoever fills it from now on; what was recorded stays"
COMES = "Whoever comes to it; what was recorded stays"
MEANS = {
    "a form gains an item": (
        *(LABORATORY, "  - id: fasting", f"{SUGAR}  - id: fasting"),
        ("forms", "Laboratory gains Sugar in the tea", STAYS),
    ),
    "a form loses an item": (
        *(LABORATORY, "unit: U/L", "unit: U/L\n    retired: true"),
        ("forms", "Laboratory asks no longer ALT", STAYS),
    ),
    "an item must be answered": (
        *(LABORATORY, "unit: U/L", "unit: U/L\n    required: true"),
        ("forms", "Laboratory: from now on must be answered ALT", STAYS),
    ),
    "a visit moves": (
        *(STUDY, "day: 28", "day: 30"),
        ("visits", "Four-weekly visit is planned on other days, or for others", COMES),
    ),
    "a criterion": (
        *(STUDY, "haematocrit within 28 days before registration < 30 %"),
        "haematocrit within 28 days before registration < 35 %",
        ("criteria", "E3 is judged by another condition: ", "Whoever is not registered yet"),
    ),
    "a right": (
        *(STUDY, "contact.alive, event.death]", "contact.alive, event.death, entry.void]"),
        (
            "roles",
            f"may record from now on: {VoidEntry.words.name}",
            "Whoever holds this role",
        ),
    ),
    "a check": (
        *(LABORATORY, "unit: U/L", f"unit: U/L\n{CHECKS}"),
        (
            *("forms", "Laboratory is checked anew: ALT is below 100"),
            "Whoever fills it; what was recorded is judged too, and queries may come",
        ),
    ),
    "a source alone means nothing": (
        *(STUDY, 'source: "assumed: for tests"', 'source: "assumed: the office"'),
        None,
    ),
}


@pytest.fixture(scope="module")
def old():
    return load(before.STUDY)


@pytest.mark.parametrize("name", MEANS)
def test_what_an_amendment_means_is_told_with_for_whom_and_no_trial_is_needed(name, old, tmp_path):
    file, was, now, expected = MEANS[name]
    folder = before.copied(tmp_path / "new")
    edited(folder, file, was, now)
    found = as_values(compared(old, load(folder)), ENGLISH)
    assert found["changes"] and found["refused"] == []
    told = [(one["about"], one["what"], one["whom"]) for one in found["consequences"]]
    if expected is None:
        assert told == []
        return
    about, what, whom = expected
    assert [(one[0], one[2]) for one in told] == [(about, whom)]
    assert what in told[0][1], told


def test_what_is_new_and_what_is_gone_is_told_of_every_part(old):
    """Between two studies that share nothing everything is new, or gone and refused."""
    other = a_study("pump-it")
    found = as_values(compared(old, other), ENGLISH)
    assert {one["about"] for one in found["consequences"]} == {
        *("consent", "criteria", "visits", "forms", "arms", "sites", "roles")
    }
    assert {one["code"] for one in found["refused"]} >= {"study.removed", "study.identity-changed"}
    assert {one["change"] for one in found["draws"]} >= {"method", "arm-opened", "factor-added"}


def test_a_text_beside_itself_says_nothing(old):
    found = as_values(compared(old, old), ENGLISH)
    assert {name for name, value in found.items() if value} == {"old", "new"}


def test_a_formula_that_can_not_be_read_is_no_fault_of_the_comparison(old, tmp_path):
    """It keeps the text out for a reason of its own, which `check` tells with its place."""
    folder = before.copied(tmp_path / "new")
    edited(folder, STUDY, "systolic until registration <", "systolic until registration <<")
    assert compared(old, load(folder)).against == ()


def test_what_an_amendment_by_hospital_brings_is_told_with_whom_it_covers_and_who_consents_again():
    found = as_values(compared(a_study(), amended(before_draws=True)), ENGLISH)
    told = {one["what"]: one["whom"] for one in found["consequences"]}
    covered = "Whoever amendment Pulse covers, from that day on"
    ended = "Whoever amendment No more cups covers, from that day on"
    assert told["Amendment Pulse is new"].startswith("Nobody, until")
    assert told["Nobody is randomised without amendment Pulse"].startswith("Whoever is not")
    assert told["Version 2 belongs to amendment Pulse"] == (
        "Whoever is in already consents again, within 14 days of activation at their hospital"
    )
    for what in (
        *("I4 is new: A pulse below 100", "Four-weekly visit asks Sleep too", "Call is new"),
        *("Blood pressure gains Pulse", "Sleep is new, with Hours of sleep"),
    ):
        assert told[what] == covered, what
    assert told["E2 ends"] == told["Cups ends"] == ended


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("in_screening", "Whoever is in screening consents again"),
        ("randomised", "Whoever was randomised consents again"),
        ("none", "Whoever enters after activation at their hospital; nobody consents again"),
    ],
)
def test_another_answer_to_who_consents_again_is_told_though_the_amendment_was_there(who, whom):
    found = as_values(compared(amended(), amended(consent_again=who)), ENGLISH)
    (one,) = found["consequences"]
    assert one["about"] == "consent" and one["whom"].startswith(whom)


def test_questions_that_are_asked_of_days_of_before_too_are_told_so():
    found = as_values(compared(a_study(), amended(also_past=True)), ENGLISH)
    told = {one["what"]: one["whom"] for one in found["consequences"]}
    assert (
        told["Blood pressure gains Pulse"]
        == "Whoever amendment Pulse covers, of days before it too"
    )
