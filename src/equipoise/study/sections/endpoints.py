"""What the trial measures."""

from typing import Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, Text, YesNo

__all__ = ["Endpoint", "EndpointKind"]


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
