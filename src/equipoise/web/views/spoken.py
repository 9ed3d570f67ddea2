"""Values and choices in the reader's words: labels instead of codes, days in their language."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from equipoise.conduct.chapters import ACTS
from equipoise.conduct.confirmed import Confirmed
from equipoise.conduct.locks import CODES
from equipoise.conduct.reasons import USUAL
from equipoise.conduct.restating import MARK
from equipoise.conduct.state.forms import NONE, Value
from equipoise.conduct.unanswered import ABSENT, absence
from equipoise.conduct.words import asks
from equipoise.logic.figures import month_text, opening
from equipoise.study.forms import Column, Item
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.reason import Amount, Wording
from equipoise.web.reader import HERE

__all__ = [
    "change_texts",
    "check_texts",
    "absent_text",
    "confirmed_texts",
    "draw_texts",
    "exception_texts",
    "file_texts",
    "first_texts",
    "label",
    "place_text",
    "place_texts",
    "reason_read",
    "reason_text",
    "record_texts",
    "strata_texts",
    "value_text",
    "usual_reasons",
]


def label(text: Mapping[str, str]) -> str:
    """A text of the study file in the reader's language."""
    return say(text, HERE.language)


def partial_text(text: str) -> str:
    """23 Nov 2026, Nov 2026 or 2026, as much as is known; a dash when nothing is.

    A day of a month that is not known is told as it is kept, 2026-UN-23.
    """
    parts = [int(part) for part in text.split("-")] if text and "UN" not in text else []
    if len(parts) == 3:
        return HERE.day(date(*parts))
    if len(parts) == 2:
        return month_text(parts[0], parts[1], HERE.translator)
    return text or "–"


def value_text(item: Item | Column, value: Value | None, unit: str = "") -> str:
    """A recorded value with its unit, as a person would say it."""
    if value is None or value == "":
        return gettext("empty")
    if isinstance(value, list):
        columns = getattr(item, "columns", ())
        return "; ".join(_row_text(columns, row) for row in value) or gettext("none")
    if item.of_kind.in_part:
        return partial_text(value)
    match item.of_kind.as_given(item, value, unit):
        case Amount(number, code, comparator):
            return f"{comparator}{HERE.number(number)} {unit_label(code)}".strip()
        case Wording() as wording:
            return opening(HERE.written(wording))
        case given:
            return HERE.written(given).replace(MARK, gettext("[redacted]"))


def _row_text(columns: Sequence[Column], row: Mapping[str, str]) -> str:
    """What a row says, in the order in which it is asked, whatever the order it is kept in."""
    answered = [(column, row[column.id]) for column in columns if row.get(column.id)]
    return ", ".join(f"{label(one.label)}: {value_text(one, text)}" for one, text in answered)


def absent_text(name: str, values: Mapping[str, Value]) -> str:
    """Why an item has no answer; empty where nothing is said of it."""
    wording = absence(name, values)
    return opening(HERE.written(wording)) if wording else ""


def number_text(text: str) -> str:
    """A recorded number with the decimal sign of the reader's language."""
    return HERE.signed(text)


def unit_label(code: str) -> str:
    """A unit as the reader's language writes it: per 1,73 m² in Dutch."""
    return HERE.unit(code)


