"""Whether something is frozen or locked, in the reader's words."""

from django.utils.translation import gettext

from equipoise.conduct.locks import Locked
from equipoise.web.jinja import day

__all__ = ["lock_text"]


def lock_text(lock: Locked | None) -> str:
    """Whether something is frozen or locked, since when, and why."""
    if lock is None:
        return ""
    grade = gettext("Locked") if lock.grade == "lock" else gettext("Frozen")
    return f"{grade}, {day(lock.on)}: {lock.reason}"
