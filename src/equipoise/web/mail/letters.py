"""Every letter there is: to whom it goes, what it says, and the page it leads to.

What the trial tells, its chapters declare (`conduct.message`); here stands what the server tells.
A letter holds ids and links. To whom it goes is asked when its cause is recorded and again when it
is sent, so that nobody gets one who has left, moved to another hospital, or done it meanwhile.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.urls import reverse

from equipoise.conduct.administration import GiveRole
from equipoise.conduct.chapters import messages, pressing
from equipoise.conduct.message import Message, hearers
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.study.model import Study
from equipoise.study.reason import Phrase
from equipoise.web.jobs.table import Payload
from equipoise.web.mail import reset

__all__ = ["CROSSED", "FAILED", "HEAD", "LETTERS", "PASSWORD", "TOO_FEW", "Letter", "about_of"]

WhoGets = Callable[[Study, TrialState, Subject, Payload, datetime], Iterable[str]]
ABOUT = ("about", "asked")
"""Where a letter that waits says what it is about; by the second name until version 19."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, with places for values by their names."""

    name: str
    title: Phrase
    heading: Phrase
    text: Phrase
    to: WhoGets
    page: Callable[[Payload], str]


def _office(
    study: Study, trial_state: TrialState, subject: Subject, payload: Payload, now: datetime
) -> Iterable[str]:
    """Whoever gives roles in the trial."""
    roles = [r.id for r in study.roles if r.scope == "trial" and GiveRole.kind in r.may]
    return (person.person_id for role in roles for person in trial_state.holders(role))


def _keepers(
    study: Study, trial_state: TrialState, subject: Subject, payload: Payload, now: datetime
) -> Iterable[str]:
    """Everyone of a role that the study file sends heads to, wherever they hold it."""
    roles = {role.id for role in study.roles if role.heads_by_mail}
    for person in trial_state.people.values():
        if any(held.role in roles for held in person.roles):
            yield person.person_id


def _board(
    study: Study, trial_state: TrialState, subject: Subject, payload: Payload, now: datetime
) -> Iterable[str]:
    """Whoever may see results by arm, and nobody else."""
    roles = [role.id for role in study.roles if "results-by-arm" in role.sees]
    return (person.person_id for role in roles for person in trial_state.holders(role))


def _of_message(message: Message) -> Letter:
    """A message of a chapter as a letter."""
    return Letter(
        name=message.name,
        title=message.title,
        heading=message.heading,
        text=message.text,
        to=partial(_hearers, message),
        page=partial(_page, message),
    )


def _hearers(
    message: Message,
    study: Study,
    trial_state: TrialState,
    subject: Subject,
    payload: Payload,
    now: datetime,
) -> Iterable[str]:
    about, on = about_of(payload), now.astimezone(ZoneInfo(study.identity.timezone)).date()
    if message.presses and (message, about) not in pressing(study, subject, on, now):
        return ()
    return hearers(message, study, trial_state, subject, about, on)


def about_of(payload: Payload) -> str:
    """What of its participant a letter is about."""
    return next((payload[name] for name in ABOUT if name in payload), "")


def _page(message: Message, payload: Payload) -> str:
    if message.page == "query":
        return reverse("query", args=[payload["subject"], about_of(payload)])
    page = message.page or "participant"
    name = page if isinstance(page, str) else page.kind
    return reverse(name, args=[payload["subject"]])


FAILED = Letter(
    name="job.failed",
    title=Phrase("Something was not done"),
    heading=Phrase("{trial}: something was not done"),
    text=Phrase(
        "A job of the server has failed and is not tried again by itself: {job}. The page says "
        "why, and what can be tried again."
    ),
    to=_office,
    page=lambda payload: reverse("mail"),
)
TOO_FEW = Letter(
    name="witness.missing",
    title=Phrase("Too few witnesses"),
    heading=Phrase("{trial}: too few witnesses sign"),
    text=Phrase(
        "In the last week fewer witnesses have signed for the ledger than the trial's policy asks. "
        "The page says who is away."
    ),
    to=_office,
    page=lambda payload: reverse("witnesses"),
)
CROSSED = Letter(
    name="stopping.crossed",
    title=Phrase("For the monitoring board"),
    heading=Phrase("{trial}: please open the page of the stopping rules"),
    text=Phrase(
        "A rule that the monitoring board watches has been crossed. The page says which, and how "
        "it stands; this mail says nothing of it, and should not be sent on."
    ),
    to=_board,
    page=lambda payload: reverse("stopping-rules"),
)
HEAD = Letter(
    name="head.nightly",
    title=Phrase("Head of the ledger"),
    heading=Phrase("{trial}: head of the ledger, {size} entries"),
    text=Phrase(
        "Please keep this mail. It says which {size} entries the ledger of the trial holds, and "
        "tells nothing of what they say; whoever rewrote them later would not get these words "
        "again.\n\n"
        "In words, to compare by telephone:\n\n{words}\n\n"
        "The same as text, with the signature of the server:\n\n{note}"
    ),
    to=_keepers,
    page=lambda payload: reverse("public"),
)
PASSWORD = Letter(
    name="password.reset",
    title=Phrase("New password"),
    heading=Phrase("{trial}: choose a new password"),
    text=Phrase(
        "Somebody asked for a new password for your sign-in, {to}. Choose it within two hours on "
        "the page below, which opens once. If it was not you, do nothing."
    ),
    to=lambda study, trial_state, subject, payload, now: [payload["to"]],
    page=lambda payload: reset.way_in(payload["to"]),
)
LETTERS = {
    letter.name: letter
    for letter in (*map(_of_message, messages()), FAILED, TOO_FEW, CROSSED, HEAD, PASSWORD)
}
