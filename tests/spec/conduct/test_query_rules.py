"""Queries: those of rules follow from the values, what people say is kept, and neither is lost."""

from contextlib import suppress

import msgspec
import pytest

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.act import Refused
from equipoise.conduct.chapter import RowAt
from equipoise.conduct.chapters import agenda
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.queries import (
    AnswerQuery,
    AskQuery,
    AssignQuery,
    CloseQuery,
    ReopenQuery,
    queries,
    remembered,
    rules,
)
from equipoise.conduct.sight import EVERYTHING, Sight
from equipoise.conduct.voiding import VoidEntry
from tests.support import DAY, a_study, a_trial, days

ASKS = ("query.ask", "query.close", "query.reopen", "query.assign", "entry.void")
UNWISE = "not (tea_unwise and birth_date < 2000-01-01)"
SAID = {"en": "Too high for tea", "nl": "Te hoog voor thee"}


def a_text(check=UNWISE, shown_when="", visits=None):
    """Doctors and assistants answer, the office asks; one check reads another form."""
    plain = a_study().model_dump(exclude={"digest"})
    for role in plain["roles"]:
        role["may"] = (*role["may"], *(ASKS if role["scope"] == "trial" else ("query.answer",)))
    for item in (item for form in plain["forms"] for item in form["items"]):
        if item["id"] == "systolic":
            item["checks"] = [{"that": check, "because": SAID}] if check else []
        if item["id"] == "diastolic":
            item["shown_when"] = shown_when
    return a_study(**plain)


def made_with(**text):
    made = a_trial(a_text(**text))
    return made, made.eligible(systolic="150")


def change(name, value, form="person", **more):
    return SaveForm(form=form, visit="screening", values={name: value}, reason="misread", **more)


def states(made, who):
    return [(one.rule and one.item, one.state) for one in queries(made.study, made.subject(who))]


def the_query(made, who):
    (found,) = queries(made.study, made.subject(who))
    return found


def failing():
    """Of someone whose pressure was right until something else was put right."""
    made, who = made_with()
    assert states(made, who) == []
    made.do(change("tea_unwise", "yes"), who, on=DAY + days(3))
    return made, who, the_query(made, who)


def asked(made, who, **more):
    told = {"form": "pressure", "visit": "screening", "item": "systolic", "text": "Which arm?"}
    made.do(AskQuery(**told | more), who)
    return queries(made.study, made.subject(who))[-1].key


def test_a_rule_that_fails_by_a_value_of_another_form_asks_and_nothing_is_recorded_for_it():
    made, who, query = failing()
    assert (query.item, query.state, query.by, query.wording) == ("systolic", "open", "", SAID)
    assert query.on == DAY + days(3)
    assert {entry.kind for entry in made.ledger.entries(who)} & {*ASKS, "query.answer"} == set()
    assert "query to answer" in str(
        [due.what for due in agenda(made.study, made.subject(who), DAY)]
    )


def test_a_rule_that_holds_again_asks_no_longer_and_it_is_counted_that_a_value_was_changed():
    made, who, _ = failing()
    made.do(change("tea_unwise", "no"), who)
    query = the_query(made, who)
    assert (query.state, query.times, query.changed) == ("right", 1, 1)
    made.do(change("tea_unwise", "yes"), who)
    query = the_query(made, who)
    assert (query.state, query.times, query.changed) == ("open", 2, 1)


def test_a_save_that_is_voided_takes_its_query_with_it():
    made, who, _ = failing()
    seq = made.subject(who).seq
    made.do(VoidEntry(entry=seq, reason="another person"), who, by="doctor-01")
    assert states(made, who) == []


def test_an_answer_to_what_is_no_longer_asked_opens_a_query_and_the_value_stays():
    made, who = made_with(check="", shown_when="not tea_unwise")
    made.do(change("tea_unwise", "yes"), who)
    assert [(one.item, one.rule, one.state) for one in queries(made.study, made.subject(who))] == [
        ("diastolic", "not-asked", "open")
    ]
    made.do(change("tea_unwise", "no"), who)
    assert the_query(made, who).state == "right"


