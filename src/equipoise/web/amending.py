"""What the folder's text would change if it were adopted: told before anybody decides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from equipoise.conduct import unverified
from equipoise.conduct.act import Refused
from equipoise.conduct.adoption import keeps_out, lost_texts
from equipoise.conduct.affected import Effect, effects
from equipoise.conduct.comparison import Comparison, compared
from equipoise.conduct.proofs_asked import proofs_asked
from equipoise.conduct.queries_asked import queries_asked
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.study.model import Study
from equipoise.study.reason import Refusal
from equipoise.web import adopted, home, read_model, write_service
from equipoise.web.store import DatabaseLedger

__all__ = ["Effect", "Proposed", "everyone", "proposed"]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A text that may be adopted: what it changes, for whom, and what keeps it out."""

    text: Study | None
    comparison: Comparison | None
    """With the text that holds; None where it is the same text, or none can be read."""
    effects: tuple[Effect, ...]
    against: tuple[Refusal, ...]
    lost: tuple[str, ...] = ()
    """The digests of earlier texts that it can not be compared with."""
    worked_out: bool = True
    """Whether it could be worked out for whom something changes."""


def everyone() -> Iterator[Subject]:
    """Every participant, as they stand now."""
    for row in read_model.rows(adopted.study(), write_service.today()).order_by("subject_id"):
        yield read_model.decoded(row)


def proposed(subjects: Iterable[Subject], where: Path | None = None) -> Proposed:
    """What the text in a folder would change, for these participants.

    :param where: the folder; the study's own when not told
    """
    try:
        text = adopted.proposal(where)
    except Refused as refused:
        return Proposed(None, None, (), refused.refusals)
    before, trial_state = adopted.study(), read_model.trial_state_now(DatabaseLedger())
    lost = tuple(lost_texts(trial_state, text))
    against = [
        *keeps_out(trial_state, text, stated_lost=bool(lost)),
        *_unverified(text, trial_state),
    ]
    if text.digest == before.digest:
        # Its worked cases passed when it was adopted, and nobody's trial would be another.
        return Proposed(text, None, (), tuple(against), lost)
    comparison = compared(before, text)
    try:
        adopted.fit(text)
    except Refused as refused:
        # By a text that does not hold together nothing can be worked out for anybody.
        against += refused.refusals
        return Proposed(text, comparison, (), tuple(against), lost, worked_out=False)
    those = list(subjects)
    found = [
        *effects(before, text, those, trial_state, write_service.today()),
        *queries_asked(before, text, those),
        *proofs_asked(before, text, trial_state),
    ]
    return Proposed(text, comparison, tuple(found), tuple(against), lost)


def _unverified(text: Study, trial_state: TrialState) -> Iterator[Refusal]:
    invented = home.is_demonstration()
    return unverified.keeps_out(text, trial_state.assumptions, invented=invented)
