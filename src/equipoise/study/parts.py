"""The small pieces of a study file: text in two languages, sources, figures."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

__all__ = [
    "Code",
    "Day",
    "Figure",
    "Number",
    "Part",
    "Source",
    "SourceTag",
    "Text",
    "Whole",
    "YesNo",
    "made_of",
    "not_meant",
    "say",
    "shown",
]

SourceTag = Literal["registry", "public", "sibling", "recalled", "assumed"]

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]


class Part(BaseModel):
    """A piece of a study file: frozen, and refusing a field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


def made_of(part: type[Part]) -> set[type[Part]]:
    """A piece with every piece that it is made of, such as all sections of a study."""
    found, waiting = {part}, [part]
    while waiting:
        fields = waiting.pop().model_fields.values()
        new = {inner for field in fields for inner in _named(field.annotation)} - found
        found, waiting = found | new, [*waiting, *new]
    return found


def _named(annotation: object) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _named(inner)


def not_meant(value: Any, what: str) -> PydanticCustomError:
    """The error that something else stands there than is meant."""
    told = {"found": shown(value), "what": what}
    return PydanticCustomError("not_meant", "found {found}; {what} would do", told)


def _meant(*kinds: type, what: str) -> BeforeValidator:
    """Takes what was written as such, and guesses at no text: not at "2:1", "1_0", "yes"."""

    def check(value: Any) -> Any:
        if type(value) not in kinds:
            raise not_meant(value, what)
        return value

    return BeforeValidator(check)


def shown(value: Any) -> str:
    """What stood in a file, as it is told again: a number as it is, a list by its kind."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    if isinstance(value, str):
        return f"the text {value!r}"
    kinds = ((dict, "a mapping"), ((list, tuple), "a list"))
    return next((said for kind, said in kinds if isinstance(value, kind)), str(value))


Whole = Annotated[int, _meant(int, Decimal, what="a whole number such as 2, without quotes,")]
Number = Annotated[Decimal, _meant(int, Decimal, what="a number such as 0.5, without quotes,")]
YesNo = Annotated[bool, _meant(bool, what="true or false, without quotes,")]
Day = Annotated[date, _meant(date, what="a day such as 2026-11-23, without quotes,")]


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
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, (bool, int, Decimal, str)):
        raise not_meant(value, "a number, a text, true or false")
    return Decimal(value) if type(value) is int else value


class Figure(Part):
    """One value with its provenance. A date is kept as its text, 2026-11-23."""

    value: Annotated[
        Decimal | bool | str,
        BeforeValidator(_as_plain, json_schema_input_type=Decimal | bool | str | date),
    ]
    unit: str = ""
    source: Source
    note: str = ""
