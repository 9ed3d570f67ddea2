"""What was taken out of the house since something was recorded: a redaction does not reach it."""

from collections import Counter
from collections.abc import Iterable

from equipoise.web import write_service
from equipoise.web.models import AccessRow

__all__ = ["TAKES_OUT", "copies_since"]

TAKES_OUT = ("copy-made", "ledger-exported", "frame-taken", "list-read")
"""The kinds of the access log by which data leave."""


def copies_since(subject_id: str, entries: Iterable[int]) -> dict[str, int]:
    """How often data were taken out since the first of these entries, by the log's kinds."""
    wanted = set(entries)
    own = write_service.LEDGER.entries(subject_id)
    if (first := next((one.at for one in own if one.seq in wanted), "")) == "":
        return {}
    rows = AccessRow.objects.filter(kind__in=TAKES_OUT, at__gte=first)
    return dict(Counter(rows.values_list("kind", flat=True)))
