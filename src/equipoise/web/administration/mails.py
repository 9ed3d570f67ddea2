"""What the server does by itself: the mails that wait, were sent or refused, and the other jobs.

For whoever gives roles in the trial: they know the addresses, and can try again what has failed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from equipoise.conduct.administration import GiveRole
from equipoise.web import people, write_service
from equipoise.web.jobs import reasons, table
from equipoise.web.jobs.kinds import KINDS
from equipoise.web.mail import server
from equipoise.web.mail.letters import CROSSED, LETTERS
from equipoise.web.mail.outbox import SEND
from equipoise.web.models import Account, Job
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["again", "mails"]

MOST_LISTED = 50
LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as the office sees it."""

    id: int
    what: str
    about: str
    to: str
    at: datetime
    tries: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One kind of job: when it was done last, when it is due next, and what went wrong."""

    what: str
    done_at: datetime | None
    due: datetime | None
    because: str
    failed: int | None


@require_safe
@for_people
def mails(page: Page) -> HttpResponse:
    """Mails by how they stand, and every other kind of job."""
    _only(page)
    failed = Job.objects.filter(kind=SEND).exclude(failed_at=None).order_by("-failed_at")
    # That the board is written to would tell that a rule is crossed; a failure is to be mended.
    others = ~Q(key__startswith=f"{CROSSED.name}:")
    open_ones = table.open_jobs([SEND]).filter(others)
    sent = Job.objects.filter(others, kind=SEND).exclude(done_at=None).order_by("-done_at")
    return page.render(
        "mails.jinja",
        is_named=server.is_named(),
        late=_is_late(),
        waiting=list(_mails(page, open_ones.order_by("due", "id")[:MOST_LISTED])),
        failed=list(_mails(page, failed[:MOST_LISTED])),
        sent=list(_mails(page, sent[:MOST_LISTED])),
        jobs=list(_others()),
        without=_without_address(page),
    )


@require_POST
@for_people
def again(page: Page, job_id: int) -> HttpResponse:
    """Try something that has failed once more."""
    _only(page)
    if table.again(job_id, write_service.now()):
        page.tell(gettext("It is tried again"))
    return redirect("mail")


def _only(page: Page) -> None:
    if not page.viewer.may(GiveRole.kind):
        raise Http404


def _mails(page: Page, rows: Iterable[Job]) -> Iterator[Mail]:
    for row in rows:
        try:
            payload = msgspec.json.decode(row.payload, type=dict[str, str])
        except msgspec.MsgspecError:
            payload = {}
        letter = LETTERS.get(payload.get("letter", ""))
        yield Mail(
            id=row.pk,
            what=HERE.sentence(letter.title) if letter else row.kind,
            about=payload.get("subject", ""),
            to=page.people[payload.get("to", "")],
            at=row.done_at or row.failed_at or row.due,
            tries=row.attempts,
            because=reasons.wording(row.error, HERE),
        )


def _others() -> Iterator[Done]:
    """Every kind but mail that is done here, or was."""
    for kind in KINDS.values():
        rows = Job.objects.filter(kind=kind.name)
        if kind.name == SEND or not (kind.ready() or rows.exists()):
            continue
        done = rows.exclude(done_at=None).order_by("-done_at").first()
        newest = rows.exclude(error="").order_by("-due").first()
        trouble = newest if newest and not (done and done.due > newest.due) else None
        yield Done(
            what=gettext(kind.what),
            done_at=done.done_at if done else None,
            due=table.next_due([kind.name]),
            because=reasons.wording(trouble.error, HERE) if trouble else "",
            failed=trouble.pk if trouble and trouble.failed_at else None,
        )


def _is_late() -> bool:
    """Whether something that could be done has been due for so long that nobody seems to do it."""
    able = [kind.name for kind in KINDS.values() if kind.ready()]
    due = table.next_due(able)
    return due is not None and write_service.now() - due > LATE


def _without_address(page: Page) -> list[str]:
    """Who holds a role, may sign in and has no address: nothing can be sent to them."""
    held = {one.person_id for one in page.viewer.trial_state.people.values() if one.roles}
    shut = Account.objects.filter(person_id__in=held, is_active=False)
    reached = {account.person_id for account in people.with_address(held)}
    return sorted(page.people[one] for one in held - reached - {one.person_id for one in shut})
