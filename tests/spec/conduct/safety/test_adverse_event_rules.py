"""Safety: what may be recorded of an adverse event, what follows, and what is asked."""

import pytest

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.act import Refused
from equipoise.conduct.chapters import agenda, course
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.safety import CorrectEvent, RecordEvent
from equipoise.conduct.sight import Sight
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry
from equipoise.logic.truth import Truth
from equipoise.study.check import consistency
from equipoise.study.places import Places
from equipoise.study.sections.safety import Safety
from tests.support import DAY, a_study, a_trial, days

SAFETY = {
    "ctcae": "5.0",
    "interventions": [
        {"id": "tea", "label": "Tea"},
        {"id": "hot", "label": "Hot water", "arms": ["hibiscus"]},
    ],
    "terms": [{"id": "burn", "label": "A burnt tongue"}],
    "source": "assumed: for these rules",
}
FATAL = {"grade": "5", "serious": "yes", "criteria": ["death"], "outcome": "fatal"}


def a_text(**safety):
    roles = [role.model_dump() for role in a_study().roles]
    may = ("ae.record", "ae.correct", "ae.decline", "entry.void")
    roles = [{**role, "may": tuple(dict.fromkeys((*role["may"], *may)))} for role in roles]
    return a_study(roles=roles, safety=SAFETY | safety)


def made_with(subject="randomised"):
    made = a_trial(a_text())
    return made, getattr(made, subject)()


def codes(made, act, someone, on=DAY):
    """The codes of all reasons against an act; none where it is recorded."""
    try:
        made.do(act, someone, on=on)
    except Refused as refused:
        return [refusal.code for refusal in refused.refusals]
    return []


def event(on=DAY, **told):
    plain = {"term": "Burnt tongue", "grade": "1", "serious": "no", "related": "no"}
    return RecordEvent(**{**plain, "begin": on.isoformat(), "outcome": "not-recovered", **told})


def corrected(seq, of, reason="it went on", **told):
    fields = {name: getattr(of, name) for name in RecordEvent.__struct_fields__}
    return CorrectEvent(**{**fields, **told}, event=seq, reason=reason)


def test_an_event_is_recorded_and_what_is_known_of_it_later_is_told_again():
    made, someone = made_with()
    first = event(begin="2026-03", code="burn")
    seq = made.do(first, someone, on=DAY + days(5)).seq
    over = {"end": (DAY + days(9)).isoformat(), "outcome": "recovered", "grade": "2"}
    made.do(corrected(seq, first, **over), someone, on=DAY + days(9))
    (one,) = made.subject(someone).safety.events
    assert (one.number, one.now.grade, one.versions[0].grade) == (seq, "2", "1")
    told = [type(happened.what).__name__ for happened in course(made.study, made.subject(someone))]
    assert told[-2:] == ["EventTold", "EventTold"]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"term": " "}, ["ae.no-term"]),
        ({"code": "fall"}, ["ae.unknown-term"]),
        ({"serious": "yes"}, ["ae.criterion"]),
        ({"criteria": ["hospital"]}, ["ae.not-serious"]),
        ({"grade": "5"}, ["ae.fatal"]),
        ({"outcome": "fatal", "end": "2026"}, ["ae.fatal"]),
        ({"serious": "yes", "criteria": ["death"]}, ["ae.fatal"]),
        ({"related": "yes"}, ["ae.which"]),
        ({"interventions": ["tea"]}, ["ae.not-related"]),
        ({"related": "yes", "interventions": ["milk"]}, ["ae.unknown-intervention"]),
        ({"begin": ""}, ["ae.date"]),
        ({"begin": "soon"}, ["ae.date"]),
        ({"begin": "2026-02-31"}, ["ae.date"]),
        ({"end": "31"}, ["ae.date", "ae.not-over"]),
        ({"begin": "2026-02"}, ["ae.before-consent"]),
        ({"begin": "2026-12"}, ["ae.begins-later"]),
        ({"outcome": "recovered"}, ["ae.no-end"]),
        ({"outcome": "recovering", "end": "2026-03"}, ["ae.not-over"]),
        ({"outcome": "recovered", "end": "2026-02-01"}, ["ae.ends-before"]),
        ({"outcome": "recovered", "end": "2026-12"}, ["ae.ends-later"]),
        ({"begin": "2026"}, []),
        ({"begin": "2026-03", "outcome": "recovered", "end": "2026"}, []),
        (FATAL | {"end": "2026-03"}, []),
    ],
)
def test_what_is_told_of_an_event_holds_together(told, found):
    made, someone = made_with()
    assert codes(made, event(**told), someone, on=DAY + days(9)) == found


