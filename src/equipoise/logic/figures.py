"""How numbers, dates, units and names are shown to people, in their language."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from equipoise.logic.facts import FactType
from equipoise.logic.interval import Interval
from equipoise.logic.translator import ENGLISH, Counted, Phrases, Translator
from equipoise.logic.tree import Window

_MONTHS = Phrases(
    "month, short",
    {
        "1": "Jan",
        "2": "Feb",
        "3": "Mar",
        "4": "Apr",
        "5": "May",
        "6": "Jun",
        "7": "Jul",
        "8": "Aug",
        "9": "Sep",
        "10": "Oct",
        "11": "Nov",
        "12": "Dec",
    },
)
_MONTHS_WHOLE = Phrases(
    "month, whole",
    {
        "1": "January",
        "2": "February",
        "3": "March",
        "4": "April",
        "5": "May",
        "6": "June",
        "7": "July",
        "8": "August",
        "9": "September",
        "10": "October",
        "11": "November",
        "12": "December",
    },
)
_DATES = Phrases(
    "date",
    {"day": "{day} {month} {year}", "of year": "{day} {month}", "month": "{month} {year}"},
)
_DECIMALS = Phrases("decimal sign", {"sign": "."})
_THOUSANDS = Phrases("thousands sign", {"sign": ","})
_TIME = Counted(
    "length of time",
    {
        "d": ("day", "days"),
        "wk": ("week", "weeks"),
        "mo": ("month", "months"),
        "a": ("year", "years"),
    },
)
_ANCHORS = Phrases(
    "day that is counted from",
    {
        "registration": "registration",
        "randomisation": "randomisation",
        "consent": "consent",
        "surgery": "surgery",
        "screening": "screening",
        "today": "today",
    },
)
_WINDOWS = Phrases(
    "when",
    {
        "before": "before {anchor}",
        "after": "after {anchor}",
        "since": "since {anchor}",
        "until": "until {anchor}",
        "within before": "within {length} before {anchor}",
        "within after": "within {length} after {anchor}",
        "within since": "within {length} since {anchor}",
        "within until": "within {length} until {anchor}",
    },
)
_MICRO = re.compile(r"(?<![A-Za-z])u(?=[A-Za-z])")  # UCUM's prefix: umol, 10*3/uL
_RAISED = re.compile(r"(?<=m)[23](?![0-9])")  # m2, um3
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
DIGITS = 4
SEVERAL = 2  # what is no whole number is spoken of as of several
FARTHEST = 20  # powers of ten beyond which nobody counts the noughts


def number_text(value: Decimal, into: Translator, digits: int = DIGITS) -> str:
    """A number as people write it, with at most so many significant figures."""
    if value and abs(value.adjusted()) > FARTHEST:
        digit, _, power = f"{value:.{digits - 1}E}".partition("E")
        return f"{number_text(Decimal(digit), into)}×10{str(int(power)).translate(_SUPERSCRIPTS)}"
    if value and len(value.normalize().as_tuple().digits) > digits:
        places = max(digits - 1 - value.adjusted(), 0)
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", decimal_sign(into))


def decimals_text(value: float, decimals: int, into: Translator) -> str:
    """A number to so many decimals; an en dash when there is none."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:.{decimals}f}"
    if not text.strip("-0."):
        text = text.removeprefix("-")
    return text.replace("-", "−").replace(".", decimal_sign(into))


def decimal_sign(into: Translator) -> str:
    """What stands before the decimals."""
    return _DECIMALS.said("sign", into)


def thousands_sign(into: Translator) -> str:
    """What may stand between thousands, where somebody types it."""
    return _THOUSANDS.said("sign", into)


def interval_text(number: Interval, into: Translator, digits: int = DIGITS) -> str:
    """`<3`, `≥90`, `65–66`, or one number."""
    ends = (number.lo, number.hi)
    lo, hi = (number_text(end, into, digits) if end.is_finite() else "" for end in ends)
    if number.exact:
        return lo
    if not lo:
        return f"{'<' if number.hi_open else '≤'}{hi}" if hi else "?"
    return f"{lo}–{hi}" if hi else f"{'>' if number.lo_open else '≥'}{lo}"


