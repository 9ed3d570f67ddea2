"""The pump: what may be recorded of it, what follows, and what alarms until somebody does it."""

import itertools
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.chapters import ACTS, agenda, course, outlook, pressing
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.outlook import Outlook
from equipoise.conduct.pump.flows import flow_of
from equipoise.conduct.pump.messages import ALARM
from equipoise.conduct.sight import EVERYTHING
from equipoise.conduct.state.pump_flow import content_of, on_the_wall, trend, verified
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.check import consistency
from equipoise.study.places import Places
from equipoise.study.reason import ENGLISH
from tests.spec.conduct.pump.pumps import (
    HALF_ML,
    PUMP,
    a_text,
    codes,
    explant,
    implant,
    later,
    made_with,
    nothing,
    refill,
)
from tests.support import DAY

STEP = {"level": "note", "text": "Look", "source": "assumed: for tests"}
TWICE = [STEP, STEP]


def content(made, someone):
    """What was and is in the last pump."""
    return content_of(made.subject(someone).pump.pumps[-1], made.study)


def presses(made, someone, on, urgency="alarm", at=""):
    """What presses so on a day, at an hour of its own or at its end, in English."""
    dues = agenda(made.study, made.subject(someone), on, hour(on, at or "23:59"))
    return [
        ENGLISH.written(d.what)
        for d in dues
        if d.urgency == urgency and not isinstance(d.what, type)
    ]


def hour(on, text):
    """A moment by the clock in Amsterdam."""
    local = datetime.combine(on, time.fromisoformat(text), ZoneInfo("Europe/Amsterdam"))
    return local.astimezone(UTC)


def test_a_day_15_that_is_missed_is_an_overdose_under_way_and_not_a_late_visit():
    """195 mg in 30 mL at 1.3 mL a day: 8.45 mg a day, out after 14 days, dry after 23.1."""
    made, someone = made_with()
    made.do(implant(), someone)
    (one,) = content(made, someone)
    assert one.a_day == Fraction("8.45")
    assert on_the_wall(one.empty_by, made.study) == on_the_wall(
        datetime(2026, 3, 16, 9, tzinfo=UTC), made.study
    )
    assert f"{on_the_wall(one.dry_at, made.study):%Y-%m-%d %H:%M}" == "2026-03-25 11:50"
    assert presses(made, someone, later(14), at="09:59") == []
    assert presses(made, someone, later(14), "due", "09:59") == [
        "Empty the pump by 16 Mar 2026, 10:00: Drug runs on at 8.45 mg a day, until the pump is "
        "dry on 25 Mar 2026, 11:50"
    ]
    (alarm,) = presses(made, someone, later(14), at="10:00")
    assert alarm.startswith("Empty the pump by 16 Mar 2026")
    assert len(presses(made, someone, later(23), at="11:50")) == 1
    assert len(presses(made, someone, later(23), at="11:51")) == 2
    moment = hour(later(14), "10:00")
    told = list(pressing(made.study, made.subject(someone), later(14), moment))
    assert (ALARM, "pump.refill 2026-03-16") in told
    made.do(refill(withdrawn="10.5"), someone, on=later(15))
    assert presses(made, someone, later(15)) == []
    (_, name) = next(one for one in told if one[0] is ALARM)
    assert not ALARM.holds(made.study, made.subject(someone), name, later(15))


def test_what_presses_is_the_same_as_it_was_kept():
    made, someone = made_with()
    made.do(implant(), someone)
    subject = made.subject(someone)
    ahead = outlook_of(made, subject)
    for day, at in itertools.product((0, 12, 14, 15, 22, 23, 30), ("00:00", "09:59", "12:00")):
        now = hour(later(day), at)
        kept = ahead.agenda(later(day), ACTS, (), now)
        fresh = agenda(made.study, subject, later(day), now)
        assert [(d.urgency, d.at, d.what) for d in kept] == [
            (d.urgency, d.at, d.what) for d in fresh
        ]