def file_texts(study: Study, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The names of the files of a study text; the texts themselves are read in the export."""
    yield gettext("Files of the study text"), ", ".join(sorted(files))


def record_texts(study: Study, values: dict[str, Value]) -> Iterator[tuple[str, str]]:
    """The values of a form with their labels, as the form asks them; units and limits beside."""
    order = {name: place for place, name in enumerate(study.items)}
    if values.get(NONE):
        yield gettext("None so far"), gettext("Yes")
    named = {name.removesuffix(f".{ABSENT}") for name in values}
    for name in sorted((n for n in named if n in order), key=order.__getitem__):
        item = study.items[name]
        if absent := absent_text(name, values):
            yield label(item.label), absent
        if name not in values or (absent and values[name] == ""):
            continue
        unit = values.get(f"{name}.unit", "")
        text = value_text(item, values[name], unit if isinstance(unit, str) else "")
        limits = [
            f"{known} {number_text(str(values[key]))}"
            for key, known in ((f"{name}.lln", "LLN"), (f"{name}.uln", "ULN"))
            if values.get(key)
        ]
        yield label(item.label), f"{text} ({', '.join(limits)})" if limits else text


def confirmed_texts(study: Study, confirmed: Confirmed) -> Iterator[tuple[str, str]]:
    """Why each of the things that were asked back is right."""
    for places in confirmed.values():
        for where, text in places.items():
            yield gettext("%(what)s, why this is right") % {"what": _place(study, where)}, text


def _place(study: Study, where: str) -> str:
    """What is asked at a place: an item, a form as a whole, or its date."""
    item, of_form = study.items.get(where.partition(".")[0]), study.checks_of_forms.get(where)
    if of_form:
        return label(of_form[0].title)
    return label(item.label) if item else gettext("The date of the form")


def change_texts(study: Study, reasons: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Why each value is changed."""
    for name, reason in reasons.items():
        item = study.items.get(name)
        what = label(item.label) if item else name
        yield gettext("%(what)s, why it is changed") % {"what": what}, reason_text(reason)


def reason_text(reason: str) -> str:
    """Why something is changed, in the reader's words: each of the usual reasons is a code."""
    parts = (gettext(USUAL[one]) if one in USUAL else one for one in reason.split("; "))
    return "; ".join(parts)


def reason_read(text: str) -> str:
    """The code of a usual reason that was chosen; else the words themselves."""
    return _usual_codes().get(text.strip(), text.strip())


@lru_cache(maxsize=1)
def _usual_codes() -> dict[str, str]:
    """The code of each usual reason by itself and by its words in every language.

    A draft is resumed in another language than it was typed in.
    """
    found = {code: code for code in USUAL}
    for language, _ in settings.LANGUAGES:
        with override(language):
            found |= {gettext(word): code for code, word in USUAL.items()}
    return found


def usual_reasons() -> list[str]:
    """What may be chosen, in the reader's words."""
    return [gettext(word) for word in USUAL.values()]


def first_texts(study: Study, first: Confirmed) -> Iterator[tuple[str, str]]:
    """What was answered first of what was asked back, where it became something else."""
    for places in first.values():
        for where, text in places.items():
            item = study.items.get(where)
            if item:
                what = gettext("%(what)s, answered first") % {"what": label(item.label)}
                yield what, value_text(item, text, "")


def check_texts(study: Study, checks: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """What the checks said that asked; the condition, where it is no check any more."""
    for name, conditions in checks.items():
        item, of_form = study.items.get(name), study.checks_of_forms.get(name)
        known = item.checks if item else of_form[1:] if of_form else ()
        texts = {one.that: label(one.because) for one in known}
        place = _place(study, name) if item or of_form else name
        what = gettext("%(what)s, asked by a check") % {"what": place}
        yield what, "; ".join(texts.get(one, one) for one in conditions)


def exception_texts(study: Study, exceptions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What was left open knowingly at a lock, each with why."""
    for code, why in exceptions.items():
        yield gettext(CODES[code]) if code in CODES else code, why


def place_texts(study: Study, places: list[str]) -> Iterator[tuple[str, str]]:
    """Where in an entry something stood."""
    for place in places:
        yield gettext("Taken out of"), place_text(study, place)


def place_text(study: Study, place: str) -> str:
    """A place in an entry, as whoever typed there knows it: the question, and in which row."""
    field, *rest = place.removeprefix("/restated").split("/")[1:]
    name = rest[0] if field == "values" else rest[1] if field == "first" else ""
    item = study.items.get(name.partition(".")[0])
    if item is not None:
        columns = {one.id: label(one.label) for one in getattr(item, "columns", ())}
        row = f" {int(rest[1]) + 1}" if field == "values" and len(rest) > 2 else ""
        column = f", {columns.get(rest[-1], rest[-1])}" if row else ""
        return f"{label(item.label)}{row}{column}"
    known = (asks(act) for act in ACTS.values())
    ask = next((one[field] for one in known if field in one), None)
    return gettext(ask.label or ask.question) if ask else field


def strata_texts(study: Study, strata: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The factors that the allocation balances, with the level of one participant.

    A factor that the text does not know, for it is of another, is told as it is recorded.
    """
    factors = {factor.id: factor for factor in study.randomisation.factors}
    yield from ((name, level) for name, level in strata.items() if name not in factors)
    for factor in (one for name, one in factors.items() if name in strata):
        level = strata[factor.id]
        if factor.levels:
            text = label(factor.levels[level]) if level in factor.levels else ""
        else:
            site = study.site_of.get(level)
            text = f"{level} {site.name}" if site else level
        yield label(factor.label), text or gettext("not known")


def draw_texts(study: Study, basis: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What an arm was drawn from: the chances of the arms, and the draw itself."""
    chances, draw = basis.get("probabilities"), basis.get("draw")
    if isinstance(chances, dict):
        arms = {arm.id: label(arm.label) for arm in study.arms}
        text = "; ".join(f"{arms.get(arm, arm)} {chance}" for arm, chance in chances.items())
        yield gettext("Chances of the draw"), text
    if isinstance(draw, str):
        yield gettext("The draw"), draw
