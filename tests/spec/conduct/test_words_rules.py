"""What acts say of themselves: words, questions, choices, and what is sealed, each by its name."""

import typing

import msgspec
import pytest

from equipoise.conduct.chapters import seals_of
from equipoise.conduct.trial import ACTS
from equipoise.conduct.words import Choices, asks, filled
from equipoise.study.reason import places
from tests.support import a_panel_study

EVERY_ACT = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)


@EVERY_ACT
def test_every_act_says_what_one_does_and_what_happened(act):
    assert act.words.title and act.words.name
    assert (act.words.line or act.words.name) != act.kind


@EVERY_ACT
def test_every_field_of_an_act_is_asked_or_filled_in_by_the_trial(act):
    assert sorted(asks(act)) == sorted(act.__struct_fields__)
    assert all(ask.question for ask in asks(act).values())


@EVERY_ACT
def test_the_places_in_the_words_of_an_act_are_its_own_fields(act):
    for text in (act.words.line, act.words.address):
        assert set(places(text)) <= set(act.__struct_fields__), text


@EVERY_ACT
def test_the_places_in_what_a_page_says_are_filled_from_the_study(act):
    known = act.words.of_study(a_panel_study()) if act.words.of_study else {}
    hints = [ask.hint for ask in asks(act).values() if isinstance(ask.hint, str)]
    questions = [ask.question for ask in asks(act).values()]
    for text in (act.words.title, act.words.intro, *questions, *hints):
        assert set(places(text)) <= set(known), text


@EVERY_ACT
def test_what_the_trial_fills_in_may_be_left_out(act):
    for field in msgspec.structs.fields(act):
        if asks(act)[field.name].by_trial:
            assert not field.required, field.name


@EVERY_ACT
def test_the_choices_of_a_field_are_the_codes_that_the_act_takes(act):
    hints = typing.get_type_hints(act)
    for name, ask in asks(act).items():
        assert ask.choices is None or isinstance(ask.choices, Choices) or callable(ask.choices)
        if typing.get_origin(hints[name]) is typing.Literal:
            assert isinstance(ask.choices, Choices), name
            assert set(typing.get_args(hints[name])) == set(ask.choices), name


@EVERY_ACT
def test_a_line_that_may_be_closed_to_a_reader_has_other_words_for_them(act):
    sealed = {name for _, fields in seals_of(act.kind) for name in fields}
    assert bool(sealed & {*places(act.words.line)}) is bool(act.words.sealed_line)


def test_a_part_in_brackets_is_said_only_where_it_adds_something():
    line = "{form}[, {visit}]"
    assert filled(line, {"form": "Laboratory", "visit": "Screening"}) == "Laboratory, Screening"
    assert filled(line, {"form": "Laboratory", "visit": ""}) == "Laboratory"
    assert filled(line, {"form": "Start", "visit": "Start"}) == "Start"
    assert filled(line, {"form": "[{x}]", "visit": "{y}"}) == "[{x}], {y}"