def test_an_event_is_related_to_what_the_participant_may_be_given_alone():
    made, someone = made_with()
    cause = event(related="yes", interventions=["hot"])
    other = "ae.other-arm" if made.subject(someone).arm != "hibiscus" else None
    assert codes(made, cause, someone) == [code for code in [other] if code]
    undrawn = made.registered()
    assert codes(made, cause, undrawn) == []


def test_what_was_never_agreed_to_or_is_not_recorded_by_the_study_is_refused():
    made = a_trial(a_text())
    assert codes(made, event(), made.enter()) == ["consent.none"]
    plain = a_text().model_copy(update={"safety": None})
    made = a_trial(plain)
    assert codes(made, event(), made.randomised()) == ["ae.none"]


def test_nobody_is_dead_before_their_last_event_and_no_event_comes_after_death():
    made, someone = made_with()
    made.do(event(DAY + days(20)), someone, on=DAY + days(25))
    death = RecordDeath(cause="disease")
    assert codes(made, death, someone, on=DAY + days(19)) == ["event.alive-later"]
    made.do(death, someone, on=DAY + days(30))
    late = event(DAY + days(31), term="Another")
    assert codes(made, late, someone, on=DAY + days(40)) == ["ae.after-death"]
    # What was known only afterwards is recorded afterwards; of a month, its first day counts.
    made.do(event(DAY + days(29), term="Found later"), someone, on=DAY + days(40))
    seq = made.subject(someone).safety.events[0].number
    moved = corrected(seq, event(DAY + days(20)), begin=(DAY + days(31)).isoformat())
    assert codes(made, moved, someone, on=DAY + days(40)) == ["ae.after-death"]


def test_an_event_whose_day_is_known_by_its_month_shows_them_alive_on_its_first_day():
    made, someone = made_with()
    over = {"begin": "2026-03", "end": "2026-04", "outcome": "recovered"}
    made.do(event(**over), someone, on=DAY + days(60))
    assert made.subject(someone).last_known_alive(made.study).isoformat() == "2026-04-01"
    assert codes(made, RecordDeath(cause="other"), someone, on=DAY + days(40)) == []


def test_a_fatal_event_is_over_on_the_day_of_death_and_shows_nobody_alive_then():
    made, someone = made_with()
    end = DAY + days(9)
    made.do(event(**FATAL, end=end.isoformat()), someone, on=end)
    assert made.subject(someone).last_known_alive(made.study) == DAY
    (due,) = [due for due in agenda(made.study, made.subject(someone), end) if "5" in str(due.what)]
    assert due.urgency == "due"
    made.do(RecordDeath(cause="treatment"), someone, on=end)
    assert agenda(made.study, made.subject(someone), end) == []
    early = event(**FATAL, term="Another", end=(DAY + days(3)).isoformat())
    assert codes(made, early, someone, on=end) == ["ae.after-death"]


def test_who_died_of_the_treatment_is_asked_for_the_event():
    made, someone = made_with()
    made.do(RecordDeath(cause="treatment"), someone, on=DAY + days(9))
    asked = [due.where for due in agenda(made.study, made.subject(someone), DAY + days(9))]
    assert RecordEvent in asked


def test_nothing_that_began_after_a_withdrawal_is_recorded():
    made, someone = made_with()
    made.do(WithdrawConsent(scope="follow-up"), someone, on=DAY + days(9))
    assert codes(made, event(DAY + days(9)), someone, on=DAY + days(20)) == []
    assert codes(made, event(DAY + days(10)), someone, on=DAY + days(20)) == ["consent.withdrawn"]
    over = event(DAY + days(2), term="Another", outcome="recovered", end="2026-03-12")
    assert codes(made, over, someone, on=DAY + days(20)) == ["consent.withdrawn"]


def test_the_same_event_is_recorded_once_and_changed_with_a_reason():
    made, someone = made_with()
    first = event()
    seq = made.do(first, someone).seq
    assert codes(made, event(term="burnt  Tongue"), someone) == ["ae.recorded-before"]
    assert codes(made, corrected(seq, first), someone) == ["ae.unchanged"]
    assert codes(made, corrected(seq, first, reason=" ", grade="2"), someone) == ["ae.no-reason"]
    assert codes(made, corrected(seq + 9, first), someone) == ["ae.no-event"]


