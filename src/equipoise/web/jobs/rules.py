"""What a job may record: the acts that are the study's own rules, by the trial itself.

Whatever a person does, a person does; the trial refuses it to `trial` as it refuses it to anyone
without a role.
"""

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.authorisation import MAY_NOT, TRIAL
from equipoise.ledger import Entry
from equipoise.web import write_service

__all__ = ["perform_rule"]


def perform_rule(act: Act, subject_id: str = "") -> Entry:
    """Record what a rule of the study says, in the name of the trial.

    :raises Refused: with every reason why not; for every act that is a person's
    """
    if not act.by_trial:
        raise Refused((MAY_NOT(),))
    return write_service.perform(act, TRIAL, subject_id=subject_id)
