"""Corrections: each value that is changed has its reason, its own or that of the whole save."""

import msgspec

from equipoise.conduct.forms import SaveForm
from tests.support import a_trial

BOTH = {"systolic": "151", "diastolic": "91"}


def answered(form, **values):
    return SaveForm(form=form, visit="screening", values=values)


def saved():
    made = a_trial()
    who = made.enter()
    made.do(answered("pressure", systolic="150", diastolic="90"), who)
    return made, who


def correction(**reasons):
    act = answered("pressure", **BOTH)
    return msgspec.structs.replace(act, reasons=reasons)


def test_each_value_that_is_changed_has_a_reason_of_its_own_or_that_of_the_save():
    made, who = saved()
    (refusal,) = made.refusals(correction(systolic="typing-error", diastolic=" "), who)
    assert (refusal.code, refusal.where) == ("form.no-reason", "reason")
    assert refusal.because == "say why Diastolic blood pressure is changed"
    own = correction(systolic="typing-error", diastolic="measured lying down")
    made.do(own, who)
    record = made.subject(who).forms.records["pressure@screening#1"]
    assert record.versions("systolic")[-1].reason == "typing-error"
    assert record.versions("diastolic")[-1].reason == "measured lying down"
    one = msgspec.structs.replace(
        answered("pressure", systolic="152", diastolic="92"),
        reason="read again",
        reasons={"systolic": "source-corrected"},
    )
    made.do(one, who)
    record = made.subject(who).forms.records["pressure@screening#1"]
    reasons = [record.versions(name)[-1].reason for name in BOTH]
    assert reasons == ["source-corrected", "read again"]


def test_a_reason_of_what_is_not_changed_is_not_kept_and_none_tells_a_number_of_somebody():
    made, who = saved()
    told = {"systolic": "typing-error", "diastolic": "typing-error"}
    act = msgspec.structs.replace(answered("pressure", systolic="151"), reasons=told)
    kept = msgspec.json.decode(made.do(act, who).payload)["reasons"]
    assert kept == {"systolic": "typing-error"}
    bsn = msgspec.structs.replace(
        answered("pressure", systolic="152"), reasons={"systolic": "of 123456782"}
    )
    assert "text.bsn" in made.codes(bsn, who)
