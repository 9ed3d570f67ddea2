"""The fields of the design page: what may be asked, how far it may go, and what was wrong with it.

Every field starts with the figure of the study file. What was typed is kept as it was typed.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext

from equipoise.design.answer.assumed import Assumed, Assumptions
from equipoise.design.answer.interim import Interim
from equipoise.design.parameters import CODES, PARAMETERS, RULES
from equipoise.web.design.words import Wrong, plain, typed_number
from equipoise.web.reader import HERE

__all__ = ["FIELDS", "LOOKS", "DesignQuery", "Entry", "choices", "entries", "labels", "read_query"]

LOOKS = 4  # interim looks at most: five of all kinds are answered in a tenth of a second
RATIOS = {"1:1": 1.0, "2:1": 2.0, "3:2": 1.5, "3:1": 3.0, "1:2": 0.5}


_OF_FILE = (
    *("hazard_ratio", "control_median", "participants", "accrual", "follow_up", "lost"),
    *("ratio", "alpha", "sided", "power"),
)
FIELDS = {name: PARAMETERS[name] for name in _OF_FILE} | {
    "rule": PARAMETERS["interim_rule"],
    "looks": PARAMETERS["interim_shares"],
    "futility": PARAMETERS["stop_for_futility"],
}
"""The parameter that each field of the address stands for, in the order of the page."""
NUMBERS = tuple(name for name, one in FIELDS.items() if one.slider and one.figure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field as the page shows it; `tag` is the provenance of the study file's figure.

    `slider` (from, to, step) is empty for a choice.
    """

    name: str
    label: str
    unit: str = ""
    value: str
    error: str = ""
    tag: str = ""
    slider: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignQuery:
    """What was typed, what is wrong with it, and the design that it asks for when nothing is."""

    form_data: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    assumed: Assumptions | None = None
    futility: bool = False


def read_query(query: Mapping[str, str], file: Assumptions) -> DesignQuery:
    """The design that the address asks for; what it leaves out is as in the study file."""
    own = _own(file)
    form_data = {name: query.get(name, own[name]).strip()[:200] for name in own}
    errors: dict[str, str] = {}
    numbers = {name: _number(name, form_data[name], errors) for name in NUMBERS}
    for name, listed in choices().items():
        if form_data[name] not in {code for code, _ in listed}:
            errors[name] = gettext("Choose one of the list.")
    shares = _shares(form_data["looks"], errors) if form_data["rule"] != "none" else ()
    if not errors and numbers["power"] <= numbers["alpha"] / int(form_data["sided"]):
        errors["power"] = gettext("Ask for a power above alpha, such as %(power)s.") % {
            "power": plain(0.8)
        }
    if errors:
        return DesignQuery(form_data=form_data, errors=errors)
    design = _design(form_data, own, numbers, shares, file)
    return DesignQuery(
        form_data=form_data,
        assumed=design,
        futility=form_data["futility"] == "yes" and bool(shares),
    )


def _own(file: Assumptions) -> dict[str, str]:
    """The study file's own figures as they stand in the fields."""
    interim = file.interim
    named = {name: plain(_of(file, name).value * FIELDS[name].scale) for name in NUMBERS}
    ratio = file.ratio.value
    rules = {rule: code for code, rule in RULES.items()}
    return {
        **named,
        "ratio": next((code for code, value in RATIOS.items() if value == ratio), "1:1"),
        "sided": str(file.sided),
        "rule": rules.get(interim.rule, "none") if interim else "none",
        "looks": "; ".join(plain(100 * share) for share in interim.shares)
        if interim
        else plain(50),
        "futility": "no",
    }


def _of(file: Assumptions, name: str) -> Assumed:
    figure = file.figure(name)
    assert figure is not None, name
    return figure


def _number(name: str, text: str, errors: dict[str, str]) -> float:
    """The number typed, in the unit in which it is kept; the reason stays in `errors`."""
    allowed, integer = FIELDS[name], FIELDS[name].kind == "whole"
    try:
        number = typed_number(text, allowed.low, allowed.high, integer=integer)
    except Wrong as wrong:
        errors[name] = str(wrong)
        return math.nan
    if name == "hazard_ratio" and number >= 1:
        errors[name] = gettext(
            "A hazard ratio of 1 or more is no benefit to show; give one such as %(ratio)s."
        ) % {"ratio": plain(0.7)}
    return number / allowed.scale


