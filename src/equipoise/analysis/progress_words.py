"""What the figures of the trial's progress say: the same on the status page and in reports."""

from equipoise.analysis.figures import accrual, consort, kaplan_meier
from equipoise.logic.figures import anchor_text, decimal_sign
from equipoise.logic.translator import Phrases, Translator
from equipoise.study.parts import say
from equipoise.study.sections.endpoints import Endpoint

__all__ = ["accrual_words", "consort_words", "flow_words", "survival_words"]

_FLOW = Phrases(
    "flow of participants",
    {
        "assessed": "Entered screening",
        "not_entered": "Not registered",
        "other": "Another reason",
        "more": "Other criteria",
        "waiting": "Still in screening",
        "registered": "Registered",
        "not_randomised": "Not randomised",
        "undrawn": "Waiting for randomisation",
        "randomised": "Randomised",
        "together": "Followed, all arms together",
        "followed": "Followed",
        "died": "Died",
        "withdrawn": "Withdrew",
        "enrolment": "Enrolment",
        "allocation": "Allocation",
        "follow_up": "Follow-up",
    },
)
_AROUND_FLOW = Phrases(
    "flow of participants",
    {
        "title": "Flow of participants",
        "description": "From screening to follow-up, as CONSORT asks.",
        "stage": "Stage",
        "what": "What",
        "number": "Participants",
    },
)
_ACCRUAL = Phrases(
    "accrual",
    {
        "title": "Accrual against the plan",
        "description": "How many were randomised each month and in all, beside the plan.",
        "total": "Participants randomised, in all",
        "monthly": "Randomised each month",
        "actual": "Randomised",
        "plan": "Plan",
        "month": "Month",
        "planned_total": "Planned in all",
        "randomised_total": "Randomised in all",
    },
)
_SURVIVAL = Phrases(
    "survival",
    {
        "across": "Months since {origin}",
        "at_risk": "Number at risk",
        "arm": "Arm",
        "month": "Month",
        "events": "Events so far",
        "interval": "95% confidence interval (%)",
    },
)


def flow_words(into: Translator) -> dict[str, str]:
    """The words in the boxes of the flow."""
    return {name: _FLOW.said(name, into) for name in _FLOW.english}


def consort_words(into: Translator) -> consort.Words:
    """The words around the flow of participants."""
    said = {name: _AROUND_FLOW.said(name, into) for name in _AROUND_FLOW.english}
    return consort.Words(**said)


def accrual_words(into: Translator, description: str = "") -> accrual.Words:
    """The words of the accrual figure."""
    said = {name: _ACCRUAL.said(name, into) for name in _ACCRUAL.english}
    return accrual.Words(**{**said, "description": description or said["description"]})


def survival_words(into: Translator, endpoint: Endpoint, title: str = "") -> kaplan_meier.Words:
    """The words of an endpoint's curve; without a title of its own, the endpoint's label."""
    label = say(endpoint.label, into.language)
    origin = anchor_text(endpoint.origin, None, into)
    said = {name: _SURVIVAL.said(name, into, origin=origin) for name in _SURVIVAL.english}
    return kaplan_meier.Words(
        **said,
        title=title or label,
        description=say(endpoint.definition, into.language),
        up=label,
        survival=f"{label} (%)",
        decimal_mark=decimal_sign(into),
    )
