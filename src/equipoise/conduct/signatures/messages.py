"""Who is told that a signature no longer holds: whoever put it."""

from collections.abc import Iterable, Iterator
from datetime import date

from equipoise.conduct.message import Message
from equipoise.conduct.signatures.holding import EVERYTHING, Hold, holds
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["MESSAGES"]


def _fallen(subject: Subject) -> Iterator[Hold]:
    """The last signatures of each person that have fallen, but where all of it is signed."""
    if not subject.signatures.signatures:
        return
    last = {(h.signed.by, h.place): h for h in holds(subject) if h.what == "signature"}
    for (by, _), hold in last.items():
        of_all = last.get((by, EVERYTHING), hold)
        if hold.state == of_all.state == "fallen":
            yield hold


def _names(subject: Subject, entry: Entry) -> Iterable[str]:
    """By its entry; each is told of once, by whichever act it was found to have fallen."""
    return [str(one.signed.seq) for one in _fallen(subject)]


def _named(subject: Subject, about: str) -> Hold | None:
    return next((one for one in _fallen(subject) if str(one.signed.seq) == about), None)


def _has_fallen(study: Study, subject: Subject, about: str, on: date) -> bool:
    return _named(subject, about) is not None


def _signer(study: Study, trial_state: TrialState, subject: Subject, about: str) -> Iterable[str]:
    """Who put it, while they work at the participant's hospital or on the whole trial."""
    hold = _named(subject, about)
    person = trial_state.people.get(hold.signed.by) if hold else None
    here = person and any(held.site in ("", subject.site) for held in person.roles)
    return [person.person_id] if person and here else []


def _tells_arm(study: Study, subject: Subject, about: str) -> bool:
    """Whether it is of a visit that not every arm has."""
    hold = _named(subject, about)
    return hold is not None and hold.signed.visit in study.visits_of_an_arm


MESSAGES = (
    Message(
        name="signature.fallen",
        title=Phrase("Signature no longer holds"),
        heading=Phrase("{trial}: a signature no longer holds, {subject}"),
        text=Phrase(
            "Something of participant {subject} was changed after it was signed, so that the "
            "signature no longer holds. The page says what stands now."
        ),
        after_any=True,
        several=_names,
        holds=_has_fallen,
        to=_signer,
        tells_arm=_tells_arm,
        page="record",
    ),
)
