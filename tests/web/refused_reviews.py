"""Reviews of the audit that the trial refuses."""

from collections.abc import Iterator

from equipoise.conduct.cut import moment
from equipoise.web import write_service
from tests.web.one_law import CANNOT, Tried, tried

__all__ = ["of_reviews"]


def of_reviews() -> Iterator[Tried]:
    """Reviews of the audit; their page fills in what was looked at, and the moment."""
    plain = {"cut": moment(write_service.now()), "matched": 1, "outcome": "nothing"}
    for wrong in (
        {"cut": "yesterday"},
        {"matched": 0},
        {"matched": 10**6},
        {"site": "none"},
        {"site": "02", "participant": "PIT-01-0001"},
        {"form": "none"},
        {"item": "none"},
        {"outcome": "finding"},
        {"finding": "a wrong date"},
        {"outcome": "finding", "finding": "a wrong date", "queries": ["12"]},
    ):
        yield tried("audit.review", by="monitor", page=CANNOT, **plain | wrong)
