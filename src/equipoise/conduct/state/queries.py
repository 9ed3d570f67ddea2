"""What people asked of values, and what was said to it, turn by turn."""

from typing import Literal

import msgspec

from equipoise.conduct.state.done import Done, State

__all__ = ["QueriesState", "Thread", "Turn", "TurnKind"]

TurnKind = Literal["ask", "answer", "close", "reopen", "assign"]


class Turn(Done, frozen=True, kw_only=True):
    """One thing that somebody said of a query."""

    kind: TurnKind
    text: str = ""
    to: str = ""
    values: str = ""
    """The entries from which the values come that it is about, as they stood then."""


class Thread(msgspec.Struct, kw_only=True):
    """What people said of one query, on one item of one copy of a form."""

    form: str
    visit: str
    number: int
    item: str
    rule: str = ""
    """The rule of the study that asked; empty where a person did."""
    turns: list[Turn] = []

    def last(self, *kinds: TurnKind) -> Turn | None:
        """The last turn of these kinds."""
        return next((turn for turn in reversed(self.turns) if turn.kind in kinds), None)

    @property
    def assigned(self) -> str:
        """The role that it was last given to; empty where to none."""
        given = self.last("ask", "assign")
        return given.to if given else ""


class QueriesState(State, kw_only=True):
    """Every query to which a person said something, by the name of the query."""

    threads: dict[str, Thread] = {}
