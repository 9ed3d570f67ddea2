"""What a chapter keeps from most readers: which fields of its acts, to whom and until when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from equipoise.conduct.act import Act
from equipoise.conduct.sight import Sight
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry
from equipoise.study.model import Study

__all__ = ["Seals"]


def _no_part(study: Study, sight: Sight, subject: Subject) -> None:
    """Nothing of the state is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seals:
    """The fields of a chapter's acts that are sealed, by name."""

    fields: Mapping[type[Act], tuple[str, ...]]
    open_to: Callable[[Study, Sight, Subject, Entry], bool]
    """Whether the fields of one entry are open to a reader now."""
    waits: Callable[[Subject], bool] | None = None
    """Whether something of a participant is sealed still; without it no seal opens in time.

    What opens in time can say few things, so that its digest would betray it to whoever tries them,
    and so would every later digest of its stream: those are kept back too. What never opens holds
    more than anybody can try.
    """
    hide: Callable[[Study, Sight, Subject], None] = _no_part
    """Take out of a participant's state what is closed to a reader."""
    logged_as: str = ""
    """What the log of access says when it is shown to someone."""
