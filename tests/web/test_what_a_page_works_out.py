"""What a page works out is what it shows, counted and never timed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from equipoise.conduct import eligibility
from tests import web_trial

pytestmark = [pytest.mark.django_db]


def test_the_page_of_a_form_judges_the_criteria_to_which_it_speaks_and_no_entry_is_asked_for_whom(
    fresh_home, monkeypatch
):
    """And the audit asks nobody's entries for who there is, of however many."""
    web_trial.open_house()
    subject, judged = web_trial.consented(), []
    before = eligibility._line

    def noted(study, side, criterion, *rest):
        judged.append(criterion.when)
        return before(study, side, criterion, *rest)

    monkeypatch.setattr(eligibility, "_line", noted)
    page = reverse("form", args=[subject.subject_id, "fitness", "screening", 1])
    assert web_trial.signed_in("doctor-01").get(page).status_code == 200
    assert len(judged) == 4, judged

    office = web_trial.signed_in("office")
    with CaptureQueriesContext(connection) as asked:
        assert office.get(reverse("audit")).status_code == 200
    entries = [one["sql"] for one in asked if "ledger_entry" in one["sql"]]
    assert not [sql for sql in entries if "DISTINCT" in sql]
    # The page of them, what of it was voided or redacted, as what each acted then, and the trial.
    assert len(asked) <= 17, [one["sql"][:100] for one in asked]
