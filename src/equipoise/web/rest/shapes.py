"""What goes over the wire, as OpenAPI describes it."""

import re
from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

__all__ = [
    "ActAsked",
    "ActKind",
    "Done",
    "EntryShown",
    "Problems",
    "RefusalShown",
    "Refusals",
    "ScreeningAsked",
    "SubjectLine",
    "SubjectList",
    "SubjectShown",
]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


def _plain_day(value: Any) -> Any:
    if value is None or isinstance(value, str) and _DAY(value):
        return value
    raise ValueError("write a day as 2026-11-23")


Day = Annotated[date | None, BeforeValidator(_plain_day)]


class StrictBody(Schema):
    """A body from outside: a field that is not known is a mistake, not noise."""

    model_config = ConfigDict(extra="forbid", strict=False)


class ActAsked(Schema):
    """An act to perform; `fields` are those of its kind, see GET /api/acts.

    Anything is taken here: what is wrong with it is told together with what is wrong in `fields`.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": False})

    subject_id: Annotated[Any, WithJsonSchema({"type": "string"})] = Field(
        default="", description="whom it concerns; empty for the whole trial"
    )
    happened: Annotated[Any, WithJsonSchema({"type": "string", "format": "date"})] = Field(
        default=None, description="the day it happened; today when not told"
    )
    seen: Annotated[Any, WithJsonSchema({"type": "integer"})] = Field(
        default=None,
        description="the `seq` of the participant as you last read it; with it an answer that "
        "somebody recorded otherwise since is refused, not replaced",
    )
    fields: Annotated[Any, WithJsonSchema({"type": "object"})] = Field(default={})
    replaces: Annotated[Any, WithJsonSchema({"type": "object"})] = Field(
        default=None,
        description="`entry` and `reason`: what was recorded in error, which this act replaces",
    )
    proof: Annotated[Any, WithJsonSchema({"type": "object"})] = Field(
        default=None,
        description="`password` (or a code of the second step) of the key's owner, and `meaning` "
        "as GET /api/acts gives it; where the act asks for it",
    )


class ProofAsked(StrictBody):
    """The key's owner, once more: a password or a code, and what they mean by the act."""

    password: str
    meaning: str


class ScreeningAsked(StrictBody):
    """Someone is considered for the trial at a site."""

    site: str = Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")
    happened: Day = None
    proof: ProofAsked | None = None


class Done(Schema):
    """An act as it was recorded. `digest` is null while it would betray a sealed vote."""

    kind: str
    stream: str
    seq: int
    subject_id: str
    by: str
    recorded_at: str
    happened: str
    fields: dict[str, Any]
    digest: str | None


class ActKind(Schema):
    """One kind of act: what it says, and whether your roles allow it somewhere."""

    kind: str
    about: str
    concerns_subject: bool
    allowed: bool
    asks_proof: bool = Field(description="whether your password goes with it, as `proof`")
    meaning: str = Field(description="what you then say that you mean by it")
    fields: dict[str, Any] = Field(description="JSON Schema of the fields")


class RefusalShown(Schema):
    """Why an act was refused: a code, the field where it can be mended, the values it rests on, and
    the sentence that they make, in the language that the request accepts: English or Dutch."""

    code: str
    where: str
    values: dict[str, Any]
    because: str


class Refusals(Schema):
    """Every reason why the act was not recorded."""

    refusals: list[RefusalShown]


class Problems(Schema):
    """All that is wrong with the request."""

    problems: list[RefusalShown]


LEFT_OUT = (
    "what is left out of this list, and why, in the language that the request accepts; "
    "empty where nothing is"
)


class SubjectLine(Schema):
    """A participant in a list."""

    subject_id: str
    site: str
    status: str
    entered_on: date | None
    registered_on: date | None
    randomised_on: date | None


class SubjectList(Schema):
    """A page of participants; ask on with `after`, the last number, while `more` is true."""

    subjects: list[SubjectLine]
    more: bool


class SubjectShown(Schema):
    """A participant: all that is known, folded from the ledger. Sealed votes are left out."""

    subject_id: str
    site: str
    status: str
    seq: int = Field(description="how many entries the participant's own stream holds")
    subject: dict[str, Any]


class EntryShown(Schema):
    """One entry of the ledger. `fields` is null for a sealed vote, and digests that would betray
    it are null too."""

    stream: str
    seq: int
    kind: str
    fields: dict[str, Any] | None
    by: str
    at: str
    happened: str
    study: str
    subject: str
    after: int
    previous: str | None
    digest: str | None
    how: dict[str, str] = Field(
        default={},
        description="`key`: the number of the key by which a program did it; or "
        "`meaning` and `shown`: what someone meant who gave their password for it, and the digest "
        "of what they were shown",
    )
    voided_by: int | None = Field(
        default=None, description="the entry of this stream that voids it, where one does"
    )
    redacted_by: int | None = Field(
        default=None,
        description="the entry of this stream that redacts it, where one does; "
        "`fields` are as that says them",
    )
