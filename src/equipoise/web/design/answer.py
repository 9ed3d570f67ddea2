"""What the design page answers: a sentence, large figures, the price of looks, a simulation."""

from urllib.parse import urlencode

from django.utils.translation import gettext

from equipoise.design.answer.assumed import Assumptions
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Scheme
from equipoise.design.own_scheme import OwnScheme, own_scheme
from equipoise.design.problems import BadDesign
from equipoise.study.model import Study
from equipoise.web.design import figures as design_figures
from equipoise.web.design.fields import DesignQuery
from equipoise.web.design.numbers import Numbers
from equipoise.web.design.simulation import Busy, Simulated, TooFew, simulated
from equipoise.web.design.words import number, percent, plain, thousands

__all__ = ["answer", "simulation"]


def answer(
    found: DesignQuery, assumed: Assumptions, numbers: Numbers, file: Assumptions
) -> dict[str, object]:
    """What follows by formula: in one sentence, in figures, and on what it rests."""
    changed = assumed != file or found.futility
    return {
        "sentence": _sentence(assumed, numbers),
        "headline": _headline(assumed, numbers),
        "enough": numbers.power >= assumed.power.value,
        "power": design_figures.power(assumed, numbers, file),
        "bounds": design_figures.bounds(numbers),
        "looks": _looks(numbers),
        "rests": design_figures.rests_on(assumed, file),
        "code": numbers.planned.code(),
        "link": "?" + urlencode(found.form_data) if changed else "",
    }


def _sentence(assumed: Assumptions, numbers: Numbers) -> str:
    values = {
        "power": percent(numbers.power),
        "ratio": plain(assumed.hazard_ratio.value),
        "events": number(numbers.planned.events, 0),
        "months": plain(round(numbers.planned.duration, 1)),
    }
    return (
        gettext(
            "If the hazard ratio is %(ratio)s, the trial shows it with a chance of %(power)s: "
            "%(events)s events are expected in %(months)s months."
        )
        % values
    )


def _headline(assumed: Assumptions, numbers: Numbers) -> list[tuple[str, str]]:
    wanted = percent(assumed.power.value, 0)
    months = gettext("never") if numbers.reached is None else number(numbers.reached)
    smallest = "–" if numbers.smallest is None else number(numbers.smallest, 3)
    return [
        (gettext("power"), percent(numbers.power)),
        (gettext("events at the end"), number(numbers.planned.events, 0)),
        (gettext("months in all"), number(numbers.planned.duration, 0)),
        (gettext("hazard ratio shown with %(power)s") % {"power": wanted}, smallest),
        (
            gettext("events for %(power)s") % {"power": wanted},
            str(numbers.needed.whole_events),
        ),
        (gettext("month they are reached"), months),
    ]


def _looks(numbers: Numbers) -> list[tuple[str, str]]:
    """What the looks cost, and what they bring."""
    looks = numbers.looks
    if looks is None:
        return []
    points = gettext("%(points)s points") % {"points": number(100 * looks.power_lost, 2)}
    effect, null = number(looks.expected_months), number(looks.expected_months_null)
    return [
        (gettext("Chance to stop early, with the effect"), percent(looks.stops)),
        (gettext("Chance to stop early, without effect"), percent(looks.stops_null)),
        (gettext("Power lost, with the same events"), points),
        (
            gettext("Or more events, for the same power"),
            percent(looks.plan.design.inflation - 1, 2),
        ),
        (gettext("Months expected, with and without the effect"), f"{effect} / {null}"),
    ]


def simulation(
    found: DesignQuery, assumed: Assumptions, numbers: Numbers, study: Study
) -> dict[str, object]:
    """The simulated numbers beside those of the formula, or why there are none."""
    try:
        own = own_scheme(study, assumed.ratio.value)
        seen = simulated(assumed, own, found.futility)
    except Busy:
        return _none(gettext("Another simulation is running. Try again in a moment."))
    except TooFew:
        return _none(gettext("Too few events are expected to simulate these looks."))
    except BadDesign as wrong:
        return _none(str(wrong), english=True)
    return {
        "because": "",
        "rows": _compared(assumed, numbers, seen),
        "note": _note(seen, own),
        "otherwise": own.otherwise,
    }


def _none(because: str, *, english: bool = False) -> dict[str, object]:
    """No simulation, and why."""
    return {"because": because, "english": english}


def _compared(
    assumed: Assumptions, numbers: Numbers, seen: Simulated
) -> list[tuple[str, str, str, str]]:
    """What, by formula, simulated, Monte-Carlo error."""
    looks, design = numbers.looks, numbers.plan.design if numbers.plan else None
    alpha = design.alpha if design else assumed.alpha.value
    events = looks.expected_events if looks else numbers.planned.events
    months = looks.expected_months if looks else numbers.planned.duration
    rows = [
        (
            gettext("Power"),
            percent(numbers.power, 2),
            percent(seen.power, 2),
            gettext("%(error)s points") % {"error": number(100 * seen.power_error, 2)},
        ),
        (
            gettext("False positives, without effect"),
            percent(alpha, 2),
            percent(seen.false_alarms, 2),
            gettext("%(error)s points") % {"error": number(100 * seen.false_alarms_error, 2)},
        ),
        (gettext("Events when it ends"), number(events), number(seen.events), ""),
        (gettext("Months when it ends"), number(months), number(seen.months), ""),
    ]
    if looks:
        row = (gettext("Stops early"), percent(looks.stops), percent(seen.stopped_early), "")
        rows.append(row)
    return rows


def _note(seen: Simulated, own: OwnScheme) -> str:
    values = {
        "scheme": _called(own.scheme),
        "trials": thousands(seen.trials),
        "participants": str(seen.participants),
        "seed": str(seen.seed),
    }
    return (
        gettext(
            "%(trials)s trials of %(participants)s followed participants with the effect and as "
            "many without, seed %(seed)s: accrual by chance, %(scheme)s, the log-rank test at the "
            "numbers of events of the design. The same question gives the same numbers again."
        )
        % values
    )


def _called(scheme: Scheme) -> str:
    match scheme:
        case Blocks():
            return gettext("permuted blocks")
        case Minimisation():
            return gettext("minimisation")
        case BigStick():
            return gettext("big stick")
    return gettext("simple randomisation")
