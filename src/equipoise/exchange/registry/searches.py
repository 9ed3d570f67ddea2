"""What may be asked of the finder, and what it answers: values, no words."""

from dataclasses import dataclass, field, fields
from enum import Enum

from equipoise.exchange.registry.documents import FACETS, Card
from equipoise.exchange.registry.understanding import Unit

__all__ = ["COUNTED", "PAGE", "Around", "Search", "Bucket", "Found", "Hit", "Sort", "Without"]

PAGE = 20
COUNTED = tuple(name for name in FACETS if name != "city")


class Sort(Enum):
    """In which order trials are listed."""

    RELEVANCE = "relevance"
    UPDATED = "updated"
    STARTED = "started"
    ENROLLED = "enrolled"
    DISTANCE = "distance"


@dataclass(frozen=True)
class Around:
    """Within so many kilometres of a point."""

    lat: float
    lon: float
    km: float = 50.0


@dataclass(frozen=True)
class Search:
    """A question: words, what must hold of a trial, and which of the answers to show.

    Days are ISO texts. What names several (`status`) asks for any of them.
    """

    words: str = ""
    condition: str = ""
    treatment: str = ""
    title: str = ""
    sponsor: str = ""
    place: str = ""
    status: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    term: tuple[str, ...] = ()
    treatment_type: tuple[str, ...] = ()
    sponsor_class: tuple[str, ...] = ()
    age_group: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    age: int | None = None
    sex: str = ""
    volunteers: bool | None = None
    results: bool | None = None
    around: Around | None = None
    placed: bool | None = None
    started_from: str = ""
    started_to: str = ""
    completed_from: str = ""
    completed_to: str = ""
    since: str = ""
    facets: tuple[str, ...] = COUNTED
    sort: Sort = Sort.RELEVANCE
    descending: bool = True
    offset: int = 0
    limit: int = PAGE

    def filters(self) -> tuple[str, ...]:
        """The names of what must hold, as far as it is asked."""
        page = {"words", "facets", "sort", "descending", "offset", "limit"}
        return tuple(
            one.name
            for one in fields(self)
            if one.name not in page and getattr(self, one.name) not in (None, "", ())
        )


@dataclass(frozen=True)
class Hit:
    """A trial that was found, and for a question of where: how far its nearest site is.

    A near miss lacks words of the question, or misses one thing that was to hold, by its name.
    """

    card: Card
    score: float = 0.0
    km: float | None = None
    nearest: str = ""
    lacks: tuple[str, ...] = ()
    misses: str = ""


@dataclass(frozen=True)
class Bucket:
    """A value of a filter, and how many trials of the answer have it."""

    value: str
    count: int


@dataclass(frozen=True)
class Without:
    """What was asked that could be left out, and how many trials there would be then."""

    name: str
    count: int


@dataclass(frozen=True)
class Found:
    """The answer: how many, one page of them, and how to go on from here.

    Of a question of where: how many trials meet the rest, in whose record no place can be found.
    """

    total: int
    hits: tuple[Hit, ...]
    units: tuple[Unit, ...]
    facets: dict[str, tuple[Bucket, ...]] = field(default_factory=dict)
    near: tuple[Hit, ...] = ()
    without: tuple[Without, ...] = ()
    unplaced: int = 0
    as_of: str = ""
    records: int = 0
