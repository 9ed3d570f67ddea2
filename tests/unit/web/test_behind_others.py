"""What somebody may do does not stand behind forms that others are late with."""

from datetime import date

import pytest

from equipoise.conduct.chapter import Due, FormAt, RowAt
from equipoise.conduct.treatment import CheckPlan, GiveDose
from equipoise.study.reason import Phrase
from equipoise.web.models import SubjectRow
from equipoise.web.participants.participants import Listed
from equipoise.web.participants.today import behind

DAY, WHAT = date(2026, 6, 16), Phrase("something")
FORM = Due(urgency="overdue", what=WHAT(), when=DAY, where=FormAt("laboratory", "screening"))


def plan(act, urgency="due") -> Due:
    where = RowAt("treatment-cycle", "9", act)
    return Due(urgency=urgency, what=WHAT(), when=DAY, where=where)


@pytest.mark.parametrize(
    ("dues", "kinds"),
    [
        ([FORM, FORM, plan(CheckPlan), plan(GiveDose)], ["treatment.check"]),
        ([plan(CheckPlan), FORM], []),  # it presses most, and stands in its own group
        ([plan(CheckPlan), plan(CheckPlan)], []),  # nobody else's stands before it
        ([FORM, plan(CheckPlan, "coming")], []),
    ],
)
def test_what_one_may_do_is_told_beside_what_presses_more(dues, kinds):
    row = SubjectRow(subject_id="PIT-01-0001", site="01")
    one = Listed(row=row, status="", panel="", acts=[], dues=dues)
    own = behind([one], lambda kind, site: (kind, site) == ("treatment.check", "01"))
    assert [act.kind for _, act, _ in own] == kinds
    assert all(act.url.endswith("/treatment/9/") for _, act, _ in own)
