"""A study that can be read must also hold together, and be one that can be run."""

import pytest

from equipoise.conduct.trial import ACTS
from equipoise.study.catalogue import spoken
from equipoise.study.check import consistency, doubts
from equipoise.study.places import Places
from tests.support import a_panel_study, a_study


def problems(study):
    return [problem.message for problem in consistency(study, Places(), ACTS)]


def block(name, change):
    """One block of the small study with a change made in it."""
    made = [part.model_dump() for part in getattr(a_study(), name)]
    change(made)
    return {name: made}


def put(n, **fields):
    return lambda made: made[n].update(fields)


def without(act):
    def change(roles):
        for role in roles:
            role["may"] = tuple(kind for kind in role["may"] if kind != act)

    return change


def test_the_studies_of_this_repository_hold_together():
    for study in (a_study(), a_panel_study(), a_study("pump-it")):
        assert problems(study) == []


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        (block("visits", put(0, anchor="today")), "cannot count from today"),
        (block("visits", put(1, every=0)), "need `every`"),
        (block("visits", put(1, arms=("hibiskus",))), "there is no arm 'hibiskus'"),
        (block("endpoints", put(0, origin="birth_date")), "cannot count from 'birth_date'"),
        (block("endpoints", put(0, events=())), "needs an event"),
        (block("roles", without("role.give")), "no role may do 'role.give'"),
        (block("roles", without("consent.give")), "no role may do 'consent.give'"),
        (block("roles", without("event.death")), "no role may do 'event.death'"),
        (block("arms", put(1, id="water")), "'water' stands twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_let_a_trial_stand_still_is_named(blocks, says):
    assert any(says in message for message in problems(a_study(**blocks)))


def test_a_criterion_has_a_condition_or_parts_and_not_both():
    criteria = a_study().criteria.model_dump()
    criteria["inclusion"][0]["when"] = " "
    assert any("`when` or `parts`" in m for m in problems(a_study(criteria=criteria)))


def test_a_list_has_columns_and_no_list_within_it():
    forms = [form.model_dump() for form in a_study().forms]
    forms[0]["items"][1]["columns"][0]["kind"] = "list"
    assert any("cannot be a list itself" in m for m in problems(a_study(forms=forms)))
    forms[0]["items"][1]["columns"] = ()
    assert any("a list has columns" in m for m in problems(a_study(forms=forms)))


def test_the_people_of_the_panel_may_vote_and_conclude():
    study = a_panel_study()
    roles = [role.model_dump() for role in study.roles]
    for role in roles:
        role["may"] = tuple(kind for kind in role["may"] if not kind.startswith("panel."))
    changed = a_study(panel=study.panel.model_dump(), roles=roles)
    said = " ".join(problems(changed))
    assert "'reader' may not do 'panel.vote'" in said
    assert "'chair' may not do 'panel.conclude'" in said
    assert "no role may do 'panel.ask'" in said


def test_formulas_that_need_one_another_do_not_hang_the_check():
    derived = [
        {"id": "here", "label": "x", "formula": "there + 1", "source": "assumed: x"},
        {"id": "there", "label": "x", "formula": "here + 1", "source": "assumed: x"},
    ]
    kept = [d.model_dump() for d in a_study().derived]
    assert problems(a_study(derived=[*kept, *derived]))


@pytest.mark.parametrize(
    ("unit", "analyte", "equivalent", "refused"),
    [
        ("mL/min/{1.73_m2}", "", "mL/min", False),
        ("U/L", "", "[IU]/L", False),
        ("mm[Hg]", "", "kPa", True),
        ("mmol/mol", "", "%", True),
        ("mmol/L", "glucose", "mg/dL", True),
    ],
)
def test_what_converts_is_not_declared_to_be_the_same_one_for_one(
    unit, analyte, equivalent, refused
):
    """120 kPa is no 120 mmHg; that a clearance is per 1.73 m2 or not is the study's to say."""
    forms = [form.model_dump() for form in a_study().forms]
    item = forms[1]["items"][1]
    item |= {"unit": unit, "units": (), "analyte": analyte, "equivalents": (equivalent,)}
    told = [m for m in problems(a_study(forms=forms)) if "one for one" in m]
    assert bool(told) is refused


def test_a_language_of_a_study_is_one_that_this_program_speaks():
    """A third language is one catalogue more; until it is there the study hears so."""
    identity = a_study().identity.model_dump()
    (told,) = problems(a_study(identity=identity | {"languages": ("en", "nl", "de")}))
    assert "does not speak 'de'" in told and "in en and nl" in told
    assert spoken() == ("en", "nl")


def test_every_text_of_a_study_stands_in_every_language_of_it():
    arms = [arm.model_dump() for arm in a_study().arms]
    arms[0]["label"] = {"en": "Tea", "fr": "Thé"}
    study = a_study(arms=arms)
    assert problems(study) == ["there is no text in 'nl', a language of the study"]
    assert any("1 texts are given in 'fr' too" in doubt for doubt in doubts(study))
    arms[0]["label"] = "Tea"  # one text for all languages
    assert problems(a_study(arms=arms)) == []
