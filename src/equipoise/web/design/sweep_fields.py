"""The fields of a new sweep: what each may be, what stands in it at first, how it is read.

Values are typed as on the command line: `0.6..1/0.1`, or with commas, and looks as `0.5+1`. Where a
decimal comma is written, semicolons stand between values.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from equipoise.design.parameters import DESIGN, PARAMETERS, SCENARIO, Parameter, code_text
from equipoise.design.sweep import words
from equipoise.design.sweep.question import BadSweep
from equipoise.design.sweep.question_text import SETTINGS
from equipoise.design.sweep.settings import Settings
from equipoise.web.design.words import Wrong, mark, plain, typed_number
from equipoise.web.reader import HERE

__all__ = [
    "AXES",
    "GROUPS",
    "KNOBS",
    "changed",
    "codes",
    "field_text",
    "initial_data",
    "names",
    "value",
    "values",
]

AXES = 3
LONGEST = 300  # characters of a field that are read


KNOBS = {name: one for name, one in PARAMETERS.items() if name in SETTINGS and not one.file_only}
GROUPS = tuple(
    (group, tuple(name for name in KNOBS if name in listed))
    for group, listed in (("design", DESIGN), ("scenario", SCENARIO))
)
TRUTHS = {"yes": True, "no": False}
_CODES = tuple(code for one in KNOBS.values() for code in one.choices)


def names() -> dict[str, str]:
    """Every setting of a sweep, as the page calls it."""
    return {name: one.heading(HERE.translator) for name, one in KNOBS.items()}


def codes() -> dict[str, str]:
    """Every value of a setting that is a word."""
    return {code: code_text(code, HERE.translator) for code in _CODES}


def initial_data(start: Settings) -> dict[str, str]:
    """What stands in the fields before anything is typed."""
    own = {name: field_text(name, getattr(start, name)) for name in KNOBS}
    axes = {f"{what}{number}": "" for number in range(1, AXES + 1) for what in ("axis", "values")}
    ratios = f"{plain(0.6)}..1/{plain(0.1)}"
    first_axis = {"axis1": "hazard_ratio", "values1": ratios, "title": ""}
    return own | axes | first_axis | {"error": plain(0.003), "most": "200000", "seed": "1"}


def field_text(name: str, setting: Any) -> str:
    """A value as it would be typed."""
    if setting is None:
        return ""
    if isinstance(setting, bool):
        return "yes" if setting else "no"
    if isinstance(setting, tuple):
        return "+".join(plain(one) for one in setting)
    return setting if isinstance(setting, str) else plain(float(f"{setting:.6g}"))


def value(name: str, entered: str) -> Any:
    """The one value that was typed. Raises Wrong."""
    knob, text = KNOBS[name], entered.strip()
    if not text:
        if knob.empty:
            return None
        raise Wrong(gettext("Give a value."))
    if knob.kind == "choice":
        return _choice(knob, text)
    if knob.kind == "truth":
        if text not in TRUTHS:
            raise Wrong(gettext("Choose one of: %(choices)s.") % {"choices": ", ".join(TRUTHS)})
        return TRUTHS[text]
    if knob.kind == "ratio":
        if not re.fullmatch(r"[1-9]\d?:[1-9]\d?", text):
            raise Wrong(gettext("Give a ratio, such as 1:1 or 2:1."))
        return text
    if knob.kind == "looks":
        return _looks(text)
    return typed_number(text, knob.low, knob.high, integer=knob.kind == "whole")


def values(name: str, text: str) -> list[Any]:
    """The values of an axis. Raises Wrong."""
    if len(text) > LONGEST:
        raise Wrong(gettext("That is too long: take a range, such as 0.5..0.9/0.1."))
    found = _range(name, text) if ".." in text else [value(name, one) for one in _apart(name, text)]
    if len(set(map(str, found))) < len(found):
        raise Wrong(gettext("A value stands there twice."))
    return found


def _apart(name: str, text: str) -> list[str]:
    """The values, each by itself."""
    if ";" in text:
        return [one.replace(",", ".") for one in text.split(";")]
    doubtful = mark() == "," or KNOBS[name].kind in ("number", "looks")
    if doubtful and words.may_be_decimal(text):
        raise Wrong(gettext("Put semicolons between the values, such as 0,6; 0,7."))
    return text.split(",")


def _range(name: str, text: str) -> list[Any]:
    try:
        found = words.many(text.replace(",", "."))
    except BadSweep:
        found = []
    if not found or KNOBS[name].kind not in ("number", "whole"):
        raise Wrong(gettext("A range goes up from .. to / by, such as 0.5..0.9/0.1."))
    return [value(name, f"{one:.12g}") for one in found]


def _choice(knob: Parameter, text: str) -> str:
    if text in knob.choices:
        return text
    named = {codes()[code]: code for code in knob.choices}
    if text in named:
        return named[text]
    raise Wrong(gettext("Choose one of: %(choices)s.") % {"choices": ", ".join(knob.choices)})


def _looks(text: str) -> list[float]:
    try:
        looks = [float(part.replace(",", ".")) for part in text.split("+")]
    except ValueError:
        looks = []
    rising = all(0 < early < late for early, late in zip(looks, looks[1:], strict=False))
    if not looks or not rising or looks[-1] != 1 or len(looks) > 10:
        raise Wrong(gettext("Give rising shares of the events up to 1, such as 0.5+1."))
    return looks


def changed(form_data: Mapping[str, str], start: Settings) -> dict[str, str]:
    """The settings that were typed otherwise than they stood there."""
    return {
        name: form_data[name]
        for name in KNOBS
        if form_data[name].strip() != field_text(name, getattr(start, name))
    }
