"""An alarm of a pump reaches somebody, whoever has left the hospital."""

from equipoise.conduct.administration import EndRole
from equipoise.conduct.message import hearers
from equipoise.conduct.pump.messages import ALARM
from tests.spec.conduct.pump.pumps import PUMP, a_text, implant, later, nothing
from tests.support import a_study, a_trial


def told(made, someone, about: str) -> set[str]:
    subject = made.subject(someone)
    return hearers(ALARM, made.study, made.folds.trial_state(), subject, about, later(14))


def end(made, person: str, role: str) -> None:
    made.do(EndRole(person=person, role=role, site="01"), by="office-1", on=later(14))


def test_where_nobody_holds_the_role_the_hospital_is_told_and_at_last_the_trial():
    """And nobody of another hospital ever."""
    text = a_text()
    roles = [role.model_dump() for role in text.roles]
    rules = [{"about": "pump.alarm", "roles": ["doctor"]}]
    made = a_trial(a_study(roles=roles, identity=text.identity, pump=PUMP, messages=rules))
    someone = made.randomised()
    made.do(implant(), someone)
    seq = made.do(nothing(), someone, on=later(14)).seq
    assert told(made, someone, str(seq)) == {"doctor-01"}
    end(made, "doctor-01", "doctor")
    assert told(made, someone, str(seq)) == {"assistant-01"}
    end(made, "assistant-01", "assistant")
    assert told(made, someone, str(seq)) == {"office-1"}
