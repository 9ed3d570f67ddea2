"""How numbers, dates, units and names are shown to people, in English and in Dutch."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from equipoise.logic.facts import FactType
from equipoise.logic.interval import Interval
from equipoise.logic.tree import Window

_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
}
_TIME = {
    "en": {
        "d": ("day", "days"),
        "wk": ("week", "weeks"),
        "mo": ("month", "months"),
        "a": ("year", "years"),
    },
    "nl": {
        "d": ("dag", "dagen"),
        "wk": ("week", "weken"),
        "mo": ("maand", "maanden"),
        "a": ("jaar", "jaar"),
    },
}
_ANCHORS = {
    "registration": "registratie",
    "randomisation": "randomisatie",
    "consent": "toestemming",
    "surgery": "operatie",
    "screening": "screening",
    "today": "vandaag",
}
_MICRO = re.compile(r"(?<![A-Za-z])u(?=[A-Za-z])")  # UCUM's prefix: umol, 10*3/uL
_RAISED = re.compile(r"(?<=m)[23](?![0-9])")  # m2, um3
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SIDES = {
    "en": {"before": "before", "after": "after", "since": "since", "until": "until"},
    "nl": {"before": "vóór", "after": "na", "since": "sinds", "until": "tot en met"},
}
DIGITS = 4
FARTHEST = 20  # powers of ten beyond which nobody counts the noughts


def number_text(value: Decimal, language: str, digits: int = DIGITS) -> str:
    """A number as people write it, with at most so many significant figures."""
    if value and abs(value.adjusted()) > FARTHEST:
        digit, _, power = f"{value:.{digits - 1}E}".partition("E")
        return (
            f"{number_text(Decimal(digit), language)}×10{str(int(power)).translate(_SUPERSCRIPTS)}"
        )
    if value and len(value.normalize().as_tuple().digits) > digits:
        places = max(digits - 1 - value.adjusted(), 0)
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "nl" else text


def interval_text(number: Interval, language: str, digits: int = DIGITS) -> str:
    """`<3`, `≥90`, `65–66`, or one number."""
    ends = (number.lo, number.hi)
    lo, hi = (number_text(end, language, digits) if end.is_finite() else "" for end in ends)
    if number.exact:
        return lo
    if not lo:
        return f"{'<' if number.hi_open else '≤'}{hi}" if hi else "?"
    return f"{lo}–{hi}" if hi else f"{'>' if number.lo_open else '≥'}{lo}"


def unit_text(code: str, language: str = "en") -> str:
    """A UCUM unit as people write it: `10*9/L` is ×10⁹/L, `{INR}` is nothing."""
    if code == "1" or (code.startswith("{") and code.endswith("}")):
        return ""
    code = _MICRO.sub("µ", code)
    if code.startswith("10*"):
        power, by, rest = code[3:].partition("/")
        return f"×10{power.translate(_SUPERSCRIPTS)}{by}{rest}"
    surface = "1,73 m²" if language == "nl" else "1.73 m²"
    plain = code.replace("{1.73_m2}", surface).replace("[", "").replace("]", "")
    plain = _RAISED.sub(lambda found: found[0].translate(_SUPERSCRIPTS), plain)
    return {"Cel": "°C"}.get(plain, plain)


def with_unit(text: str, code: str, language: str) -> str:
    """A number that is already text, with its unit."""
    if code in _TIME["en"]:
        return f"{text} {_TIME[language][code][text != '1']}"
    unit = unit_text(code, language)
    return f"{text} {unit}".strip() if unit != "%" else f"{text}%"


def day_text(day: date, language: str) -> str:
    """12 Nov 2026, 12 nov 2026."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def month_text(year: int, month: int, language: str) -> str:
    """Nov 2026, nov 2026."""
    return f"{_MONTHS[language][month - 1]} {year}"


def days_text(days: int, language: str) -> str:
    """1 day, 34 days."""
    return with_unit(str(days), "d", language)


def anchor_text(name: str, fact: FactType | None, language: str) -> str:
    """What a window counts from."""
    if fact is not None:
        return inner(fact.called(language))
    plain = name.replace("_", " ")
    return _ANCHORS.get(name, plain) if language == "nl" else plain


def window_text(window: Window, anchor: str, language: str) -> str:
    """`within 15 days before registration`."""
    side = _SIDES[language][window.side]
    if window.length is None:
        return f"{side} {anchor}"
    within = "binnen" if language == "nl" else "within"
    return f"{within} {with_unit(str(window.length), window.unit, language)} {side} {anchor}"


def inner(label: str) -> str:
    """A label inside a sentence: its capital goes, unless it is more than that (`AST`, `eGFR`)."""
    first = label.split(" ", maxsplit=1)[0]
    return label[:1].lower() + label[1:] if first.istitle() and first.isalpha() else label


def opening(sentence: str) -> str:
    """A sentence with its capital; a word that has capitals of its own (`eGFR`) is left alone."""
    first = sentence.split(" ", maxsplit=1)[0]
    return sentence[:1].upper() + sentence[1:] if first == first.lower() else sentence
