"""The hospitals that may take part."""

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, YesNo

__all__ = ["Site"]


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
