"""What an entry of the ledger says to people: a line, and its fields as label and value."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from equipoise.conduct.trial import ACTS, CHECKPOINT, read
from equipoise.conduct.words import Seal
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.web.views.act_words import fields_said, line_said, said

__all__ = ["KINDS", "Said", "entry_said", "kind_label"]

KINDS = (*ACTS, CHECKPOINT)


def kind_label(kind: str) -> str:
    """What sort of act an entry is."""
    if kind == CHECKPOINT:
        return gettext("Checkpoint of the ledger")
    act = ACTS.get(kind)
    return said(act.words.name) if act else kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry for people: a line, and its fields as label and value."""

    line: str
    fields: tuple[tuple[str, str], ...] = ()


def entry_said(
    study: Study, entry: Entry, names: Mapping[str, str], *, open_votes: bool, open_draws: bool
) -> Said:
    """What an entry says to people.

    :param open_votes: whether this reader may see the vote, and who was drawn
    :param open_draws: whether this reader may see what an arm was drawn from
    """
    act = read(entry)
    if act is None:
        return Said(line=gettext("Checkpoint: the state of every record was bound together"))
    closed: set[Seal] = set()
    if not open_votes:
        closed.add("votes")
    if not open_draws:
        closed.add("draws")
    return Said(
        line=line_said(type(act), act, study, names, closed),
        fields=tuple(fields_said(act, study, names, closed)),
    )
