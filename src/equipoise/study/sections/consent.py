"""Consent: the fact that it leaves."""

from equipoise.logic.facts import Kind
from equipoise.study.facts import Fact

__all__ = ["CONSENT_ON", "FACTS"]

CONSENT_ON = Fact(
    name="consent_on",
    kind=Kind.DATE,
    label={"en": "date of consent", "nl": "datum van toestemming"},
)

FACTS = (CONSENT_ON,)
