"""What follows in the installation from an act on a person, in the transaction of the act."""

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.models import Authenticator

from equipoise.conduct.act import Act
from equipoise.conduct.administration import EndRole
from equipoise.conduct.persons import ErasePerson, ResetSecondFactor
from equipoise.conduct.trial_state import TrialState
from equipoise.web import people
from equipoise.web.models import Token

__all__ = ["follow_through"]


def follow_through(act: Act, trial_state: Callable[[], TrialState], now: datetime) -> None:
    """With the last role of a person end their keys, so with their second factor; names go.

    :param trial_state: how the trial stands after the act; few acts need to know
    """
    match act:
        case EndRole() if not trial_state().people[act.person].roles:
            _end_keys(act.person, now)
        case ResetSecondFactor():
            Authenticator.objects.filter(user__person_id=act.person).delete()
            _end_keys(act.person, now)
        case ErasePerson():
            people.erase(act.person)
            _end_keys(act.person, now)


def _end_keys(person: str, now: datetime) -> None:
    keys = Token.objects.filter(account__person_id=person, ends_at__gt=now)
    keys.update(ends_at=now)
