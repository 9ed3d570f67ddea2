"""Which values of a study text nobody has confirmed, and what follows from that.

What is recalled has been read by nobody in any document: a trial is neither opened nor amended
with it until the sponsor has confirmed it. A confirmation is of a value as it stood; of a text that
says otherwise it says nothing. Whether a value is confirmed is therefore worked out and not kept.
"""

from collections.abc import Iterator
from functools import cached_property

from equipoise.conduct.state.assumptions import AssumptionsState, Confirmation
from equipoise.logic.language import parsed
from equipoise.logic.needed import facts_needed
from equipoise.study.model import Study
from equipoise.study.parts import SourceParts
from equipoise.study.provenance import Sourced, within
from equipoise.study.reason import Reason, Refusal

__all__ = ["Unverified", "confirmation_of", "is_unverified", "keeps_out", "recalled"]

RECALLED = "recalled"
UNCONFIRMED = Reason(
    "assumption.unconfirmed",
    "",
    "what stands at {path} ('{says}') is recalled and was seen in no document ({source}): the "
    "sponsor confirms it first, as it stands",
)


def confirmation_of(assumptions: AssumptionsState, value: Sourced) -> Confirmation | None:
    """By which act a value is confirmed as it stands; None where it is not."""
    if not any(one.path == value.path for one in assumptions.confirmed):
        return None  # without working out its digest
    return assumptions.standing(value.path, value.digest)


def recalled(study: Study, assumptions: AssumptionsState) -> Iterator[Sourced]:
    """Every recalled value of a text that is not confirmed as it stands."""
    for value in study.sourced.values():
        if value.source.tag == RECALLED and confirmation_of(assumptions, value) is None:
            yield value


def is_unverified(study: Study, assumptions: AssumptionsState, path: str) -> bool:
    """Whether what stands at a path is recalled and not confirmed; by the nearest source there is.

    :param path: such as `criteria.inclusion.I03`, or of something within it
    """
    value = next((study.sourced[at] for at in within(path) if at in study.sourced), None)
    if value is None or value.source.tag != RECALLED:
        return False
    return confirmation_of(assumptions, value) is None


class Unverified:
    """What of a text is recalled and not confirmed, for whoever shows what stands there."""

    def __init__(self, study: Study, assumptions: AssumptionsState) -> None:
        self._study, self._assumptions = study, assumptions
        self.paths = frozenset(value.path for value in recalled(study, assumptions))

    def is_doubtful(self, source: SourceParts) -> bool:
        """Whether what has this source needs the sponsor's word and does not have it."""
        return source.unverified and id(source) not in self._confirmed

    @cached_property
    def _confirmed(self) -> frozenset[int]:
        values = self._study.sourced.values() if self._assumptions.confirmed else ()
        return frozenset(id(v.source) for v in values if confirmation_of(self._assumptions, v))

    def at(self, path: str) -> bool:
        """Whether what stands at a path is unverified, such as `tables.fudr-alp.rows.3`."""
        return bool(self.paths) and is_unverified(self._study, self._assumptions, path)

    def of(self, section: str, name: str) -> bool:
        """Whether what a section has by this name is unverified: `visits`, `criteria`, `forms`."""
        return any(
            path.startswith(f"{section}.") and path.endswith(f".{name}") for path in self.paths
        )

    def rests(self, condition: str) -> bool:
        """Whether a condition or a formula rests on a derived value that is unverified."""
        derived = {path.removeprefix("derived.") for path in self.paths if "derived." in path}
        if not derived or not condition.strip():
            return False
        return not derived.isdisjoint(facts_needed(parsed(condition), self._study.check_words))


def keeps_out(study: Study, assumptions: AssumptionsState, *, invented: bool) -> Iterator[Refusal]:
    """Why a trial is not run by a text yet.

    :param invented: whether all people in it are; by a text that says so on every page they are
    """
    if invented or study.identity.demonstration:
        return
    for value in recalled(study, assumptions):
        yield UNCONFIRMED(path=value.path, says=value.said, source=value.source.where)
