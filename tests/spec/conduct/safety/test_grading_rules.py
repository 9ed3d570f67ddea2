"""Laboratory values have their CTCAE grade, and propose the event that nobody types twice."""

from datetime import timedelta
from decimal import Decimal

import pytest

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.chapter import FormAt, RowAt
from equipoise.conduct.chapters import agenda
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.outlook import Outlook
from equipoise.conduct.safety import CorrectEvent, DeclineEvent, RecordEvent
from equipoise.conduct.safety.beside import beside
from equipoise.conduct.safety.grades import grades, proposals
from equipoise.conduct.safety.grading import Measured, graded
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry
from equipoise.logic.facts import Observation
from equipoise.logic.watched import Watch
from equipoise.study.check import consistency
from equipoise.study.ctcae import term_of
from equipoise.study.places import Places
from equipoise.study.reason import ENGLISH
from tests.spec.conduct.safety.test_adverse_event_rules import a_text, corrected, event
from tests.support import DAY, a_study, a_trial, days

ALT = "Alanine aminotransferase increased"
BLOOD = {
    "id": "blood",
    "title": "Blood",
    "unplanned": True,
    "repeats": True,
    "source": "assumed: for these rules",
    "items": [
        {"id": "alt", "label": "ALT", "kind": "quantity", "unit": "U/L", "units": ["ukat/L"]}
        | {"limits": True, "repeatable": True},
        {"id": "hb", "label": "Hb", "kind": "quantity", "unit": "mmol/L", "units": ["g/dL"]}
        | {"limits": True, "analyte": "haemoglobin", "repeatable": True},
    ],
}
GRADING = {
    "values": [
        {"item": "alt", "terms": [ALT], "event": "burn"},
        {"item": "hb", "terms": ["Anemia", "Hemoglobin increased"]},
    ],
    "source": "assumed: for these rules",
}


def a_lab(**grading):
    text = a_text(grading=GRADING | grading)
    forms = [*(form.model_dump() for form in a_study().forms), BLOOD]
    roles = [role.model_dump() for role in text.roles]
    return a_study(forms=forms, roles=roles, safety=text.safety.model_dump(by_alias=True))


def made_with(*values, early=(), **grading):
    """A participant whose ALT were these, one a week from the draw on."""
    made = a_trial(a_lab(**grading))
    someone = made.registered()
    for n, alt in enumerate(early, start=1):
        save(made, someone, n, DAY, alt=alt)
    made.do(made.draw(someone), someone)
    for n, alt in enumerate(values, start=len(early) + 1):
        save(made, someone, n, DAY + days(7 * n), alt=alt)
    return made, someone


def save(made, someone, number, on, **values):
    told = values | ({"alt.uln": "40"} if "alt" in values else {})
    told = {name: str(value) for name, value in told.items()}
    return made.do(SaveForm(form="blood", visit="", number=number, values=told), someone, on=on)


