"""What a reading found, put into a sentence that a nurse understands, in English or in Dutch."""

from __future__ import annotations

from decimal import Decimal

from equipoise.logic.days import DateSpan
from equipoise.logic.facts import FactType, Observation
from equipoise.logic.figures import (
    DIGITS,
    anchor_text,
    day_text,
    days_text,
    inner,
    interval_text,
    number_text,
    opening,
    unit_text,
    window_text,
    with_unit,
)
from equipoise.logic.reading import (
    Amount,
    Chosen,
    Compared,
    Gap,
    Lacking,
    Listed,
    Placed,
    Presence,
    Remark,
    RowOf,
    Seen,
    Stated,
    Title,
    Value,
)
from equipoise.logic.truth import Truth

LANGUAGES = ("en", "nl")
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

_PHRASES = {
    "yes": ("yes", "ja"),
    "no": ("no", "nee"),
    "or": ("or", "of"),
    "on": ("on", "op"),
    "calculation": ("the calculated value", "de berekende waarde"),
    "count": ("number of {0}", "aantal {0}"),
    "elapsed": ("time from {0} to {1}", "tijd van {0} tot {1}"),
    "row": ("{0}, row {1}: {2}", "{0}, rij {1}: {2}"),
    "==": ("is {0}", "is {0}"),
    "!=": ("is not {0}", "is niet {0}"),
    "<": ("is less than {0}", "is lager dan {0}"),
    "<=": ("is at most {0}", "is hoogstens {0}"),
    ">": ("is more than {0}", "is hoger dan {0}"),
    ">=": ("is at least {0}", "is minstens {0}"),
    "needs ==": ("{0} is needed", "{0} is nodig"),
    "needs !=": ("not {0} is needed", "niet {0} is nodig"),
    "needs <": ("less than {0} is needed", "lager dan {0} is nodig"),
    "needs <=": ("at most {0} is needed", "hoogstens {0} is nodig"),
    "needs >": ("more than {0} is needed", "hoger dan {0} is nodig"),
    "needs >=": ("at least {0} is needed", "minstens {0} is nodig"),
    "date <": ("is before {0}", "is vóór {0}"),
    "date <=": ("is on or before {0}", "is op of vóór {0}"),
    "date >": ("is after {0}", "is na {0}"),
    "date >=": ("is on or after {0}", "is op of na {0}"),
    "date needs <": ("a date before {0} is needed", "een datum vóór {0} is nodig"),
    "date needs <=": ("at the latest {0} is needed", "uiterlijk {0} is nodig"),
    "date needs >": ("a date after {0} is needed", "een datum na {0} is nodig"),
    "date needs >=": ("at the earliest {0} is needed", "op zijn vroegst {0} is nodig"),
    "inside": ("{0} {1} is {2}", "{0} {1} valt {2}"),
    "outside": ("{0} {1} is not {2}", "{0} {1} valt niet {2}"),
    "no rows": ("{0}: there are none", "{0}: er zijn er geen"),
    "no hits": ("{0}: none of the {1} meets the description", "{0}: geen van de {1} voldoet"),
    "hits": ("{0}: {1} of {2} meet the description", "{0}: {1} van {2} voldoen"),
    "known": ("{0} is known", "{0} is bekend"),
    "unknown": ("{0} is not known", "{0} is niet bekend"),
    "none": ("{0} is not recorded", "{0} is niet vastgelegd"),
    "no list": (
        "It is not recorded whether there are any {0}",
        "Niet vastgelegd of er {0} zijn",
    ),
    "none within": ("No {0} {1}", "Geen {0} {1}"),
    "last": (" (the last one, of {0}, is {1} old)", " (de laatste, van {0}, is {1} oud)"),
    "last on": (" (the last one is of {0})", " (de laatste is van {0})"),
    "undated": ("{0} has no date", "{0} heeft geen datum"),
    "no unit": (
        "{0} {1} has no unit; {2} is expected",
        "{0} {1} heeft geen eenheid; {2} wordt verwacht",
    ),
    "wrong unit": (
        "{0} {1} cannot be converted to {2}",
        "{0} {1} kan niet naar {2} worden omgerekend",
    ),
    "units differ": (
        "{0} cannot be compared: the units differ",
        "{0} kan niet worden vergeleken: de eenheden verschillen",
    ),
    "ULN": (
        "The laboratory's upper limit of normal for {0} is not recorded",
        "De bovengrens van normaal van het laboratorium voor {0} is niet vastgelegd",
    ),
    "LLN": (
        "The laboratory's lower limit of normal for {0} is not recorded",
        "De ondergrens van normaal van het laboratorium voor {0} is niet vastgelegd",
    ),
    "anchor": ("The date of {0} is not known yet", "De datum van {0} is nog niet bekend"),
    "incomplete": ("{0} is not known exactly", "{0} is niet precies bekend"),
    "not computable": ("{0} cannot be worked out", "{0} kan niet worden berekend"),
    "judgement": ("Not yet judged: {0}", "Nog niet beoordeeld: {0}"),
    "judgement by": ("Not yet judged by {1}: {0}", "Nog niet beoordeeld door {1}: {0}"),
    "censored": ("{0} {1} leaves the answer open", "{0} {1} laat het antwoord open"),
    "met": ("The rule holds", "Aan de regel is voldaan"),
    "not met": ("The rule does not hold", "Aan de regel is niet voldaan"),
}


