"""What lists leave out so that none tells who is in which arm, in words for page and program."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from equipoise.web.models import DeviationRow
from equipoise.web.viewer import Viewer

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["left_out", "told_deviations"]


def left_out(viewer: Viewer) -> str:
    """What is left out of the lists of a viewer, and why; empty where nothing is."""
    if not viewer.sees_subjects or not viewer.closed:
        return ""
    return gettext(
        "Visits that not every arm has are left out of this list, and so are doses and pumps: "
        "whoever sees the participants of all hospitals could count arms by them. They stand on "
        "each participant's own page."
    )


def told_deviations(viewer: Viewer) -> "QuerySet[DeviationRow]":
    """The deviations of the participants whom a viewer sees, without what is left out."""
    rows = DeviationRow.objects.exclude(visit__in=viewer.closed)
    return viewer.visible(rows.exclude(kind__in=viewer.closed))
