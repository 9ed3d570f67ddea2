"""What an entry of the ledger says to people: a line, and its fields as label and value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from equipoise.conduct.folding import CHECKPOINT, read
from equipoise.conduct.how import How, how_of
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.trial import ACTS
from equipoise.ledger import Entry, is_tombstone
from equipoise.study.model import Study
from equipoise.web.views.act_words import field_texts, line_text, wording

__all__ = ["KINDS", "EntryText", "entry_text", "kind_label"]

KINDS = (*ACTS, CHECKPOINT)


def kind_label(kind: str) -> str:
    """What sort of act an entry is."""
    if kind == CHECKPOINT:
        return gettext("Checkpoint of the ledger")
    act = ACTS.get(kind)
    return wording(act.words.name) if act else kind


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryText:
    """One entry for people: a line, and its fields as label and value."""

    line: str
    fields: tuple[tuple[str, str], ...] = ()
    how: str = ""


def entry_text(
    study: Study, entry: Entry, names: Mapping[str, str], closed: Collection[str] = ()
) -> EntryText:
    """What an entry says to people.

    :param closed: the fields that are not open to this reader
    """
    if is_tombstone(entry):
        text = gettext("What it said was taken away, and no act says so: verify the ledger")
        return EntryText(line=text)
    act = read(entry)
    if isinstance(act, Randomise):
        # A later text may have other factors.
        study = study.under(entry.study) or study
    if act is None:
        return EntryText(
            line=gettext("Checkpoint: a digest of every participant's record was made")
        )
    return EntryText(
        line=line_text(type(act), act, study, names, closed),
        fields=tuple(field_texts(act, study, names, closed)),
        how=_how_text(how_of(entry)),
    )


def _how_text(how: How) -> str:
    if how.meaning and how.provider:
        values = {"meaning": how.meaning, "issuer": how.provider}
        return gettext("after proving who they are at %(issuer)s, to: %(meaning)s") % values
    if how.meaning:
        return gettext("after proving who they are, to: %(meaning)s") % {"meaning": how.meaning}
    return gettext("by key %(number)s") % {"number": how.key} if how.key else ""