def phrase(key: str, language: str, *parts: str) -> str:
    """A stock phrase with its blanks filled in."""
    return _PHRASES[key][LANGUAGES.index(language)].format(*parts)


def sentence(remarks: tuple[Remark, ...], truth: Truth, language: str) -> str:
    """All remarks as one sentence, each once."""
    said = dict.fromkeys(opening(remark_text(remark, language)) for remark in remarks)
    if not said:
        return phrase("met" if truth is Truth.TRUE else "not met", language)
    return "; ".join(said)


def remark_text(remark: Remark, language: str) -> str:
    """One remark."""
    match remark:
        case Lacking(gap):
            return gap_text(gap, language)
        case Stated(seen):
            return _stated(seen, language)
        case Compared():
            return _compared(remark, language)
        case Chosen():
            return _chosen(remark, language)
        case Placed(title, value, window, inside):
            anchor = anchor_text(window.anchor, None, language)
            return phrase(
                "inside" if inside else "outside",
                language,
                title_text(title, language),
                value_text(value, title.fact, language),
                window_text(window, anchor, language),
            )
        case Listed():
            return _listed(remark, language)
        case Presence(title, known):
            return phrase("known" if known else "unknown", language, title_text(title, language))


def title_text(title: Title, language: str) -> str:
    """What a value is called, inside a sentence."""
    if title.how == "calculation":
        return phrase("calculation", language)
    if title.how == "elapsed":
        return phrase("elapsed", language, *(title_text(each, language) for each in title.between))
    if title.how == "anchor":
        return anchor_text(title.name, title.fact, language)
    label = inner(title.fact.called(language)) if title.fact else title.name.replace("_", " ")
    return phrase("count", language, label) if title.how == "count" else label


def value_text(value: Value, fact: FactType | None, language: str, digits: int = DIGITS) -> str:
    """A value as people write it."""
    if isinstance(value, Amount):
        return with_unit(interval_text(value.number, language, digits), value.unit, language)
    if isinstance(value, DateSpan):
        if value.exact:
            return day_text(value.first, language)
        return f"{day_text(value.first, language)} – {day_text(value.last, language)}"
    if isinstance(value, Truth):
        return phrase("yes" if value is Truth.TRUE else "no", language)
    labels = fact.choices.get(value, {}) if fact else {}
    return labels.get(language) or labels.get("en") or value


def gap_text(gap: Gap, language: str) -> str:
    """Why an answer is open."""
    text = _gap(gap, language)
    return _in_row(gap.row, text, language) if gap.row else opening(text)


def _in_row(row: RowOf, text: str, language: str) -> str:
    label = opening(row.fact.called(language))
    return phrase("row", language, label, str(row.number), text)


def _gap(gap: Gap, language: str) -> str:
    label = title_text(gap.title, language)
    fact, last = gap.title.fact, gap.last
    if gap.code == "anchor":
        return phrase("anchor", language, label)
    if gap.code == "judgement" and fact is not None:
        judge = fact.judged_by(language)
        return phrase("judgement by" if judge else "judgement", language, label, judge)
    if gap.code in ("none", "too-old", "not-yet-valid"):
        return _none(gap, label, language)
    if gap.code == "uln":
        return phrase("LLN" if gap.unit == "LLN" else "ULN", language, label)
    if gap.code == "unit":
        return _unit_gap(gap, label, language)
    if last is None:
        return phrase("not computable", language, label)
    if gap.code == "censored":
        return phrase("censored", language, label, _recorded(last, language))
    return phrase("undated" if gap.window and last.on is None else "incomplete", language, label)