def outlook_of(made, subject) -> Outlook:
    return outlook(made.study, subject, DAY)


def test_a_refill_measures_the_flow_and_a_drug_that_was_delivered():
    """C.d5: 9.5 mL where 11.8 mL is expected is 12.6% too fast; 28.6 mL of 30 mL went in."""
    made, someone = made_with()
    made.do(implant(), someone)
    into = {"drawn_up": "30", "accepted": "28.6", "returned": "1"}
    made.do(refill(withdrawn="9.5", **into), someone, on=later(14))
    one, now = content(made, someone)
    assert (one.expected, one.residual) == (Fraction("11.8"), Fraction("9.5"))
    assert round(float(one.deviation or 0), 2) == 12.64 and one.level == "note"
    assert one.delivered == 195 * Fraction("20.5") / 30
    assert now.unaccounted == Fraction("0.4")
    plain, other = made_with()
    plain.do(implant(), other)
    plain.do(refill(), other, on=later(14))
    assert round(float(content(plain, other)[0].delivered or 0), 1) == 118.3
    assert content(plain, other)[0].deviation == 0


def test_a_flow_off_its_card_is_told_in_millilitres_and_as_over_or_under_infusion():
    """C.d5: −2.3 mL is an over-infusion, of which the study file says what is done next."""
    found = []
    for withdrawn in ("9.5", "11.8", "15"):
        made, someone = made_with()
        made.do(implant(), someone)
        made.do(refill(withdrawn=withdrawn), someone, on=later(14))
        (one,) = flow_of(made.study, made.subject(someone)).measured
        found.append((str(one.difference), str(one.deviation), one.infused, one.level))
    assert found == [
        ("-2.3", "12.6", "over", "note"),
        ("0.0", "0", "", ""),
        ("3.2", "-17.6", "under", "note"),
    ]
    limits = a_text(limits=PUMP["limits"] | {"steps": [STEP]}).pump.limits
    assert limits.step("note").text == {"en": "Look"} and limits.step("hold") is None


def test_what_is_measured_is_taken_out_to_the_decimals():
    made, someone = made_with()
    made.do(implant(), someone)
    made.do(refill(withdrawn="9.5", accepted="28.6", returned="1"), someone, on=later(14))
    rows = frame(tables()["pump_fillings"], [made.subject(someone)], made.study, DAY, EVERYTHING)
    columns = ("expected", "flow", "deviation", "level", "delivered", "unaccounted", "empty_by")
    *first, _ = rows.select(columns[-2:]).row(0)
    assert first == ["0"]
    assert rows.select(columns[:-1]).row(1) == ("11.8", "1.46", "12.6", "note", "133.25", "0.4")
    pumps = frame(tables()["pumps"], [made.subject(someone)], made.study, DAY, EVERYTHING)
    assert pumps["flow"].to_list() == ["1.3"]


@pytest.mark.parametrize(
    ("model", "accepted", "alarms"),
    [("p20", "19", False), ("p20", "18.9", True), ("p40", "38", False), ("p40", "37.9", True)],
)
def test_more_than_is_accounted_for_may_lie_in_the_pocket(model, accepted, alarms):
    """1 mL of 20 mL and 2 mL of 40 mL; it is told at once, and until the pump is emptied again."""
    made, someone = made_with()
    volume = {"drawn_up": model[1:], "accepted": accepted, "returned": "0"}
    seq = made.do(implant(model=model, **volume), someone).seq
    assert bool(presses(made, someone, DAY)) is alarms
    assert ALARM.holds(made.study, made.subject(someone), str(seq), DAY) is alarms
    left = str(Decimal(accepted) - Decimal("18.2"))
    made.do(refill(left, drawn_up="20", accepted="20"), someone, on=later(14))
    assert presses(made, someone, later(14)) == []


