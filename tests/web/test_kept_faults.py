"""`equipoise verify` finds whatever is kept otherwise than it follows from the ledger."""

import pytest

from equipoise.conduct.safety import RecordEvent
from equipoise.web import adopted, kept_faults, read_model, write_service
from equipoise.web.models import DeviationRow, SubjectRow, TableRow
from equipoise.web.store import DatabaseLedger

pytestmark = [pytest.mark.database]
EVENT = {
    "term": "Broken wrist",
    "grade": "3",
    "serious": "no",
    "related": "no",
    "begin": "2025-06",
    "outcome": "not-recovered",
}
EVENTS, DEVIATIONS = "adverse_events", "deviations"


def again(rows):
    """One row of them once more."""
    row = rows.first()
    row.pk = None
    row.save()


CHANGES = (
    (TableRow, EVENTS, lambda rows: rows.delete()),
    (TableRow, EVENTS, lambda rows: rows.update(values="[]")),
    (TableRow, EVENTS, lambda rows: rows.update(tells_arm=True)),
    (TableRow, EVENTS, lambda rows: rows.update(site="nowhere")),
    (TableRow, EVENTS, again),
    (DeviationRow, DEVIATIONS, lambda rows: rows.delete()),
    (DeviationRow, DEVIATIONS, lambda rows: rows.update(by="nobody")),
    (DeviationRow, DEVIATIONS, lambda rows: rows.update(what="{}")),
    (DeviationRow, DEVIATIONS, again),
)


def found():
    return kept_faults.faults_of_rows(adopted.study(), DatabaseLedger())


def test_a_row_of_a_list_that_is_another_or_gone_or_one_too_many_is_found(trial_here):
    deviated = DeviationRow.objects.first().subject_id
    row = SubjectRow.objects.get(pk=deviated)
    write_service.perform(RecordEvent(**EVENT), f"investigator-{row.site}-1", None, deviated)
    assert found() == []
    for model, told, change in CHANGES:
        rows = model.objects.filter(subject_id=deviated)
        change(rows.filter(table=told) if model is TableRow else rows)
        (fault,) = found()
        assert (fault.stream, fault.code) == (deviated, "row-differs")
        assert f": {told};" in fault.sentence
        read_model.rebuild(adopted.study(), DatabaseLedger(), write_service.today())
        assert found() == []


def test_rows_of_somebody_of_whom_the_ledger_holds_nothing_are_found(trial_here):
    row = DeviationRow.objects.first()
    row.pk, row.subject_id = None, "PIT-01-0999"
    row.save()
    (fault,) = found()
    assert (fault.stream, fault.code) == ("PIT-01-0999", "row-differs")
