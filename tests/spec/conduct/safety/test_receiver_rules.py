"""Serious events that go to several receivers: each has a clock and a submission of its own."""

from datetime import UTC, datetime, time

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.chapters import agenda
from tests.spec.conduct.safety.test_report_rules import (
    RELATED,
    SAFETY,
    SOURCE,
    UNEXPECTED,
    Case,
    a_text,
)
from tests.support import DAY, days

QUICK = {"days": 3, "further": 2, "source": SOURCE}
AUTHORITY = {"id": "authority", "label": "The authority"}
COMMITTEE = {"id": "committee", "label": "The committee", "other": QUICK, "fatal": QUICK}
DEVICES = {"id": "devices", "label": "The device authority", "terms": ["burn"]}
TERMS = [
    {"id": "burn", "label": "A burnt tongue", "within": 48, "onward": 5},
    {"id": "fall", "label": "A fall"},
]


def _case(*receivers):
    return Case(reporting=SAFETY["reporting"] | {"receivers": list(receivers)}, terms=TERMS)


def _sent_to(case, at=None):
    """To whom it is still to be sent, by when, how it presses, and what the page has beforehand."""
    at = at or case.now
    return sorted(
        (dict(due.filled)["receiver"], due.when, due.urgency)
        for due in agenda(case.made.study, case.subject, at.date(), at)
        if getattr(due.where, "page", "") == "sae.submitted"
    )


def _a_susar(case, **told):
    case.record(term="Fell", code="fall", **(RELATED | told))
    case.do(case.report())
    case.do(case.assess(**RELATED, **UNEXPECTED))


def test_what_was_sent_to_one_receiver_ends_the_clock_of_that_one_alone():
    case = _case(AUTHORITY, COMMITTEE, DEVICES)
    _a_susar(case)
    first = [("authority", DAY + days(15), "due"), ("committee", DAY + days(3), "due")]
    assert _sent_to(case) == first
    late = datetime.combine(DAY + days(4), time(1), tzinfo=UTC)
    assert [how for _, _, how in _sent_to(case, late)] == ["due", "overdue"]
    case.do(case.submitted(receiver="committee", number="C-1", complete="no"))
    assert _sent_to(case) == [first[0], ("committee", DAY + days(5), "due")]
    assert case.listed()[0]["open"] == "submission further"
    case.do(case.submitted())
    assert _sent_to(case) == [("committee", DAY + days(5), "due")]
    case.do(case.submitted(receiver="committee", number="C-2"))
    assert _sent_to(case) == [] and case.listed()[0]["open"] is None
    # What becomes known later is sent to both again, each by its own further days.
    case.do(case.correct(grade="4"), days=1)
    case.do(case.report())
    case.do(case.assess(**RELATED, **UNEXPECTED))
    on = case.now.date()
    assert _sent_to(case) == [
        ("authority", on + days(10), "due"),
        ("committee", on + days(2), "due"),
    ]


def test_a_receiver_that_is_named_for_some_kinds_gets_those_alone():
    """And where none is named for a kind that is reported on, all others get it."""
    case = _case(AUTHORITY, DEVICES)
    plain = {"serious": "no", "criteria": [], "grade": "1"}
    case.record(**plain)
    case.do(case.report())
    assert _sent_to(case) == [("devices", DAY + days(5), "due")]
    case.do(case.submitted(receiver="devices"))
    # What is reported further of it waits for an assessment, and none was made before.
    case.do(case.correct(**plain | {"grade": "2"}))
    case.do(case.report())
    assert _sent_to(case) == []
    case.do(case.assess())
    assert [to for to, _, _ in _sent_to(case)] == ["devices"]
    # A SUSAR of that kind goes to both; the days of a device bind its own receiver alone.
    both = _case(AUTHORITY, DEVICES)
    both.record(**RELATED)
    both.do(both.report())
    both.do(both.assess(**RELATED, **UNEXPECTED))
    assert _sent_to(both) == [
        ("authority", DAY + days(15), "due"),
        ("devices", DAY + days(5), "due"),
    ]
    alone = _case(AUTHORITY)
    alone.record(**plain)
    alone.do(alone.report())
    assert _sent_to(alone) == [("authority", DAY + days(5), "due")]


def test_every_submission_is_listed_by_receiver_with_whether_it_was_in_time():
    case = _case(AUTHORITY, COMMITTEE)
    _a_susar(case)
    case.do(case.submitted(receiver="committee", number="C-1"), days=4)
    table = frame(tables()["safety_submissions"], [case.subject], case.made.study, DAY)
    found = [
        tuple(row[name] for name in ("receiver", "submit_by", "in_time", "number", "further_by"))
        for row in table.rows(named=True)
    ]
    assert found == [
        ("authority", DAY + days(15), None, None, DAY + days(15)),
        ("committee", DAY + days(3), False, "C-1", None),
    ]


def test_a_receiver_is_named_for_what_is_reported_on_and_one_gets_every_susar():
    def wrong(*receivers):
        study = a_text(reporting=SAFETY["reporting"] | {"receivers": list(receivers)}, terms=TERMS)
        return [place for place, _ in study.safety.reporting.strangers(study)]

    assert wrong(AUTHORITY, DEVICES) == []
    at = ("receivers", 1, "terms", 0)
    assert wrong(AUTHORITY, DEVICES | {"terms": ["fall"]}) == [at]
    assert wrong(DEVICES) == [("receivers",)]
