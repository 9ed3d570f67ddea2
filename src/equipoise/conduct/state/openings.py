"""Results by arm that were asked to be opened."""

from datetime import date

import msgspec

from equipoise.conduct.state.shared import SharedState

__all__ = ["Opening", "OpeningsState"]


class Opening(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Results by arm, which one person asked to open and another agreed to."""

    seq: int
    asked_by: str
    asked_on: date
    until: date
    agreed_by: str = ""
    agreed_on: date | None = None
    cut: str = ""
    """Until when data are shown by it; empty where none was agreed to: all that there is."""
    entries: int = 0
    """How many entries were recorded by then."""

    def waits_on(self, on: date) -> bool:
        """Whether nobody has agreed, and somebody still may: to what names its cut."""
        return bool(self.cut) and not self.agreed_by and on <= self.until

    def is_open(self, on: date) -> bool:
        """Whether results by arm are open by it."""
        return self.agreed_on is not None and self.agreed_on <= on <= self.until


class OpeningsState(SharedState, kw_only=True):
    """Each time that results by arm were asked to be opened."""

    asked: list[Opening] = []

    def waiting_on(self, on: date) -> Opening | None:
        """The opening that was asked last and waits for another person."""
        return next((one for one in reversed(self.asked) if one.waits_on(on)), None)

    def opening_on(self, on: date) -> Opening | None:
        """The opening by which results by arm are open; of several, the one that shows most."""
        opened = (one for one in self.asked if one.is_open(on))
        return max(opened, key=lambda one: (not one.cut, one.cut, one.until), default=None)
