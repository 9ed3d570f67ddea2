"""What the page of the forecast says: days, chances, hospitals and power, in the reader's words."""

from datetime import date
from functools import partial

from django.utils.translation import gettext

from equipoise.design.answer.assumed import assumptions_of
from equipoise.design.drawn import SEED, WORLDS
from equipoise.design.figures.forecast import forecast_figure
from equipoise.design.forecast import Forecast
from equipoise.study.model import Study
from equipoise.web.design.forecast_answer import TRIALS, Answered
from equipoise.web.design.words import percent, plain, report_words, thousands
from equipoise.web.jinja import day
from equipoise.web.reader import HERE

__all__ = ["context_of"]


def context_of(study: Study, answer: Answered) -> dict[str, object]:
    """Everything on the page but the form."""
    found, words = answer.forecast, report_words()
    unverified = assumptions_of(study).hazard_ratio.unverified
    return {
        "so_far": _so_far(found),
        "headline": _headline(found),
        "level": percent(found.level, 0),
        "figure": forecast_figure(found, HERE.translator),
        "days": [table(words, "needed_event") for table in (found.days_table, found.chances_table)],
        "sites": found.sites_table(words, partial(_site, study)),
        "power": found.power_table(words),
        "rests": _rests(found, unverified=unverified),
        "unverified": unverified,
        "otherwise": found.updated_power.simulation.otherwise if found.updated_power else "",
        "simulated": found.updated_power is not None,
        "busy": answer.busy,
        "trials": thousands(WORLDS * TRIALS),
    }


def _so_far(found: Forecast) -> str:
    observed = found.observed
    values = {
        "day": day(observed.on),
        "randomised": len(observed.randomised),
        "wanted": found.plan.participants,
        "events": observed.events,
    }
    return (
        gettext(
            "As known at the end of %(day)s: %(randomised)s of %(wanted)s randomised; events of "
            "all arms together: %(events)s."
        )
        % values
    )


def _headline(found: Forecast) -> list[tuple[str, str]]:
    """The three answers that are looked for first."""
    last = [when for when in found.whens if when.kind == "randomisation"]
    full = _day(last[-1].middle) if last else gettext("all are in")
    mean = (found.updated_power.power if found.updated_power else found.power)[0]
    return [
        (gettext("the last participant, median"), full),
        (gettext("planned analysis, median"), _day(found.whens[-1].middle)),
        (gettext("power expected then"), percent(mean)),
    ]


def _day(on: date | None) -> str:
    return day(on) if on else gettext("never")


def _site(study: Study, name: str) -> str:
    site = study.site_of.get(name)
    return f"{name} {site.name}" if site else name


def _rests(found: Forecast, *, unverified: bool) -> str:
    """On what the power rests, and how it was simulated."""
    ratio = {"ratio": plain(found.plan.hazard_ratio)}
    sentences = [
        gettext("Power is for a hazard ratio of %(ratio)s, as the design assumes.") % ratio
    ]
    if unverified:
        sentences.append(gettext("The sponsor has not confirmed it."))
    if found.updated_power:
        simulation = found.updated_power.simulation
        how = {"worlds": simulation.posterior_draws, "trials": simulation.trials, "seed": SEED}
        sentences.append(
            gettext(
                "Simulated: %(worlds)s courses that the rest of the trial may take, with "
                "%(trials)s whole trials in each, seed %(seed)s. Everyone who came enters on their "
                "own day, arms are drawn by the study's own scheme, and the looks are those of the "
                "design."
            )
            % how
        )
    if found.updated_power and found.updated_power.endless:
        endless = {"number": found.updated_power.endless}
        sentences.append(
            gettext("In %(number)s of them the trial never fills: no power.") % endless
        )
    return " ".join(sentences)
