"""What nobody means and somebody sends: the same two hundred texts for every kind of item."""

import random

__all__ = ["COUNT", "hostile"]

COUNT = 200

_GIVEN = (
    "?", "-", ".", ",", "+", "<", ">", "<=", "<<5", "5<", "<-1", "--5", "1,5", "1.5", "1.500",
    "1,500", "1.5.2", "1e400", "1E5", "NaN", "inf", "-inf", "0x1F", "1_000", "1 000", "\u00bd",
    "\u0665", "\uff15", "\u2212" "5", "5%", "5 mg", "True", "null", "None", "yes\n", "YES", "ja",
    "nee", "no no", "31-02-2026", "2026-02-31", "2026-13-01", "2026-00-10", "2025-02-29",
    "0026-01-01", "20260-01-01", "2026-1-5", "2026/01/05", "2026-01-05T00:00", "9999-12-31",
    "-2026-01-01", "tomorrow", "2026-UN-32", "UN-UN-UN", "24:61", "=1+1",
    "=HYPERLINK(\"http://x\",\"y\")", "@SUM(1)", "+31 20", "-2+3", "<script>alert(1)</script>",
    "{{ 7*7 }}", "{% raw %}", "' OR 1=1 --", "../../etc/passwd", "%00", "\x00", "\x07",
    "\x1b[31m", "\u202eabc", "\u200b", "\ufeff5", "\u2028", "\u00ad", "\ud800", "\U000e0041",
    "e\u0301", "a\u0327" * 40, "\U0001f600", "9" * 13, "9" * 400, "1" * 5000, "0." + "1" * 40,
    "x" * 4001, "x" * 1_000_000, " " * 5000, "\n" * 100, "\t", "None of these", "a,b", "[]", "{}",
    "[\"a\"]", "\\", "\"", "123456782", "a@b.example", "0612345678",
)  # fmt: skip


def hostile(count: int = COUNT) -> list[str]:
    """So many texts, the same each time; those past the first are made of two others."""
    chance = random.Random(20261129)
    made = list(_GIVEN)
    while len(made) < COUNT:
        made.append(chance.choice(_GIVEN)[:60] + chance.choice(_GIVEN)[:60])
    chance.shuffle(made)
    return made[:count]
