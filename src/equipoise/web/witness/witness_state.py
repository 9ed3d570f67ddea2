"""How the witnesses stand: who signed last and when, and whether too few have for a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from equipoise.conduct.trial_state import TrialState
from equipoise.conduct.witnesses import policy_of
from equipoise.ledger.policy import Policy
from equipoise.web.models import HeadRow
from equipoise.web.witness import tree_store

__all__ = ["PATIENCE", "WitnessRow", "WitnessState", "state_of"]

PATIENCE = timedelta(days=7)
"""So long may a quorum be missing before it is an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRow:
    """One witness: the newest head it signed, and how many entries there are since."""

    name: str
    key: str
    size: int | None
    at: datetime | None
    since: int
    away: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessState:
    """The newest head, the newest that a quorum signed, and every witness."""

    policy: Policy | None
    newest: HeadRow | None
    quorate: HeadRow | None
    waiting: int
    rows: list[WitnessRow]
    missing: int
    """How many more witnesses would have to sign for a quorum within the last week."""


def state_of(trial_state: TrialState, now: datetime) -> WitnessState:
    """The witnesses of the policy that holds."""
    policy, newest = policy_of(trial_state), tree_store.newest()
    size = newest.size if newest else 0
    signed = tree_store.last_signed() if policy else {}
    rows = [
        _row(name, key.name, signed.get(key.name), size, now)
        for name, key in (policy.witnesses.items() if policy else ())
    ]
    names = [row.key for row in rows]
    here = sum(not row.away for row in rows)
    return WitnessState(
        policy=policy,
        newest=newest,
        quorate=tree_store.quorate(names, policy.quorum) if policy else None,
        waiting=tree_store.count_waiting(),
        rows=rows,
        missing=max(0, policy.quorum - here) if policy else 0,
    )


def _row(
    name: str, key: str, last: tuple[int, datetime] | None, size: int, now: datetime
) -> WitnessRow:
    signed, at = last or (None, None)
    return WitnessRow(
        name=name,
        key=key,
        size=signed,
        at=at,
        since=size - (signed or 0),
        away=at is None or now - at > PATIENCE,
    )
