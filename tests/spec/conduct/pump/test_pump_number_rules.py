"""What is typed of a pump that stood still, ran over, or cannot have been."""

from datetime import timedelta

import pytest

from equipoise.conduct.chapters import agenda
from equipoise.conduct.state.pump_flow import content_of
from equipoise.study.reason import ENGLISH
from tests.spec.conduct.pump.pumps import codes, explant, implant, later, made_with, refill


@pytest.mark.parametrize("left", ["30", "29.999999999999", "30.5"])
def test_a_pump_that_stood_still_is_held_and_its_participant_is_read_as_before(left: str):
    """All of 30 mL is taken out again, three times: it has no flow by which it ever runs dry."""
    made, someone = made_with()
    made.do(implant(), someone)
    for day in (14, 28, 42):
        made.do(refill(withdrawn=left), someone, on=later(day))
    subject = made.subject(someone)
    what = [ENGLISH.written(d.what) for d in agenda(made.study, subject, later(43)) if d.when]
    assert any(text.startswith("The flow of the pump is -10") for text in what)
    last = content_of(subject.pump.pumps[0], made.study)[-1]
    assert last.empty_by - last.since == timedelta(days=21)


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ({"withdrawn": "118"}, "withdrawn"),
        ({"drawn_up": "40", "accepted": "38"}, "accepted"),
        ({"drawn_up": "300", "accepted": "30"}, "drawn_up"),
    ],
)
def test_what_the_reservoir_cannot_hold_is_refused(told: dict[str, str], at: str):
    """38 mL in 30 mL would be told as dry six days after it is."""
    made, someone = made_with()
    made.do(implant(), someone)
    (refusal,) = made.refusals(refill(**told), someone, on=later(14))
    assert (refusal.code, refusal.where) == ("pump.too-much", at)


def test_a_pump_is_not_taken_out_before_it_was_and_no_more_than_it_holds_is_in_it():
    made, someone = made_with()
    made.do(implant(), someone)
    day = later(3)
    assert codes(made, explant(time="23:30"), someone, on=day) == ["pump.later"]
    assert codes(made, explant(time="09:30", withdrawn="118"), someone, on=day) == ["pump.too-much"]