def _none(gap: Gap, label: str, language: str) -> str:
    fact, last = gap.title.fact, gap.last
    if gap.window is None:
        return phrase("no list" if fact and fact.columns else "none", language, label)
    anchor = anchor_text(gap.window.anchor, None, language)
    text = phrase("none within", language, label, window_text(gap.window, anchor, language))
    if last is None or last.on is None or gap.anchor is None:
        return text
    day = day_text(last.on, language)
    if gap.code != "too-old":
        return text + phrase("last on", language, day)
    return text + phrase("last", language, day, days_text((gap.anchor - last.on).days, language))


def _unit_gap(gap: Gap, label: str, language: str) -> str:
    if gap.last is None:
        return phrase("units differ", language, label)
    key = "wrong unit" if gap.last.unit else "no unit"
    expected = unit_text(gap.unit, language) or gap.unit or "1"
    return phrase(key, language, label, _recorded(gap.last, language), expected)


def _recorded(last: Observation, language: str) -> str:
    if not isinstance(last.value, Decimal):
        return str(last.value)
    text = last.comparator + number_text(last.value, language, digits=12)
    text = with_unit(text, last.unit, language) if last.unit else text
    return f"{text} {phrase('on', language)} {day_text(last.on, language)}" if last.on else text


def _stated(seen: Seen, language: str) -> str:
    label = title_text(seen.title, language)
    value = value_text(seen.value, seen.title.fact, language)
    day = f" ({day_text(seen.on, language)})" if seen.on else ""
    if isinstance(seen.value, Amount):
        return f"{label} {value}{day}"
    return f"{label}: {value}{'' if isinstance(seen.value, DateSpan) else day}"


def _compared(remark: Compared, language: str) -> str:
    """Either "… 5.4 mmol/L on 12 Nov 2026 is less than 5.5 mmol/L", or what is needed."""
    digits = _digits(remark.value, remark.limit)
    limit = _limit_text(remark, language, digits)
    subject = _subject(remark, language, digits)
    is_date = "date " if isinstance(remark.value, DateSpan) and remark.op[0] in "<>" else ""
    if remark.needed is not None:
        op = remark.op if remark.needed else _OPPOSITE[remark.op]
        needs = phrase(f"{is_date}needs {op}", language, limit)
        is_coded = isinstance(remark.value, Truth | str)
        return f"{subject}; {needs}" if is_coded else f"{subject}: {needs}"
    op = remark.op if remark.holds else _OPPOSITE[remark.op]
    if isinstance(remark.value, Truth | str):
        return subject if op == "==" else f"{subject}; {phrase(op, language, limit)}"
    return f"{subject} {phrase(f'{is_date}{op}', language, limit)}"


def _subject(remark: Compared, language: str, digits: int) -> str:
    """What was compared, with its value and its day."""
    label = title_text(remark.title, language)
    value = value_text(remark.value, remark.title.fact, language, digits)
    if isinstance(remark.value, Truth | str):
        return f"{label}: {value}"
    if remark.on is None or isinstance(remark.value, DateSpan):
        return f"{label} {value}"
    return f"{label} {value} {phrase('on', language)} {day_text(remark.on, language)}"


def _limit_text(remark: Compared, language: str, digits: int) -> str:
    limit = value_text(remark.limit, remark.title.fact, language, digits)
    if remark.multiple is None:
        return limit
    times, name = remark.multiple
    return f"{number_text(times, language)} × {name} ({limit})"


def _digits(value: Value, limit: Value) -> int:
    """Enough figures that a value just beyond its limit does not look equal to it."""
    if not isinstance(value, Amount) or not isinstance(limit, Amount):
        return DIGITS
    one, other = value.number.lo, limit.number.lo
    for digits in range(DIGITS, 28):
        alike = number_text(one, "en", digits) == number_text(other, "en", digits)
        if one == other or not one.is_finite() or not alike:
            return digits
    return 28


def _chosen(remark: Chosen, language: str) -> str:
    label, fact = title_text(remark.title, language), remark.title.fact
    value = value_text(remark.value, fact, language)
    *most, last = (value_text(option, fact, language) for option in remark.options)
    options = f"{', '.join(most)} {phrase('or', language)} {last}" if most else last
    text, good = f"{label}: {value}", remark.among is remark.needed
    if remark.needed is not None and not good:
        return f"{text}; {phrase('needs ==' if remark.needed else 'needs !=', language, options)}"
    return text if remark.among else f"{text}; {phrase('!=', language, options)}"


def _listed(remark: Listed, language: str) -> str:
    label = remark.fact.called(language)
    if not remark.rows:
        return phrase("no rows", language, label)
    if not remark.hits:
        return phrase("no hits", language, label, str(remark.rows))
    return phrase("hits", language, label, str(len(remark.hits)), str(remark.rows))
