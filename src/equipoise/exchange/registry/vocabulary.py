"""The registry's closed lists: which values a field of a record can have, as it publishes them."""

__all__ = ["VALUES"]

VALUES: dict[str, tuple[str, ...]] = {
    "status": (
        "RECRUITING",
        "NOT_YET_RECRUITING",
        "ENROLLING_BY_INVITATION",
        "ACTIVE_NOT_RECRUITING",
        "COMPLETED",
        "SUSPENDED",
        "TERMINATED",
        "WITHDRAWN",
        "AVAILABLE",
        "NO_LONGER_AVAILABLE",
        "TEMPORARILY_NOT_AVAILABLE",
        "APPROVED_FOR_MARKETING",
        "WITHHELD",
        "UNKNOWN",
    ),
    "phase": ("NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"),
    "type": ("INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS"),
    "sex": ("ALL", "FEMALE", "MALE"),
    "age_group": ("CHILD", "ADULT", "OLDER_ADULT"),
    "sponsor_class": (
        "NIH",
        "FED",
        "OTHER_GOV",
        "INDIV",
        "INDUSTRY",
        "NETWORK",
        "AMBIG",
        "OTHER",
        "UNKNOWN",
    ),
    "treatment_type": (
        "BEHAVIORAL",
        "BIOLOGICAL",
        "COMBINATION_PRODUCT",
        "DEVICE",
        "DIAGNOSTIC_TEST",
        "DIETARY_SUPPLEMENT",
        "DRUG",
        "GENETIC",
        "PROCEDURE",
        "RADIATION",
        "OTHER",
    ),
}
"""By the finder's own names of the fields. A record may hold a newer value: it is found by that."""
