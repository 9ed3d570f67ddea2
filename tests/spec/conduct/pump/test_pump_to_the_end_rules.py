"""A pump that runs is watched and emptied whatever else is withdrawn, frozen or locked."""

import pytest

from equipoise.conduct.chapters import agenda, pressing
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.locks import LockParticipant
from equipoise.conduct.pump.messages import ALARM
from tests.spec.conduct.pump.pumps import (
    a_text,
    explant,
    implant,
    later,
    nothing,
    refill,
)
from tests.support import a_study, a_trial


def running():
    """A trial with a pump of somebody in it, a drug inside."""
    text = a_text()
    roles = [r.model_dump() for r in text.roles]
    roles = [{**r, "may": (*r["may"], "lock.participant")} for r in roles]
    made = a_trial(a_study(roles=roles, identity=text.identity, pump=text.pump))
    someone = made.randomised()
    made.do(implant(), someone)
    return made, someone


def alarms(made, someone, on) -> bool:
    subject = made.subject(someone)
    seen = any(due.urgency == "alarm" for due in agenda(made.study, subject, on))
    mailed = any(message is ALARM for message, _ in pressing(made.study, subject, on))
    assert seen == mailed
    return seen


def freeze(made, someone):
    made.do(LockParticipant(grade="freeze", reason="review"), someone, on=later(2))


def lock(made, someone):
    left = {"pump": "it is emptied later", "forms": "never filled", "signatures": "none"}
    act = LockParticipant(grade="lock", reason="the end", exceptions=left)
    made.do(act, someone, on=later(2))


def withdraw(made, someone):
    made.do(WithdrawConsent(scope="everything"), someone, on=later(2))


@pytest.mark.parametrize("ended", [freeze, lock, withdraw])
def test_a_pump_alarms_and_is_emptied_all_the_same(ended):
    made, someone = running()
    ended(made, someone)
    assert alarms(made, someone, later(15))
    made.do(nothing(withdrawn="10.5"), someone, on=later(15))
    made.do(refill(withdrawn="0"), someone, on=later(16))
    assert not alarms(made, someone, later(17))
    made.do(explant(), someone, on=later(20))
