"""Several choices, times of day and scales: what is an answer, and what follows from it."""

import pytest

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.form_values import VALUES
from equipoise.conduct.forms import SaveForm
from equipoise.logic.evaluate import evaluate, truth_of
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from equipoise.study.check import consistency
from equipoise.study.declared import idle
from equipoise.study.forms import Column
from equipoise.study.kinds.kind import At
from equipoise.study.places import Places
from tests.support import DAY, Trial, a_study, a_trial, rows

LABEL = {"en": "Asked"}
ORGANS = {"liver": {"en": "Liver"}, "lung": {"en": "Lung"}, "bone": {"en": "Bone"}}
ITEMS = [
    {"id": "organs", "label": LABEL, "kind": "several", "choices": ORGANS},
    {"id": "begun", "label": {"en": "Begun"}, "kind": "time"},
    {
        "id": "ended",
        "label": {"en": "Ended"},
        "kind": "time",
        "checks": [{"that": "ended - begun >= 30 min", "because": {"en": "Too short"}}],
    },
    {
        "id": "pain",
        "label": {"en": "Pain"},
        "kind": "scale",
        "scale": {"highest": 10, "low": {"en": "none"}, "high": {"en": "worst"}},
    },
]


@pytest.fixture
def asking() -> Trial:
    """First steps, with a form that asks an item of each of these kinds."""
    return a_trial(a_study(forms=with_items(ITEMS)))


def with_items(items):
    forms = [form.model_dump() for form in a_study().forms]
    forms[0]["items"] = [*forms[0]["items"], *items]
    return forms


def said(**values):
    return SaveForm(form="person", visit="screening", values=values)


def judged(asking: Trial, text: str, **values: str) -> Truth:
    someone = asking.enter()
    if values:
        asking.do(said(**values), someone)
    study = asking.study
    facts = SubjectFacts(study, asking.subject(someone), DAY)
    return truth_of(parse(text), study.vocabulary, facts, DAY)


def test_of_several_none_is_an_answer_and_what_was_never_asked_is_not_known(asking: Trial) -> None:
    table = """
        organs     | any organs where code == 'liver' | count of organs >= 2 | none of organs
        -----------+----------------------------------+----------------------+---------------
                   | U | U | U
        none       | F | F | T
        liver      | T | F | F
        lung,liver | T | T | F
    """
    for row in rows(table):
        given = {"organs": row["organs"]} if row["organs"] else {}
        for text, truth in list(row.items())[1:]:
            meant = {"T": Truth.TRUE, "F": Truth.FALSE, "U": Truth.UNKNOWN}[truth]
            assert judged(asking, text, **given) is meant, (row, text)


def test_none_of_these_excludes_what_applies(asking: Trial) -> None:
    assert asking.codes(said(organs="none,liver"), asking.enter()) == ["item.none-and"]
    assert asking.codes(said(organs="liver,spleen"), asking.enter()) == ["item.choices"]


