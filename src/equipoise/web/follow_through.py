"""What follows in the installation from an act on a person, in the transaction of the act."""

from datetime import datetime

from equipoise.conduct.act import Act
from equipoise.conduct.office import EndRole
from equipoise.conduct.whole import Whole
from equipoise.web.models import Token

__all__ = ["follow_through"]


def follow_through(act: Act, whole: Whole, now: datetime) -> None:
    """With the last role of a person end their keys: one that is given later brings none back."""
    if isinstance(act, EndRole) and not whole.people[act.person].roles:
        keys = Token.objects.filter(account__person_id=act.person, ends_at__gt=now)
        keys.update(ends_at=now)
