"""The blocks of a study file: identity, arms, sites, roles, criteria, panel, allocation, visits.

The names are the field's (ICH, CDISC); `docs/reference/glossary.md` holds them.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from equipoise.study.parts import Code, Day, Figure, Number, Part, Source, Text, Whole, YesNo

__all__ = [
    "Arm",
    "Category",
    "Consent",
    "ConsentVersion",
    "Criteria",
    "Criterion",
    "Derived",
    "Endpoint",
    "Epoch",
    "Factor",
    "Identity",
    "Panel",
    "Randomisation",
    "Registration",
    "Role",
    "Site",
    "Visit",
]


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
    summary: Text = Field(description="two or three plain sentences for the public page")
    question: Text = Field(description="the main question, in one plain sentence")
    sponsor: str
    investigator: str = ""
    phase: str
    conditions: tuple[Text, ...] = ()
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


class Arm(Part):
    """One arm of the trial."""

    id: Code
    label: Text
    description: Text
    kind: Literal["experimental", "active comparator", "placebo comparator", "no intervention"]
    ratio: Whole = Field(default=1, ge=1, description="its share in the allocation")
    interventions: tuple[Text, ...] = ()
    retired: YesNo = Field(
        default=False, description="drawn no longer; whoever was given it stays in it"
    )
    source: Source


class Epoch(Part):
    """One stretch of a participant's way through the trial."""

    id: Code
    label: Text


class Site(Part):
    """A hospital that may take part; it starts when the act `site.open` is recorded."""

    id: Code
    name: str
    city: str = ""
    country: str = ""
    retired: YesNo = Field(
        default=False, description="takes no new participants; those it has stay"
    )
    source: Source


class Role(Part):
    """What people in a role may do and see, at their own site or in the whole trial."""

    id: Code
    label: Text
    scope: Literal["site", "trial"]
    may: tuple[str, ...] = Field(default=(), description="the kinds of act, such as consent.give")
    second_factor: YesNo = Field(
        default=False, description="whether its holders sign in with a second step, or not at all"
    )
    heads_by_mail: YesNo = Field(
        default=False, description="whether its holders are sent each night's head of the ledger"
    )
    excludes: tuple[str, ...] = Field(
        default=(),
        description="roles that nobody holds who holds or held this one, nor the other way round",
    )
    sees: tuple[
        Literal["subjects", "audit", "results-by-arm", "all-votes", "status", "access"], ...
    ] = ()


class ConsentVersion(Part):
    """One approved version of the information and consent form."""

    version: Code
    from_on: Day
    label: Text
    source: Source


class AfterWithdrawal(Part):
    """What may still be learnt of someone who withdrew from follow-up, or from everything."""

    vital_status: YesNo = Field(
        description="whether public records may tell that they live or have died; both or neither"
    )
    source: Source


class Consent(Part):
    """How a participant agrees to take part."""

    versions: tuple[ConsentVersion, ...] = Field(min_length=1)
    after_withdrawal: AfterWithdrawal | None = None


class Criterion(Part):
    """One criterion, or a group of them in `parts`.

    `when` is the condition as the text states it: an inclusion criterion stands when it is true,
    an exclusion criterion stands when it is false.
    """

    id: Code
    text: Text
    when: str = ""
    parts: tuple["Criterion", ...] = ()
    plain: Text = Field(default={}, description="the same for participants")
    ask: Text = Field(default={}, description="the question a participant can answer")
    mend: Text = Field(default={}, description="what to do when it is not met or not known")
    nature: Literal["data", "judgement", "mixed"] = "data"
    points: tuple[str, ...] = Field(default=(), description="what the text leaves open")
    source: Source

    def leaves(self) -> Iterator["Criterion"]:
        """The criteria that are evaluated: itself, or those in its parts."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


class Criteria(Part):
    """Who may enter."""

    inclusion: tuple[Criterion, ...] = Field(min_length=1)
    exclusion: tuple[Criterion, ...] = ()

    def leaves(self) -> Iterator[tuple[Literal["inclusion", "exclusion"], Criterion]]:
        """Every evaluated criterion with its side, in the protocol's order."""
        for criterion in self.inclusion:
            yield from (("inclusion", leaf) for leaf in criterion.leaves())
        for criterion in self.exclusion:
            yield from (("exclusion", leaf) for leaf in criterion.leaves())


