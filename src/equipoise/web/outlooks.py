"""What comes next for a participant, and what went otherwise: kept beside their row.

Both are functions of the study, the participant and the day, and hold until a day that is known
when they are worked out (`conduct.outlook`).
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, cast

import msgspec

from equipoise.conduct import panel
from equipoise.conduct.chapter import Due
from equipoise.conduct.chapters import ACTS, outlook
from equipoise.conduct.deviations import KINDS, Deviation, Kind, deviations
from equipoise.conduct.outlook import Outlook
from equipoise.conduct.subject import Subject
from equipoise.logic.watched import Watch
from equipoise.study.kept_words import kept, read
from equipoise.study.model import Study
from equipoise.study.reason import Wording
from equipoise.web.models import DeviationRow, SubjectRow

__all__ = [
    "ASKED",
    "NOT_ASKED",
    "agenda_of",
    "columns",
    "deviation_of",
    "deviation_rows",
    "panel_standing",
]

ASKED, NOT_ASKED = "/", "-"
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Outlook)


def columns(
    study: Study, subject: Subject, on: date, now: datetime | None = None
) -> tuple[dict[str, Any], list[Deviation]]:
    """What a row says of what comes next, as looked at on a day; and what went otherwise.

    :param now: the moment of the day; not told: what turns on that day is still to be looked at
    """
    ahead, watch = outlook(study, subject, on), Watch(on)
    otherwise = deviations(study, subject, watch.day)
    alarm, overdue = ahead.first("alarm", now=now), ahead.first("overdue", now=now)
    due = ahead.first("expiring", "due", now=now)
    asks = [day for day in (alarm, overdue, due, ahead.first("open")) if day]
    return {
        "panel": panel_standing(study, subject),
        "alarm_on": alarm,
        "overdue_on": overdue,
        "due_on": due,
        "next_on": min(asks, default=None),
        "waits": any(one.urgency == "waiting" for one in ahead.ahead),
        "outlook": _ENCODER.encode(ahead),
        "looked_on": on,
        "changes_on": min(ahead.until, watch.until),
        "turns_at": ahead.next_moment(now),
        "deviations": len(otherwise),
    }, otherwise


def agenda_of(
    row: SubjectRow, on: date, closed: Collection[str] = (), now: datetime | None = None
) -> list[Due]:
    """What comes next for the participant of a row that holds on the day.

    :param closed: visits and acts that are left out
    :param now: the moment of the day
    """
    return _DECODER.decode(row.outlook or b"").agenda(on, ACTS, closed, now)


def deviation_rows(subject: Subject, found: Iterable[Deviation]) -> list[DeviationRow]:
    """What went otherwise, as it is kept."""
    return [
        DeviationRow(
            subject_id=subject.subject_id,
            site=subject.site,
            kind=one.kind,
            on=one.on,
            known_on=one.known_on,
            by=one.by,
            visit=one.visit,
            form=one.form,
            number=one.number,
            what=msgspec.json.encode(kept(one.what)).decode(),
        )
        for one in found
    ]


def deviation_of(row: DeviationRow) -> Deviation:
    """What was kept."""
    what, kind = read(msgspec.json.decode(row.what)), row.kind
    if not isinstance(what, Wording) or kind not in KINDS:
        raise ValueError(f"a deviation of kind {kind!r} was kept by another code")
    return Deviation(
        kind=cast(Kind, kind),
        on=row.on,
        known_on=row.known_on,
        what=what,
        by=row.by,
        visit=row.visit,
        form=row.form,
        number=row.number,
    )


def panel_standing(study: Study, subject: Subject) -> str:
    """What the panel last concluded, or how many votes are in: a category, `2/5`, or `-`."""
    if study.panel is None:
        return ""
    if review := panel.open_review(subject):
        return f"{len(review.votes)}{ASKED}{len(panel.readers(study.panel, review))}"
    concluded = [one.conclusion.category for one in subject.panel.reviews if one.conclusion]
    return concluded[-1] if concluded else NOT_ASKED
