"""The figures and tables of the design page, in the reader's language."""

import math
from dataclasses import replace

from django.utils.translation import gettext

from equipoise.analysis.figures import boundaries, power_curve
from equipoise.analysis.figures.figure import Figure
from equipoise.analysis.figures.texts import BOUNDARIES, POWER_CURVE, Texts
from equipoise.design.answer.assumed import Assumed, Assumptions
from equipoise.design.answer.fixed import Case
from equipoise.design.answer.interim import Sourced
from equipoise.design.answer.looks import LookCost
from equipoise.design.parameters import CODES
from equipoise.design.sequential.hazard import HazardPlan
from equipoise.web.design.fields import FIELDS, RATIOS
from equipoise.web.design.numbers import Numbers, curve, with_ratio, worked_out
from equipoise.web.design.words import number, percent, plain, report_words
from equipoise.web.reader import HERE

__all__ = ["bounds", "cases_table", "looks_table", "power", "rests_on", "tags"]


def power(assumed: Assumptions, found: Numbers, file: Assumptions) -> Figure:
    """The power curve of this design, and of the study file's own when it is another."""
    ratio = assumed.hazard_ratio.value
    ratios = with_ratio(ratio)
    here = curve(assumed, found, ratios)
    curves = [power_curve.Curve(name=gettext("This design"), powers=here)]
    if assumed != file:
        own = curve(file, worked_out(file), ratios)
        curves.append(power_curve.Curve(name=gettext("Study file"), powers=own))
    values = {"events": f"{found.planned.events:.0f}", "ratio": plain(ratio)}
    return power_curve.power_curve_figure(
        ratios,
        curves,
        Texts(POWER_CURVE, HERE.translator, values),
        wanted=assumed.power.value,
        assumed=(ratio, found.power),
    )


def bounds(found: Numbers) -> Figure | None:
    """The bounds of the looks; None without interim looks."""
    plan, looks = found.plan, found.looks
    if plan is None or looks is None:
        return None
    return boundaries.boundaries_figure(
        _bounds(plan, looks),
        Texts(BOUNDARIES, HERE.translator),
        fixed=found.fixed_bound,
        futile=bool(plan.design.lower),
    )


def _bounds(plan: HazardPlan, looks: LookCost) -> list[boundaries.Bound]:
    design = plan.design
    chances = plan.under(plan.hazard_ratio), plan.under(1.0)
    made = []
    for index, upper in enumerate(design.upper):
        last = index + 1 == len(design.upper)
        lower = _lower(plan, index)
        ratio = number(plan.efficacy_ratios[index], 3)
        row = (
            number(plan.events[index], 0),
            number(looks.months[index], 1),
            number(looks.entered[index], 0),
            number(upper, 3),
            number(lower, 3) if not (last and design.lower) else "–",
            ratio,
            _small(design.nominal[index]),
            _small(design.alpha_spent[index]),
            *(percent(chance.stopped[index]) for chance in chances),
        )
        made.append(
            boundaries.Bound(
                events=plan.events[index], upper=upper, lower=lower, ratio=ratio, row=row
            )
        )
    return made


def _small(chance: float) -> str:
    """A small chance to five decimals."""
    return f"< {number(0.00001, 5)}" if 0 < chance < 0.00001 else number(chance, 5)


def _lower(plan: HazardPlan, index: int) -> float:
    """The bound below: for futility, or on the other side of a two-sided test."""
    design = plan.design
    if design.lower and index < len(design.lower):
        return design.lower[index]
    if design.lower:
        return design.upper[index]
    return -design.upper[index] if design.sided == 2 else -math.inf


def tags() -> dict[str, tuple[str, bool]]:
    """Each tag of provenance in words, and whether the sponsor still has to confirm it."""
    words = {
        "registry": gettext("registry"),
        "public": gettext("public"),
        "sibling": gettext("sibling trial"),
        "recalled": gettext("recalled"),
        "assumed": gettext("assumed"),
    }
    return {tag: (word, Assumed(0, tag=tag).unverified) for tag, word in words.items()}


