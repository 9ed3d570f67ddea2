"""Which form an entry names, worked out by the database itself, so that an index finds it.

What an entry says is text, and no column of it says the form. The payload is canonical: a form
stands there in one way only. The index is kept by the database in the transaction that records.
"""

from django.db import connection
from django.db.models.expressions import RawSQL

__all__ = ["CREATE", "DROP", "form_named"]

_AT = 'instr(payload, \'"form":"\')'
FORM = {
    "sqlite": f"CASE WHEN {_AT} > 0 THEN substr(payload, {_AT} + 8, "
    f"instr(substr(payload, {_AT} + 8), '\"') - 1) END",
    "postgresql": 'substring(payload from \'"form":"([^"]*)"\')',
}
CREATE = {
    vendor: f"CREATE INDEX entries_by_form ON ledger_entry (({form}), id)"
    for vendor, form in FORM.items()
}
DROP = "DROP INDEX entries_by_form"


def form_named() -> RawSQL:
    """The form that an entry names; nothing where it names none."""
    return RawSQL(FORM[connection.vendor], [])
