"""The release of a pump: one person reads the perfusion scan, another releases the pump by it."""

import pytest

from equipoise.conduct.chapters import agenda, course
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.pump import ReadScan, ReleasePump
from equipoise.conduct.step_up import is_asked
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.reason import ENGLISH
from tests.spec.conduct.pump.pumps import a_text, codes, implant, later, made_with, refill, scan
from tests.support import DAY, noon

READER, OTHER = {"by": "doctor-01"}, {"by": "assistant-01"}
SALINE = {"substance": "saline", "dose": ""}


def dues(made, someone, on=DAY):
    """What is due, by its act or in English."""
    found = [due for due in agenda(made.study, made.subject(someone), on) if due.urgency == "due"]
    return [d.what if isinstance(d.what, type) else ENGLISH.written(d.what) for d in found]


def alarms(made, someone, on):
    found = agenda(made.study, made.subject(someone), on)
    return [ENGLISH.written(d.what) for d in found if d.urgency == "alarm"]


def released(made, someone, on):
    (found,) = SubjectFacts(made.study, made.subject(someone), on).observations("pump_released")
    return found.value


def with_pump():
    made, someone = made_with(release=True)
    made.do(implant(**SALINE), someone)
    return made, someone


def test_a_pump_is_released_by_another_than_who_read_its_scan():
    made, someone = with_pump()
    assert dues(made, someone) == [ReadScan] and not released(made, someone, DAY)
    seq = made.do(scan(), someone, on=later(3), **READER).seq
    assert dues(made, someone, later(3)) == [ReleasePump]
    act = ReleasePump(scan=seq)
    assert is_asked([made.study], ReleasePump)
    assert codes(made, act, someone, later(3), **READER) == ["pump.same-person"]
    assert codes(made, act, someone, later(2), **OTHER) == ["pump.before-scan"]
    made.do(act, someone, on=later(4), **OTHER)
    assert codes(made, act, someone, later(4), **OTHER) == ["pump.released"]
    assert dues(made, someone, later(4)) == [] and released(made, someone, later(4))
    assert not released(made, someone, later(3))
    assert codes(made, VoidEntry(entry=seq, reason="x"), someone) == ["void.pump-released"]
    assert [one.act for one in course(made.study, made.subject(someone))][-1] is ReleasePump


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({"bilobar": "no"}, "shows part of the liver only"),
        ({"extrahepatic": "yes", "because": "stomach"}, "shows perfusion outside the liver"),
    ],
)
def test_a_scan_that_shows_otherwise_releases_nothing_and_is_made_again(told, due):
    made, someone = with_pump()
    good = made.do(scan(), someone, on=later(1), **READER).seq
    made.do(ReleasePump(scan=good), someone, on=later(1), **OTHER)
    seq = made.do(scan(**told), someone, on=later(2), **READER).seq
    assert not released(made, someone, later(2)), "a later scan takes the release away"
    assert due in dues(made, someone, later(2))[0]
    assert codes(made, ReleasePump(scan=seq), someone, later(2), **OTHER) == ["pump.not-perfused"]
    old = codes(made, ReleasePump(scan=good), someone, later(2), **OTHER)
    assert old == ["pump.newer-scan", "pump.released"]
    assert codes(made, ReleasePump(scan=99), someone, later(2), **OTHER) == ["pump.no-scan"]


def test_an_angiography_is_recorded_and_releases_nothing():
    made, someone = with_pump()
    seq = made.do(scan(what="angiography"), someone, **READER).seq
    assert codes(made, ReleasePump(scan=seq), someone, DAY, **OTHER) == ["pump.no-scan"]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"substance": "drug"}, ["pump.unknown-tracer"]),
        ({"port": "reservoir", "needle": "refill"}, ["pump.port"]),
        ({"needle": "refill"}, ["pump.needle"]),
        ({"extrahepatic": "yes"}, ["pump.where-outside"]),
    ],
)
def test_what_a_scan_is_made_with_goes_through_the_side_port_alone(told, found):
    made, someone = with_pump()
    assert codes(made, scan(**told), someone) == found
    assert codes(made, scan(), someone, later(-1)) == ["pump.scan-before"]
    made, nobody = made_with()
    assert codes(made, scan(), nobody) == ["pump.no-pump"]
    assert codes(made, ReleasePump(scan=1), nobody) == ["pump.no-pump"]


def test_a_drug_that_went_in_before_the_release_is_recorded_and_alarms():
    made, someone = with_pump()
    drug = refill(substance="drug", dose="195")
    made.do(drug, someone, on=later(14))
    (alarm,) = alarms(made, someone, later(14))
    assert "no perfusion scan had released the pump" in alarm
    seq = made.do(scan(), someone, on=later(15), **READER).seq
    made.do(ReleasePump(scan=seq), someone, on=later(15), **OTHER)
    made.do(refill(time="11:00", substance="drug", dose="195"), someone, on=later(16))
    assert not any("released" in text for text in alarms(made, someone, later(16)))


def test_no_release_is_recorded_as_of_a_day_before_the_drug_went_in():
    """It would take away the alarm of what went in without it."""
    made, someone = with_pump()
    seq = made.do(scan(), someone, on=later(13), **READER).seq
    made.do(refill(substance="drug", dose="195"), someone, on=later(14))
    how = {"on": later(13), "at": noon(later(15)), **OTHER}
    assert made.codes(ReleasePump(scan=seq), someone, **how) == ["time.now-only"]
    made.do(ReleasePump(scan=seq), someone, on=later(15), **OTHER)
    assert any("had released the pump" in text for text in alarms(made, someone, later(15)))


SCANS = [
    {"what": what, "since": 3, "until": 14, "source": "assumed: for tests"}
    for what in ("angiography", "perfusion")
]


@pytest.mark.parametrize(
    ("days", "presses"), [(2, "coming"), (3, "due"), (14, "due"), (15, "overdue")]
)
def test_the_scans_after_the_operation_are_due_in_their_days_until_each_is_read(days, presses):
    made, someone = made_with(release=True, scans=SCANS)
    made.do(implant(**SALINE), someone)

    def scans():
        found = agenda(made.study, made.subject(someone), later(days))
        return [(d.urgency, dict(d.filled)["what"]) for d in found if d.where is ReadScan]

    assert scans() == [(presses, "angiography"), (presses, "perfusion")]
    made.do(scan(what="angiography"), someone, on=later(2), **READER)
    assert scans() == [(presses, "perfusion")]
    made.do(scan(), someone, on=later(2), **READER)
    assert scans() == [] and ReleasePump in [
        d.what for d in agenda(made.study, made.subject(someone), later(days))
    ]


def test_a_scan_is_asked_for_once_and_not_after_it_is_too_late():
    turned = [{**SCANS[0], "since": 15}, {**SCANS[0]}]
    said = [because for _, because in a_text(scans=turned).pump.strangers(a_text())]
    assert said == ["it is due after it is too late", "'angiography' stands twice"]
