"""The small pieces of a study file: text in two languages, sources, figures."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["Code", "Figure", "Part", "Source", "SourceTag", "Text", "say"]

SourceTag = Literal["registry", "public", "sibling", "recalled", "assumed"]

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]


class Part(BaseModel):
    """A piece of a study file: frozen, and refusing a field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


def _as_text(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


Text = Annotated[
    dict[str, str],
    BeforeValidator(_as_text, json_schema_input_type=str | dict[str, str]),
    Field(description="one text for all languages, or a text by language: {en: …, nl: …}"),
]


def say(text: Mapping[str, str], language: str = "en") -> str:
    """The text in the language asked for, else in English, else in any."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


class SourceParts(Part):
    """Where a rule or a figure comes from, and how far it can be trusted."""

    tag: SourceTag
    where: str = ""

    @property
    def unverified(self) -> bool:
        """Whether the sponsor still has to confirm it."""
        return self.tag in ("recalled", "assumed")


def _as_source(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    tag, _, where = value.partition(":")
    return {"tag": tag.strip(), "where": where.strip()}


Source = Annotated[
    SourceParts,
    BeforeValidator(_as_source, json_schema_input_type=str | SourceParts),
    Field(description="'tag: where', the tag one of registry, public, sibling, recalled, assumed"),
]


def _as_plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


class Figure(Part):
    """One value with its provenance. A date is kept as its text, 2026-11-23."""

    value: Annotated[
        Decimal | bool | str,
        BeforeValidator(_as_plain, json_schema_input_type=Decimal | bool | str | date),
    ]
    unit: str = ""
    source: Source
    note: str = ""
