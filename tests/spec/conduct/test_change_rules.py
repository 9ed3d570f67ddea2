"""Corrections: each value that is changed has its reason, its own or that of the whole save."""

import msgspec
import pytest

from equipoise.conduct.forms import SaveForm
from equipoise.study.kinds.blank import is_blank
from tests.support import a_trial

IMPLAUSIBLE = "item.implausible"
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


@pytest.mark.parametrize("unseen", [" ", "\u00a0\n", "\u200d", "\ufe0f\u200c"])
def test_a_reason_of_which_nothing_is_seen_is_none_and_takes_no_other_s_place(unseen: str):
    made, who = saved()
    act = answered("pressure", systolic="152")
    for blank in ({"reason": unseen}, {"reasons": {"systolic": unseen}}):
        assert made.codes(msgspec.structs.replace(act, **blank), who) == ["form.no-reason"]
    made.do(msgspec.structs.replace(act, reason="read again", reasons={"systolic": unseen}), who)
    record = made.subject(who).forms.records["pressure@screening#1"]
    assert record.versions("systolic")[-1].reason == "read again"
    high = answered("pressure", systolic="300", diastolic="90")
    high = msgspec.structs.replace(high, reason="x", confirmed={IMPLAUSIBLE: {"systolic": unseen}})
    assert made.codes(high, who) == [IMPLAUSIBLE]


def test_a_text_of_which_nothing_is_seen_is_no_answer_in_a_row_either():
    made, who = saved()
    row = [{"medicine": "\u200d"}]
    assert made.codes(answered("person", medicines=row), who) == ["item.empty-row"]
    assert is_blank("\u200d\u115f ") and not is_blank(".") and not is_blank("\u200de")


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
