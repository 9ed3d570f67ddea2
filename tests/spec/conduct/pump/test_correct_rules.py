"""What was told wrongly of a pump is put right, and everything that went into it stays."""

from equipoise.conduct.chapters import agenda
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.pump_flow import content_of, on_the_wall
from equipoise.conduct.voiding import VoidEntry
from equipoise.logic.truth import Truth
from tests.spec.conduct.pump.pumps import (
    PORTS,
    a_model,
    codes,
    corrected,
    implant,
    later,
    made_with,
    refill,
    scan,
)


def test_a_wrong_flow_is_put_right_and_what_follows_is_worked_out_anew():
    """11.8 mL of 30 are left after 14 days: 1.3 mL a day, and not the 1.9 that was typed."""
    made, someone = made_with()
    made.do(implant(flow="1.9"), someone)
    made.do(refill("11.8"), someone, on=later(14))
    made.do(scan(), someone, on=later(14))
    assert _level(made, someone) == "hold"
    seq = made.do(corrected(), someone, on=later(15)).seq
    assert _level(made, someone) == ""
    pump = made.subject(someone).pump.inside
    assert (len(pump.fillings), len(pump.scans), pump.implanted.on) == (2, 1, later(0))
    last = content_of(pump, made.study)[-1]
    assert on_the_wall(last.dry_at, made.study).date() == later(37)
    facts = SubjectFacts(made.study, made.subject(someone), later(15))
    assert facts.holds("pump_flow == 1.3 mL/d") is Truth.TRUE
    assert not [d for d in agenda(made.study, made.subject(someone), later(15)) if _alarms(d)]
    made.do(VoidEntry(entry=seq, reason="it was 1.9 after all"), someone, on=later(15))
    assert _level(made, someone) == "hold"


def test_what_is_no_correction_or_no_such_pump_is_refused():
    smaller = a_model("p20", 20, 1) | {"ports": [{"id": "other", "label": "Other"}]}
    smaller["needles"] = PORTS["needles"]
    made, someone = made_with()
    assert codes(made, corrected(), someone) == ["pump.no-pump"]
    made.do(implant(), someone)
    assert codes(made, corrected(), someone) == ["pump.unchanged"]
    assert codes(made, corrected(flow="1.2", reason=" "), someone) == ["pump.no-reason"]
    assert codes(made, corrected(flow="9"), someone) == ["pump.flow-range"]
    assert codes(made, corrected(model="none"), someone) == ["pump.unknown-model"]
    seq = made.subject(someone).pump.inside.number
    made.do(corrected(flow="1.2"), someone)
    void = VoidEntry(entry=seq, reason="another")
    assert codes(made, void, someone) == ["void.pump-filled"]


def test_another_model_is_refused_where_something_went_in_by_a_port_that_it_does_not_have():
    passes = []
    models = [a_model("p30", 30, 1), a_model("other", 20, 1)]
    models[1]["ports"] = [{"id": "bolus", "label": "Side"}]
    made, someone = made_with(models=models, **({"passes": passes} if passes else {}))
    made.do(implant(), someone)
    assert codes(made, corrected(model="other"), someone) == ["pump.other-fillings"]


def _level(made, someone) -> str:
    return content_of(made.subject(someone).pump.inside, made.study)[0].level


def _alarms(due) -> bool:
    return due.urgency == "alarm"