def test_several_are_told_in_the_order_of_the_study(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(said(organs="lung, liver"), someone)
    (row,) = VALUES.rows(asking.study, asking.subject(someone), DAY)
    assert ("liver,lung" in row, "Liver; Lung" in row) == (True, True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("9:05", "09:05"), ("905", "09:05"), ("9u05", "09:05"), ("21h30", "21:30"),
     ("9:05 pm", "21:05"), ("12.30 a.m.", "00:30"), ("08:15:59", "08:15")],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it(asking: Trial, typed: str, kept: str) -> None:
    someone = asking.enter()
    asking.do(said(begun=typed), someone)
    assert asking.subject(someone).forms.records["person@screening#1"].now("begun") == kept


@pytest.mark.parametrize("typed", ["24:00", "9", "9:60", "13:00 pm", "0:15 am", "9:5", "noon"])
def test_what_is_no_time_is_refused(asking: Trial, typed: str) -> None:
    assert asking.codes(said(begun=typed), asking.enter()) == ["item.time"]


def test_times_are_compared_and_told_by_the_clock(asking: Trial) -> None:
    someone = asking.enter()
    assert asking.codes(said(begun="09:05", ended="09:30"), someone) == ["item.check"]
    asking.do(said(begun="09:05", ended="09:40"), someone)
    facts = SubjectFacts(asking.study, asking.subject(someone), DAY)
    found = evaluate(parse("ended > begun"), asking.study.vocabulary, facts, DAY)
    assert found.truth is Truth.TRUE and "09:40" in found.sentence and "09:05" in found.sentence


def test_a_scale_takes_its_own_numbers(asking: Trial) -> None:
    for text in ("11", "-1", "<5", "2.5", "much"):
        assert asking.codes(said(pain=text), asking.enter()) == ["item.scale"], text
    assert judged(asking, "pain >= 4", pain="4.0") is Truth.TRUE


ROW_OF_TWO_UNITS = {"id": "size", "label": LABEL, "kind": "quantity", "unit": "mm", "units": ["cm"]}


def test_a_study_that_says_too_little_or_too_much_of_such_an_item_is_told_so() -> None:
    wrong = [
        {"id": "a", "label": LABEL, "kind": "several"},
        {"id": "b", "label": LABEL, "kind": "several", "choices": {"none": LABEL, "x,y": LABEL}},
        {"id": "c", "label": LABEL, "kind": "scale"},
        {"id": "d", "label": LABEL, "kind": "scale", "scale": {**ITEMS[3]["scale"], "step": 3}},
        {"id": "e", "label": LABEL, "kind": "text", "scale": ITEMS[3]["scale"], "none": LABEL},
        {"id": "f", "label": LABEL, "kind": "list", "columns": [ITEMS[0]]},
        {"id": "g", "label": LABEL, "kind": "list", "columns": [ROW_OF_TWO_UNITS]},
    ]
    found = consistency(a_study(forms=with_items(wrong)), Places(), set())
    told = "\n".join(problem.message for problem in found)
    for part in (
        "several of nothing",
        "give that choice another code",
        "'x,y': the codes",
        "a scale needs `scale`",
        "the steps of this scale",
        "only a scale has `scale`",
        "only of several there is `none`",
        "has one value a row",
        "so that 'size' has no `units`",
    ):
        assert part in told, part


def test_of_a_birth_the_year_alone_is_recorded_unless_the_study_says_otherwise():
    table = """
        cdash   | finest | typed      | refused
        --------+--------+------------+--------
        BRTHYY  |        | 1970       | no
        BRTHYY  |        | 1970-05    | yes
        BRTHDAT |        | 1970-05-17 | yes
        BRTHDAT | day    | 1970-05-17 | no
        BRTHDAT | month  | 1970-05    | no
        BRTHDAT | month  | 1970-05-17 | yes
        MHSTDAT |        | 1970-05-17 | no
    """
    for row in rows(table):
        asked = Column(
            id="born", label="Born", kind="partial-date", cdash=row["cdash"], finest=row["finest"]
        )
        found = list(asked.of_kind.refusals(asked, row["typed"], At("born", DAY)))
        assert [one.code for one in found] == ["item.date-finer"] * (row["refused"] == "yes"), row


def test_a_whole_date_of_birth_is_asked_by_a_study_that_says_so():
    told = list(idle(Column(id="born", label="Born", kind="date", cdash="BRTHDAT")))
    assert len(told) == 1 and "finest: day" in told[0]
    # Its kind cannot change any more where it was asked before: saying so is enough.
    born = {"id": "born", "label": "Born", "kind": "date", "cdash": "BRTHDAT"}
    assert list(idle(Column(**born, finest="day"))) == []
    assert list(idle(Column(**born, finest="month")))
    assert list(idle(Column(id="born", label="Born", kind="text", finest="year")))
