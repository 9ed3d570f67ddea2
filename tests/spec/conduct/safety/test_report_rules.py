"""Serious events: by when they are reported, assessed and sent on, and what is refused."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.act import Refused
from equipoise.conduct.chapters import agenda, pressing, unfinished
from equipoise.conduct.deviations import deviations
from equipoise.conduct.locks import LockParticipant
from equipoise.conduct.moments import moment_of
from equipoise.conduct.safety import (
    AssessEvent,
    CorrectEvent,
    RecordEvent,
    ReportEvent,
    SubmitEvent,
)
from equipoise.conduct.safety.clocks import day_zero, is_susar
from equipoise.conduct.sight import EVERYTHING, Sight
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.support import DAY, a_study, a_trial, days

SOURCE = "assumed: for these rules"
SAFETY = {
    "ctcae": "5.0",
    "interventions": [
        {"id": "tea", "label": "Tea"},
        {"id": "cut", "label": "An operation"},
    ],
    "terms": [{"id": "burn", "label": "A burnt tongue"}, {"id": "fall", "label": "A fall"}],
    "reporting": {
        "hospital": {"hours": 24, "warns": 4, "source": SOURCE},
        "fatal": {"days": 7, "further": 8, "source": SOURCE},
        "other": {"days": 15, "further": 10, "source": SOURCE},
        "receivers": [{"id": "authority", "label": "The authority"}],
        "country": "NL",
    },
    "reference_documents": [
        {
            "id": "old",
            "label": "1",
            "since": date(2020, 1, 1),
            "until": DAY - days(1),
            "source": SOURCE,
        },
        {"id": "new", "label": "2", "since": DAY, "expects": ["burn"], "source": SOURCE},
    ],
    "not_reported": [{"id": "planned", "label": "A planned admission", "source": SOURCE}],
    "surgery": {"interventions": ["cut"], "since": "resected_on", "days": 90, "source": SOURCE},
    "source": SOURCE,
}
SERIOUS = {"serious": "yes", "criteria": ["hospital"], "grade": "3"}
FATAL = {"criteria": ["death"], "outcome": "fatal", "end": DAY.isoformat()}
RELATED = {"related": "yes", "interventions": ["tea"]}
for document in SAFETY["reference_documents"]:
    document["source"] = SOURCE
MAY = (
    "lock.participant",
    "ae.record",
    "ae.correct",
    "sae.report",
    "sae.assess",
    "sae.submitted",
    "entry.void",
)


def a_text(may=MAY, **safety):
    roles = [role.model_dump() for role in a_study().roles]
    roles = [{**role, "may": tuple(dict.fromkeys((*role["may"], *may)))} for role in roles]
    return a_study(roles=roles, safety=SAFETY | safety)


class Case:
    """One participant with events, and a clock."""

    def __init__(self, may=(), **safety):
        self.made = a_trial(a_text((*MAY, *may), **safety))
        self.who = self.made.randomised()
        self.now = datetime.combine(DAY, time(18), tzinfo=UTC)

    @property
    def subject(self):
        return self.made.subject(self.who)

    @property
    def event(self):
        return self.subject.safety.events[-1]

    def do(self, act, **later):
        self.now += timedelta(**later or {"minutes": 1})
        return self.made.do(act, self.who, on=self.now.date(), at=self.now)

    def codes(self, act, **later):
        try:
            self.do(act, **later)
        except Refused as refused:
            return [refusal.code for refusal in refused.refusals]
        return []

    def record(self, **told):
        plain = {"term": "A burnt tongue", "code": "burn", "grade": "1", "serious": "no"}
        plain |= {"related": "no", "begin": DAY.isoformat(), "outcome": "not-recovered"}
        return self.do(RecordEvent(**{**plain, **SERIOUS, **told})).seq

    def correct(self, **told):
        now = self.event.now
        fields = {name: getattr(now, name) for name in RecordEvent.__struct_fields__}
        fields |= {"known_at": "", **told}
        return CorrectEvent(**fields, event=self.event.number, reason="more is known")

    def report(self, **told):
        plain = {"narrative": "Too hot", "action": "unchanged", "qualification": "physician"}
        return ReportEvent(**{**plain, "event": self.event.number, **told})

    def assess(self, **told):
        plain = {"document": "new", "expected": "yes", "related": "no"}
        return AssessEvent(**{**plain, "event": self.event.number, **told})

    def submitted(self, **told):
        plain = {"receiver": "authority", "number": "NL-1", "complete": "yes"}
        return SubmitEvent(**{**plain, "event": self.event.number, **told})

    def due(self, at=None):
        """What is to be done of events: the act, by when, and how it presses."""
        at = at or self.now
        found = agenda(self.made.study, self.subject, at.date(), at)
        return [
            (due.where.act.kind, due.at or due.when, due.urgency)
            for due in found
            if getattr(due.where, "act", None) and due.where.act.kind.startswith("sae.")
        ]

    def listed(self, sight=EVERYTHING):
        found = frame(tables()["serious_events"], [self.subject], self.made.study, DAY, sight)
        return found.rows(named=True)


UNEXPECTED = {"expected": "no", "comments": "worse than it says"}


def test_a_serious_event_is_reported_within_hours_of_the_moment_it_was_known():
    """Known at 18:40 by the clocks of Amsterdam; warned four hours before, late a day after."""
    case = Case()
    case.record(known_at="18.40")
    known = moment_of(case.made.study, DAY, time(18, 40))
    assert case.event.now.known_at == "18:40"
    ends = known + timedelta(hours=24)
    second = timedelta(seconds=1)
    for at, urgency in (
        (case.now, "due"),
        (ends - timedelta(hours=4) - second, "due"),
        (ends - timedelta(hours=4), "expiring"),
        (ends - second, "expiring"),
        (ends, "overdue"),
    ):
        assert case.due(at) == [("sae.report", ends, urgency)]
        told = {
            message.name for message, _ in pressing(case.made.study, case.subject, at.date(), at)
        }
        named = {"expiring": {"report.soon"}, "overdue": {"report.late"}}.get(urgency, set())
        assert told & {"report.soon", "report.late"} == named
    assert [one.code for one in unfinished(case.made.study, case.subject, DAY)].count("events") == 1
    case.do(case.report())
    assert "sae.report" not in [kind for kind, _, _ in case.due()]
    (row,) = case.listed()
    assert row["in_time"] is True and row["known_at"] == known


def test_without_a_time_the_clock_runs_from_the_beginning_of_the_day():
    case = Case()
    case.record()
    ((_, ends, _),) = case.due()
    assert ends.astimezone(case.now.tzinfo).date() == DAY and ends.hour in (22, 23)


def test_a_pregnancy_or_a_devices_fault_has_clocks_of_its_own_where_the_study_gives_it_any():
    """It is reported though it is not serious, and reported on whether it is a SUSAR or not."""
    plain = {"serious": "no", "criteria": [], "grade": "1", "known_at": "12:00"}
    special = [{"id": "burn", "label": "A burnt tongue", "within": 48, "onward": 7}]
    case = Case(terms=special)
    case.record(**plain)
    noon = moment_of(case.made.study, DAY, time(12))
    assert case.due() == [("sae.report", noon + timedelta(hours=48), "due")]
    case.do(case.report())
    last = DAY + days(7)
    assert case.due() == [("sae.assess", last, "due"), ("sae.submitted", last, "due")]
    case.do(case.assess())
    case.do(case.submitted())
    assert case.due() == []
    (row,) = case.listed()
    assert (row["serious"], row["susar"], row["submit_by"], row["open"]) == (
        "no",
        False,
        last,
        None,
    )
    # Serious as well: the shorter of the two clocks.
    case.record(term="Again", known_at="12:00")
    assert case.due() == [("sae.report", noon + timedelta(hours=24), "due")]
    bare = Case()
    bare.record(**plain)
    assert bare.due() == [] and bare.listed() == []


def test_what_need_not_be_reported_starts_no_clock_and_is_counted():
    case = Case()
    case.record(not_reported="planned")
    assert case.due() == []
    assert case.codes(case.report()) == ["sae.not-serious"]
    (row,) = case.listed()
    assert (row["not_reported"], row["open"], row["day_zero"]) == ("planned", None, None)
    # It is one that must be reported after all: the clock runs from when that was known.
    case.do(case.correct(not_reported="", known_at="12:00"), days=2)
    ((kind, ends, _),) = case.due()
    assert kind == "sae.report" and ends.date() == case.now.date() + days(1)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"serious": "no", "criteria": [], "not_reported": "planned"}, ["ae.not-reported"]),
        ({"not_reported": "else"}, ["ae.unknown-exception"]),
        ({"known_at": "noon"}, ["ae.time"]),
        ({"known_at": "23:59"}, ["ae.known-later"]),
        ({"clavien": "II"}, ["ae.no-clavien"]),
        ({"related": "yes", "interventions": ["cut"], "clavien": "II"}, []),
        ({"related": "yes", "interventions": ["cut"]}, []),
    ],
)
def test_what_is_told_of_a_serious_event_holds_together(told, found):
    case = Case()
    plain = {"term": "Burnt", "related": "no", "begin": DAY.isoformat(), "outcome": "unknown"}
    assert case.codes(RecordEvent(**{**plain, **SERIOUS, **told})) == found


def test_what_follows_on_an_operation_within_its_days_has_a_grade_by_clavien_dindo():
    surgery = {"interventions": ["cut"], "since": "consent_on", "days": 90, "source": SOURCE}
    case = Case(surgery=surgery)
    consented = case.subject.consent_on
    plain = {"term": "Bleeding", "outcome": "unknown", "related": "yes", "interventions": ["cut"]}
    for after, found in ((90, ["ae.clavien"]), (91, [])):
        begin = consented + days(after)
        case.now = datetime.combine(begin, time(18), tzinfo=UTC)
        act = RecordEvent(**{**plain, **SERIOUS, "begin": begin.isoformat()})
        assert case.codes(act) == found
    graded = {"clavien": "IIIa", "begin": consented.isoformat(), "term": "Another"}
    assert case.codes(RecordEvent(**plain | SERIOUS | graded)) == []


def test_the_gravest_event_after_an_operation_is_told_of_each_participant():
    """Of those within its days, in the order of the classification; the first of two alike."""
    surgery = {"interventions": ["cut"], "since": "consent_on", "days": 90, "source": SOURCE}
    case = Case(surgery=surgery)
    consented = case.subject.consent_on
    plain = {"outcome": "unknown", "related": "yes", "interventions": ["cut"], **SERIOUS}
    case.now = datetime.combine(consented + days(100), time(18), tzinfo=UTC)
    for term, grade, after in (
        ("Wound", "II", 5),
        ("Leak", "IIIb", 9),
        ("Drain", "IIIb", 20),
        ("Fever", "IIIa", 30),
        ("Late", "V", 91),
    ):
        begin = (consented + days(after)).isoformat()
        case.do(RecordEvent(**plain | {"term": term, "clavien": grade, "begin": begin}))
    (row,) = tables()["surgical_grades"].rows(case.made.study, case.subject, case.now.date())
    assert row[2:7] == ("IIIb", "Leak", (consented + days(9)).isoformat(), 9, 4)


def test_follow_ups_stand_beside_the_initial_report_and_are_due_when_more_is_known():
    case = Case()
    first = case.record()
    case.do(case.report())
    case.do(case.assess())
    assert case.due() == []
    case.do(case.correct(grade="4"), days=3)
    ((kind, _, _),) = case.due()
    assert kind == "sae.report" and case.listed()[0]["open"] == "follow-up"
    standing = ReportEvent.standing(case.subject, first)
    assert standing.narrative == "Too hot"  # what stands in the fields of the next
    case.do(case.report(narrative="Hotter"))
    assert [one.narrative for one in case.event.reports] == ["Too hot", "Hotter"]
    assert [kind for kind, _, _ in case.due()] == ["sae.assess"]
    # Also that it was not serious after all is reported.
    case.do(case.assess())
    case.do(case.correct(serious="no", criteria=[]))
    assert case.listed()[0]["open"] == "follow-up no-longer"


@pytest.mark.parametrize(
    ("investigator", "sponsor", "expected", "susar"),
    [
        (RELATED, {"related": "no"}, UNEXPECTED, True),  # the sponsor takes nothing back
        ({}, RELATED, UNEXPECTED, True),
        ({}, {"related": "no"}, UNEXPECTED, False),
        (RELATED, RELATED, {"expected": "yes"}, False),
    ],
)
def test_a_susar_is_serious_unexpected_and_related_by_either(
    investigator, sponsor, expected, susar
):
    case = Case()
    case.record(**investigator)
    case.do(case.report())
    case.do(case.assess(**sponsor, **expected))
    assert is_susar(case.event) is susar
    assert case.event.now.related == investigator.get("related", "no")
    last = DAY + days(15)
    assert case.due() == ([("sae.submitted", last, "due")] if susar else [])
    (row,) = case.listed()
    assert (row["susar"], row["submit_by"]) == (susar, last if susar else None)


@pytest.mark.parametrize(
    ("criteria", "limit", "further"), [(["life"], 7, 8), (["hospital"], 15, 10)]
)
def test_the_sponsor_has_days_from_day_zero_and_further_days_for_what_is_missing(
    criteria, limit, further
):
    case = Case()
    case.record(criteria=criteria, **RELATED)
    case.do(case.report())
    assert case.due() == [("sae.assess", DAY + days(limit), "due")]
    case.do(case.assess(**RELATED, **UNEXPECTED), days=2)
    last = DAY + days(limit)
    assert case.due() == [("sae.submitted", last, "due")]
    late = datetime.combine(last + days(1), time(1), tzinfo=UTC)
    assert case.due(late) == [("sae.submitted", last, "overdue")]
    case.do(case.submitted(complete="no"))
    assert case.due() == [("sae.submitted", last + days(further), "due")]
    case.do(case.submitted(number="NL-1b"))
    assert case.due() == []
    case.do(case.correct(grade="4"), days=1)
    case.do(case.report())
    on = case.now.date()
    case.do(case.assess(**RELATED, **UNEXPECTED))
    assert case.due() == [("sae.submitted", on + days(further), "due")]


def test_what_becomes_grave_later_has_the_shorter_clock_from_then_and_never_a_longer_one():
    case = Case()
    case.record(**RELATED)
    case.do(case.report())
    case.do(case.assess(**RELATED, **UNEXPECTED))
    case.do(case.correct(criteria=["life"], grade="4"), days=2)
    graver = case.now.date()
    assert ("sae.submitted", graver + days(7), "due") in case.due()
    case = Case()
    case.record(**RELATED)
    case.do(case.report())
    case.do(case.assess(**RELATED, **UNEXPECTED))
    case.do(case.correct(criteria=["life"], grade="4"), days=12)
    assert ("sae.submitted", DAY + days(15), "due") in case.due()


def test_day_zero_is_the_day_of_recording_or_an_earlier_one_that_the_sponsor_states():
    """And no later assessment moves it forward."""
    case = Case()
    case.record()
    case.do(case.report(), days=3)
    assert day_zero(case.made.study, case.event) == DAY
    assert case.codes(case.assess(first_known=DAY)) == ["sae.first-later"]
    case.do(case.assess(first_known=DAY - days(1)))
    case.do(case.assess())
    assert day_zero(case.made.study, case.event) == DAY - days(1)


def test_expectedness_is_by_the_document_in_force_when_it_began_or_departs_from_it_with_a_reason():
    case = Case()
    case.record()
    case.do(case.report())
    assert case.codes(case.assess(document="old")) == ["sae.document"]
    assert case.codes(case.assess(document="none")) == ["sae.document"]
    assert case.codes(case.assess(expected="no")) == ["sae.departs"]
    assert case.codes(case.assess(related="yes")) == ["ae.which"]
    assert case.codes(case.assess(**UNEXPECTED)) == []
    case.record(term="Fell", code="fall")
    case.do(case.report())
    assert case.codes(case.assess()) == ["sae.departs"]
    assert case.codes(case.assess(expected="no")) == []


def test_what_cannot_be_reported_is_refused_with_every_reason():
    case = Case()
    case.record()
    assert case.codes(case.assess()) == case.codes(case.submitted()) == ["sae.no-report"]
    assert case.codes(case.report(narrative=" ", last_given="soon")) == [
        "sae.no-narrative",
        "ae.date",
    ]
    assert case.codes(case.report(event=99)) == ["ae.no-event"]
    case.do(case.report())
    assert case.codes(case.submitted(receiver="moon", number=" ")) == [
        "sae.receiver",
        "sae.no-number",
    ]
    fatal = {"criteria": ["death"], "grade": "5", "outcome": "fatal", "end": DAY.isoformat()}
    case.do(case.correct(**fatal))
    assert case.codes(case.report()) == ["sae.no-cause"]
    plain = Case(reporting=None)
    plain.record()
    assert plain.codes(plain.report()) == ["sae.none"] and plain.due() == []


def test_a_report_is_voided_before_what_rests_on_it_and_not_after():
    case = Case()
    first = case.record()
    report = case.do(case.report()).seq
    opinion = case.do(case.assess(**RELATED, **UNEXPECTED)).seq
    sent = case.do(case.submitted()).seq
    why = {"reason": "of another"}
    assert case.codes(VoidEntry(entry=first, **why)) == ["void.reported-since"]
    assert case.codes(VoidEntry(entry=report, **why)) == ["void.assessed-since"]
    assert case.codes(VoidEntry(entry=opinion, **why)) == ["void.submitted-since"]
    for entry in (sent, opinion, report, first):
        assert case.codes(VoidEntry(entry=entry, **why)) == []
    assert not case.subject.safety.events


def test_every_report_has_the_elements_of_e2b_by_their_numbers_and_closed_ones_tell_no_arm():
    case = Case()
    case.record(criteria=["life"], **RELATED)
    case.do(case.report(action="withdrawn", recurred="not-given", history="None"))
    case.do(case.assess(**UNEXPECTED))
    rows = frame(tables()["safety_reports"], [case.subject], case.made.study, DAY).rows(named=True)
    found = {f"{row['element']} {row['repetition'] or ''}".strip(): row["value"] for row in rows}
    assert (
        found
        | {
            "C.1.3": "2",
            "C.1.4": DAY.isoformat(),
            "C.1.7": "true",
            "C.2.r.4 1": "1",
            "D.1.1.4": case.who,
            "E.i.1.1a 1": "A burnt tongue",
            "E.i.3.2b 1": "true",
            "E.i.3.2c": None,
            "E.i.7 1": "3",
            "E.i.9 1": "NL",
            "G.k.8 1": "1",
            "G.k.9.i.2.r.3 1.1.1": "related",
            "G.k.9.i.2.r.3 1.1.2": "not related",
            "G.k.9.i.4 1.1": "4",
            "H.1": "Too hot",
            "H.4": "worse than it says",
        }
        == found
    )
    sight = Sight(everywhere=True)
    closed = frame(tables()["safety_reports"], [case.subject], case.made.study, DAY, sight)
    assert not any(row["element"].startswith("G.") for row in closed.rows(named=True))
    (row,) = case.listed(sight)
    assert row["interventions"] is None and row["related"] == "yes"


def test_clocks_that_cannot_run_are_errors_of_the_study_file():
    wrong = {
        "reporting": SAFETY["reporting"]
        | {
            "hospital": {"hours": 4, "warns": 4, "source": SOURCE},
            "participant": {"sex": "hair"},
        },
        "surgery": SAFETY["surgery"] | {"since": "never", "interventions": ["nothing"]},
        "reference_documents": [
            {"id": "new", "label": "2", "since": DAY, "expects": ["moon"], "source": SOURCE}
        ],
    }
    found = [problem.message for problem in consistency(a_text(**wrong), Places(), set(MAY))]
    for part in ("'hair'", "before the hospital", "'never'", "'nothing'", "'moon'"):
        assert any(part in text for text in found), (part, found)
    bare = a_text(reference_documents=[])
    assert any("no reference document" in p.message for p in consistency(bare, Places(), set(MAY)))


@pytest.mark.parametrize("grade", ["freeze", "lock"])
def test_a_clock_of_a_serious_event_runs_on_and_is_met_under_a_lock(grade):
    """The law counts the hours, whatever a data manager is doing meanwhile."""
    case = Case()
    case.record(known_at="18:30", **RELATED)
    left = dict.fromkeys(("events", "forms", "signatures"), "it is met") if grade == "lock" else {}
    case.do(LockParticipant(grade=grade, reason="review", exceptions=left))
    ((act, _, urgency),) = case.due(case.now + timedelta(hours=30))
    assert (act, urgency) == ("sae.report", "overdue")
    for one in (case.report(), case.assess(expected="no", comments="worse")):
        assert case.codes(one) == []
    assert case.codes(case.submitted()) == [] and case.due() == []


@pytest.mark.parametrize("grade", ["freeze", "lock"])
def test_an_event_that_comes_to_be_known_under_a_lock_is_recorded_and_has_its_clock(grade):
    case = Case()
    left = dict.fromkeys(("events", "forms", "signatures"), "later") if grade == "lock" else {}
    case.do(LockParticipant(grade=grade, reason="review", exceptions=left))
    case.record(known_at="18:30", **RELATED)
    ((act, _, urgency),) = case.due(case.now + timedelta(hours=30))
    assert (act, urgency) == ("sae.report", "overdue")


def test_what_was_reported_is_not_voided_under_its_report():
    """The authorities would hold what is no longer so, and nobody would be asked to tell them."""
    case = Case()
    case.record()
    graver = case.do(case.correct(grade="4", criteria=["life"])).seq
    report = case.do(case.report()).seq
    later = case.do(case.correct(grade="5", **FATAL)).seq
    why = {"reason": "of another"}
    assert case.codes(VoidEntry(entry=later, **why)) == []
    assert case.codes(VoidEntry(entry=graver, **why)) == ["void.reported-since"]
    case.do(case.submitted())
    assert case.codes(VoidEntry(entry=report, **why)) == ["void.submitted-since"]


def test_what_was_sent_before_a_follow_up_came_in_did_not_have_it():
    case = Case()
    case.record(**RELATED)
    assert case.codes(case.report(), days=1) == []
    case.do(case.assess(**RELATED, **UNEXPECTED))
    sent_on = case.now.date()
    case.do(case.correct(grade="4"), days=3)
    case.do(case.report())
    case.do(case.assess(**RELATED, **UNEXPECTED))
    early = case.made.codes(case.submitted(), case.who, on=sent_on - days(1), at=case.now)
    assert early == ["sae.before-report"]
    case.made.do(case.submitted(), case.who, on=sent_on, at=case.now)
    ((act, last, _),) = case.due()
    assert (act, last) == ("sae.submitted", case.now.date() + days(10))


def test_a_report_after_its_hours_is_a_deviation_of_its_last_day():
    def late(on):
        found = deviations(case.made.study, case.subject, on)
        return [(one.on, one.what.phrase.sentence.rpartition(" ")[2]) for one in found]

    case = Case()
    case.record(known_at="18:30")
    assert late(DAY + days(1)) == [] and late(DAY + days(2)) == [(DAY + days(1), "yet")]
    case.do(case.report(), hours=30)
    assert late(DAY + days(9)) == [(DAY + days(1), "{day}")]
    case = Case()
    case.record(known_at="18:30")
    case.do(case.report(), hours=20)
    case.do(case.correct(grade="4"), days=3)
    assert late(DAY + days(9)) == []


def test_no_amendment_makes_late_a_report_that_was_in_time():
    case = Case()
    case.record(known_at="18:30")
    case.do(case.report(), hours=20)
    clocks = {**SAFETY["reporting"], "hospital": {"hours": 12, "warns": 4, "source": SOURCE}}
    later = a_text(reporting=clocks).knowing({case.made.study.digest: case.made.study}.get)
    assert deviations(case.made.study, case.subject, DAY + days(9)) == []
    assert deviations(later, case.subject, DAY + days(9)) == []