def test_an_event_that_was_recorded_in_error_is_voided_once_nothing_more_was_told_of_it():
    made, someone = made_with()
    first = event()
    seq = made.do(first, someone).seq
    later = made.do(corrected(seq, first, grade="3"), someone).seq
    void = VoidEntry(entry=seq, reason="of another")
    assert codes(made, void, someone) == ["void.corrected-since"]
    made.do(VoidEntry(entry=later, reason="of another"), someone)
    assert made.subject(someone).safety.events[0].now.grade == "1"
    made.do(void, someone)
    assert made.subject(someone).safety.events == []


def test_every_event_is_a_row_and_its_cause_is_closed_to_whom_results_by_arm_are():
    made, someone = made_with()
    made.do(event(related="yes", interventions=["tea"], begin="2026-03"), someone, on=DAY + days(9))
    table, subjects = tables()["adverse_events"], [made.subject(someone)]
    (row,) = frame(table, subjects, made.study).to_dicts()
    assert (row["term"], row["grade"], row["begin"], row["interventions"], row["ctcae"]) == (
        ("Burnt tongue", 1, "2026-03", "tea", "5.0")
    )
    (closed,) = frame(table, subjects, made.study, sight=Sight()).to_dicts()
    assert closed["interventions"] is None and closed["related"] == "yes"


def test_a_study_names_its_arms_and_each_of_its_words_once():
    twice = SAFETY["terms"] * 2
    wrong = a_text(terms=twice, interventions=[{"id": "x", "label": "X", "arms": ["milk"]}])
    assert isinstance(wrong.safety, Safety)
    kinds = {kind for role in wrong.roles for kind in role.may}
    said = [problem.message for problem in consistency(wrong, Places(), kinds)]
    assert "no arm named 'milk'" in said and "'burn' stands twice" in said


def test_an_event_may_be_recorded_from_the_day_of_consent():
    made = a_trial(a_text())
    someone = made.enter()
    made.do(GiveConsent(version="1"), someone)
    assert codes(made, event(), someone) == []


def test_expressions_of_the_study_read_the_events_as_they_were_known_on_a_day():
    made, someone = made_with()

    def held(condition, after=9):
        facts = SubjectFacts(made.study, made.subject(someone), DAY + days(after))
        return facts.holds(condition)

    assert held("any events") is Truth.FALSE and held("worst_grade == 0") is Truth.TRUE
    first = event(code="burn", grade="2")
    seq = made.do(first, someone, on=DAY).seq
    worse = {"grade": "3", "related": "yes", "interventions": ["tea"]}
    made.do(corrected(seq, first, **worse), someone, on=DAY + days(5))
    made.do(event(term="Headache", begin="2026-03"), someone, on=DAY + days(6))
    for condition in (
        "any events where code == 'burn' and grade == 3 and related and not serious",
        "worst_grade == 3",
        "(count of events where end is unknown) == 2",
        "(highest of events.grade where code == 'burn' and begin >= randomisation) == 3",
        "none of events where code == 'burn' and begin > randomisation",
    ):
        assert held(condition) is Truth.TRUE, condition
    assert held("worst_grade == 2", after=4) is Truth.TRUE
    assert held("any events where code != 'burn' and begin > randomisation") is Truth.UNKNOWN


def test_a_study_without_safety_knows_no_events_and_no_item_is_called_so():
    assert not {"events", "worst_grade"} & a_study().vocabulary.keys()
    text = a_text()
    forms = [form.model_dump() for form in text.forms]
    forms[0]["items"][0]["id"] = "events"
    found = consistency(a_study(safety=SAFETY, forms=forms), Places(), ACTS)
    assert any("'events' is called as what" in str(one) for one in found)


@pytest.mark.parametrize(
    ("words", "code"),
    [("a burnt  Tongue", "burn"), ("Verbrande tong", "burn"), ("Scald", "burn"), ("Burns", "")],
)
def test_what_is_typed_as_the_study_calls_an_event_is_that_event(words, code):
    """In any language, or by what else it is called: otherwise a grade 4 would lower no dose."""
    label = {"en": "A burnt tongue", "nl": "Verbrande tong"}
    term = {"id": "burn", "label": label, "called": ["Scald"]}
    made = a_trial(a_text(terms=[term]))
    someone = made.randomised()
    made.do(event(term=words), someone)
    subject = made.subject(someone)
    assert subject.safety.events[0].now.code == code
    (row,) = SubjectFacts(made.study, subject, DAY).rows("events")
    assert (row["code"].value, row["coded"].value) == (code, bool(code))
