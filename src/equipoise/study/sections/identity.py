"""Who and what the trial is."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from equipoise.study.parts import Code, Figure, Part, Source, Text

__all__ = ["Identity", "Registration"]


class Registration(Part):
    """One public or sponsor's number of the trial."""

    registry: str
    number: str
    source: Source


class Identity(Part):
    """Who and what the trial is: the facts of its public record."""

    id: Code
    prefix: Code = Field(description="first part of every participant number, such as PIT")
    acronym: str
    title: Text
    official_title: Text = Field(default={}, description="the scientific title of the record")
    summary: Text = Field(description="two or three plain sentences for the public page")
    question: Text = Field(description="the main question, in one plain sentence")
    sponsor: str
    investigator: str = ""
    phase: str
    conditions: tuple[Text, ...] = ()
    keywords: tuple[Text, ...] = Field(
        default=(), description="what else the record is filed under, and is no condition"
    )
    registrations: tuple[Registration, ...] = ()
    enrolment: Figure
    start: Figure | None = None
    completion: Figure | None = None
    facts: dict[str, Figure] = Field(default={}, description="other facts of the public record")
    languages: tuple[str, ...] = ("en",)
    timezone: str = "UTC"
    demonstration: Text = Field(
        default={}, description="what every page of a demonstration says; empty: not one"
    )
    source: Source

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no such time zone; one like Europe/Amsterdam would do") from error
        return name
