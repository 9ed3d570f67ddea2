"""What a criterion was found to be is found again only where all that it rests on is the same."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from equipoise.conduct import standing as remembered
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.cases import Impossible, subject_of
from equipoise.conduct.eligibility import expiries, open_lines
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.standing import standing
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parsed, words
from equipoise.logic.needed import facts_needed
from equipoise.logic.watched import Watch
from equipoise.study.cases import load_cases
from equipoise.study.load import load
from tests.support import DAY, a_panel_study, a_subject, a_trial, pressure

FOLDER = Path("studies/pump-it")
SOON = timedelta(days=7)


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    remembered._remembered.cache_clear()


@pytest.fixture
def judged(monkeypatch):
    """Which criteria were judged, by their conditions."""
    found = []

    def noted(node, *args):
        found.append(node)
        return truth_of(node, *args)

    monkeypatch.setattr(remembered, "truth_of", noted)
    return found


def anew(study, subject, on):
    """Each criterion judged by itself."""
    facts = SubjectFacts(study, subject, on, on)
    return [
        ~truth if side == "exclusion" else truth
        for side, criterion in study.criteria.leaves()
        for truth in [truth_of(parsed(criterion.when), study.vocabulary, facts, on)]
    ]


def watched(ask, study, subject, on, ahead=timedelta(0)):
    """What is found on a day, or some days ahead of it, and until when it stands."""
    watch = Watch(on)
    return ask(study, subject, watch.day + ahead), watch.until


def test_what_is_remembered_is_what_is_judged_anew_with_the_day_until_which_it_stands():
    """Worked cases are taken for one participant, so that each meets what others left."""
    study, met = load(FOLDER), 0
    for case in load_cases(FOLDER)[::7]:
        try:
            subject = subject_of(study, case)
        except Impossible:
            continue
        for ahead in (timedelta(0), SOON):
            for _ in range(2):
                told = watched(standing, study, subject, case.on, ahead)
                assert told == watched(anew, study, subject, case.on, ahead), case.because
        met += 1
    assert met > 10


def test_a_form_that_is_saved_has_those_criteria_judged_again_to_which_it_speaks(judged):
    made = a_trial()
    subject_id, study = made.eligible(), made.study
    standing(study, made.subject(subject_id), DAY)
    judged.clear()
    standing(study, made.subject(subject_id), DAY)
    assert judged == []
    made.do(replace(pressure(systolic="151"), reason="read again"), subject_id)
    standing(study, made.subject(subject_id), DAY)
    leaves = {parsed(criterion.when) for _, criterion in study.criteria.leaves()}
    speaks_to = {one for one in leaves if "systolic" in facts_needed(one, study.vocabulary)}
    assert set(judged) == speaks_to
    assert speaks_to < leaves


def test_another_study_text_has_everything_judged_again(judged):
    made = a_trial()
    subject = made.subject(made.eligible())
    standing(made.study, subject, DAY)
    count = len(judged)
    standing(a_panel_study(), subject, DAY)
    assert len(judged) == 2 * count


def test_a_condition_is_read_once_whoever_asks_it(monkeypatch):
    """The checklist, the clocks, the strata and the visits often have the very same text."""
    read = Counter()

    def counted(text):
        read[text] += 1
        return words(text)

    monkeypatch.setattr("equipoise.logic.language.words", counted)
    parsed.cache_clear()
    study, subject = a_panel_study(), a_subject(pressure())
    list(open_lines(study, subject, DAY))
    list(expiries(study, subject, DAY))
    strata_of(study, subject, DAY)
    for _, criterion in study.criteria.leaves():
        SubjectFacts(study, subject, DAY + SOON).holds(criterion.when)
    standing(study, subject, DAY)
    assert read
    assert set(read.values()) == {1}, read.most_common(3)
