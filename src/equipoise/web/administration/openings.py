"""Who waits for another to agree that results by arm are opened."""

from datetime import date, datetime
from typing import NamedTuple

from equipoise.conduct.openings import AgreeToOpen
from equipoise.web.views.page import Page, act_page

__all__ = ["Waiting", "waiting"]


class Waiting(NamedTuple):
    """What was asked, and where this reader may agree to it; empty where they may not."""

    who: str
    asked_on: date
    until: date
    cut: datetime
    agree: str


def waiting(page: Page) -> Waiting | None:
    """The opening that nobody has agreed to yet."""
    viewer = page.viewer
    found = viewer.trial_state.openings.waiting_on(viewer.on)
    if found is None:
        return None
    may = viewer.may(AgreeToOpen.kind) and found.asked_by != viewer.person_id
    where = act_page(AgreeToOpen.kind, str(found.seq)) if may else ""
    cut = datetime.fromisoformat(found.cut)
    return Waiting(page.people[found.asked_by], found.asked_on, found.until, cut, where)
