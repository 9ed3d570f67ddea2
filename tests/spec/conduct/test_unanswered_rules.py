"""An item that has no answer: not done, unknown or not applicable, with a reason."""

import pytest

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.form_values import VALUES
from equipoise.conduct.forms import SaveForm
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from tests.support import DAY, Trial, a_study, a_trial

CEA = {"id": "cea", "label": {"en": "CEA"}, "kind": "quantity", "unit": "ug/L", "required": True,
       "unanswered": ["not-done", "unknown"]}  # fmt: skip


@pytest.fixture
def asking() -> Trial:
    """First steps, with an item that may be left without an answer, and must not be passed by."""
    forms = [form.model_dump() for form in a_study().forms]
    forms[0]["items"] = [*forms[0]["items"], CEA]
    return a_trial(a_study(forms=forms))


def said(reason: str = "", **values: str) -> SaveForm:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return SaveForm(form="person", visit="screening", values=named, reason=reason)


def test_what_must_be_answered_may_be_said_not_to_be_done_with_a_reason(asking: Trial) -> None:
    someone = asking.enter()
    assert asking.codes(said(birth_date="1970"), someone) == ["item.required"]
    assert asking.codes(said(cea__absent="not-done"), someone) == ["item.absent-why"]
    assert asking.codes(said(cea__absent="unknown", cea__why="other"), someone) == [
        "item.absent-why"
    ]
    asking.do(said(cea__absent="not-done", cea__why="declined"), someone)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"cea__absent": "not-applicable", "cea__why": "no-need"}, "item.absent"),
        ({"cea__absent": "never", "cea__why": "no-need"}, "item.absent"),
        ({"birth_date__absent": "unknown", "birth_date__why": "not-found"}, "item.absent"),
        ({"cea": "5", "cea__absent": "unknown", "cea__why": "not-found"}, "item.absent-and"),
        ({"cea": "5", "cea__why": "declined"}, "item.absent"),
        ({"cea__absent": "unknown", "cea__why": "other", "cea__words": "111222333"}, "text.bsn"),
    ],
)
def test_no_more_is_said_than_the_study_allows(asking: Trial, values: dict, code: str) -> None:
    assert code in asking.codes(said(**values), asking.enter())


def test_what_has_no_answer_is_not_known_and_never_false(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(said(cea__absent="unknown", cea__why="not-found"), someone)
    study = asking.study
    facts = SubjectFacts(study, asking.subject(someone), DAY)
    for text, truth in (("cea < 5 ug/L", Truth.UNKNOWN), ("cea is known", Truth.FALSE)):
        assert truth_of(parse(text), study.vocabulary, facts, DAY) is truth


def test_an_answer_that_is_found_later_takes_the_place_with_a_reason(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(said(cea__absent="unknown", cea__why="other", cea__words="no letter"), someone)
    found = {"cea": "5", "cea__absent": ""}
    assert asking.codes(said(cea="5"), someone) == ["item.absent-and"]
    assert asking.codes(said(**found), someone) == ["form.no-reason"]
    asking.do(said("the letter came", **found), someone)
    record = asking.subject(someone).forms.records["person@screening#1"]
    assert record.now("cea") == "5"
    assert [record.current[f"cea.{part}"] for part in ("absent", "why", "words")] == ["", "", ""]
    table = list(VALUES.rows(asking.study, asking.subject(someone), DAY))
    told = [(row[5], row[8], row[10]) for row in table if row[5].startswith("cea.")]
    assert ("cea.absent", "unknown", "unknown") in told
    assert ("cea.why", "other", "another reason") in told
