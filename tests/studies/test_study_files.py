"""What the study files say: counts, provenance, languages, and who may do what."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from equipoise.conduct import trial
from equipoise.conduct.authorisation import LIKE
from equipoise.study.check import consistency, open_points
from equipoise.study.load import digest_of, load
from equipoise.study.sections.criteria import Criterion
from tests.studies.carried import Carried


def leaves(carried: Carried) -> dict[str, Criterion]:
    return {leaf.id: leaf for _, leaf in carried.study.criteria.leaves()}


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text for people in a study, with where it stands."""
    if isinstance(value, dict):
        if {"en", "nl"} & set(value):
            yield path, value
            return
        for name, part in value.items():
            yield from texts(part, f"{path}.{name}")
    elif isinstance(value, (list, tuple)):
        for n, part in enumerate(value):
            yield from texts(part, f"{path}[{n}]")


def test_a_study_holds_together(each: Carried):
    assert consistency(each.study, each.places, trial.ACTS) == []


def test_a_study_has_the_same_digest_each_time_it_is_loaded(each: Carried):
    assert load(each.folder).digest == each.study.digest == digest_of(each.study)


def test_every_text_for_people_is_in_english_and_dutch(each: Carried):
    for path, text in texts(each.study.model_dump(mode="json")):
        assert set(text) == {"en", "nl"}, path
        assert all(part.strip() for part in text.values()), path


def test_every_criterion_says_what_it_is_in_plain_words_and_how_to_mend_it(each: Carried):
    for leaf in leaves(each).values():
        assert leaf.when and leaf.plain and leaf.mend, leaf.id


def test_every_item_says_what_it_asks(each: Carried):
    for item in each.study.items.values():
        assert item.label, item.id
        assert item.judge or item.kind != "judgement", item.id
        assert all(column.label for column in item.columns), item.id


def test_a_form_may_be_saved_as_far_as_it_is_known(each: Carried):
    assert not any(item.required for item in each.study.items.values())


def test_pump_it_has_14_inclusion_and_15_exclusion_criteria_and_37_leaves(pump_it: Carried):
    criteria = pump_it.study.criteria
    assert [c.id for c in criteria.inclusion] == [f"I{n:02}" for n in range(1, 15)]
    assert [c.id for c in criteria.exclusion] == [f"E{n:02}" for n in range(1, 16)]
    assert [len(c.parts) for c in criteria.inclusion if c.parts] == [9]
    assert len(leaves(pump_it)) == 37


def test_pump_it_criteria_are_22_of_data_8_mixed_and_7_judgements(pump_it: Carried):
    natures = Counter(leaf.nature for leaf in leaves(pump_it).values())
    assert natures == {"data": 22, "mixed": 8, "judgement": 7}


def test_every_criterion_of_pump_it_comes_from_the_registry(pump_it: Carried):
    for leaf in leaves(pump_it).values():
        assert leaf.source.tag == "registry", leaf.id


def test_what_the_text_of_pump_it_leaves_open_is_listed(pump_it: Carried):
    open_for = {where for where, _ in open_points(pump_it.study)}
    inclusion = ("I01", "I03", "I04", "I06", "I07", "I09", "I13", "I13d", "I13h", "I13i")
    exclusion = ("E03", "E05", "E06", "E07", "E11", "E14", "E15")
    expected = {f"inclusion {i}" for i in inclusion} | {f"exclusion {i}" for i in exclusion}
    assert expected <= open_for
    assert {"panel", "randomisation", "study"} <= open_for


def test_invented_hospitals_are_called_so_and_are_marked_assumed(pump_it: Carried):
    real, *invented = pump_it.study.sites
    assert real.source.tag == "public"
    assert len(invented) == 5
    for site in invented:
        assert site.name.endswith("(demo)") and site.source.tag == "assumed"


def test_randomisation_visits_roles_and_design_of_pump_it_are_never_called_registry(
    pump_it: Carried,
):
    study = pump_it.study
    assert study.randomisation.source.tag == "assumed"
    figures = {name: figure.source.tag for name, figure in study.design.items()}
    assert figures.pop("participants") == "registry"
    assert set(figures.values()) == {"assumed"}


def test_a_nurse_may_register_and_only_an_investigator_may_randomise(pump_it: Carried):
    roles = pump_it.study.role_of
    may = {role.id for role in roles.values() if "randomisation.randomise" in role.may}
    assert may == {"investigator"}
    nurse = {"screening.enter", "consent.give", "forms.save", "panel.ask", "registration.register"}
    assert nurse <= set(roles["nurse"].may)


def test_only_the_monitoring_board_sees_results_by_arm_and_only_the_chair_all_votes(
    pump_it: Carried,
):
    sees = {role.id: set(role.sees) for role in pump_it.study.roles}
    assert [role for role, seen in sees.items() if "results-by-arm" in seen] == ["monitoring-board"]
    assert [role for role, seen in sees.items() if "all-votes" in seen] == ["panel-chair"]


def test_every_act_is_some_roles_to_do(pump_it: Carried):
    # What older texts do not name goes with the giving of roles (conduct/authorisation.py).
    by_people = {kind for kind, act in trial.ACTS.items() if not act.by_trial} - LIKE.keys()
    assert {kind for role in pump_it.study.roles for kind in role.may} == by_people


def test_the_study_for_beginners_differs_in_arms_method_and_panel(first_steps: Carried):
    study = first_steps.study
    assert [arm.ratio for arm in study.arms] == [2, 1, 1]
    assert study.randomisation.method == "blocks"
    assert study.randomisation.block_sizes == (4, 8)
    assert study.panel is None


def test_a_demonstration_says_that_it_is_one(each: Carried):
    assert "no real people" in each.study.identity.demonstration["en"]


def test_whoever_records_something_of_a_participant_can_void_it_or_take_it_back(each: Carried):
    """Otherwise an error of theirs stands for ever."""
    roles = [set(role.may) for role in each.study.roles]
    mended = {kind for may in roles if "entry.void" in may for kind in may}
    mended |= {"verification.items", "verification.take-back"}
    recorded = {kind for may in roles for kind in may}
    assert not {k for k in recorded - mended if trial.ACTS[k].stream == "subject"}
