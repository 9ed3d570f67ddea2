"""The private pre-check: what answers say of the criteria, joined as the interpreter joins them."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.precheck import AnswerFacts, Denied, Joined, Looked, Settled, Tree, precheck
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth, all_of, any_of
from tests import answers
from tests.support import DAY, a_study

PUMP = a_study("pump-it")
CHECK = precheck(PUMP, DAY)
QUESTIONS = CHECK.questions[1:]


def joined(tree: Tree, chosen: answers.Chosen) -> Truth:
    """What a page does with a tree: look up, and join."""
    match tree:
        case Settled(truth):
            return truth
        case Looked(question, truths):
            return truths[chosen[question]] if question in chosen else Truth.UNKNOWN
        case Denied(part):
            return ~joined(part, chosen)
        case Joined(how, parts):
            join = all_of if how == "and" else any_of
            return join(*(joined(part, chosen) for part in parts))


def line(name: str) -> Tree:
    return next(one.tree for one in CHECK.lines if one.criterion.id == name)


def said(*ids: str, question: str) -> answers.Chosen:
    """The answer of this id to the question that contains these words."""
    n = next(n for n, one in enumerate(CHECK.questions) if question in one.ask["en"])
    return {n: [one.id for one in CHECK.questions[n].answers].index(*ids)}


def test_what_is_looked_up_and_joined_is_what_the_interpreter_says_of_all_answers_together():
    for chosen in answers.drawn(CHECK, 120):
        found = {one.criterion.id: joined(one.tree, chosen) for one in CHECK.lines}
        assert found == answers.interpreted(PUMP, CHECK, chosen, DAY), chosen


ASKED = [one for _, one in PUMP.criteria.leaves() if next(one.questions(), None)]
CONDITIONS = st.recursive(
    st.sampled_from([f"({one.when})" for one in ASKED]),
    lambda part: st.one_of(
        part.map(lambda one: f"(not {one})"),
        st.tuples(part, st.sampled_from(["and", "or"]), part).map(
            lambda all_: f"({' '.join(all_)})"
        ),
    ),
    max_leaves=6,
)


@given(condition=CONDITIONS, source=st.randoms(use_true_random=False))
def test_of_any_condition_over_what_is_asked_the_joined_answers_are_the_interpreters(
    condition, source
):
    one = ASKED[0].model_copy(update={"id": "X", "when": condition, "also_ask": QUESTIONS})
    criteria = PUMP.criteria.model_copy(update={"inclusion": (one,), "exclusion": ()})
    study = PUMP.model_copy(update={"criteria": criteria})
    check = precheck(study, DAY)
    chosen = {
        n: source.randrange(len(question.answers))
        for n, question in enumerate(check.questions)
        if source.random() < 0.8
    }
    (only,) = check.lines
    stated = {
        fact: value
        for n, answer in chosen.items()
        for fact, value in check.questions[n].answers[answer].facts.items()
    }
    known = AnswerFacts(study, stated, DAY)
    assert joined(only.tree, chosen) == truth_of(parse(condition), study.vocabulary, known, DAY)


def test_whoever_answers_nothing_is_ruled_out_by_nothing_and_let_in_by_nothing():
    assert {joined(one.tree, {}) for one in CHECK.lines} == {Truth.UNKNOWN}


def test_an_answer_decides_only_what_a_layperson_can_know():
    table = [
        ("I01", "18 or older", "yes", "true"),
        ("I01", "18 or older", "no", "false"),
        ("I05", "had chemotherapy", "yes", "false"),
        ("I07", "light work", "light", "true"),
        ("I07", "light work", "resting", "false"),
        ("E01", "liver been operated", "yes", "false"),
        ("E03", "another cancer", "yes", "unknown"),  # one long cured does not rule out
        ("E03", "another cancer", "no", "true"),
        ("E07", "pregnant", "yes", "false"),
        ("E07", "pregnant", "no", "unknown"),  # a woman is tested
        ("E07", "pregnant", "man", "true"),
        ("E10", "does not heal", "yes", "unknown"),  # whether it is serious a doctor says
        ("E11", "prednisone", "yes", "unknown"),  # the dose decides
        ("I13", "blood thinners", "coumarin", "unknown"),  # the other blood values wait
    ]
    for criterion, question, answer, truth in table:
        found = joined(line(criterion), said(answer, question=question))
        assert found.value == truth, (criterion, answer)


def test_two_questions_may_bear_on_one_criterion():
    organ, pills = "donor organ?", "against rejection"
    table = [("yes", "yes", "false"), ("yes", "no", "true"), ("no", "yes", "true")]
    for one, other, truth in table:
        chosen = {**said(one, question=organ), **said(other, question=pills)}
        assert joined(line("E09"), chosen).value == truth
    assert joined(line("E09"), said("yes", question=organ)) is Truth.UNKNOWN


def test_age_is_counted_back_from_the_day_on_which_it_is_asked():
    born = CHECK.questions[0].answers[0].facts["birth_date"].days(date(2026, 2, 28))
    assert born[1] == date(2008, 2, 28)
    young = CHECK.questions[0].answers[1].facts["birth_date"].days(date(2026, 2, 28))
    assert young == (date(2008, 2, 29), date(2026, 2, 28))


def test_a_study_without_questions_asks_nothing_and_leaves_all_to_the_doctor():
    check = precheck(a_study(), DAY)
    assert check.questions == ()
    assert {one.tree for one in check.lines} <= {
        Settled(Truth.UNKNOWN),
        Denied(Settled(Truth.UNKNOWN)),
    }
