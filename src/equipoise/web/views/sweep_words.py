"""What the pages of sweeps call settings, their values, and figures, in the reader's language."""

from django.utils.translation import gettext

from equipoise.design.report.said import Words
from equipoise.web.views.design_words import mark

__all__ = ["codes", "names", "words"]


def names() -> dict[str, str]:
    """Every setting of a sweep."""
    return {
        "participants": gettext("Participants"),
        "ratio": gettext("Experimental : control"),
        "scheme": gettext("Randomisation"),
        "probability": gettext("Minimisation's probability"),
        "measure": gettext("Minimisation's measure of imbalance"),
        "weights": gettext("Minimisation's weights"),
        "block_sizes": gettext("Sizes of blocks"),
        "limit": gettext("Limit of the big stick"),
        "factors": gettext("Factors"),
        "accrual": gettext("Months of accrual"),
        "ramp": gettext("Months at half the rate"),
        "spacing": gettext("How participants enter"),
        "follow_up": gettext("Months of follow-up of the last"),
        "control_median": gettext("Control median, months"),
        "shape": gettext("Weibull shape"),
        "cured": gettext("Share cured in control"),
        "hazard_ratio": gettext("Hazard ratio"),
        "early_ratio": gettext("Hazard ratio during the delay"),
        "delay": gettext("Months of delay"),
        "drop_out": gettext("Drop-out, share a year"),
        "other_progression": gettext("Other progression, share a year"),
        "other_counts": gettext("Other progression is an event"),
        "events": gettext("Events at the last look"),
        "looks": gettext("Looks"),
        "spending": gettext("Spending of alpha"),
        "futility": gettext("Futility bound, z"),
        "alpha": gettext("Alpha"),
        "sided": gettext("Sides of alpha"),
        "test": gettext("Test"),
        "tau": gettext("Horizon of restricted means, months"),
    }


def codes() -> dict[str, str]:
    """Every value of a setting that is a word."""
    return {
        "blocks": gettext("permuted blocks"),
        "in turn": gettext("in turn"),
        "simple": gettext("simple"),
        "minimisation": gettext("minimisation"),
        "big stick": gettext("big stick"),
        "range": gettext("range"),
        "sd": gettext("standard deviation"),
        "variance": gettext("variance"),
        "marginal balance": gettext("marginal balance"),
        "random": gettext("by chance"),
        "even": gettext("evenly spaced"),
        "obrien-fleming": gettext("Lan-DeMets, O'Brien-Fleming type"),
        "pocock": gettext("Lan-DeMets, Pocock type"),
        "obrien-fleming-exact": "O'Brien-Fleming",
        "pocock-exact": "Pocock",
        "haybittle-peto": gettext("Haybittle-Peto, Z of 3"),
        "log-rank": gettext("log-rank"),
        "stratified": gettext("stratified log-rank"),
        "early": gettext("weighted, early differences"),
        "late": gettext("weighted, late differences"),
        "maxcombo": "MaxCombo",
        "rmst": gettext("restricted means"),
        "wald": gettext("Cox, Wald"),
    }


def words() -> Words:
    """The words of figures and tables."""
    return Words(
        decimal_mark=mark(),
        thousands_mark="\N{NO-BREAK SPACE}",
        percent_sign="\N{NO-BREAK SPACE}%",
        names=names(),
        codes=codes(),
        yes=gettext("yes"),
        no=gettext("no"),
        none=gettext("none"),
        all=gettext("All"),
        power=gettext("Power"),
        power_told=gettext(
            "Share of simulated trials that end with a crossed efficacy bound; the bands are two "
            "Monte-Carlo errors either way."
        ),
        duration=gettext("Duration"),
        duration_told=gettext("Mean months from the first entry until the trial stops."),
        bounds=gettext("Bounds at each look"),
        bounds_told=gettext(
            "Bounds on the statistic, positive when experimental does better, and its mean among "
            "the trials that reach the look."
        ),
        bounds_of=gettext("Of the point with"),
        efficacy=gettext("Efficacy"),
        futility=gettext("Futility"),
        mean_statistic=gettext("Mean statistic"),
        trials=gettext("Trials"),
        type_one=gettext("Type I error"),
        error=gettext("± error"),
        months=gettext("Months"),
        events=gettext("Events"),
        participants=gettext("Participants"),
        stopped_early=gettext("Stopped early"),
        never_came=gettext("Events never came"),
        look=gettext("Look number"),
        efficacy_bound=gettext("Efficacy bound"),
        futility_bound=gettext("Futility bound"),
        reached=gettext("Reached"),
        stops_efficacy=gettext("Stops for efficacy"),
        stops_futility=gettext("Stops for futility"),
        mean_month=gettext("Month"),
        median_ratio=gettext("Median HR"),
    )