@pytest.mark.parametrize(
    ("withdrawn", "level", "urgency"),
    [
        ("11.8", "", ""),
        ("9.98", "", ""),
        ("9.97", "note", ""),
        ("8.16", "note", ""),
        ("8.15", "query", "due"),
        ("7.25", "query", "due"),
        ("7.24", "hold", "alarm"),
        ("16.36", "hold", "alarm"),
    ],
)
def test_a_flow_that_differs_is_noted_looked_into_or_holds_the_drug(withdrawn, level, urgency):
    """Both sides of 10, 20 and 25 percent of 1.3 mL a day; a hold says what goes in."""
    made, someone = made_with()
    made.do(implant(), someone)
    made.do(refill(withdrawn=withdrawn), someone, on=later(14))
    assert content(made, someone)[0].level == level
    for one in ("due", "alarm"):
        found = [t for t in presses(made, someone, later(14), one) if t.startswith("The flow")]
        assert bool(found) is (one == urgency), one
        assert all("Saline" in text for text in found if one == "alarm")


def test_the_flow_of_a_dose_changes_once_two_measurements_after_each_other_agree():
    made, someone = made_with()
    made.do(implant(), someone)
    flows, limits = [], made.study.pump.limits
    for n, withdrawn in enumerate(("9.5", "9.3", "9.4", "11.8"), start=1):
        made.do(refill(withdrawn=withdrawn), someone, on=later(14 * n))
        pump = made.subject(someone).pump.pumps[-1]
        flows.append(round(float(verified(pump, content(made, someone), limits)), 3))
    # From 29 March the clock is an hour ahead, so that the second was 14 days less an hour.
    assert flows == [1.3, 1.483, 1.483, 1.483]
    pump = made.subject(someone).pump.pumps[-1]
    assert trend(pump, content(made, someone), limits) in ("falling", "steady")
    assert trend(pump, content(made, someone)[:2], limits) == ""


def test_the_flow_that_is_shown_has_the_last_three_measurements_and_their_trend():
    made, someone = made_with()
    assert flow_of(made.study, made.subject(someone)) is None
    made.do(implant(), someone)
    assert flow_of(made.study, made.subject(someone)) is None
    for days, out in ((14, "11.8"), (28, "10.8"), (42, "9.5"), (56, "8.4")):
        made.do(refill(withdrawn=out), someone, on=later(days))
    flow = flow_of(made.study, made.subject(someone))
    assert flow is not None and (str(flow.calibrated), flow.trend) == ("1.3", "rising")
    told = [(one.on, str(one.out), str(one.expected), one.level) for one in flow.measured]
    # The clock went forward in between, so that the card expects an hour less.
    assert told[0] == (later(28), "10.8", "11.85", "")
    assert [one.level for one in flow.measured] == ["", "note", "note"]
    assert [one.deviation for one in flow.measured] == sorted(o.deviation for o in flow.measured)


def test_a_drug_that_is_nearly_gone_before_its_day_ran_in_too_fast():
    made, someone = made_with()
    made.do(implant(), someone)
    made.do(refill(withdrawn="0.4"), someone, on=later(13))
    assert content(made, someone)[0].too_fast
    assert any("nearly gone" in text for text in presses(made, someone, later(13)))


def test_a_pump_that_was_found_dry_late_measures_no_flow():
    made, someone = made_with()
    made.do(implant(), someone)
    made.do(refill(withdrawn="0"), someone, on=later(30))
    (one, _) = content(made, someone)
    assert one.measured is None and one.deviation is None and one.level == ""
    assert one.delivered == 195


