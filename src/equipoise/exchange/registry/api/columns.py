"""Records as a table, with the registry's own columns of a CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from equipoise.analysis.cells import inert
from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.exchange.registry.api.pieces import place_of, values_at

__all__ = ["COLUMNS", "as_csv"]

Json = dict[str, Any]
_ONE_EACH = {
    "NCT Number": "NCTId",
    "Study Title": "BriefTitle",
    "Study URL": "NCTId",
    "Acronym": "Acronym",
    "Study Status": "OverallStatus",
    "Brief Summary": "BriefSummary",
    "Study Results": "HasResults",
    "Conditions": "Condition",
    "Interventions": "InterventionType InterventionName",
    "Primary Outcome Measures": "PrimaryOutcomeMeasure PrimaryOutcomeDescription "
    "PrimaryOutcomeTimeFrame",
    "Secondary Outcome Measures": "SecondaryOutcomeMeasure SecondaryOutcomeDescription "
    "SecondaryOutcomeTimeFrame",
    "Other Outcome Measures": "OtherOutcomeMeasure OtherOutcomeDescription OtherOutcomeTimeFrame",
    "Sponsor": "LeadSponsorName",
    "Collaborators": "CollaboratorName",
    "Sex": "Sex",
    "Age": "MinimumAge MaximumAge StdAge",
    "Phases": "Phase",
    "Enrollment": "EnrollmentCount",
    "Funder Type": "LeadSponsorClass",
    "Study Type": "StudyType",
    "Study Design": "DesignAllocation DesignInterventionModel DesignMasking DesignWhoMasked "
    "DesignPrimaryPurpose",
    "Other IDs": "OrgStudyId SecondaryId",
    "Start Date": "StartDate",
    "Primary Completion Date": "PrimaryCompletionDate",
    "Completion Date": "CompletionDate",
    "First Posted": "StudyFirstPostDate",
    "Results First Posted": "ResultsFirstPostDate",
    "Last Update Posted": "LastUpdatePostDate",
    "Locations": "LocationFacility LocationCity LocationState LocationZip LocationCountry",
    "Study Documents": "NCTId LargeDocLabel LargeDocFilename",
}
COLUMNS = {name: tuple(pieces.split()) for name, pieces in _ONE_EACH.items()}


def as_csv(studies: Iterable[Json], names: Sequence[str], head: bool = True) -> str:
    """A table with these columns; all of them where none is named.

    As the registry writes it, for its clients: UTF-8 without a mark before it. A text that a
    spreadsheet would run gets an apostrophe, which the registry does not write.

    :raises Mistaken: when there is no such column
    """
    if unknown := [name for name in names if name not in COLUMNS]:
        known = "|".join(COLUMNS)
        raise Mistaken(f"there is no column {unknown[0][:40]!r} of a CSV; known are {known}")
    columns = names or [*COLUMNS]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    if head:
        writer.writerow(columns)
    for study in studies:
        writer.writerow([inert(_cell(study, name)) for name in columns])
    return written.getvalue()


def _cell(study: Json, column: str) -> str:
    columns = [values_at(study, place_of(piece)) for piece in COLUMNS[column]]
    match column:
        case "Study URL":
            return f"https://clinicaltrials.gov/study/{columns[0][0]}"
        case "Study Results":
            return "YES" if columns[0] == [True] else "NO"
        case "Interventions":
            pairs = zip(*columns, strict=False)
            return "|".join(f"{kind}: {name}" for kind, name in pairs)
        case "Study Documents":
            return "|".join(str(label) for label in columns[1])
        case "Locations":
            return "|".join(_site(site) for site in values_at(study, place_of("Location")))
    return "|".join(str(value) for values in columns for value in values)


def _site(site: Json) -> str:
    names = ("facility", "city", "state", "zip", "country")
    return ", ".join(str(site[name]) for name in names if site.get(name))