def proposed(made, someone):
    found = proposals(made.study, made.subject(someone), DAY + days(90))
    return [(one.item, one.grade, (one.first.on - DAY).days // 7) for one in found]


def due(made, someone):
    found = agenda(made.study, made.subject(someone), DAY + days(90))
    return [one for one in found if one.filled or isinstance(one.where, RowAt)]


def test_a_value_is_graded_against_baseline_and_the_baseline_itself_by_the_limit():
    made, someone = made_with(60, 130, early=(60,))
    subject, on = made.subject(someone), DAY + days(90)
    found = [grades(made.study, subject, on, "alt", copy)[0] for copy in range(3)]
    assert [(one.value, one.by_limit) for one in found] == [(1, None), (0, 1), (1, 2)]


def test_a_baseline_in_another_unit_is_held_against_the_limit_beside_the_value():
    """60 U/L is 1.0002 ukat/L: raised against 40 U/L, though 1.0002 is less than 40."""
    value = Observation(Decimal(60), unit="U/L", uln=Decimal(40))
    before = Observation(Decimal("1.0002"), unit="ukat/L")
    found = graded(term_of("5.0", ALT), Measured(value=value, baseline=before))
    assert (found.value, found.by_limit) == (0, 1)


def test_what_stands_beside_a_value_is_its_grade_or_why_there_is_none():
    made, someone = made_with(60, 130, early=(60,))
    subject, on = made.subject(someone), DAY + days(90)
    found = [
        [(item, ENGLISH.written(what)) for item, what in beside(made.study, subject, place, on)]
        for place in (FormAt("blood", "", number) for number in (1, 2))
    ]
    assert found[0] == [("alt", f"Grade 1 by CTCAE 5.0: {ALT}")]
    ((_, told),) = found[1]
    assert told.startswith(f"Grade 0 by CTCAE 5.0, held against a raised baseline: {ALT}.")
    assert told.endswith("it would be grade 1")
    made, someone = made_with(130)
    ((_, told),) = beside(made.study, made.subject(someone), FormAt("blood", "", 1), on)
    assert ENGLISH.written(told) == f"Grade by CTCAE 5.0 not known: {ALT}. Baseline is not recorded"
    assert list(beside(made.study, subject, FormAt("pressure", "screening"), on)) == []


def test_what_goes_beyond_baseline_proposes_the_event_until_it_is_recorded_as_grave():
    made, someone = made_with(38, 130, 230, early=(30,))
    assert proposed(made, someone) == [("alt", 3, 3)]
    (one,) = due(made, someone)
    began = (DAY + timedelta(21)).isoformat()
    filled = {"term": ALT, "code": "burn", "grade": "3", "begin": began}
    assert (one.where, dict(one.filled)) == (RecordEvent, filled)
    told = f"ALT 230 U/L of 30 Mar 2026 is grade 3 ({ALT}): record the event"
    assert ENGLISH.written(one.what) == told
    seq = made.do(event(**(filled | {"grade": "2"})), someone, on=DAY + days(30)).seq
    (one,) = due(made, someone)
    assert one.where == RowAt("ae.correct", str(seq), CorrectEvent)
    first = made.subject(someone).safety.events[0].now
    made.do(corrected(seq, first, grade="3"), someone, on=DAY + days(31))
    assert due(made, someone) == []


def test_a_proposal_is_declined_with_a_reason_and_comes_back_when_it_is_graver_or_that_is_voided():
    made, someone = made_with(38, 130, early=(30,))
    (one,) = due(made, someone)
    no, on = dict(one.declined_with), DAY + days(31)
    assert (one.declined_by, no["begin"]) == (DeclineEvent, (DAY + days(21)).isoformat())
    assert made.codes(DeclineEvent(**no, reason=" "), someone, on=on) == ["ae.decline-why"]
    for wrong in ({"grade": "3"}, {"term": "Anemia"}, {"begin": DAY.isoformat()}):
        assert made.codes(DeclineEvent(**no | wrong, reason="x"), someone, on=on) == [
            "ae.not-proposed"
        ]
    seq = made.do(DeclineEvent(**no, reason="muscle"), someone, on=on).seq
    assert due(made, someone) == []
    assert made.codes(DeclineEvent(**no, reason="again"), someone, on=on) == ["ae.not-proposed"]
    # Of that grade still, and then graver: also where it turns out to have begun before.
    save(made, someone, 4, DAY + days(35), alt=140)
    save(made, someone, 5, DAY + days(20), alt=125)
    assert due(made, someone) == []
    worse = save(made, someone, 6, DAY + days(42), alt=230)
    assert [grade for _, grade, _ in proposed(made, someone)] == [3]
    rows = frame(tables()["declined_events"], [made.subject(someone)], made.study, DAY).rows()
    assert rows == [(someone, on, ALT, 2, no["begin"], "muscle")]
    wrong = VoidEntry(entry=worse.seq, reason="of another")
    made.do(wrong, someone, by=worse.by, on=DAY + days(43))
    assert due(made, someone) == []
    made.do(VoidEntry(entry=seq, reason="it was one"), someone, on=on)
    assert [grade for _, grade, _ in proposed(made, someone)] == [2]


def test_a_graver_value_of_a_recorded_event_is_declined_too_and_the_event_stays():
    made, someone = made_with(230, early=(30,))
    began = (DAY + days(7)).isoformat()
    made.do(event(term=ALT, code="burn", grade="2", begin=began), someone, on=DAY + days(30))
    (one,) = due(made, someone)
    assert isinstance(one.where, RowAt) and not one.filled
    no = DeclineEvent(**dict(one.declined_with), reason="haemolytic")
    made.do(no, someone, on=DAY + days(31))
    assert due(made, someone) == []
    assert made.subject(someone).safety.events[0].now.grade == "2"


def test_values_that_were_normal_in_between_are_two_events():
    made, someone = made_with(130, 38, 130, early=(30,))
    assert [week for _, _, week in proposed(made, someone)] == [2, 4]
    over = {"end": (DAY + days(21)).isoformat(), "outcome": "recovered"}
    begin = (DAY + days(14)).isoformat()
    told = event(term=ALT, grade="2", begin=begin, **over)
    made.do(told, someone, on=DAY + days(30))
    assert [week for _, _, week in proposed(made, someone)] == [4]


@pytest.mark.parametrize(
    ("values", "early", "grading", "found"),
    [
        ((60,), (60,), {}, []),
        ((95,), (60,), {}, [("alt", 1, 2)]),
        ((95,), (60,), {"proposes_from": 2}, []),
        ((130,), (), {}, []),
        ((30,), (30,), {}, []),
    ],
)
def test_nothing_is_proposed_of_what_is_no_worse_than_before_or_not_known(
    values, early, grading, found
):
    made, someone = made_with(*values, early=early, **grading)
    assert proposed(made, someone) == found


def test_a_study_whose_graded_values_cannot_be_graded_is_refused():
    wrong = [
        ({"item": "alb", "terms": [ALT]}, "no quantity named 'alb'"),
        ({"item": "hb", "terms": ["Anaemia"]}, "did you mean 'Anemia'?"),
        ({"item": "alt", "terms": ["Anemia"]}, "no limits of 'Anemia' are printed for U/L"),
        ({"item": "alt", "terms": [ALT], "event": "fall"}, "the study lists no term 'fall'"),
    ]
    for one, says in wrong:
        text = a_lab(values=[one])
        messages = [problem.message for problem in consistency(text, Places(), ACTS)]
        assert any(says in message for message in messages), (says, messages)
    text = a_lab(anticoagulated="bloodd")
    assert any("bloodd" in one.message for one in consistency(text, Places(), ACTS))
    assert consistency(a_lab(), Places(), ACTS) == []


def test_what_is_filled_in_beforehand_is_kept_with_what_comes_next():
    made, someone = made_with(130, early=(30,))
    found = due(made, someone)
    kept = Outlook.of(found, Watch(DAY), DAY).agenda(DAY, ACTS)
    assert [(one.filled, one.where, one.name) for one in kept] == [
        (one.filled, one.where, one.name) for one in found
    ]
