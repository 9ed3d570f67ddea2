"""One step of an invented life: someone means to do something at a moment."""

from dataclasses import dataclass
from datetime import date, datetime

from equipoise.conduct.act import Act

__all__ = ["Step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Someone means to do something at a moment; `by` is found by what they may do."""

    at: datetime
    act: Act
    happened: date | None = None
    by: str = ""