@pytest.mark.parametrize(
    ("day", "last", "emptied"),
    [(0, [], []), (1, [0], []), (13, [0], []), (14, [0], [14]), (28, [0], [14]), (29, [28], [14])],
)
def test_the_last_drug_is_the_one_before_that_day_and_emptied_is_what_came_out_by_it(
    day, last, emptied
):
    """So what goes in on the day of a refill is compared with the dose before it."""
    made, someone = made_with()
    made.do(implant(), someone)
    made.do(refill(withdrawn="11.8"), someone, on=later(14))
    made.do(refill(withdrawn="11.8", substance="drug", dose="195"), someone, on=later(28))
    facts = SubjectFacts(made.study, made.subject(someone), later(day))
    for name, days in (("pump_drug_last_on", last), ("pump_drug_emptied_on", emptied)):
        assert [one.value for one in facts.observations(name)] == [later(n) for n in days], name


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"port": ""}, ["pump.no-port"]),
        ({"needle": ""}, ["pump.no-needle"]),
        ({"port": "third"}, ["pump.unknown-port"]),
        ({"needle": "thick"}, ["pump.unknown-needle"]),
        ({"substance": "drug", "dose": "195", "port": "bolus", "needle": "bolus"}, ["pump.port"]),
        ({"substance": "syrup", "port": "bolus", "needle": "bolus"}, ["pump.port"]),
        ({"needle": "bolus"}, ["pump.needle"]),
        ({"port": "bolus", "needle": "bolus"}, ["pump.port-fills-not"]),
        ({"substance": "tracer"}, ["pump.unknown-substance"]),
        ({"substance": "tea"}, ["pump.unknown-substance"]),
        ({"substance": "drug", "dose": ""}, ["pump.number"]),
        ({"dose": "5"}, ["pump.no-drug"]),
        ({"accepted": ""}, ["pump.number"]),
        ({"accepted": "0"}, ["pump.number"]),
        ({"accepted": "about 30"}, ["pump.number"]),
        ({"withdrawn": "-1"}, ["pump.number"]),
        ({"accepted": "30.5"}, ["pump.more-than-drawn"]),
        ({"drawn_up": "300"}, ["pump.too-much"]),
        ({"time": "noon"}, ["pump.time"]),
        ({"time": "23:59"}, ["pump.later"]),
        ({"expires": "2026-02"}, ["pump.expired"]),
        ({"expires": "soon"}, ["pump.date"]),
        ({"all_the_same": "yes", "because": "x"}, ["pump.not-wrong"]),
        ({"substance": ""}, ["pump.why-nothing", *["pump.not-filled"] * 5]),
    ],
)
def test_what_cannot_have_been_is_refused(told, found):
    made, someone = made_with()
    made.do(implant(), someone)
    assert codes(made, refill(**told), someone, on=later(14)) == found


def test_what_was_done_wrongly_is_recorded_by_who_says_so_and_alarms_until_it_is_out():
    made, someone = made_with()
    made.do(implant(), someone)
    wrong = {"substance": "drug", "dose": "195", "port": "bolus", "needle": "bolus"}
    wrong |= {"all_the_same": "yes"}
    assert codes(made, refill(**wrong), someone, later(14)) == ["pump.why-all-the-same"]
    seq = made.do(refill(**wrong, because="mistaken"), someone, on=later(14)).seq
    assert any("may not go" in text for text in presses(made, someone, later(14)))
    assert ALARM.holds(made.study, made.subject(someone), str(seq), later(14))
    made.do(nothing("29", time="11:00"), someone, on=later(14))
    assert not any("may not go" in text for text in presses(made, someone, later(14)))


def test_what_went_through_a_port_that_does_not_fill_the_pump_leaves_it_empty():
    """Saline that flushes the artery is no filling: the pump would run dry, and nobody know."""
    made, someone = made_with()
    made.do(implant(), someone)
    flushed = {"port": "bolus", "needle": "bolus", "all_the_same": "yes", "because": "mistaken"}
    made.do(refill(**flushed), someone, on=later(14))
    assert "The pump is empty since 16 Mar 2026, 10:00: fill it with Saline" in presses(
        made, someone, later(14)
    )
    made.do(refill("0", time="11:00"), someone, on=later(14))
    (flow,) = flow_of(made.study, made.subject(someone)).measured
    assert flow.flow == Decimal("1.3")
    assert not any("empty since" in text for text in presses(made, someone, later(14)))


