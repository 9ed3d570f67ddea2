"""What every chapter of the protocol promises, over both lists: no chapter is silently left out."""

import typing
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from equipoise.conduct.act import Act
from equipoise.conduct.chapters import ACTS, CHAPTERS, agenda, course
from equipoise.conduct.persons import ErasePerson, ResetSecondFactor
from equipoise.conduct.state.done import Asked, Done, State
from equipoise.conduct.subject import STATES, Subject
from equipoise.conduct.words import asks
from equipoise.study.vocabulary import CONDUCT_FACTS
from tests.support import carried_study

DAY = date(2026, 11, 28)
NO_CONTACT = {
    "screening": "nobody need have seen them when they were entered, or screening failed",
    "consent": "whoever withdraws may do so by a letter or by somebody else",
    "panel": "the panel reads scans",
    "randomisation": "an error of the draw is found in the file",
    "follow_up": "whoever is dead is not alive",
    "forms": "what was not done shows nobody",
    "voiding": "an error is found in the file",
}
"""Why days that a state keeps do not show the participant alive, where some do not."""

OF_A_PERSON = {ErasePerson, ResetSecondFactor}
"""Acts of which the ledger tells, and that the doors carry out where names and keys are kept."""

EVERY_CHAPTER = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
EVERY_ACT = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
EVERY_STATE = pytest.mark.parametrize("name", STATES)


def test_every_fact_that_a_section_declares_is_read_from_one_state_and_no_other_fact_is():
    read = [fact for state in STATES.values() for fact in state.facts]
    assert sorted(fact.name for fact in read) == sorted(fact.name for fact in CONDUCT_FACTS)
    assert set(read) == set(CONDUCT_FACTS)


@EVERY_STATE
def test_a_state_in_which_nothing_was_left_is_read_without_an_error(name: str):
    study = carried_study("pump-it")
    state = STATES[name]()
    for read in state.facts.values():
        assert isinstance(list(read(state, Asked(study=study, on=DAY))), list)
    assert list(state.contacts()) == [] and state.ends() is None


@EVERY_ACT
def test_an_act_is_of_one_chapter_and_writes_one_state_or_the_whole_trial(act: type[Act]):
    assert sum(act in chapter.acts for chapter in CHAPTERS) == 1
    leaves = act.apply is not Act.apply
    assert bool(act.writes) is leaves
    if leaves:
        hint = typing.get_type_hints(act.apply)["state"]
        assert hint is STATES[act.writes]
    assert leaves or act.apply_to_whole is not Act.apply_to_whole or act in OF_A_PERSON


@EVERY_ACT
def test_an_act_is_told_in_words_and_not_by_its_kind(act: type[Act]):
    assert act.words.name and act.words.title and act.kind not in (act.words.name, act.words.line)
    fields = {field.name for field in msgspec.structs.fields(act)}
    assert fields == set(asks(act))


@EVERY_STATE
def test_a_state_that_keeps_days_shows_them_alive_or_says_why_not(name: str):
    """Last known alive is asked of every state, so that none is forgotten."""
    state = STATES[name]
    shown = state.contacts is not State.contacts
    assert shown or name in NO_CONTACT


@EVERY_CHAPTER
def test_a_chapter_answers_for_someone_of_whom_nothing_is_known(chapter):
    study, nobody = carried_study("pump-it"), Subject(subject_id="PIT-01-0001")
    for hook in (chapter.keeps_out, chapter.agenda):
        assert isinstance(list(hook(study, nobody, DAY)), list)
    assert list(chapter.course(study, nobody)) == []


def test_what_comes_next_and_what_happened_are_of_acts_that_there_are():
    study, nobody = carried_study("pump-it"), Subject(subject_id="PIT-01-0001")
    nobody.screening.entered = Done(by="nurse", at=datetime(2026, 11, 28, tzinfo=UTC), on=DAY)
    known = set(ACTS.values())
    assert {one.act for one in course(study, nobody)} <= known
    assert {due.where for due in agenda(study, nobody, DAY) if isinstance(due.where, type)} <= known


@EVERY_CHAPTER
def test_every_kind_of_act_stands_in_the_reference(chapter):
    told = Path("docs/reference/rest-api.md").read_text(encoding="utf-8")
    for act in chapter.acts:
        assert act.by_trial or f"`{act.kind}`" in told, act.kind
