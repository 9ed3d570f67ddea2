"""What the figures of the trial's progress say, in English and Dutch."""

from equipoise.analysis.figures import accrual, consort, kaplan_meier

__all__ = ["accrual_words", "consort_words", "flow_words", "survival_words"]

_FLOW = {
    "en": {
        "assessed": "Assessed for eligibility",
        "not_entered": "Not entered",
        "other": "Another reason",
        "more": "Other criteria",
        "waiting": "Still in screening",
        "registered": "Registered",
        "not_randomised": "Not randomised",
        "undrawn": "Waiting for randomisation",
        "randomised": "Randomised",
        "together": "All arms together",
        "followed": "Followed",
        "died": "Died",
        "withdrawn": "Withdrew",
        "enrolment": "Enrolment",
        "allocation": "Allocation",
        "follow_up": "Follow-up",
    },
    "nl": {
        "assessed": "Beoordeeld op geschiktheid",
        "not_entered": "Niet opgenomen",
        "other": "Een andere reden",
        "more": "Andere criteria",
        "waiting": "Nog in screening",
        "registered": "Geregistreerd",
        "not_randomised": "Niet gerandomiseerd",
        "undrawn": "Wacht op randomisatie",
        "randomised": "Gerandomiseerd",
        "together": "Alle armen samen",
        "followed": "Gevolgd",
        "died": "Overleden",
        "withdrawn": "Teruggetrokken",
        "enrolment": "Inclusie",
        "allocation": "Toewijzing",
        "follow_up": "Follow-up",
    },
}


def flow_words(language: str) -> dict[str, str]:
    """The words in the boxes of the flow."""
    return _FLOW.get(language, _FLOW["en"])


def consort_words(language: str) -> consort.Words:
    """The words around the flow of participants."""
    if language == "nl":
        return consort.Words(
            title="Stroomdiagram van deelnemers",
            description="Aantallen beoordeeld, gerandomiseerd en gevolgd, volgens CONSORT.",
            stage="Fase",
            what="Wat",
            number="Deelnemers",
        )
    return consort.Words(
        title="Flow of participants",
        description="How many people were assessed, randomised and followed, after CONSORT.",
        stage="Stage",
        what="What",
        number="Participants",
    )


def accrual_words(language: str) -> accrual.Words:
    """The words of the accrual figure."""
    if language == "nl":
        return accrual.Words(
            title="Inclusie tegenover plan",
            description="Aantal gerandomiseerd per maand en in totaal, naast het plan.",
            total="Deelnemers gerandomiseerd, in totaal",
            monthly="Gerandomiseerd per maand",
            actual="Gerandomiseerd",
            plan="Plan",
            month="Maand",
            planned_total="Gepland in totaal",
            randomised_total="Gerandomiseerd in totaal",
        )
    return accrual.Words(
        title="Accrual against plan",
        description="How many participants were randomised each month and in all, with the plan.",
        total="Participants randomised, in all",
        monthly="Randomised each month",
        actual="Randomised",
        plan="Plan",
        month="Month",
        planned_total="Planned in all",
        randomised_total="Randomised in all",
    )


def survival_words(language: str, name: str) -> kaplan_meier.Words:
    """The words of a survival figure; `name` is the endpoint's label."""
    if language == "nl":
        return kaplan_meier.Words(
            title=name,
            description=f"{name} volgens Kaplan-Meier, met het aantal dat nog gevolgd wordt.",
            across="Maanden sinds randomisatie",
            up=name,
            at_risk="Aantal at risk",
            arm="Arm",
            month="Maand",
            events="Events tot dan",
            survival="Zonder event (%)",
            interval="95%-betrouwbaarheidsinterval (%)",
            decimal_mark=",",
        )
    return kaplan_meier.Words(
        title=name,
        description=f"{name} after Kaplan and Meier, with the numbers at risk.",
        across="Months since randomisation",
        up=name,
        at_risk="Number at risk",
        arm="Arm",
        month="Month",
        events="Events so far",
        survival="Event-free (%)",
        interval="95% confidence interval (%)",
    )
