"""What the sponsor has confirmed of the values of the study text."""

from datetime import date

import msgspec

from equipoise.conduct.state.shared import SharedState
from equipoise.study.provenance import numberless

__all__ = ["AssumptionsState", "Confirmation"]


class Confirmation(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One value as it stood when it was confirmed, and the document that says the same."""

    seq: int
    by: str
    on: date
    path: str
    value: str
    """The digest of the value as it stood."""
    document: str
    edition: str = ""
    page: str = ""
    taken_back: bool = False


class AssumptionsState(SharedState, kw_only=True):
    """Everything that was ever confirmed, in order."""

    confirmed: list[Confirmation] = []

    def standing(self, path: str, value: str) -> Confirmation | None:
        """By which act a value with this digest is confirmed; None where it is not.

        A row that stands further down than it did, since others came before it, is the same row.
        """
        place, standing = numberless(path), (one for one in self.confirmed if not one.taken_back)
        found = [one for one in standing if (numberless(one.path), one.value) == (place, value)]
        return found[-1] if found else None
