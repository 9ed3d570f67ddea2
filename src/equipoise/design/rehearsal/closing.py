"""The end of a rehearsal that is played to its end: every participant is locked, then the study."""

from datetime import datetime, timedelta

from equipoise.conduct import trial
from equipoise.conduct.chapters import unfinished
from equipoise.conduct.locks import LockParticipant, LockStudy
from equipoise.design.rehearsal.habits import Step
from equipoise.design.rehearsal.synthetic_trial import SyntheticTrial

__all__ = ["lock_everything"]

WHY = "the data are cleaned"
OPEN = "asked of the hospital, and not to be had any more"


def lock_everything(synthetic: SyntheticTrial, at: datetime) -> datetime:
    """Lock them one after another; what is left open is told with each. The moment it is done."""
    for subject_id in trial.subject_ids(synthetic.ledger):
        at += timedelta(seconds=1)
        subject = synthetic.subject(subject_id)
        left = unfinished(synthetic.study, subject, at.date())
        exceptions = {one.code: OPEN for one in left}
        act = LockParticipant(grade="lock", reason=WHY, exceptions=exceptions)
        synthetic.perform(Step(at=at, act=act), subject_id)
    at += timedelta(seconds=1)
    synthetic.perform(Step(at=at, act=LockStudy(reason=WHY)))
    return at