def rests_on(assumed: Assumptions, file: Assumptions) -> list[dict[str, object]]:
    """Every assumption: in the study file, here, and where it comes from."""
    pairs = zip(_figures(assumed), _figures(file), strict=True)
    rows = []
    for (name, here), (_, there) in pairs:
        texts = _figure_text(there, file), _figure_text(here, assumed)
        changed = here.value != there.value or texts[0] != texts[1]
        rows.append(_row(name, *texts, here, changed=changed, english=here.where == there.where))
    return [*rows, _interim_row(assumed, file)]


def _row(
    name: str, file: str, here: str, source: Sourced, *, changed: bool, english: bool
) -> dict[str, object]:
    """One assumption; `english` when the study file itself says where it comes from."""
    row = {"name": name, "file": file, "here": here, "changed": changed, "where_english": english}
    tag = tags()[source.tag][0]
    return row | {"tag": tag, "where": source.where, "unverified": source.unverified}


def _figures(design: Assumptions) -> list[tuple[str, Assumed]]:
    of_file = (one for name, one in FIELDS.items() if one.figure and name != "sided")
    named = ((one.label(HERE.translator), design.figure(one.figure)) for one in of_file)
    return [(label, figure) for label, figure in named if figure]


def _figure_text(figure: Assumed, design: Assumptions) -> str:
    if figure is design.lost:
        return percent(figure.value, 0) if figure.value * 100 % 1 == 0 else percent(figure.value)
    if figure is design.alpha:
        return f"{plain(figure.value)} {_sides(design.sided)}"
    if figure is design.ratio:
        return _ratio_text(figure.value)
    months = gettext("%(count)s months") % {"count": plain(figure.value)}
    return months if figure.unit == "mo" else plain(figure.value)


def _sides(sided: int) -> str:
    return gettext("one-sided") if sided == 1 else gettext("two-sided")


def _ratio_text(value: float) -> str:
    return next((code for code, ratio in RATIOS.items() if ratio == value), f"{plain(value)}:1")


def _interim_row(assumed: Assumptions, file: Assumptions) -> dict[str, object]:
    here, there = assumed.interim, file.interim
    source: Sourced = Assumed(0, tag=there.tag if there else "assumed")
    if here:
        source = here if here.where else replace(here, where=gettext("given on this page"))
    texts = _looks_text(file), _looks_text(assumed)
    english, name = bool(here and here.where), gettext("Interim looks")
    return _row(name, *texts, source, changed=here != there, english=english)


def _rule(name: str) -> str:
    """The name of a rule of stopping in the reader's language."""
    name, _, futile = name.partition(", and futility")
    rule = CODES.said(name, HERE.translator) if name in CODES else name
    return gettext("%(rule)s, and futility at Z of 0") % {"rule": rule} if futile else rule


def _looks_text(design: Assumptions) -> str:
    if design.interim is None:
        return gettext("none")
    shares = ", ".join(percent(share, 0) for share in design.interim.shares)
    return f"{_rule(design.interim.rule.name)}: {shares}"


def cases_table(cases: tuple[Case, ...]) -> dict[str, object]:
    """What the study file's participants show: a row for each median and follow-up.

    In the row stand the power for each hazard ratio, then the hazard ratio shown.
    """
    ratios = sorted({case.hazard_ratio for case in cases})
    worlds = dict.fromkeys((case.control_median, case.follow_up) for case in cases)
    found = {(case.control_median, case.follow_up, case.hazard_ratio): case for case in cases}
    return {
        "ratios": [number(ratio, 2) for ratio in ratios],
        "rows": [
            (
                plain(median),
                plain(follow_up),
                *(percent(found[median, follow_up, ratio].power) for ratio in ratios),
                number(found[median, follow_up, ratios[0]].smallest, 3),
            )
            for median, follow_up in worlds
        ],
    }


def looks_table(looks: tuple[LookCost, ...]) -> list[tuple[str, ...]]:
    """What one interim look costs by each rule, and at each share of the events."""
    return [
        (f"{_rule(look.rule)}, {percent(look.shares[0], 0)}", *look.figures(report_words()))
        for look in looks
    ]
