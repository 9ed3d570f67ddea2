"""An amendment says what it changes, all of it, and for whom."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.affected import effects
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.differences import differences
from equipoise.study.load import load
from equipoise.study.model import Study
from equipoise.study.reason import ENGLISH
from tests import before
from tests.amended import amended as amended_study
from tests.before import edited
from tests.support import DAY, STUDIES, a_panel_study, a_study, a_trial

LABORATORY, STUDY = "forms/laboratory.yaml", "study.yaml"
CHANGES = {
    "version: 1.1": (STUDY, 'version: "1.0"', 'version: "1.1"', []),
    "a condition": (
        *(STUDY, "haematocrit within 28 days before registration < 30 %"),
        "haematocrit within 28 days before registration < 35 %",
        [
            "exclusion criterion 'E3', condition: from “haematocrit within 28 days before "
            "registration < 30 %” to “haematocrit within 28 days before registration < 35 %”"
        ],
    ),
    "a lowest value that was not there": (
        *(LABORATORY, "analyte: glucose", "analyte: glucose\n    lowest: 0"),
        ["item 'glucose', lowest: new is “0”"],
    ),
    "one language of a label": (
        *(LABORATORY, "nl: Hematocriet", "nl: Ht"),
        ["item 'haematocrit', label.nl: from “Hematocriet” to “Ht”"],
    ),
    "a right": (
        *(STUDY, "contact.alive, event.death]", "contact.alive, event.death, entry.void]"),
        ["role 'doctor', may record: new is “entry.void”"],
    ),
    "an item retired": (
        *(LABORATORY, "unit: U/L", "unit: U/L\n    retired: true"),
        ["item 'alt' is retired"],
    ),
    "an item that must be answered": (
        *(LABORATORY, "unit: U/L", "unit: U/L\n    required: true"),
        ["item 'alt', must be answered: new is “yes”"],
    ),
    "a visit": (
        *(STUDY, "day: 28", "day: 30"),
        ["visit 'weeks', day: from “28” to “30”"],
    ),
    "blocks": (
        *(STUDY, "block_sizes: [4, 8]", "block_sizes: [4]"),
        ["the randomisation, block_sizes: “8” is left out"],
    ),
    "a column": (
        *(LABORATORY, "unit: mg\n", "unit: mg\n        lowest: 1\n"),
        ["column 'doses.dose', lowest: new is “1”"],
    ),
    "a source": (
        *(STUDY, 'source: "assumed: for tests"', 'source: "assumed: the office"'),
        ["exclusion criterion 'E3', source: from “assumed: for tests” to “assumed: the office”"],
    ),
}


@pytest.fixture(scope="module")
def old():
    return load(before.STUDY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("told")


def amended(folder, name, *edits):
    made = before.copied(folder / name.replace(" ", "-"))
    for file, was, now in edits:
        edited(made, file, was, now)
    return load(made)


@pytest.mark.parametrize("name", CHANGES)
def test_every_difference_of_two_texts_is_told_and_nothing_else(name, old, folder):
    *edit, told = CHANGES[name]
    new = amended(folder, name, edit)
    assert old.items and old.vocabulary  # what is worked out from a text is no word of it
    assert [ENGLISH.written(one.wording) for one in differences(old, new)] == told
    assert bool(told) == bool(differences(new, old))


def test_what_is_new_is_told_by_its_name_and_what_is_gone_by_its_id(old):
    fewer = old.criteria.model_copy(update={"exclusion": old.criteria.exclusion[1:]})
    other = old.model_copy(update={"criteria": fewer})
    gone, new = differences(old, other), differences(other, old)
    assert [ENGLISH.written(one.wording) for one in gone] == [
        "exclusion criterion 'E1' is no longer there"
    ]
    assert [ENGLISH.written(one.wording) for one in new] == [
        "exclusion criterion 'E1' is new: Uses a medicine that lowers the blood pressure"
    ]


def leaves(value, at=()):
    """Every place in what a study says at which something stands."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*at, key))
    elif isinstance(value, (list, tuple)):
        for key, one in enumerate(value):
            yield from leaves(one, (*at, key))
    else:
        yield at, value


def put(value, at, other):
    if not at:
        return other
    if isinstance(value, dict):
        return {**value, at[0]: put(value[at[0]], at[1:], other)}
    return [*value[: at[0]], put(value[at[0]], at[1:], other), *value[at[0] + 1 :]]


