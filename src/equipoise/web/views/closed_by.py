"""What a lock closes is told where the page opens: who locked it, when, and who may open it.

The trial refuses it in any case; this is only so that nobody types in vain.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from equipoise.conduct.act import Act
from equipoise.conduct.locks import Closing, UnlockForm, UnlockParticipant, UnlockStudy, closings
from equipoise.conduct.queries import NO_VISIT
from equipoise.conduct.subject import Subject
from equipoise.logic.figures import opening
from equipoise.web.reader import HERE
from equipoise.web.views.act_words import wording
from equipoise.web.views.page import Page, act_page

__all__ = ["ClosedBy", "closed_by"]

OPENS: dict[str, type[Act]] = {
    "study": UnlockStudy,
    "participant": UnlockParticipant,
    "form": UnlockForm,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBy:
    """One lock in the reader's words, and what would lift it."""

    text: str
    who: str
    why: str
    title: str
    address: str
    """Where this viewer unlocks it; empty where others do."""
    whose: str


def closed_by(
    page: Page,
    subject: Subject,
    act: Act | type[Act],
    named: Act | None = None,
) -> list[ClosedBy]:
    """Every lock that closes the act of a page; nothing where it is open.

    :param named: the act of the entry that it voids
    """
    kind, made = (act, None) if isinstance(act, type) else (type(act), act)
    study_lock = page.viewer.trial_state.locks.locked
    return list(_lines(page, subject, closings(kind, made, subject, study_lock, named)))


def _lines(page: Page, subject: Subject, found: Iterator[Closing]) -> Iterator[ClosedBy]:
    for one in found:
        opens = OPENS[one.of]
        names = {"who": page.people[one.lock.by], "day": HERE.day(one.lock.on)}
        locked = gettext("Locked by %(who)s on %(day)s")
        frozen = gettext("Frozen by %(who)s on %(day)s")
        may = page.viewer.may(opens.kind, subject.site)
        yield ClosedBy(
            text=opening(one.because.wording(HERE)),
            who=(locked if one.lock.grade == "lock" else frozen) % names,
            why=one.lock.reason,
            title=wording(opens.words.title),
            address=_address(subject, one) if may else "",
            whose=page.whose(opens.kind),
        )


def _address(subject: Subject, one: Closing) -> str:
    kind = OPENS[one.of].kind
    if one.of == "study":
        return act_page(kind)
    if one.place is None:
        return act_page(kind, subject.subject_id)
    form, visit, number = one.place
    return act_page(kind, subject.subject_id, form, visit or NO_VISIT, str(number))
