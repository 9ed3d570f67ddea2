"""Who of the panel and of the hospital is told of a scan."""

from collections.abc import Iterable

from equipoise.conduct.ballots import awaited, open_review
from equipoise.conduct.message import Message, staff
from equipoise.conduct.panel.acts import AskPanel, CastVote, Conclude, pool
from equipoise.conduct.state.panel import Review
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["CONCLUDE", "CONCLUDED", "MESSAGES", "READ", "REMIND"]


def _question(subject: Subject, entry: Entry) -> str:
    """The entry of the last question on the participant, by which it is named."""
    reviews = subject.panel.reviews
    return str(reviews[-1].asked.seq) if reviews else ""


def _open(study: Study, subject: Subject, about: str) -> Review | None:
    review = open_review(subject)
    return review if study.panel and review and str(review.asked.seq) == about else None


def _awaited(study: Study, trial_state: TrialState, subject: Subject, about: str) -> Iterable[str]:
    """The readers whose vote on this very question is missing."""
    review = _open(study, subject, about)
    if study.panel is None or review is None:
        return []
    members = pool(study, trial_state, subject)
    return [one for one in awaited(study.panel, review) if one in members]


def _chairs(study: Study, trial_state: TrialState, subject: Subject, about: str) -> Iterable[str]:
    """The chair, once no vote on this very question is missing."""
    review = _open(study, subject, about)
    if study.panel is None or review is None or awaited(study.panel, review):
        return []
    return [one.person_id for one in trial_state.holders(study.panel.chair)]


REMIND = Message(
    name="panel.remind",
    title=Phrase("Reminder of a scan to read"),
    heading=Phrase("{trial}: a scan still to read, {subject}"),
    text=Phrase("Your vote on the scan of participant {subject} is still awaited."),
    to=_awaited,
    page=CastVote,
)
READ = Message(
    name="panel.read",
    title=Phrase("Scan to read"),
    heading=Phrase("{trial}: a scan to read, {subject}"),
    text=Phrase("You were drawn to read a scan of participant {subject} for the panel."),
    # A vote may call in the next readers, or be the last.
    after=(AskPanel, CastVote),
    about=_question,
    to=_awaited,
    page=CastVote,
    reminds=lambda study: study.panel.remind_days if study.panel else (),
    reminder=REMIND,
)
CONCLUDE = Message(
    name="panel.conclude",
    title=Phrase("Conclusion awaited"),
    heading=Phrase("{trial}: your conclusion is awaited, {subject}"),
    text=Phrase(
        "All votes on the scan of participant {subject} are in. Your conclusion is awaited."
    ),
    after=(CastVote,),
    about=_question,
    to=_chairs,
    page=Conclude,
)
CONCLUDED = Message(
    name="panel.concluded",
    title=Phrase("Panel has concluded"),
    heading=Phrase("{trial}: the panel has concluded, {subject}"),
    text=Phrase("The panel has concluded on the scan of participant {subject}."),
    after=(Conclude,),
    to=staff,
)
MESSAGES = (READ, REMIND, CONCLUDE, CONCLUDED)