PLACES = [
    (at, value)
    for at, value in leaves(a_panel_study().model_dump(exclude={"digest", "version"}))
    if isinstance(value, (str, bool)) and at[-1] not in ("id", "kind", "tag", "before", "shape")
]


@given(place=st.sampled_from(PLACES))
def test_no_word_of_a_text_changes_without_being_told(place):
    """Whatever is another word, or no longer so, is among the differences."""
    study = a_panel_study()
    at, value = place
    said = study.model_dump(exclude={"digest"})
    other = put(said, at, not value if isinstance(value, bool) else f"{value}x")
    try:
        new = Study.model_validate(other)
    except ValueError:
        return  # no study says this
    assert differences(study, new), at


def told(old, new, made, on=DAY):
    subjects = [made.subject(subject_id) for subject_id in sorted(made.known)]
    found = effects(old, new, subjects, made.folds.trial_state(), on)
    return {ENGLISH.written(one.wording): one.whom for one in found}


def test_it_says_whose_eligibility_visits_forms_and_rights_change_today(tmp_path):
    old = load(STUDIES / "first-steps")
    made = a_trial(old)
    first, eligible, drawn = made.enter(), made.eligible(), made.randomised()
    made.do(GiveConsent(version="1"), first)
    made.known = {first, eligible, drawn}
    said = old.model_dump(exclude={"digest"})
    said["version"] = "2.0"
    for criterion in said["criteria"]["inclusion"]:
        if criterion["id"] == "I1":
            criterion["when"] = "years(birth_date, consent_on) >= 65 years"
    for visit in said["visits"]:
        if visit["id"] == "weeks":
            visit["day"] += 1
    for form in said["forms"]:
        for item in form["items"]:
            item["required"] |= item["id"] == "cups_a_day"
    said["forms"] = [
        {**form, "items": [*form["items"], NEW_ITEM] if form["id"] == "person" else form["items"]}
        for form in said["forms"]
    ]
    said["roles"][0]["may"] = (*said["roles"][0]["may"], "event.death")
    new = Study.model_validate(said)
    found = told(old, new, made)
    assert found["In screening, eligible becomes not eligible"] == (eligible,)
    assert found["The visit Four-weekly visit is on another day"] == (drawn,)
    waits = "About the participant is filled, and does not answer what must be answered now: Sugar"
    assert found[waits] == (eligible, drawn)
    assert found["People whose rights change as Practice assistant"] == (
        "assistant-01",
        "assistant-02",
    )
    assert len(found) == 4


NEW_ITEM = {"id": "sugar", "label": {"en": "Sugar"}, "kind": "yes-no", "required": True}


def test_a_visit_that_comes_or_goes_is_told_for_those_who_have_it():
    old = load(STUDIES / "first-steps")
    made = a_trial(old)
    drawn, screened = made.randomised(), made.enter()
    made.known = {drawn, screened}
    fewer = tuple(v.model_copy(update={"retired": v.id == "weeks"}) for v in old.visits)
    new = old.model_copy(update={"visits": fewer})
    new.__dict__.pop("visit_keyed", None)
    whom = tuple(sorted(made.known))
    assert told(old, new, made) == {"The visit Four-weekly visit goes": whom}
    assert told(new, old, made) == {"The visit Four-weekly visit comes": whom}


def test_whoever_left_the_trial_is_not_told_of_visits():
    old = load(STUDIES / "first-steps")
    made = a_trial(old)
    drawn = made.randomised()
    made.known = {drawn}
    made.do(WithdrawConsent(scope="everything"), drawn, on=DAY + timedelta(days=1))
    fewer = tuple(v.model_copy(update={"retired": True}) for v in old.visits)
    assert told(old, old.model_copy(update={"visits": fewer}), made) == {}


def test_who_will_consent_again_is_told_and_nothing_is_missing_where_nothing_is_asked_yet():
    """A question of an amendment must be answered by nobody before it is active at a hospital."""
    old = a_study()
    made = a_trial(old)
    drawn, entering, screened = made.randomised(), made.eligible(), made.enter()
    made.known = {drawn, entering, screened}
    new = amended_study()
    assert new.items["pulse"].required
    found = told(old, new, made)
    again = "Consent again once amendment Pulse is activated at their hospital"
    assert {one: whom for one, whom in found.items() if not one.startswith("People")} == {
        again: tuple(sorted((drawn, entering)))
    }
    found = told(old, amended_study(consent_again="randomised"), made)
    assert found[again] == (drawn,)
