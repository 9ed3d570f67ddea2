"""Consent: how a participant agrees to take part, and the fact that it leaves."""

from pydantic import Field

from equipoise.logic.facts import Kind
from equipoise.study.facts import Fact
from equipoise.study.parts import Code, Day, Part, Source, Text, YesNo

__all__ = ["CONSENT_ON", "FACTS", "TREATMENT_WITHDRAWN_ON", "AfterWithdrawal", "Consent"]
__all__ += ["ConsentVersion"]


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


CONSENT_ON = Fact(
    name="consent_on",
    kind=Kind.DATE,
    label="date of consent",
)

TREATMENT_WITHDRAWN_ON = Fact(
    name="treatment_withdrawn_on",
    kind=Kind.DATE,
    label="date of withdrawal from the treatment",
    event=True,
)

FACTS = (CONSENT_ON, TREATMENT_WITHDRAWN_ON)