def test_an_answered_query_is_closed_on_the_value_that_it_is_about_and_opens_when_that_changes():
    made, who, query = failing()
    made.do(AnswerQuery(query=query.key, text="measured twice"), who)
    assert the_query(made, who).state == "answered"
    made.do(CloseQuery(query=query.key), who)
    made.do(change("medicines", []), who)
    assert the_query(made, who).state == "closed"
    made.do(change("birth_date", "1971-05-17"), who)
    assert the_query(made, who).state == "again"
    made.do(change("birth_date", "1970-05-17"), who)
    assert the_query(made, who).state == "again"


def test_what_a_person_asked_never_closes_by_itself():
    made, who = made_with()
    key = asked(made, who)
    made.do(change("systolic", "140", "pressure"), who)
    assert states(made, who) == [("", "open")]
    made.do(AnswerQuery(query=key, text="the left one"), who)
    made.do(change("systolic", "141", "pressure"), who)
    assert states(made, who) == [("", "answered")]
    made.do(CloseQuery(query=key), who)
    assert states(made, who) == [("", "closed")]
    made.do(change("systolic", "150", "pressure"), who)
    assert states(made, who) == [("", "again")]


def test_a_query_on_an_item_that_has_no_answer_opens_again_when_one_comes():
    made, who = made_with()
    key = asked(made, who, item="diastolic")
    made.do(CloseQuery(query=key, text="asked of another"), who)
    made.do(change("diastolic", "84", "pressure"), who)
    assert states(made, who) == [("", "again")]


def test_a_thread_keeps_who_said_what_in_order_and_to_whom_it_was_given():
    made, who, query = failing()
    key = query.key
    for act in (
        AssignQuery(query=key, to="doctor"),
        AnswerQuery(query=key, text="measured twice"),
        ReopenQuery(query=key, text="by whom?"),
        AnswerQuery(query=key, text="by me"),
        CloseQuery(query=key, text="thank you"),
        ReopenQuery(query=key, text="once more"),
    ):
        made.do(act, who)
    query = the_query(made, who)
    assert [turn.kind for turn in query.turns] == [
        *("assign", "answer", "reopen", "answer", "close", "reopen")
    ]
    assert (query.state, query.to, query.answer) == ("open", "doctor", "by me")


def codes(made, act, who):
    try:
        made.do(act, who)
    except Refused as refused:
        return [refusal.code for refusal in refused.refusals]
    return []


def test_what_cannot_be_said_of_a_query_is_refused_with_every_reason():
    made, who, query = failing()
    key = query.key
    told = {"form": "cups", "visit": "weeks.99", "item": "x", "text": " ", "to": "office"}
    found = codes(made, AskQuery(**told), who)
    assert found == ["query.no-form", "query.no-text", "query.no-role"]
    wrong = told | {"form": "pressure", "visit": "screening", "text": "?", "to": ""}
    assert codes(made, AskQuery(**wrong), who) == ["query.no-item"]
    assert codes(made, AnswerQuery(query="9", text=""), who) == ["query.unknown", "query.no-text"]
    assert codes(made, ReopenQuery(query=key, text="?"), who) == ["query.not-closed"]
    assert codes(made, CloseQuery(query=key), who) == ["query.no-text"]
    assert codes(made, AssignQuery(query=key, to="office"), who) == ["query.no-role"]
    assert codes(made, AssignQuery(query=key, to="doctor"), who) == []
    assert codes(made, AssignQuery(query=key, to="doctor"), who) == ["query.theirs"]
    assert codes(made, CloseQuery(query=key, text="known"), who) == []
    assert codes(made, CloseQuery(query=key, text="known"), who) == ["query.closed"]
    assert codes(made, AnswerQuery(query=key, text="why"), who) == ["query.closed"]
    made.do(change("tea_unwise", "no"), who)
    assert codes(made, AnswerQuery(query=key, text="why"), who) == ["query.put-right"]


def test_what_was_said_is_voided_only_once_nothing_was_said_after_it():
    made, who = made_with()
    key = asked(made, who)
    made.do(AnswerQuery(query=key, text="the left one"), who)
    void = VoidEntry(entry=int(key), reason="of another")
    assert made.codes(void, who, by="office-1") == ["void.said-since"]
    last = VoidEntry(entry=made.subject(who).seq, reason="of another")
    made.do(last, who, by="assistant-01")
    assert states(made, who) == [("", "open")]
    made.do(void, who, by="office-1")
    assert states(made, who) == []


