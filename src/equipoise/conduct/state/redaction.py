"""What was taken out of the record: which entry, where in it, by whom and why; never what."""

from collections.abc import Iterator

from equipoise.conduct.state.done import Done, State

__all__ = ["Redacted", "RedactionState"]


class Redacted(Done, frozen=True, kw_only=True):
    """One entry of the subject's own stream out of which something was taken."""

    entry: int
    redacts: str
    """The kind of the entry."""
    fields: list[str]
    """Where it stood in the entry, as a pointer for each text: `/values/remarks`."""
    reason: str

    def takes_out_of(self, item: str) -> bool:
        """Whether something is taken out of the answer to a question of a form."""
        return any(f"{place}/".startswith(f"/values/{item}/") for place in self.fields)


class RedactionState(State, kw_only=True):
    """Every redaction, in the order of recording."""

    redacted: list[Redacted] = []

    def of(self, entry: int) -> Iterator[Redacted]:
        """The redactions of one entry."""
        return (one for one in self.redacted if one.entry == entry)
