"""What stands in a cell of a list, in the reader's language."""

from datetime import date

from django.utils import translation

from equipoise.conduct.table import TableColumn
from equipoise.study.reason import Phrase
from equipoise.web.views.tables import cell_text
from tests.support import a_study


def test_a_number_has_the_decimal_sign_of_the_reader_and_a_minus_that_is_seen():
    column, study = TableColumn("out", "text", Phrase("Taken out (mL)")), a_study()
    with translation.override("nl"):
        told = [cell_text(study, column, one) for one in ("11.8", "-4.8", "195", "1.2.3", None)]
        day = cell_text(study, TableColumn("on", "day", Phrase("Day")), date(2026, 5, 4))
    assert told == ["11,8", "\N{MINUS SIGN}4,8", "195", "1.2.3", ""]
    assert day == "4 mei 2026"


def test_what_is_true_or_not_is_yes_or_no():
    """Once the list of serious events said True and False, in Dutch too."""
    column = TableColumn("susar", "yes or no", Phrase("SUSAR"))
    with translation.override("nl"):
        assert [cell_text(a_study(), column, one) for one in (True, False)] == ["Ja", "Nee"]