def test_an_empty_pump_alarms_until_it_is_filled_or_taken_out():
    made, someone = made_with()
    made.do(implant(substance="", dose="", port="", needle="", **EMPTY), someone)
    assert presses(made, someone, DAY) == [
        "The pump is empty since 2 Mar 2026, 10:00: fill it with Saline"
    ]
    made.do(explant(), someone, on=later(1))
    assert presses(made, someone, later(40)) == []
    assert codes(made, refill(), someone, later(2)) == ["pump.no-pump"]
    made.do(implant(), someone, on=later(50))
    assert presses(made, someone, later(65)) != []


EMPTY = {"drawn_up": "", "accepted": "", "returned": "", "because": "no saline at hand"}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"model": "p9"}, ["pump.unknown-model"]),
        ({"serial": " "}, ["pump.no-serial"]),
        ({"artery": "tea"}, ["pump.unknown-artery"]),
        ({"flow": "5"}, ["pump.flow-range"]),
        ({"flow": "fast"}, ["pump.number"]),
        ({"pump_expires": "soon"}, ["pump.date"]),
    ],
)
def test_a_pump_is_one_that_the_study_knows(told, found):
    made, someone = made_with()
    assert codes(made, implant(**told), someone) == found


def test_one_pump_is_in_place_at_a_time_and_what_follows_it_is_not_taken_from_under_it():
    made, someone = made_with()
    assert codes(made, refill(), someone) == codes(made, explant(), someone) == ["pump.no-pump"]
    first = made.do(implant(), someone).seq
    assert codes(made, implant(), someone, later(1)) == ["pump.there-is-one"]
    assert codes(made, refill(), someone, DAY) == ["pump.same-moment"]
    assert codes(made, refill(time="09:59"), someone, DAY) == ["pump.before-implant"]
    made.do(refill(), someone, on=later(14))
    assert codes(made, VoidEntry(entry=first, reason="x"), someone) == ["void.pump-filled"]
    assert codes(made, explant(), someone, later(13)) == ["pump.filled-since"]
    assert codes(made, explant(because=" "), someone, later(15)) == ["pump.why-out"]
    out = made.do(explant(), someone, on=later(15)).seq
    made.do(implant(), someone, on=later(16))
    assert codes(made, VoidEntry(entry=out, reason="x"), someone) == ["void.pump-another"]
    told = [type(one.what).__name__ for one in course(made.study, made.subject(someone))]
    assert told[-4:] == ["Implanted", "Filling", "Explanted", "Implanted"]


def test_a_study_without_pumps_records_none():
    from tests.support import a_study, a_trial

    roles = [role.model_dump() for role in a_text().roles]
    made = a_trial(a_study(roles=roles))
    assert codes(made, implant(), made.randomised()) == ["pump.none"]
    assert "pump_flow" not in made.study.vocabulary and "pump_flow" in a_text().vocabulary