def _pointed(text: str) -> str:
    """With a point for the decimals; raises ValueError for what Python alone takes for a number."""
    if "_" in text:
        raise ValueError(text)
    return text.replace(",", ".")


def _shares(text: str, errors: dict[str, str]) -> tuple[float, ...]:
    """The shares of the events at which the trial is looked at before its end."""
    allowed = FIELDS["looks"]
    parts = [part.strip() for part in text.split(";")] if ";" in text else text.split()
    try:
        shares = [float(_pointed(part)) for part in parts]
    except ValueError:
        shares = []
    if ";" not in text and plain(0.5)[1] == "." and re.search(r"\d,\d", text):
        errors["looks"] = gettext("Put semicolons between the looks, such as 33; 67.")
    elif not shares:
        errors["looks"] = gettext("Give shares of the events in percent, such as 50, or 33; 67.")
    elif len(shares) > LOOKS:
        errors["looks"] = gettext("Give at most %(most)s interim looks.") % {"most": LOOKS}
    elif not all(allowed.low <= share <= allowed.high for share in shares):
        errors["looks"] = gettext(
            "Each look lies between %(low)s and %(high)s %% of the events."
        ) % {
            "low": plain(allowed.low),
            "high": plain(allowed.high),
        }
    elif any(late - early < 1 for early, late in zip(shares, shares[1:], strict=False)):
        errors["looks"] = gettext(
            "Give the looks in order, at least 1 percent of the events apart."
        )
    return tuple(share / 100 for share in shares)


def _design(
    form_data: Mapping[str, str],
    own: Mapping[str, str],
    numbers: Mapping[str, float],
    shares: tuple[float, ...],
    file: Assumptions,
) -> Assumptions:
    """The study file's figures with those typed in their place, where they differ."""
    mine = {
        name: Assumed(number, _of(file, name).unit, "assumed", gettext("given on this page"))
        for name, number in numbers.items()
        if form_data[name] != own[name]
    }
    if form_data["ratio"] != own["ratio"]:
        ratio = Assumed(RATIOS[form_data["ratio"]], "", "assumed", gettext("given on this page"))
        mine["ratio"] = ratio
    interim = None
    if shares:
        same = form_data["rule"] == own["rule"] and form_data["looks"] == own["looks"]
        chosen = Interim(rule=RULES[form_data["rule"]], shares=shares, said=form_data["looks"])
        interim = file.interim if same else chosen
    return replace(file, **mine, sided=int(form_data["sided"]), interim=interim)


def choices() -> dict[str, tuple[tuple[str, str], ...]]:
    """The choices of each field that is not a number."""
    return {
        "ratio": tuple((code, code) for code in RATIOS),
        "sided": (("2", gettext("Two-sided")), ("1", gettext("One-sided"))),
        "rule": (
            ("none", CODES.said("none", HERE.translator)),
            *((code, CODES.said(rule.name, HERE.translator)) for code, rule in RULES.items()),
        ),
        "futility": (
            ("no", gettext("Not for lack of benefit")),
            ("yes", gettext("Also when experimental does no better")),
        ),
    }


def entries(found: DesignQuery, file: Assumptions) -> list[Entry]:
    """The fields in the order of the page, each with what the study file says of it."""
    listed = choices()
    return [
        Entry(
            name=name,
            label=label,
            unit=unit,
            value=found.form_data[name],
            error=found.errors.get(name, ""),
            tag=_tag(name, file),
            slider=tuple(f"{value:g}" for value in FIELDS[name].slider),
            choices=listed.get(name, ()),
        )
        for name, (label, unit) in labels().items()
    ]


def _tag(name: str, file: Assumptions) -> str:
    """The provenance of the study file's figure; empty for what the file does not say."""
    if FIELDS[name].figure:
        return _of(file, name).tag
    return file.interim.tag if file.interim and name in ("rule", "looks") else ""


def labels() -> dict[str, tuple[str, str]]:
    """Name, label and unit of every field."""
    into = HERE.translator
    return {name: (one.label(into), one.unit_text(into)) for name, one in FIELDS.items()}