def test_a_query_is_asked_by_whom_the_study_lets_and_answered_by_others():
    made, who, query = failing()
    answer = AnswerQuery(query=query.key, text="measured twice")
    assert made.codes(answer, who, by="office-1") == ["role.may-not"]
    close = CloseQuery(query=query.key, text="known")
    assert made.codes(close, who, by="assistant-01") == ["role.may-not"]


def test_a_query_tells_no_arm_to_whom_results_by_arm_are_closed():
    made = a_trial(a_text(check="arm == 'nothing'"))
    who = made.randomised(systolic="150")
    subject = made.subject(who)
    everyone = frame(tables()["queries"], [subject], made.study, DAY, EVERYTHING).rows()
    assert [row[7] for row in everyone] == ["systolic"]
    assert (
        frame(tables()["queries"], [subject], made.study, DAY, Sight(everywhere=True)).rows() == []
    )


def a_soft_check():
    """A pressure above 160 is asked about; more than 5 below the diastolic one is refused."""
    soft = {"that": "systolic <= 160", "because": SAID, "soft": True}
    plain = a_text().model_dump(exclude={"digest"})
    for item in (item for form in plain["forms"] for item in form["items"]):
        if item["id"] == "systolic":
            item["checks"] = [soft, {"that": UNWISE, "because": "No tea", "soft": True}]
    made = a_trial(a_study(**plain))
    return made, made.eligible(systolic="150")


SOFT = "item.soft-check"


def test_a_soft_check_asks_and_takes_the_value_with_the_reason_which_answers_its_query():
    made, who = a_soft_check()
    high = change("systolic", "170", "pressure")
    (refusal,) = made.refusals(high, who)
    assert (refusal.code, refusal.where) == (SOFT, "systolic")
    assert refusal.because == "Too high for tea. Mend it, or say why it is right"
    made.do(msgspec.structs.replace(high, confirmed={SOFT: {"systolic": "both arms"}}), who)
    query = the_query(made, who)
    assert (query.state, query.answer) == ("answered", "both arms")
    assert (query.times, query.changed, query.confirmed) == (1, 0, 1)
    version = made.subject(who).forms.records["pressure@screening#1"].versions("systolic")[-1]
    assert (version.reason, version.checks) == ("misread; both arms", ("systolic <= 160",))
    # What it is not about is saved without being asked again; the other arm's value is not.
    made.do(change("diastolic", "90", "pressure"), who)
    assert the_query(made, who).state == "answered"
    assert made.codes(change("systolic", "171", "pressure"), who) == [SOFT]


def test_an_answer_to_a_soft_check_holds_until_a_value_that_it_reads_changes_anywhere():
    made, who = a_soft_check()
    made.do(change("tea_unwise", "yes"), who)
    assert the_query(made, who).state == "open"
    said = {SOFT: {"systolic": "measured twice"}}
    made.do(change("systolic", "151", "pressure", confirmed=said), who)
    assert the_query(made, who).state == "answered"
    made.do(change("birth_date", "1971-05-17"), who)
    assert the_query(made, who).state == "again"


def test_what_was_typed_first_is_kept_with_the_check_that_asked_when_it_became_something_else():
    made, who = a_soft_check()
    first = {SOFT: {"systolic": "170"}, "text.personal": {"systolic": "171"}}
    mended = change("systolic", "140", "pressure", first=first)
    kept = msgspec.json.decode(made.do(mended, who).payload)
    assert (kept["first"], kept["checks"]) == (
        {SOFT: {"systolic": "170"}},
        {"systolic": ["systolic <= 160"]},
    )
    query = the_query(made, who)
    assert (query.state, query.times, query.changed, query.confirmed) == ("right", 1, 1, 0)
    # What no check would have asked of is not kept, nor what is saved after all.
    for first in ("141", "142"):
        told = change("systolic", "142", "pressure", first={SOFT: {"systolic": first}})
        assert msgspec.json.decode(made.do(told, who).payload)["first"] == {}
    values = frame(tables()["values"], [made.subject(who)], made.study, DAY, EVERYTHING)
    rows = values.filter(values["item"] == "systolic").select("value", "first", "checks").rows()
    assert ("140", "170", "systolic <= 160") in rows


