"""Amendments of the protocol: what each adds or ends, and who consents again because of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, NamedTuple

from pydantic import Field

from equipoise.study.parts import Code, Day, Part, Source, Text, Whole, YesNo

__all__ = ["Activation", "Activations", "Adopted", "Amendment", "Period"]


class Amendment(Part):
    """One amendment. What is asked by it carries `since`, what ends with it `until`.

    It holds at a hospital from the day on which it was activated there, and of a participant once
    they signed the version of the consent form that belongs to it, where one does.
    """

    id: Code
    title: Text
    from_on: Day = Field(description="the day of the amendment; no hospital works by it before")
    consent: str = Field(
        default="", description="the version of the consent form that belongs to it, if one does"
    )
    consent_again: Literal["all", "in_screening", "randomised", "none"] = Field(
        default="all",
        description="who of those already in signs that version; of who does not, nothing new is "
        "asked",
    )
    consent_within: Whole = Field(
        default=28, ge=0, description="days after activation in which they sign it"
    )
    also_past: YesNo = Field(
        default=False,
        description="its questions, forms and visits are asked of days before it too, but for "
        "forms that were signed or locked by then",
    )
    before_draws: YesNo = Field(
        default=False,
        description="nobody is randomised at a hospital that does not work by it, as where it "
        "opens an arm",
    )
    source: Source


class Period(NamedTuple):
    """Between which amendments something is asked; empty: from the first, or to the last."""

    since: str = ""
    until: str = ""


class Adopted(NamedTuple):
    """A text of the study by its digest, and the day on which the trial adopted it."""

    digest: str
    on: date


class Activation(NamedTuple):
    """From which day a hospital works by an amendment, and when that was recorded."""

    on: date
    at: datetime


Activations = Mapping[str, Mapping[str, Activation]]
"""Of each hospital, the amendments by which it works."""
