"""What may be asked of someone who looks whether the trial could be theirs, before any doctor does.

A question offers answers, and each answer says something of the facts that criteria speak of. Who
does not know says nothing: that is always offered, and stands in no study file.
"""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from equipoise.logic.days import shifted
from equipoise.study.parts import Code, Part, Text, Whole, not_meant

__all__ = ["YES_NO", "Answer", "Question", "Stated", "YearsAgo"]

YES_NO = ("yes", "no")
"""The answers that the program has words for; any other brings its own."""

OLDEST = 150  # years; nobody was born before


class YearsAgo(Part):
    """A day by how many years ago it is, such as the birth date of someone who is 18 or older."""

    at_least_years: Whole = Field(default=0, ge=0, le=OLDEST)
    less_than_years: Whole = Field(default=OLDEST, ge=1, le=OLDEST)

    def days(self, on: date) -> tuple[date, date]:
        """The first and the last day that it may have been."""
        earliest = shifted(on, -self.less_than_years, "a") + timedelta(days=1)
        return earliest, shifted(on, -self.at_least_years, "a")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        raise not_meant(value, "true, false or a code")
    return value


Plain = Annotated[str, BeforeValidator(_plain, json_schema_input_type=str | bool)]
Stated = YearsAgo | tuple[dict[Code, Plain], ...] | Plain


class Answer(Part):
    """One answer that is offered, and what it says of the facts."""

    id: Code
    label: Text = Field(default={}, description="its words; `yes` and `no` have those already")
    facts: dict[Code, Stated] = Field(
        default={},
        description="by item: true, false or a choice; of a list its rows, [] for none and {} for "
        "one of which no more is known; of a date at_least_years and less_than_years ago",
    )


class Question(Part):
    """A question that a layperson can answer, of themselves or of someone they look for."""

    ask: Text
    ask_of_another: Text = Field(default={}, description="the same of someone else")
    answers: tuple[Answer, ...] = Field(min_length=2)
