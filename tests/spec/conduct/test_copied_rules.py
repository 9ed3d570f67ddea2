"""What is copied from the last visit is an answer, and marked as one that nobody read anew."""

import msgspec
import pytest

from equipoise.conduct.form_values import VALUES
from equipoise.conduct.forms import SaveForm
from tests.support import DAY, Trial, a_study, a_trial, days


@pytest.fixture
def asking() -> Trial:
    """First steps, where the systolic pressure may be copied from the last visit."""
    forms = [form.model_dump() for form in a_study().forms]
    forms[1]["items"][0]["copies"] = "last_visit"
    return a_trial(a_study(forms=forms))


def said(number: int, *copied: str, **values: str) -> SaveForm:
    return SaveForm(form="pressure", visit="screening", number=number, values=values, copied=copied)


def marks(asking: Trial, someone: str) -> list[tuple[str, bool]]:
    found = VALUES.rows(asking.study, asking.subject(someone), DAY)
    return [(row[8], row[-1]) for row in found if row[5] == "systolic"]


def test_a_copy_of_the_last_visit_is_marked_and_what_was_changed_is_not(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(said(1, systolic="120", diastolic="80"), someone)
    asking.do(said(2, "systolic", systolic="120"), someone, on=DAY + days(1))
    asking.do(said(3, "systolic", systolic="130"), someone, on=DAY + days(2))
    asking.do(said(4, systolic="130"), someone, on=DAY + days(3))
    found = [("120", False), ("120", True), ("130", False), ("130", False)]
    assert marks(asking, someone) == found


def test_the_same_digits_in_another_unit_are_no_copy(asking: Trial) -> None:
    someone, high = asking.enter(), {"item.implausible": {"systolic": "measured twice"}}
    asking.do(said(1, **{"systolic": "18", "systolic.unit": "kPa"}), someone)
    copy = msgspec.structs.replace(said(2, "systolic", systolic="18"), confirmed=high)
    asking.do(copy, someone, on=DAY + days(1))
    asking.do(said(3, "systolic", systolic="18", **{"systolic.unit": "kPa"}), someone, on=DAY)
    assert marks(asking, someone) == [("18", False), ("18", False), ("18", True)]


def test_only_what_the_study_allows_is_copied(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(said(1, systolic="120", diastolic="80"), someone)
    refused = asking.codes(said(2, "diastolic", "pulse", diastolic="80"), someone)
    assert refused == ["item.not-copied"]
