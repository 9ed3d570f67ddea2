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
from equipoise.logic.words import Unreadable
from equipoise.study.model import Study
from equipoise.study.parts import Part, SourceParts
from equipoise.study.provenance import Sourced, numberless, within
from equipoise.study.reason import Reason, Refusal

__all__ = ["UNCONFIRMED", "Unverified", "confirmation_of", "is_unverified", "keeps_out", "recalled"]

RECALLED = "recalled"
UNCONFIRMED = Reason(
    "assumption.unconfirmed",
    "",
    "what stands at {path} ('{says}') is recalled and was seen in no document ({source}): the "
    "sponsor confirms it first, as it stands",
)


def confirmation_of(assumptions: AssumptionsState, value: Sourced) -> Confirmation | None:
    """By which act a value is confirmed as it stands; None where it is not."""
    place = numberless(value.path)
    if not any(numberless(one.path) == place for one in assumptions.confirmed):
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
        found = list(recalled(study, assumptions))
        self._sources = {id(value.source) for value in found}
        paths = [value.path for value in found]
        self._tables = {p.removeprefix("tables.") for p in paths if p.startswith("tables.")}
        self._facts = {
            p.rpartition(".")[2] for p in paths if p.startswith("derived.") or ".items." in p
        }
        self._rests: dict[str, bool] = {}

    def at(self, path: str) -> bool:
        """Whether what stands at a path is unverified, such as `tables.fudr-alp.rows.3`."""
        return bool(self._sources) and is_unverified(self._study, self._assumptions, path)

    def uses(self, part: Part) -> bool:
        """Whether a part of the text is unverified, names such a table or rests on such a value."""
        if not self._sources:
            return False
        if id(getattr(part, "source", None)) in self._sources:
            return True
        values = (getattr(part, name) for name in type(part).model_fields)
        return any(self._is_used(text) for text in values if isinstance(text, str))

    def is_doubtful(self, source: SourceParts) -> bool:
        """Whether what has this source needs the sponsor's word and does not have it."""
        return source.unverified and id(source) not in self._confirmed

    @cached_property
    def _confirmed(self) -> frozenset[int]:
        values = self._study.sourced.values() if self._assumptions.confirmed else ()
        return frozenset(id(v.source) for v in values if confirmation_of(self._assumptions, v))

    def _is_used(self, text: str) -> bool:
        """Whether a text names such a table, or is an expression that rests on such values."""
        if text not in self._rests:
            try:
                needed = facts_needed(parsed(text), self._study.check_words)
            except Unreadable:
                needed = frozenset()  # it is no expression
            self._rests[text] = text in self._tables or bool(self._facts & needed)
        return self._rests[text]


def keeps_out(study: Study, assumptions: AssumptionsState, *, invented: bool) -> Iterator[Refusal]:
    """Why a trial is not run by a text yet.

    :param invented: whether all people in it are; by a text that says so on every page they are
    """
    if invented or study.identity.demonstration:
        return
    for value in recalled(study, assumptions):
        yield UNCONFIRMED(path=value.path, says=value.said, source=value.source.where)
