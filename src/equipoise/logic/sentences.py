"""What a reading found, put into a sentence that a nurse understands, in their language."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from equipoise.logic.days import DateSpan
from equipoise.logic.facts import FactType, Kind, Observation
from equipoise.logic.figures import (
    DIGITS,
    anchor_text,
    clock_text,
    day_text,
    days_text,
    decimal_sign,
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
from equipoise.logic.translator import ENGLISH, Phrases, Translator
from equipoise.logic.truth import Truth

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

_PHRASES = Phrases(
    "criterion",
    {
        "yes": "yes",
        "no": "no",
        "or": "{options} or {last}",
        "on": "{value} on {day}",
        "calculation": "the calculated value",
        "count": "number of {what}",
        "sum": "sum of {what}",
        "lowest": "lowest {what}",
        "highest": "highest {what}",
        "elapsed": "time from {start} to {end}",
        "row": "{list}, row {number}: {what}",
        "==": "is {limit}",
        "!=": "is not {limit}",
        "<": "is less than {limit}",
        "<=": "is at most {limit}",
        ">": "is more than {limit}",
        ">=": "is at least {limit}",
        "needs ==": "{limit} is needed",
        "needs !=": "not {limit} is needed",
        "needs <": "less than {limit} is needed",
        "needs <=": "at most {limit} is needed",
        "needs >": "more than {limit} is needed",
        "needs >=": "at least {limit} is needed",
        "date <": "is before {limit}",
        "date <=": "is on or before {limit}",
        "date >": "is after {limit}",
        "date >=": "is on or after {limit}",
        "date needs <": "a date before {limit} is needed",
        "date needs <=": "at the latest {limit} is needed",
        "date needs >": "a date after {limit} is needed",
        "date needs >=": "at the earliest {limit} is needed",
        "inside": "{what} {value} is {window}",
        "outside": "{what} {value} is not {window}",
        "no rows": "{list}: there are none",
        "no hits": "{list}: none of the {rows} meets the description",
        "hits": "{list}: {count} of {rows} meet the description",
        "known": "{what} is known",
        "unknown": "{what} is not known",
        "none": "{what} is not recorded",
        "no list": "It is not recorded whether there are any {what}",
        "none within": "No {what} {window}",
        "last": "{sentence} (the last one, of {day}, is {age} old)",
        "last on": "{sentence} (the last one is of {day})",
        "undated": "{what} has no date",
        "no unit": "{what} {value} has no unit; {expected} is expected",
        "wrong unit": "{what} {value} cannot be converted to {expected}",
        "units differ": "{what} cannot be compared: the units differ",
        "ULN": "The laboratory's upper limit of normal for {what} is not recorded",
        "LLN": "The laboratory's lower limit of normal for {what} is not recorded",
        "anchor": "The date of {what} is not known yet",
        "incomplete": "{what} is not known exactly",
        "not computable": "{what} cannot be worked out",
        "judgement": "Not yet judged: {what}",
        "judgement by": "Not yet judged by {who}: {what}",
        "censored": "{what} {value} leaves the answer open",
        "met": "The rule holds",
        "not met": "The rule does not hold",
    },
)


def sentence(remarks: tuple[Remark, ...], truth: Truth, into: Translator) -> str:
    """All remarks as one sentence, each once."""
    said = dict.fromkeys(opening(remark_text(remark, into)) for remark in remarks)
    if not said:
        return _PHRASES.said("met" if truth is Truth.TRUE else "not met", into)
    return "; ".join(said)


def remark_text(remark: Remark, into: Translator) -> str:
    """One remark."""
    match remark:
        case Lacking(gap):
            return gap_text(gap, into)
        case Stated(seen):
            return _stated(seen, into)
        case Compared():
            return _compared(remark, into)
        case Chosen():
            return _chosen(remark, into)
        case Placed(title, value, window, inside):
            anchor = anchor_text(window.anchor, None, into)
            return _PHRASES.said(
                "inside" if inside else "outside",
                into,
                what=title_text(title, into),
                value=value_text(value, title.fact, into),
                window=window_text(window, anchor, into),
            )
        case Listed():
            return _listed(remark, into)
        case Presence(title, known):
            return _PHRASES.said(
                "known" if known else "unknown", into, what=title_text(title, into)
            )


def title_text(title: Title, into: Translator) -> str:
    """What a value is called, inside a sentence."""
    if title.how == "calculation":
        return _PHRASES.said("calculation", into)
    if title.how == "elapsed":
        start, end = (title_text(each, into) for each in title.between)
        return _PHRASES.said("elapsed", into, start=start, end=end)
    if title.how == "anchor":
        return anchor_text(title.name, title.fact, into)
    label = inner(title.fact.called(into.language)) if title.fact else title.name.replace("_", " ")
    return label if title.how == "fact" else _PHRASES.said(title.how, into, what=label)


def value_text(value: Value, fact: FactType | None, into: Translator, digits: int = DIGITS) -> str:
    """A value as people write it."""
    if fact and fact.kind is Kind.TIME and isinstance(value, Amount) and value.number.exact:
        return clock_text(value.number.lo)
    if isinstance(value, Amount):
        return with_unit(interval_text(value.number, into, digits), value.unit, into)
    if isinstance(value, DateSpan):
        if value.exact:
            return day_text(value.first, into)
        return f"{day_text(value.first, into)} – {day_text(value.last, into)}"
    if isinstance(value, Truth):
        return _PHRASES.said("yes" if value is Truth.TRUE else "no", into)
    labels = fact.choices.get(value, {}) if fact else {}
    return labels.get(into.language) or labels.get("en") or value


def calculated_text(
    value: Value, fact: FactType, decimals: int, into: Translator, *, plain: bool = False
) -> str:
    """What was worked out: a number to so many decimals.

    :param plain: for programs, which want no unit, no label and no noughts
    """
    if isinstance(value, Amount) and value.number.exact:
        number = value.number.lo
        if plain:
            return number_text(number, into, decimals)
        text = f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
        return with_unit(text.replace(".", decimal_sign(into)), value.unit, into)
    if isinstance(value, Amount):
        text = interval_text(value.number, into, decimals if plain else DIGITS)
        return text if plain else with_unit(text, value.unit, into)
    if plain and isinstance(value, DateSpan):
        return value.first.isoformat() if value.exact else f"{value.first}/{value.last}"
    if plain and isinstance(value, str):
        return value
    return value_text(value, fact, into)


def gap_text(gap: Gap, into: Translator) -> str:
    """Why an answer is open."""
    text = _gap(gap, into)
    return _in_row(gap.row, text, into) if gap.row else opening(text)


def _in_row(row: RowOf, text: str, into: Translator) -> str:
    label = opening(row.fact.called(into.language))
    return _PHRASES.said("row", into, list=label, number=str(row.number), what=text)


def _gap(gap: Gap, into: Translator) -> str:
    label = title_text(gap.title, into)
    fact, last = gap.title.fact, gap.last
    if gap.code == "anchor":
        return _PHRASES.said("anchor", into, what=label)
    if gap.code == "judgement" and fact is not None:
        judge = fact.judged_by(into.language)
        return _PHRASES.said("judgement by" if judge else "judgement", into, what=label, who=judge)
    if gap.code in ("none", "too-old", "not-yet-valid"):
        return _none(gap, label, into)
    if gap.code == "uln":
        return _PHRASES.said("LLN" if gap.unit == "LLN" else "ULN", into, what=label)
    if gap.code == "unit":
        return _unit_gap(gap, label, into)
    if last is None:
        return _PHRASES.said("not computable", into, what=label)
    if gap.code == "censored":
        return _PHRASES.said("censored", into, what=label, value=_recorded(last, into))
    undated = gap.window and last.on is None
    return _PHRASES.said("undated" if undated else "incomplete", into, what=label)


def _none(gap: Gap, label: str, into: Translator) -> str:
    fact, last = gap.title.fact, gap.last
    if gap.window is None:
        return _PHRASES.said("no list" if fact and fact.columns else "none", into, what=label)
    anchor = anchor_text(gap.window.anchor, None, into)
    window = window_text(gap.window, anchor, into)
    text = _PHRASES.said("none within", into, what=label, window=window)
    if last is None or last.on is None or gap.anchor is None:
        return text
    day = day_text(last.on, into)
    if gap.code != "too-old":
        return _PHRASES.said("last on", into, sentence=text, day=day)
    age = days_text((gap.anchor - last.on).days, into)
    return _PHRASES.said("last", into, sentence=text, day=day, age=age)


def _unit_gap(gap: Gap, label: str, into: Translator) -> str:
    if gap.last is None:
        return _PHRASES.said("units differ", into, what=label)
    key = "wrong unit" if gap.last.unit else "no unit"
    expected = unit_text(gap.unit, into) or gap.unit or "1"
    value = _recorded(gap.last, into)
    return _PHRASES.said(key, into, what=label, value=value, expected=expected)


def _recorded(last: Observation, into: Translator) -> str:
    if not isinstance(last.value, Decimal):
        return str(last.value)
    text = last.comparator + number_text(last.value, into, digits=12)
    text = with_unit(text, last.unit, into) if last.unit else text
    return _PHRASES.said("on", into, value=text, day=day_text(last.on, into)) if last.on else text


def _stated(seen: Seen, into: Translator) -> str:
    label = title_text(seen.title, into)
    value = value_text(seen.value, seen.title.fact, into)
    day = f" ({day_text(seen.on, into)})" if seen.on else ""
    if isinstance(seen.value, Amount):
        return f"{label} {value}{day}"
    return f"{label}: {value}{'' if isinstance(seen.value, DateSpan) else day}"


def _compared(remark: Compared, into: Translator) -> str:
    """Either "… 5.4 mmol/L on 12 Nov 2026 is less than 5.5 mmol/L", or what is needed."""
    digits = _digits(remark.value, remark.limit)
    limit = _limit_text(remark, into, digits)
    subject = _subject(remark, into, digits)
    is_date = "date " if isinstance(remark.value, DateSpan) and remark.op[0] in "<>" else ""
    if remark.needed is not None:
        op = remark.op if remark.needed else _OPPOSITE[remark.op]
        needs = _PHRASES.said(f"{is_date}needs {op}", into, limit=limit)
        is_coded = isinstance(remark.value, Truth | str)
        return f"{subject}; {needs}" if is_coded else f"{subject}: {needs}"
    op = remark.op if remark.holds else _OPPOSITE[remark.op]
    if isinstance(remark.value, Truth | str):
        return subject if op == "==" else f"{subject}; {_PHRASES.said(op, into, limit=limit)}"
    return f"{subject} {_PHRASES.said(f'{is_date}{op}', into, limit=limit)}"


def _subject(remark: Compared, into: Translator, digits: int) -> str:
    """What was compared, with its value and its day."""
    label = title_text(remark.title, into)
    value = value_text(remark.value, remark.title.fact, into, digits)
    if isinstance(remark.value, Truth | str):
        return f"{label}: {value}"
    if remark.on is None or isinstance(remark.value, DateSpan):
        return f"{label} {value}"
    return _PHRASES.said("on", into, value=f"{label} {value}", day=day_text(remark.on, into))


def _limit_text(remark: Compared, into: Translator, digits: int) -> str:
    limit = value_text(remark.limit, remark.title.fact, into, digits)
    if remark.multiple is None:
        return limit
    times, name = remark.multiple
    return f"{number_text(times, into)} × {name} ({limit})"


def _digits(value: Value, limit: Value) -> int:
    """Enough figures that a value just beyond its limit does not look equal to it."""
    if not isinstance(value, Amount) or not isinstance(limit, Amount):
        return DIGITS
    one, other = value.number.lo, limit.number.lo
    for digits in range(DIGITS, 28):
        alike = number_text(one, ENGLISH, digits) == number_text(other, ENGLISH, digits)
        if one == other or not one.is_finite() or not alike:
            return digits
    return 28


def _chosen(remark: Chosen, into: Translator) -> str:
    label, fact = title_text(remark.title, into), remark.title.fact
    value = value_text(remark.value, fact, into)
    *most, last = (value_text(option, fact, into) for option in remark.options)
    options = _PHRASES.said("or", into, options=", ".join(most), last=last) if most else last
    text, good = f"{label}: {value}", remark.among is remark.needed
    if remark.needed is not None and not good:
        needs = "needs ==" if remark.needed else "needs !="
        return f"{text}; {_PHRASES.said(needs, into, limit=options)}"
    return text if remark.among else f"{text}; {_PHRASES.said('!=', into, limit=options)}"


def _listed(remark: Listed, into: Translator) -> str:
    label = remark.fact.called(into.language)
    if not remark.rows:
        return _PHRASES.said("no rows", into, list=label)
    if not remark.hits:
        return _PHRASES.said("no hits", into, list=label, rows=str(remark.rows))
    count, rows = str(len(remark.hits)), str(remark.rows)
    return _PHRASES.said("hits", into, list=label, count=count, rows=rows)
