"""An answer to a question holds for what was asked, and for nothing else."""

import pytest

from equipoise.web.forms.asked_back import in_question
from tests.support import a_study

SOFT, PLACE = ("item.soft-check", "systolic"), "TEA-01-0001 screening 1 2026-03-02"
TYPED = {"systolic": "160", "systolic.unit": "mm[Hg]", "diastolic": "85", "note": "tea"}


def mark(typed=TYPED, place=PLACE, question=SOFT, that="systolic < diastolic + 50 mm[Hg]"):
    forms = [form.model_dump() for form in a_study().forms]
    because = {"en": "Far apart", "nl": "Ver uiteen"}
    forms[1]["items"][0]["checks"] = [{"that": that, "because": because, "soft": True}]
    return in_question(a_study(forms=forms), typed, place, question)


@pytest.mark.parametrize(
    "other",
    [
        {"typed": TYPED | {"diastolic": "80"}},
        {"typed": TYPED | {"systolic": "161"}},
        {"typed": TYPED | {"systolic.unit": "kPa"}},
        {"place": PLACE.replace("0001", "0002")},
        {"place": PLACE.replace(" 1 ", " 2 ")},
        {"question": ("item.implausible", "systolic")},
        {"that": "systolic < diastolic + 40 mm[Hg]"},
    ],
)
def test_another_value_person_copy_or_check_is_another_question(other):
    assert mark(**other) != mark()


def test_what_no_check_reads_leaves_the_question_as_it_was():
    assert mark(TYPED | {"note": "coffee", "pulse": ""}) == mark()
