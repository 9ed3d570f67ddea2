"""What figures say: each text once, in English, by figure and by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from equipoise.logic.figures import decimals_text
from equipoise.logic.translator import Phrases, Translator

__all__ = [
    "ACCRUAL",
    "BOUNDARIES",
    "FLOW",
    "FORECAST",
    "POWER_CURVE",
    "STOPPING",
    "SURVIVAL",
    "Texts",
]

FLOW = Phrases("flow of participants", {
    "title": "Flow of participants", "description": "From screening to follow-up, as CONSORT asks.",
    "stage": "Stage", "what": "What", "number": "Participants", "assessed": "Entered screening",
    "not_entered": "Not registered", "other": "Another reason", "more": "Other criteria",
    "waiting": "Still in screening", "registered": "Registered", "not_randomised": "Not randomised",
    "undrawn": "Waiting for randomisation", "randomised": "Randomised",
    "together": "Followed, all arms together", "followed": "Followed", "died": "Died",
    "withdrawn": "Withdrew", "enrolment": "Enrolment", "allocation": "Allocation",
    "follow_up": "Follow-up",
})  # fmt: skip
ACCRUAL = Phrases("accrual", {
    "title": "Accrual against the plan",
    "description": "How many were randomised each month and in all, beside the plan.",
    "total": "Participants randomised, in all", "monthly": "Randomised each month",
    "actual": "Randomised", "plan": "Plan", "month": "Month", "planned_total": "Planned in all",
    "randomised_total": "Randomised in all",
})  # fmt: skip
SURVIVAL = Phrases("survival", {
    "across": "Months since {origin}", "at_risk": "Number at risk", "arm": "Arm", "month": "Month",
    "events": "Events so far", "interval": "95% confidence interval (%)",
})  # fmt: skip
POWER_CURVE = Phrases("power curve", {
    "title": "Power by hazard ratio",
    "description": "The chance that the trial shows an effect, for each true hazard ratio, with "
    "{events} events; {ratio} is assumed.",
    "across": "True hazard ratio", "up": "Power (%)", "wanted": "wanted", "assumed": "assumed",
})  # fmt: skip
BOUNDARIES = Phrases("bounds of looks", {
    "title": "Bounds at each look",
    "description": "Above the upper bound the trial stops for benefit; between the bounds it "
    "goes on.",
    "up": "Z, higher is better for the experimental arm", "ratio": "HR", "go_on": "Go on",
    "benefit": "Stop: benefit", "futile": "Stop: no benefit", "harm": "Stop: harm",
    "fixed": "without looks", "events": "Events", "month": "Month", "randomised": "Randomised",
    "bound": "Bound in Z", "lower": "Lower bound", "stops": "HR that stops",
    "nominal": "One-sided p", "spent": "Alpha spent", "with_effect": "Stops here with the effect",
    "without_effect": "Stops here without effect",
})  # fmt: skip
STOPPING = Phrases("rule that is watched", {
    "description": "{events} of {people} now. In the coloured part the rule is crossed.",
    "up": "Events", "across": "Participants", "crossed": "Crossed",
    "now": "Now: {events} of {people}",
    "events": "Crossed with so many events", "first": "In so many participants at least",
    "last": "In so many participants at most",
})  # fmt: skip
FORECAST = Phrases("forecast", {
    "title": "Participants randomised, and the forecast",
    "all_in": "All {have} participants have been randomised.",
    "description": "{have} of {wanted} participants have been randomised. The median day of the "
    "last is {middle}, from {early} to {late}.",
    "never": "never", "up": "Participants randomised", "wanted": "{wanted} wanted",
    "forecast": "Forecast, {level} interval", "so_far": "Randomised so far: {have}", "day": "Day",
    "middle": "Middle", "from": "From", "to": "To",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one figure in a reader's language, and how its numbers are written.

    :param places: what is filled in
    :param own: what the study says itself, in place of our texts
    """

    phrases: Phrases
    into: Translator
    places: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        """One of the texts."""
        if name in self.own:
            return self.own[name]
        return self.phrases.said(name, self.into, **self.places)

    def all(self, *names: str) -> tuple[str, ...]:
        """Several of them, such as the headers of a table."""
        return tuple(map(self, names))

    def number(self, value: float, decimals: int) -> str:
        """A number with so many decimals."""
        return decimals_text(value, decimals, self.into)
