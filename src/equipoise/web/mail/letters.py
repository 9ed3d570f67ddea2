"""Every letter there is: to whom it goes, what it says, and the page it leads to.

A letter holds ids and links. To whom it goes is asked when its cause is recorded and again when it
is sent, so that nobody gets one who has left, moved to another hospital, or done it meanwhile.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_noop

from equipoise.conduct import panel
from equipoise.conduct.administration import GiveRole
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.study.model import Study
from equipoise.web.jobs.table import Payload
from equipoise.web.mail import reset

__all__ = [
    "CONCLUDE",
    "CONCLUDED",
    "DRAWN",
    "FAILED",
    "HEAD",
    "LETTERS",
    "PASSWORD",
    "READ",
    "REMIND",
    "TOO_FEW",
    "Letter",
]

WhoGets = Callable[[Study, TrialState, Subject, Payload], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, with places for values by their names."""

    name: str
    title: str
    subject: str
    text: str
    to: WhoGets
    page: Callable[[Payload], str]


def _staff(
    study: Study, trial_state: TrialState, subject: Subject, payload: Payload
) -> Iterable[str]:
    """Everyone of the participant's own hospital whose role there sees participants."""
    for person in trial_state.people.values():
        for held in person.roles:
            role = study.role_of.get(held.role)
            if role and held.site and held.site == subject.site and "subjects" in role.sees:
                yield person.person_id
                break


def _awaited(
    study: Study, trial_state: TrialState, subject: Subject, payload: Payload
) -> Iterable[str]:
    """The readers whose vote on this very question is missing."""
    review = panel.open_review(subject)
    if study.panel is None or review is None or str(review.asked.seq) != payload["asked"]:
        return []
    members = panel.pool(study, trial_state, subject)
    return [one for one in panel.awaited(study.panel, review) if one in members]


def _chairs(
    study: Study, trial_state: TrialState, subject: Subject, payload: Payload
) -> Iterable[str]:
    """The chair, once no vote on this very question is missing."""
    review = panel.open_review(subject)
    if study.panel is None or review is None or str(review.asked.seq) != payload["asked"]:
        return []
    if panel.awaited(study.panel, review):
        return []
    return [one.person_id for one in trial_state.holders(study.panel.chair)]


def _office(
    study: Study, trial_state: TrialState, subject: Subject, payload: Payload
) -> Iterable[str]:
    """Whoever gives roles in the trial."""
    roles = [r.id for r in study.roles if r.scope == "trial" and GiveRole.kind in r.may]
    return (person.person_id for role in roles for person in trial_state.holders(role))


def _keepers(
    study: Study, trial_state: TrialState, subject: Subject, payload: Payload
) -> Iterable[str]:
    """Everyone of a role that the study file sends heads to, wherever they hold it."""
    roles = {role.id for role in study.roles if role.heads_by_mail}
    for person in trial_state.people.values():
        if any(held.role in roles for held in person.roles):
            yield person.person_id


def _participant(payload: Payload) -> str:
    return reverse("participant", args=[payload["subject"]])


def _scan(payload: Payload) -> str:
    return reverse("panel.vote", args=[payload["subject"]])


READ = Letter(
    name="panel.read",
    title=gettext_noop("Scan to read"),
    subject=gettext_noop("%(trial)s: a scan to read, %(subject)s"),
    text=gettext_noop("You were drawn to read a scan of participant %(subject)s for the panel."),
    to=_awaited,
    page=_scan,
)
REMIND = Letter(
    name="panel.remind",
    title=gettext_noop("Reminder of a scan to read"),
    subject=gettext_noop("%(trial)s: a scan still to read, %(subject)s"),
    text=gettext_noop("Your vote on the scan of participant %(subject)s is still awaited."),
    to=_awaited,
    page=_scan,
)
CONCLUDE = Letter(
    name="panel.conclude",
    title=gettext_noop("Conclusion awaited"),
    subject=gettext_noop("%(trial)s: your conclusion is awaited, %(subject)s"),
    text=gettext_noop(
        "All votes on the scan of participant %(subject)s are in. Your conclusion is awaited."
    ),
    to=_chairs,
    page=lambda payload: reverse("panel.conclude", args=[payload["subject"]]),
)
CONCLUDED = Letter(
    name="panel.concluded",
    title=gettext_noop("Panel has concluded"),
    subject=gettext_noop("%(trial)s: the panel has concluded, %(subject)s"),
    text=gettext_noop("The panel has concluded on the scan of participant %(subject)s."),
    to=_staff,
    page=_participant,
)
DRAWN = Letter(
    name="draw.done",
    title=gettext_noop("Randomised"),
    subject=gettext_noop("%(trial)s: randomised, %(subject)s"),
    text=gettext_noop(
        "Participant %(subject)s was randomised. The arm stands on the participant's page, not in "
        "this mail."
    ),
    to=_staff,
    page=_participant,
)
FAILED = Letter(
    name="job.failed",
    title=gettext_noop("Something was not done"),
    subject=gettext_noop("%(trial)s: something was not done"),
    text=gettext_noop(
        "A job of the server has failed and is not tried again by itself: %(job)s. The page says "
        "why, and what can be tried again."
    ),
    to=_office,
    page=lambda payload: reverse("mail"),
)
TOO_FEW = Letter(
    name="witness.missing",
    title=gettext_noop("Too few witnesses"),
    subject=gettext_noop("%(trial)s: too few witnesses sign"),
    text=gettext_noop(
        "In the last week fewer witnesses have signed for the ledger than the trial's policy asks. "
        "The page says who is away."
    ),
    to=_office,
    page=lambda payload: reverse("witnesses"),
)
HEAD = Letter(
    name="head.nightly",
    title=gettext_noop("Head of the ledger"),
    subject=gettext_noop("%(trial)s: head of the ledger, %(size)s entries"),
    text=gettext_noop(
        "Please keep this mail. It says which %(size)s entries the ledger of the trial holds, and "
        "tells nothing of what they say; whoever rewrote them later would not get these words "
        "again.\n\n"
        "In words, to compare by telephone:\n\n%(words)s\n\n"
        "The same as text, with the signature of the server:\n\n%(note)s"
    ),
    to=_keepers,
    page=lambda payload: reverse("public"),
)
PASSWORD = Letter(
    name="password.reset",
    title=gettext_noop("New password"),
    subject=gettext_noop("%(trial)s: choose a new password"),
    text=gettext_noop(
        "Somebody asked for a new password for your sign-in, %(to)s. Choose it within two hours on "
        "the page below, which opens once. If it was not you, do nothing."
    ),
    to=lambda study, trial_state, subject, payload: [payload["to"]],
    page=lambda payload: reset.way_in(payload["to"]),
)
LETTERS = {
    one.name: one
    for one in (READ, REMIND, CONCLUDE, CONCLUDED, DRAWN, FAILED, TOO_FEW, HEAD, PASSWORD)
}
