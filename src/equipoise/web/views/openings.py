"""Whether results by arm are open, and who waits for another to agree that they are opened."""

from datetime import date
from typing import NamedTuple

from equipoise.conduct.openings import AgreeToOpen
from equipoise.web.viewer import Viewer
from equipoise.web.views.page import Page, act_page

__all__ = ["Waiting", "open_until", "waiting"]


class Waiting(NamedTuple):
    """What was asked, and where this reader may agree to it; empty where they may not."""

    who: str
    asked: date
    until: date
    agree: str


def open_until(viewer: Viewer) -> date | None:
    """The last day on which results by arm are open."""
    days = [one.until for one in viewer.whole.openings if one.is_open(viewer.on)]
    return max(days, default=None)


def waiting(page: Page) -> Waiting | None:
    """The opening that nobody has agreed to yet."""
    viewer = page.viewer
    found = next((one for one in viewer.whole.openings if one.waits_on(viewer.on)), None)
    if found is None:
        return None
    may = viewer.may(AgreeToOpen.kind) and found.asked_by != viewer.person_id
    where = act_page(AgreeToOpen.kind, str(found.seq)) if may else ""
    return Waiting(page.people[found.asked_by], found.asked_on, found.until, where)
