"""The monitoring board, and nobody else, is told once when a stopping rule is crossed.

The mail names no rule and no arm: it leads to the page, which the board alone can open. It is
looked at every night; a rule that is no longer crossed and then is again is not told anew.
"""

from datetime import date, datetime

from equipoise.analysis.stopping import crosses, watched_now
from equipoise.study.model import Study
from equipoise.web import read_model
from equipoise.web.jobs import table
from equipoise.web.mail.letters import CROSSED
from equipoise.web.mail.outbox import to_all

__all__ = ["tell"]


def tell(study: Study, on: date, now: datetime) -> None:
    """A letter for each rule that is crossed today; one that was written before is not written."""
    if study.stopping is None:
        return
    rows = read_model.rows(study, on).order_by("subject_id")
    subjects = [read_model.decoded(row) for row in rows]
    for rule in study.stopping.rules:
        count = watched_now(study, rule, subjects, on)
        if crosses(rule, count.events, count.people):
            table.write(to_all(CROSSED, rule.id, now, {}), now)