def test_what_a_pump_leaves_for_others():
    made, someone = made_with()
    made.do(implant(), someone)
    made.do(refill(withdrawn="9.5"), someone, on=later(14))
    facts = SubjectFacts(made.study, made.subject(someone), later(15))
    found = {
        n: [o.value for o in facts.observations(n)] for n in made.study.vocabulary if "pump" in n
    }
    assert {n: v[0] if len(v) == 1 else v for n, v in found.items()} == {
        "pump_outside": [],
        "pump_released": False,
        "pump_released_on": [],
        "pump_implanted_on": DAY,
        "pump_explanted_on": [],
        "pump_model": "p30",
        "pump_reservoir": 30,
        "pump_flow": Decimal("1.3"),
        "pump_flow_measured_on": later(14),
        "pump_flow_deviation": Decimal("12.6374"),
        "pump_solution": "saline",
        "pump_filled_on": later(14),
        # At the faster flow that was measured, 20.5 days of which two are the reserve.
        "pump_dry_on": date(2026, 4, 5),
        "pump_empty_by": date(2026, 4, 3),
        "pump_drug_from": DAY,
        "pump_drug_last_on": DAY,
        "pump_drug_emptied_on": later(14),
    }


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"passes": PUMP["passes"][1:]}, "does not say whether 'drug' through 'reservoir'"),
        ({"passes": [*PUMP["passes"], PUMP["passes"][0]]}, "stands twice"),
        ({"passes": [*PUMP["passes"], {**PUMP["passes"][0], "port": "x"}]}, "no port named 'x'"),
        ({"instead": "drug"}, "no solution that may stay"),
        ({"rest": "tracer"}, "no solution that may stay"),
        ({"arms": ["none"]}, "no arm named 'none'"),
        ({"models": [PUMP["models"][0]] * 2}, "'p30' stands twice"),
        ({"limits": {**PUMP["limits"], "query": 9}}, "a note comes before a query"),
        ({"limits": {**PUMP["limits"], "steps": TWICE}}, "the next step at 'note' stands twice"),
    ],
)
def test_a_text_that_leaves_a_way_open_or_tells_it_twice_is_refused(told, found):
    messages = [problem.message for problem in consistency(a_text(**told), Places(), ACTS)]
    assert any(found in message for message in messages), messages
    assert consistency(a_text(), Places(), ACTS) == []


@pytest.mark.parametrize(
    ("at", "out", "level", "measured"),
    [
        ("10:20", "29.5", "", False),  # some minutes: half a mL is 28 times what ran
        ("10:20", "20", "hold", True),  # 10 mL are gone, and nobody misread so much
    ],
)
def test_a_refill_after_some_minutes_measures_no_flow_but_what_cannot_be_misread_alarms(
    at, out, level, measured
):
    made, someone = made_with(limits=PUMP["limits"] | {"accuracy": HALF_ML})
    made.do(implant(), someone)
    made.do(refill(out, time=at), someone)
    first = content_of(made.subject(someone).pump.inside, made.study)[0]
    assert (first.level, first.measured is not None) == (level, measured)
    assert (first.deviation is not None) is measured


def test_how_exactly_volumes_are_read_changes_nothing_after_a_fortnight():
    for accuracy in (Decimal(0), HALF_ML):
        made, someone = made_with(limits=PUMP["limits"] | {"accuracy": accuracy})
        made.do(implant(), someone)
        made.do(refill("9.5"), someone, on=later(14))
        first = content_of(made.subject(someone).pump.inside, made.study)[0]
        assert (first.level, round(float(first.deviation), 1)) == ("note", 12.6)


def test_no_more_comes_out_than_went_in_unless_somebody_says_why():
    """60 mL out of a pump into which 30 mL had gone: a slip, or a filling that was another."""
    made, someone = made_with()
    made.do(implant(), someone)
    assert made.codes(refill(withdrawn="60"), someone, on=later(14)) == ["pump.more-out"]
    assert made.codes(nothing(withdrawn="31.5"), someone, on=later(14)) == ["pump.more-out"]
    assert made.codes(explant(withdrawn="60"), someone, on=later(14)) == ["pump.more-out"]
    made.do(refill(withdrawn="31"), someone, on=later(13))
    same = {"all_the_same": "yes", "because": "blood came out too"}
    assert made.codes(refill(withdrawn="31", **same), someone, on=later(14)) == ["pump.not-wrong"]
    assert made.codes(explant(withdrawn="3", **same), someone, on=later(14)) == ["pump.not-wrong"]
    made.do(refill(withdrawn="31.5", **same), someone, on=later(14))
    told = presses(made, someone, later(14))
    assert [one for one in told if "31.5 mL was taken out" in one and "30 mL had gone in" in one]
    assert not [one for one in told if "where it may not go" in one]
    made.do(explant(withdrawn="60", all_the_same="yes"), someone, on=later(15))
