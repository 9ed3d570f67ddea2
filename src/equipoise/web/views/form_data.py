"""What was typed into a form, as the text that the ledger keeps; and back.

A page's fields carry the item's name: `hb`, `hb.unit`, `hb.uln`, `birth_date.day`, and in lists
`lesions.2.size`. A decimal comma is read as a point. A number that could be thousands in the
reader's language is not guessed at: 1,500 in English and 1.500 in Dutch are asked again.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from equipoise.conduct.forms import LIMITS
from equipoise.conduct.state.forms import NONE as NONE_SO_FAR
from equipoise.conduct.state.forms import Record, Row, Value
from equipoise.conduct.unanswered import PARTS as ABSENT_PARTS
from equipoise.logic.figures import decimal_sign, thousands_sign
from equipoise.study.catalogue import translator
from equipoise.study.forms import Column, Form, Item
from equipoise.study.kinds.several import NONE
from equipoise.web.jinja import date_parts
from equipoise.web.views.day_box import parts_of

__all__ = ["AMBIGUOUS", "Flat", "compact", "flat_of", "form_values", "written_in"]

Flat = dict[str, str]
AMBIGUOUS = "ambiguous number: "
PARTS = ("day", "month", "year")
TICKED = "yes"
IN_PARTS = ("day", "partial_day")  # widgets whose value is typed in parts
# A blank anywhere else might stand for a missing sign or a second number: 7 5 is not 75.
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_AFTER_SIGN = re.compile(r"^([<>]=?|-)\s+")


def flat_of(form: Form, record: Record | None, language: str) -> Flat:
    """The fields as they stand in the record."""
    flat: Flat = {NONE_SO_FAR: TICKED} if form.none and record and record.is_none else {}
    for item in _answered(form) if record else ():
        value = record.now(item.id) if record else None
        for part in ABSENT_PARTS if item.unanswered else ():
            text = record.now(f"{item.id}.{part}") if record else None
            flat[f"{item.id}.{part}"] = text if isinstance(text, str) else ""
        if item.of_kind.rows:
            stated = record is not None and record.current.get(item.id) == []
            flat |= _flat_list(item, value, stated, language)
        else:
            flat |= _flat_cell(item, item.id, value if isinstance(value, str) else "", language)
            for part in LIMITS:
                limit = record.now(f"{item.id}.{part}") if record else None
                if isinstance(limit, str):
                    text = limit if part == "unit" else _comma(limit, language)
                    flat[f"{item.id}.{part}"] = text
    return flat


def _flat_list(item: Item, value: Value | None, stated: bool, language: str) -> Flat:
    if stated:
        return {f"{item.id}.none": "yes"}
    flat: Flat = {}
    for index, row in enumerate(value if isinstance(value, list) else [], start=1):
        for column in item.columns:
            name = f"{item.id}.{index}.{column.id}"
            flat |= _flat_cell(column, name, row.get(column.id, ""), language)
    return flat


def _flat_cell(column: Column, name: str, text: str, language: str) -> Flat:
    if column.of_kind.widget in IN_PARTS:
        return {f"{name}.{part}": digits for part, digits in date_parts(text).items()}
    if column.of_kind.many:
        return {f"{name}.{code}": TICKED for code in text.split(",") if code}
    return {name: _comma(text, language) if column.of_kind.measured else text}


def _comma(text: str, language: str) -> str:
    return text.replace(".", decimal_sign(translator(language)))


def written_in(form: Form, flat: Mapping[str, str], was: str, now: str, on: date) -> Flat:
    """What was typed in one language as it is typed in another: 7,2 is 7.2, 3 mei is 3 May.

    A number that may mean thousands changes its sign too, so that it is asked again there. A day
    means what it meant when it was typed: today is that day.

    :param on: the day on which it was typed
    """
    flat = _days_as_meant(form, flat, on)
    if was == now:
        return flat
    numbers = {item.id for item in form.items if item.of_kind.measured}
    rows = {
        (item.id, column.id)
        for item in form.items
        for column in item.columns
        if column.of_kind.measured
    }
    return {
        name: _other_sign(text, was, now) if _is_number(name, numbers, rows) else text
        for name, text in flat.items()
    }


def _days_as_meant(form: Form, flat: Mapping[str, str], on: date) -> Flat:
    """The same with every day that can be read in its parts, which each language writes itself."""
    days = {("happened", "")}
    for item in form.items:
        days |= {(item.id, "")} if item.of_kind.widget in IN_PARTS else set()
        days |= {(item.id, c.id) for c in item.columns if c.of_kind.widget in IN_PARTS}
    found = dict(flat)
    for name, text in flat.items():
        place = name.removesuffix(".text")
        item_id, _, rest = place.partition(".")
        if place != name and text.strip() and (item_id, rest.partition(".")[2]) in days:
            parts = parts_of(flat, place, on)
            if parts["year"]:
                found |= {f"{place}.{part}": parts[part] for part in PARTS} | {name: ""}
    return found


def _is_number(name: str, numbers: set[str], rows: set[tuple[str, str]]) -> bool:
    item, *rest = name.split(".")
    if item in numbers:
        return not rest or rest[0] in ("lln", "uln")
    return len(rest) == 2 and (item, rest[1]) in rows


def _other_sign(text: str, was: str, now: str) -> str:
    number = number_entered(text.strip(), was)
    if number.startswith(AMBIGUOUS):
        return text.translate(str.maketrans(",.", ".,"))
    return _comma(number, now) if re.fullmatch(r"[<>]?=?-?\d+(\.\d+)?", number) else text


def compact(form: Form, flat: Mapping[str, str]) -> tuple[Flat, dict[str, int]]:
    """The fields with the rows of lists numbered 1, 2, 3 without gaps, and how many there are."""
    packed = {name: text.strip() for name, text in flat.items()}
    counts: dict[str, int] = {}
    for item in form.items:
        if not item.of_kind.rows:
            continue
        pattern = re.compile(rf"^{re.escape(item.id)}\.(\d{{1,6}})\.(.+)$")
        rows: dict[int, Flat] = {}
        for name in list(packed):
            if found := pattern.match(name):
                rows.setdefault(int(found[1]), {})[found[2]] = packed.pop(name)
        filled = [row for _, row in sorted(rows.items()) if any(row.values())]
        counts[item.id] = len(filled)
        for index, row in enumerate(filled, start=1):
            packed |= {f"{item.id}.{index}.{cell}": text for cell, text in row.items()}
    return packed, counts


def form_values(
    form: Form, flat: Mapping[str, str], counts: Mapping[str, int], language: str
) -> dict[str, Value]:
    """Every item's value as the ledger would keep it; an empty text where nothing was typed.

    A text that is no such value comes back as it was typed: the trial says what is wrong with it.
    """
    values: dict[str, Value] = {NONE_SO_FAR: flat.get(NONE_SO_FAR, "")} if form.none else {}
    for item in _answered(form):
        for part in ABSENT_PARTS if item.unanswered else ():
            values[f"{item.id}.{part}"] = flat.get(f"{item.id}.{part}", "")
        if item.of_kind.rows:
            values[item.id] = _rows(item, flat, counts.get(item.id, 0), language)
            continue
        text = _cell(item, item.id, flat, language)
        values[item.id] = text
        for name, limit in _limits(item, flat, language):
            # A unit that was not sent is not taken away: a number is never without one.
            if not text or limit or not name.endswith(".unit"):
                values[name] = limit if text else ""
    return values


def _answered(form: Form) -> list[Item]:
    """The items that somebody answers; the others are worked out."""
    return [item for item in form.items if not item.formula]


def _limits(item: Item, flat: Mapping[str, str], language: str) -> Iterator[tuple[str, str]]:
    if item.units:
        yield f"{item.id}.unit", flat.get(f"{item.id}.unit", "")
    if item.limits:
        for part in ("lln", "uln"):
            name = f"{item.id}.{part}"
            yield name, number_entered(flat.get(name, ""), language)


def _rows(item: Item, flat: Mapping[str, str], count: int, language: str) -> Value:
    rows: list[Row] = []
    for index in range(1, count + 1):
        cells = {
            column.id: _cell(column, f"{item.id}.{index}.{column.id}", flat, language)
            for column in item.columns
        }
        rows.append({cell: text for cell, text in cells.items() if text})
    return rows if rows or flat.get(f"{item.id}.none") else ""


def _cell(column: Column, name: str, flat: Mapping[str, str], language: str) -> str:
    if column.of_kind.many:
        ticked = {code: flat.get(f"{name}.{code}", "") for code in (*column.choices, NONE)}
        return ",".join(code if t == TICKED else t for code, t in ticked.items() if t)
    if column.of_kind.widget in IN_PARTS:
        parts = parts_of(flat, name)
        text = parts.get("text", "")
        return _date(*(parts[part] for part in PARTS)) or text
    text = flat.get(name, "")
    return number_entered(text, language) if column.of_kind.measured else text


def number_entered(text: str, language: str) -> str:
    """A number with a point; the text itself where it is none."""
    plain = _BETWEEN_THOUSANDS.sub("", text).replace("≤", "<=").replace("≥", ">=")
    plain = _AFTER_SIGN.sub(r"\1", plain.strip())
    thousands = thousands_sign(translator(language))
    if re.fullmatch(rf"[<>]?=?-?[1-9]\d{{0,2}}{re.escape(thousands)}\d{{3}}", plain):
        return AMBIGUOUS + plain
    if re.fullmatch(r"[<>]?=?-?\d+,\d+", plain):
        return plain.replace(",", ".")
    return plain if re.fullmatch(r"[<>]?=?-?\d+(\.\d+)?", plain) else text


def _date(day: str, month: str, year: str) -> str:
    """2026-11-23, 2026-11, 2026; what is no such thing keeps its parts and so is refused.

    UN in a field stands for what is not known, as on paper: 2026-UN-14.
    """
    if not (day or month or year):
        return ""
    # A year of two digits would be taken for one of the first century.
    full_year = year if re.fullmatch(r"\d{4}", year) else f"{year}?"
    if day and not month:
        return f"{full_year}-?-{day}"
    return "-".join(part.zfill(2) for part in (full_year, month, day) if part)
