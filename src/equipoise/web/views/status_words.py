"""A participant's place in the trial, in the reader's words."""

from django.utils.translation import gettext

__all__ = ["STATUSES", "status_word"]

STATUSES = (
    "in screening",
    "registered",
    "on study",
    "off study",
    "screen failure",
    "withdrawn",
    "died",
)


def status_word(status: str) -> str:
    """The status as it is shown."""
    return {
        "in screening": gettext("In screening"),
        "registered": gettext("Registered"),
        "on study": gettext("On study"),
        "off study": gettext("Off study"),
        "screen failure": gettext("Screen failure"),
        "withdrawn": gettext("Withdrawn"),
        "died": gettext("Died"),
    }.get(status, status)
