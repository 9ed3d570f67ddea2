"""Units as Dutch and English laboratories print them, and the UCUM code that each one is.

A proposal never guesses: it is the same measure and the same size, or there is none. So nothing is
made of a letter whose case matters (M is mega and m is milli, G giga and g gram), and `meq/L` is
not taken for `mmol/L`.
"""

from __future__ import annotations

import re

_TABLE = """
    U       | e | eenheden | units | unit
    kU      | ke
    mU      | me
    [IU]    | ie | iu
    k[IU]   | kie | kiu
    m[IU]   | mie | miu
    L       | liter | litre | liters | litres
    mL      | cc
    g       | gram | gr | gm | grams
    s       | sec | sec. | secs | seconde | seconden | second | seconds
    ms      | msec | milliseconden | milliseconds
    min     | minuut | minuten | minute | minutes | min.
    h       | uur | uren | hr | hrs | hour | hours
    d       | dag | dagen | day | days | 24h | 24u | 24uur | 24hr | etmaal
    wk      | week | weken | weeks
    mo      | maand | maanden | mnd | month | months
    a       | jaar | jaren | jr | year | years | yr | yrs
    %       | procent | percent | pct
    10*3    | k | x10*3 | 10e3 | e3 | 10*3
    10*6    | x10*6 | 10e6 | e6
    10*9    | GI | x10*9 | 10e9 | e9
    10*12   | TI | x10*12 | 10e12 | e12
    {1.73_m2} | 1.73m2 | 1,73m2 | 1.73m | 1,73m
    mm[Hg]  | mmhg | mmHg
    Cel     | °c | °C | gradenc | gradenC
    mosm    | mosmol | mOsm | mOsmol
    1       | cel | cellen | cells | slagen | beats
"""
_WHOLE = {"M/ul": "10*6/uL", "iNR": "{INR}", "inr": "{INR}", "ratio": "{ratio}", "bpm": "/min"}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_FREE = str.maketrans("LUIKED", "luiked")  # letters whose case says nothing


def _read_table() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        code, *spellings = (part.strip() for part in line.split("|"))
        for spelling in (code, *spellings):
            found.setdefault(spelling.translate(_FREE), code)
    return found


_PARTS = _read_table()


def folded(text: str) -> str:
    """A spelling without what says nothing: blanks, kinds of micro and of power, the case of L."""
    for sign in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
        text = re.sub(rf"(?<=10){sign}", f"*{sign}", text)
    plain = text.translate(_RAISED).replace("µ", "u").replace("μ", "u").replace("×", "x")
    plain = plain.replace("**", "*").replace("^", "*").replace("·", ".").replace(" per ", "/")
    plain = re.sub(r"\s+", "", plain)
    plain = re.sub(r"(?<=m)\*(?=[23])", "", plain)
    plain = re.sub(r"^mcg|(?<=[/.])mcg", "ug", plain)
    return plain.translate(_FREE)


def rewritten(text: str, known: dict[str, str]) -> str:
    """The same unit in UCUM, or nothing.

    :param known: codes by how they are folded
    """
    if text.strip() == "u":
        return ""  # hours in Dutch, units elsewhere
    plain = folded(text)
    if plain in known or plain in _WHOLE:
        return known.get(plain) or _WHOLE[plain]
    above, *below = plain.split("/")
    parts = [_part(above, known)] if above else [""]
    parts += ["h" if part == "u" else _part(part, known) for part in below]
    if (
        not all(parts[1:])
        or any(part.startswith("1") for part in parts[1:])
        or (above and not parts[0])
    ):
        return ""
    if parts[0] == "1" and below:
        parts[0] = ""
    return "/".join(parts)


def _part(text: str, known: dict[str, str]) -> str:
    return _PARTS.get(text) or known.get(text, "")
