"""What may be written down at all: fields of the right kind, bounded text, days of our time.

A caller may hand over anything that a program or a person typed. Whatever passes here can be read
back from the ledger as it was meant, today and in fifteen years.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.shape import NOT_THIS, misshapen
from equipoise.study.kinds.day import EARLIEST, LATEST, is_day
from equipoise.study.reason import Reason, Refusal

__all__ = [
    "EARLIEST",
    "LATEST",
    "LONGEST_LIST",
    "LONGEST_TEXT",
    "is_day",
    "out_of_range",
    "unfit",
    "well_formed",
]

LONGEST_TEXT = 4_000  # characters of one text
LONGEST_LIST = 200  # rows of a list, entries of a form
LARGEST_NUMBER = 1_000_000

UNREADABLE = Reason("act.unreadable", "", "there are signs in this that cannot be written down")
TOO_LARGE = Reason("act.too-large", "", "{field} is too large a number; at most {limit} will do")
OUT_OF_RANGE = Reason(
    "time.out-of-range", "", "{day} cannot be right; the year must be from {first} to {last}"
)
TOO_MANY = Reason("act.too-many", "", "{number} answers at once; at most {limit} can be recorded")
TOO_MANY_ROWS = Reason("act.too-many", "", "{number} rows; at most {limit} can be recorded")
TOO_LONG = Reason("text.too-long", "", "{number} characters; at most {limit} can be recorded")
CONTROL = Reason("text.control", "", "there is an invisible sign ({sign}) in the text")

_SHORT = 1_500  # bytes of a whole act within which no bound can be passed
# Control characters, and signs that are not seen and turn round or hide what stands beside them,
# or stand for nothing where something must be said: the fillers of Hangul, the blank of Braille.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u2028-\u202e\u2060-\u2069\u2800\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SUSPECT = re.compile(
    rb"\xcd\x8f|\xd8\x9c|\xe1\x85[\x9f\xa0]|\xe1\x9e[\xb4\xb5]|\xe1\xa0[\x8b-\x8f]|\xe2\xa0\x80|\xe3\x85\xa4"
    rb"|\xef\xbe\xa0|\\u00|\x7f|\xc2[\x80-\x9f\xad]|\xe2\x80[\x8b\xa8-\xae]|\xe2\x81[\xa0-\xa9]|\xef\xbb\xbf"
    rb"|\xef\xbf[\xb9-\xbb\xbe\xbf]|\xf3\xa0[\x80\x81]"
)

_DECODERS: dict[type[Act], msgspec.json.Decoder[Any]] = {}


def well_formed(act: Act) -> Act:
    """The act as the ledger will read it back.

    :raises Refused: with every field that could not be read back
    """
    try:
        text = msgspec.json.encode(act)
    except (TypeError, ValueError, OverflowError) as error:
        raise Refused((UNREADABLE(),)) from error
    decoder = _DECODERS.get(type(act))
    if decoder is None:
        decoder = _DECODERS[type(act)] = msgspec.json.Decoder(type(act))
    try:
        read: Act = decoder.decode(text)
    except msgspec.ValidationError as error:
        found = tuple(misshapen(type(act), msgspec.json.decode(text)))
        raise Refused(found or (NOT_THIS(),)) from error
    return read


def unfit(act: Act) -> Iterator[Refusal]:
    """Everything in an act that is too long, too large, or could not be shown to anybody."""
    if not act.bounded:
        return
    text = msgspec.json.encode(act)
    doubtful = len(text) > _SHORT or _is_suspect(text)
    for name in act.__struct_fields__:
        value = getattr(act, name)
        if doubtful or isinstance(value, (int, date)):
            yield from _in(value, name)


def _is_suspect(text: bytes) -> bool:
    """Whether there may be a sign in it that cannot be shown; in plain ASCII there are few."""
    if text.isascii():
        return b"\\u00" in text or b"\x7f" in text
    return _SUSPECT.search(text) is not None


def out_of_range(day: date, where: str) -> Iterator[Refusal]:
    """Why a day cannot be one of this trial, if it cannot."""
    if not is_day(day):
        yield OUT_OF_RANGE(where, day=day, first=EARLIEST.year, last=LATEST.year)


def _in(value: object, where: str) -> Iterator[Refusal]:
    match value:
        case str():
            yield from _text(value, where)
        case int() if abs(value) > LARGEST_NUMBER:
            yield TOO_LARGE(where, field=where, limit=LARGEST_NUMBER)
        case date():
            yield from out_of_range(value, where)
        case list() | dict():
            yield from _many(value, where)


def _many(value: list[object] | dict[str, object], where: str) -> Iterator[Refusal]:
    if len(value) > LONGEST_LIST * 5:
        yield TOO_MANY(where, number=len(value), limit=LONGEST_LIST * 5)
        return
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            yield TOO_MANY_ROWS(where, number=len(value), limit=LONGEST_LIST)
            return
        for index, child in enumerate(value, start=1):
            yield from _in(child, f"{where}.{index}" if where else str(index))
        return
    for name, child in value.items():
        yield from _text(name, where)
        # The answers of a form are mended at the item itself.
        here = f"{where}.{name}" if where not in ("", "values") else name
        yield from _in(child, here)


def _text(text: str, where: str) -> Iterator[Refusal]:
    if len(text) > LONGEST_TEXT:
        yield TOO_LONG(where, number=len(text), limit=LONGEST_TEXT)
    if found := _UNREADABLE.search(text):
        yield CONTROL(where, sign=f"U+{ord(found[0]):04X}")
