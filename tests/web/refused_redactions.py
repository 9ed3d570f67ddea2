"""Redactions that the trial refuses, and where the rest of their refusals are tried."""

from collections.abc import Iterator

from tests.web.one_law import CANNOT, Tried, tried

__all__ = ["BY_REDACTIONS", "refused_redactions"]

TAKEN_OUT = "tests/spec/conduct/test_taken_out_rules.py::"
BY_REDACTIONS = {
    **dict.fromkeys(
        ("redact.no-place", "redact.not-there", "redact.repeated", "redact.too-short"),
        f"{TAKEN_OUT}test_what_is_not_there_is_not_taken_out_and_no_reason_repeats_it",
    ),
    **dict.fromkeys(
        ("redact.before", "void.redaction"),
        f"{TAKEN_OUT}test_what_was_taken_out_whole_is_not_taken_out_again_and_nothing_is_voided",
    ),
    "redact.sealed": f"{TAKEN_OUT}test_a_vote_that_is_sealed_is_redacted_once_it_is_opened",
    "redact.cannot-go": f"{TAKEN_OUT}test_what_the_entry_cannot_be_read_without_is_not_taken_out",
}


def refused_redactions() -> Iterator[Tried]:
    """Of an entry that is not there, at a place where nothing was typed, without a reason."""
    for how in ({"entry": 99, "reason": "r"}, {"entry": 1, "reason": " "}):
        yield tried("entry.redact", "screened", by="office", page=CANNOT, fields=["/none"], **how)
