"""What is done by itself: every night, and at the moment at which something comes to press."""

import logging
import os
from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.ledger import STUDY
from equipoise.web import adopted, home, looks, read_model, write_service
from equipoise.web.access import access_log, chain
from equipoise.web.backup.manifest import BadCopy
from equipoise.web.jobs import crossed, heads, table
from equipoise.web.jobs.kind import NotNow
from equipoise.web.jobs.reasons import NO_COPY
from equipoise.web.jobs.table import Taken
from equipoise.web.mail import occasions, server
from equipoise.web.mail.letters import HEAD, TOO_FEW
from equipoise.web.mail.outbox import to_all
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger
from equipoise.web.witness import newest_head, sequencer, witness_state

__all__ = [
    "back_up",
    "is_open",
    "keeps_copies",
    "look_ahead",
    "next_moment",
    "sign_head",
    "tell",
    "tell_now",
    "tells",
]

_log = logging.getLogger(__name__)
COPIES = "EQUIPOISE_COPIES"
MANY = 100


def is_open() -> bool:
    """Whether the trial is open, so that there is something to sign for."""
    return DatabaseLedger().head(STUDY) is not None


def sign_head(job: Taken, now: datetime) -> None:
    """Close the access log's days that are over, give each entry its place, and sign for all.

    The head is mailed to whom the study file names, each head once.
    Where a quorum of witnesses has been missing for a week the office is told, once a week.
    """
    chain.keep_up(now)
    sequencer.keep_up(now, thorough=True)
    heads.forget_old(now)
    _mail_head(now)
    if witness_state.state_of(write_service.folds().trial_state(), now).missing:
        year, week, _ = now.isocalendar()
        table.write(to_all(TOO_FEW, f"{year}-{week}", now, {}), now)


def _mail_head(now: datetime) -> None:
    if head := newest_head.newest():
        rows = "\n".join(" ".join(row) for row in head.rows)
        payload = {"size": str(head.size), "words": rows, "note": head.note.strip()}
        table.write(to_all(HEAD, f"{head.size}", now, payload), now)


def look_ahead(job: Taken, now: datetime) -> None:
    """Work out anew what comes next for those for whom the new day may change it."""
    study, on = adopted.study(), write_service.today()
    rows = read_model.rows(study, on)
    # Some at a time, so that whoever records something need not wait for all of them.
    for _ in range(rows.filter(looks.behind(on)).count() // MANY + 1):
        looks.bring_up(study, rows, on, MANY)
    crossed.tell(study, on, now)


def tells() -> bool:
    """Whether there is something to tell in the morning, and a server to hand it to."""
    return server.is_named() and is_open() and bool(adopted.study().messages)


def tell(job: Taken, now: datetime) -> None:
    """Write the letters of the morning about what presses since today, each once."""
    study, on, state = adopted.study(), write_service.today(), write_service.folds()
    rows = read_model.rows(study, on).filter(next_on__lte=on)
    for number in rows.values_list("subject_id", flat=True).iterator(MANY):
        table.write(occasions.of_what_presses(study, state, state.subject(number), now), now)


def next_moment() -> datetime | None:
    """When something comes to press next of which people may be told."""
    first = SubjectRow.objects.exclude(turns_at=None).order_by("turns_at")
    return first.values_list("turns_at", flat=True).first()


def tell_now(job: Taken, now: datetime) -> None:
    """Write the letters about what has come to press by now, and note for whom it has."""
    study, on, state = adopted.study(), write_service.today(), write_service.folds()
    for row in read_model.rows(study, on).filter(turns_at__lte=now).order_by("turns_at"):
        with transaction.atomic():
            letters = occasions.of_what_presses(study, state, state.subject(row.subject_id), now)
            table.write(letters if server.is_named() else (), now)
            looks.turned(study, row, on, now)


def keeps_copies() -> bool:
    """Whether a folder for copies is named, on a disk of another machine."""
    return bool(os.environ.get(COPIES))


def back_up(job: Taken, now: datetime) -> None:
    """Copy the whole installation, as `equipoise backup` does, under a name with the moment.

    :raises NotNow: when no copy was made, or none that holds what it should
    """
    from equipoise.web.backup.make import make
    from equipoise.web.backup.sealed import recipients

    file = Path(os.environ[COPIES]).resolve() / f"trial-{now:%Y-%m-%dT%H%M%SZ}.tar"
    try:
        lines = (home.folder() / "recipients").read_text(encoding="utf-8").splitlines()
        make(file, file.with_name(f"{file.name}.secrets.age"), recipients(lines), now)
    except (BadCopy, OSError, ValueError) as error:
        _log.error("no copy was made: %s", error)
        raise NotNow(NO_COPY()) from error
    access_log.note("copy-made")