def unit_text(code: str, into: Translator = ENGLISH) -> str:
    """A UCUM unit as people write it: `10*9/L` is ×10⁹/L, `{INR}` is nothing."""
    if code == "1" or (code.startswith("{") and code.endswith("}")):
        return ""
    code = _MICRO.sub("µ", code)
    if code.startswith("10*"):
        power, by, rest = code[3:].partition("/")
        return f"×10{power.translate(_SUPERSCRIPTS)}{by}{rest}"
    surface = f"1{decimal_sign(into)}73 m²"
    plain = code.replace("{1.73_m2}", surface).replace("[", "").replace("]", "")
    plain = _RAISED.sub(lambda found: found[0].translate(_SUPERSCRIPTS), plain)
    return {"Cel": "°C"}.get(plain, plain)


def with_unit(text: str, code: str, into: Translator) -> str:
    """A number that is already text, with its unit."""
    if code in _TIME:
        count = int(text) if text.isdecimal() else SEVERAL
        return f"{text} {_TIME.said(code, into, count)}"
    unit = unit_text(code, into)
    return f"{text} {unit}".strip() if unit != "%" else f"{text}%"


def day_text(day: date, into: Translator) -> str:
    """12 Nov 2026, 12 nov 2026."""
    month = _MONTHS.said(str(day.month), into)
    return _DATES.said("day", into, day=str(day.day), month=month, year=str(day.year))


def long_day_text(day: date, into: Translator) -> str:
    """12 November 2026, for the public."""
    month = _MONTHS_WHOLE.said(str(day.month), into)
    return _DATES.said("day", into, day=str(day.day), month=month, year=str(day.year))


def day_of_year_text(day: date, into: Translator) -> str:
    """12 Nov, where the year stands beside it."""
    return _DATES.said("of year", into, day=str(day.day), month=_MONTHS.said(str(day.month), into))


def month_text(year: int, month: int, into: Translator) -> str:
    """Nov 2026, nov 2026."""
    named = _MONTHS.said(str(month), into)
    return _DATES.said("month", into, month=named, year=str(year))


def month_names(into: Translator) -> list[tuple[str, str]]:
    """What each month is called, in short and in full."""
    numbers = map(str, range(1, 13))
    return [(_MONTHS.said(n, into), _MONTHS_WHOLE.said(n, into)) for n in numbers]


def clock_text(minutes: Decimal) -> str:
    """Minutes since midnight as the clock says them: 09:05."""
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}"


def days_text(days: int, into: Translator) -> str:
    """1 day, 34 days."""
    return with_unit(str(days), "d", into)


def anchor_text(name: str, fact: FactType | None, into: Translator) -> str:
    """What a window counts from."""
    if fact is not None:
        return inner(fact.called(into.language))
    return _ANCHORS.said(name, into) if name in _ANCHORS else name.replace("_", " ")


def window_text(window: Window, anchor: str, into: Translator) -> str:
    """`within 15 days before registration`."""
    if window.length is None:
        return _WINDOWS.said(window.side, into, anchor=anchor)
    length = with_unit(str(window.length), window.unit, into)
    return _WINDOWS.said(f"within {window.side}", into, length=length, anchor=anchor)


def inner(label: str) -> str:
    """A label inside a sentence: its capital goes, unless it is more than that (`AST`, `eGFR`)."""
    first = label.split(" ", maxsplit=1)[0]
    return label[:1].lower() + label[1:] if first.istitle() and first.isalpha() else label


def opening(sentence: str) -> str:
    """A sentence with its capital; a word that has capitals of its own (`eGFR`) is left alone."""
    first = sentence.split(" ", maxsplit=1)[0]
    return sentence[:1].upper() + sentence[1:] if first == first.lower() else sentence
