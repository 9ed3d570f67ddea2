"""What was sent, for the pages that tell of it: what happened, and not what was planned."""

from datetime import date
from zoneinfo import ZoneInfo

from equipoise.conduct.panel import REMIND
from equipoise.web import adopted
from equipoise.web.mail.outbox import SEND
from equipoise.web.models import Job

__all__ = ["reminded_on"]


def reminded_on(subject_id: str, question: int) -> date | None:
    """The day of the last reminder that a mail server took, on this question; None before that."""
    own = Job.objects.filter(kind=SEND, key__startswith=f"{REMIND.name}:{subject_id}:{question}:")
    sent = own.filter(error="").exclude(done_at=None).order_by("-done_at")
    at = sent.values_list("done_at", flat=True).first()
    return at.astimezone(ZoneInfo(adopted.study().identity.timezone)).date() if at else None
