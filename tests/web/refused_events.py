"""Adverse events and their reports that the trial refuses."""

from collections.abc import Iterator
from datetime import timedelta

from equipoise.web import write_service
from tests.web.one_law import ASKS_ITSELF, CANNOT, NOT_THERE, Tried, tried

__all__ = ["BY_EVENTS", "refused_events"]

REPORTS = "tests/spec/conduct/safety/test_report_rules.py::"
REPORT = {"event": 1, "narrative": "fell", "action": "unknown", "qualification": "physician"}
OPINION = {"event": 1, "document": "brochure-1", "expected": "yes", "related": "no"}
CODING = {"event": 1, "version": "20.0", "llt": "1", "pt": "1", "soc": "1"} | dict.fromkeys(
    ("llt_name", "pt_name", "soc_name"), " "
)
BY_EVENTS = {
    "ae.none": "tests/spec/conduct/safety/test_adverse_event_rules.py::"
    "test_what_was_never_agreed_to_or_is_not_recorded_by_the_study_is_refused",
    **dict.fromkeys(
        ("sae.not-serious",),
        f"{REPORTS}test_what_need_not_be_reported_starts_no_clock_and_is_counted",
    ),
    **dict.fromkeys(
        ("sae.document", "sae.departs"),
        f"{REPORTS}test_expectedness_is_by_the_document_in_force_when_it_began_or_departs_from_it_"
        "with_a_reason",
    ),
    **dict.fromkeys(
        ("sae.none", "sae.no-cause", "sae.no-report"),
        f"{REPORTS}test_what_cannot_be_reported_is_refused_with_every_reason",
    ),
    "sae.first-later": f"{REPORTS}"
    "test_day_zero_is_the_day_of_recording_or_an_earlier_one_that_the_sponsor_states",
    "sae.before-report": f"{REPORTS}test_what_was_sent_before_a_follow_up_came_in_did_not_have_it",
    **dict.fromkeys(
        ("ae.no-coding", "ae.coded-so"),
        "tests/spec/conduct/safety/test_coding_rules.py::"
        "test_a_coding_holds_for_the_version_and_the_words_that_were_coded",
    ),
    "ae.clavien": f"{REPORTS}"
    "test_what_follows_on_an_operation_within_its_days_has_a_grade_by_clavien_dindo",
    **dict.fromkeys(
        ("void.reported-since", "void.assessed-since", "void.submitted-since"),
        f"{REPORTS}test_a_report_is_voided_before_what_rests_on_it_and_not_after",
    ),
    "ae.other-arm": "tests/spec/conduct/safety/test_adverse_event_rules.py::"
    "test_an_event_is_related_to_what_the_participant_may_be_given_alone",
    "ae.recorded-before": "tests/spec/conduct/safety/test_adverse_event_rules.py::"
    "test_the_same_event_is_recorded_once_and_changed_with_a_reason",
    "ae.unchanged": "tests/spec/conduct/safety/test_adverse_event_rules.py::"
    "test_the_same_event_is_recorded_once_and_changed_with_a_reason",
    "void.corrected-since": "tests/spec/conduct/safety/test_adverse_event_rules.py::"
    "test_an_event_that_was_recorded_in_error_is_voided_once_nothing_more_was_told_of_it",
}
EVENTS_THAT_DO_NOT_HOLD: list[dict[str, object]] = [
    {"serious": "yes"},
    {"criteria": ["hospital"]},
    {"grade": "5"},
    {"related": "yes"},
    {"interventions": ["systemic"]},
    {"outcome": "recovered"},
    {"outcome": "recovering", "end": "2026"},
]


def event(whom: str, /, page: str = "", **told: object) -> Tried:
    """An adverse event, told otherwise than it may be."""
    plain: dict[str, object] = {
        "term": "Broken wrist",
        "grade": "2",
        "serious": "no",
        "related": "no",
        "begin": write_service.today().isoformat(),
        "outcome": "unknown",
    }
    return tried("ae.record", whom, page=page, **(plain | told))


def _days(ahead: int) -> str:
    return (write_service.today() + timedelta(days=ahead)).isoformat()


def refused_events() -> Iterator[Tried]:
    """Of participants as they stand."""
    yield from (
        *(event("randomised", **told) for told in EVENTS_THAT_DO_NOT_HOLD),
        event("randomised", term=" ", page=ASKS_ITSELF),
        event("randomised", code="nothing", page=CANNOT),
        event("randomised", begin="soon", page=ASKS_ITSELF),
        event("randomised", related="yes", interventions=["nothing"], page=CANNOT),
        event("screened"),
        event("dead", begin=_days(-1)),
        event("randomised", begin=_days(-3000)),
        event("randomised", begin=_days(30)),
        event("randomised", outcome="recovered", end=_days(30)),
        event("randomised", outcome="recovered", end=_days(-3000)),
        tried(
            "ae.correct",
            "randomised",
            **(event("randomised").fields | {"event": 1, "reason": " "}),
            page=NOT_THERE,
        ),
        tried(
            "ae.decline",
            "randomised",
            term="Anemia",
            grade="2",
            begin=_days(0),
            reason=" ",
            page=ASKS_ITSELF,
        ),
        tried("ae.code", "randomised", by="office", page=ASKS_ITSELF, **CODING),
        event("randomised", serious="no", not_reported="progression"),
        event("randomised", serious="yes", criteria=["other"], not_reported="x", page=CANNOT),
        event("randomised", known_at="noon"),
        event("randomised", clavien="II"),
        event("randomised", known_at="23:59", serious="yes", criteria=["other"]),
        tried(
            "sae.report",
            "randomised",
            event=1,
            narrative=" ",
            action="unknown",
            qualification="physician",
            page=ASKS_ITSELF,
        ),
        tried("sae.report", "randomised", **REPORT),
        tried("sae.assess", "randomised", by="office", **OPINION),
        tried(
            "sae.submitted",
            "randomised",
            by="office",
            event=1,
            receiver="moon",
            number=" ",
            complete="yes",
            page=ASKS_ITSELF,
        ),
    )