def test_a_hard_check_takes_no_reason():
    made, who = made_with(check="systolic <= 160")
    said = {"item.check": {"systolic": "measured twice"}}
    high = change("systolic", "170", "pressure", confirmed=said)
    assert set(made.codes(high, who)) == {"item.check", "form.no-question"}


def test_of_words_it_is_not_kept_what_was_typed_first():
    """It may have been somebody's name."""
    plain = a_study().model_dump(exclude={"digest"})
    words = {"id": "remark", "label": "Remark", "kind": "text"}
    check = {"that": "remark != 'Jan'", "because": "That is a name", "soft": True}
    plain["forms"][1]["items"] = [*plain["forms"][1]["items"], words | {"checks": [check]}]
    made = a_trial(a_study(**plain))
    who = made.enter()
    assert made.codes(change("remark", "Jan", "pressure"), who) == [SOFT]
    told = change("remark", "one", "pressure", first={SOFT: {"remark": "Jan"}})
    assert "Jan" not in made.do(told, who).payload


@pytest.mark.parametrize(
    ("check", "shown_when"),
    [
        (UNWISE, ""),
        ("", "not tea_unwise"),
        # What other chapters leave, and a day that counts from one of theirs.
        ("death_on is unknown", "years(birth_date, consent_on) >= 30 years"),
        ("years(birth_date, consent_on) >= 30 years", "systolic > 145"),
    ],
)
def test_what_is_remembered_of_rules_is_what_they_say_anew_after_every_act(
    check, shown_when, monkeypatch
):
    made, who = made_with(check=check, shown_when=shown_when)
    steps = (
        change("systolic", "151", "pressure"),
        change("tea_unwise", "yes"),
        change("systolic", "141", "pressure", number=2),
        change("birth_date", "2001-05-17"),
        AskQuery(form="pressure", visit="screening", item="systolic", text="Which arm?"),
        WithdrawConsent(scope="treatment"),
        RecordDeath(cause="other"),
    )
    for on, step in enumerate(steps, start=3):
        with suppress(Refused):  # where the check asks back of what is saved
            made.do(step, who, on=DAY + days(on))
        is_told_as_anew(made, who, monkeypatch)


def is_told_as_anew(made, who, monkeypatch):
    """What is told of queries is what is found where nothing is remembered or passed over."""
    told = queries(made.study, made.subject(who))
    with monkeypatch.context() as forgetful:
        forgetful.setattr(remembered, "_kept", lambda _: {})
        forgetful.setattr(rules, "_stands_as_saved", lambda *_: False)
        assert told == queries(made.study, made.subject(who))
    return told


def test_a_rule_that_holds_now_and_once_did_not_is_not_passed_over(monkeypatch):
    made, who = made_with(check="tea_unwise or systolic >= 0.95 * previous.systolic")
    steps = (
        (change("systolic", "150", "pressure", number=2), []),
        (change("systolic", "160", "pressure"), ["open"]),
        (change("tea_unwise", "yes"), ["right"]),
        (change("systolic", "161", "pressure"), ["right"]),
    )
    for step, found in steps:
        made.do(step, who)
        assert [one.state for one in is_told_as_anew(made, who, monkeypatch)] == found


def test_a_query_is_asked_of_a_form_that_nobody_began_and_opens_again_when_it_is_filled():
    made, who = made_with()
    key = asked(made, who, form="cups", visit="weeks.1", item="")
    (query,) = queries(made.study, made.subject(who))
    assert (query.key, query.item, query.state) == (key, "", "open")
    (due,) = [one for one in agenda(made.study, made.subject(who), DAY) if "query" in str(one.what)]
    assert due.where == RowAt("query", key, AnswerQuery)
    made.do(CloseQuery(query=key, text="not yet due"), who)
    assert the_query(made, who).state == "closed"
    cups = {"cups_a_day": "3"}
    moved = {"form.outside-window": {"happened": "they were here"}}
    made.do(SaveForm(form="cups", visit="weeks.1", values=cups, confirmed=moved), who)
    assert the_query(made, who).state == "again"


def test_an_answer_waits_for_whom_asked():
    made, who = made_with()
    key = asked(made, who)
    made.do(AnswerQuery(query=key, text="the left one"), who)
    wheres = [one.where for one in agenda(made.study, made.subject(who), DAY)]
    assert RowAt("query", key, CloseQuery) in wheres