class Category(Part):
    """One answer a panel member may give."""

    id: Code
    label: Text


class Panel(Part):
    """The expert panel and its rules of order."""

    name: Text
    question: Text
    role: Code = Field(description="the role whose people vote")
    chair: Code = Field(description="the role that writes the conclusion")
    first: Whole = Field(default=3, ge=1, description="independent votes at first")
    more: Whole = Field(default=2, ge=0, description="further votes when the first disagree")
    own_site_excluded: YesNo = True
    categories: tuple[Category, ...] = Field(min_length=2)
    reasons: tuple[Category, ...] = Field(default=(), description="checklist with each vote")
    remind_days: tuple[Whole, ...] = ()
    points: tuple[str, ...] = ()
    source: Source


class Factor(Part):
    """One factor that the allocation balances: an expression, and the levels it may take."""

    id: Code
    label: Text
    of: str
    levels: dict[str, Text] = Field(default={}, description="empty: the open sites")
    weight: Whole = Field(default=1, ge=1)
    source: Source


class Randomisation(Part):
    """How the arm is drawn."""

    method: Literal["minimisation", "blocks", "simple", "big-stick"]
    factors: tuple[Factor, ...] = ()
    favoured: Number = Field(
        default=Decimal("0.80"), gt=0, lt=1, description="probability of the favoured arm"
    )
    measure: Literal["range", "sd", "variance", "marginal balance"] = "range"
    block_sizes: tuple[Whole, ...] = ()
    tolerated: Whole = Field(default=3, ge=1, description="big stick: the largest imbalance")
    points: tuple[str, ...] = ()
    source: Source


class Visit(Part):
    """One visit, or a row of visits, counted in days from the participant's own anchor."""

    id: Code
    label: Text
    epoch: Code
    anchor: str
    day: Whole = 0
    early: Whole = Field(default=0, ge=0, description="days before the day that still count")
    late: Whole = Field(default=0, ge=0, description="days after the day that still count")
    every: Whole = Field(default=0, ge=0, description="days between repeats; 0: one visit")
    times: Whole = Field(default=1, ge=1, le=1000, description="how many there are")
    forms: tuple[Code, ...] = ()
    arms: tuple[Code, ...] = Field(default=(), description="empty: all arms")
    retired: YesNo = Field(default=False, description="planned no longer where it is not begun")
    when: str = Field(
        default="", description="who has it, in the language of the study; empty: everyone"
    )
    before: Literal["", "registration", "randomisation"] = Field(
        default="", description="the act that is refused until its forms are filled"
    )
    source: Source

    @property
    def keys(self) -> list[str]:
        """What its forms are kept under: its id, with a number where there are several."""
        if self.times == 1:
            return [self.id]
        return [f"{self.id}.{number}" for number in range(1, self.times + 1)]


class Derived(Part):
    """A fact that follows from others by a formula."""

    id: Code
    label: Text
    formula: str
    unit: str = ""
    source: Source


EndpointKind = Literal["time to event", "yes or no", "number", "score", "count", "rate", "category"]


class Endpoint(Part):
    """A time from an anchor to the first of some events, else censored."""

    id: Code
    label: Text
    kind: EndpointKind = Field(
        default="time to event", description="this version computes times to an event only"
    )
    primary: YesNo = False
    origin: str
    events: tuple[Literal["death", "progression", "resection", "withdrawal"], ...] = ()
    censor: Literal["last known alive"] = "last known alive"
    definition: Text
    source: Source
