"""Texts in tables that a spreadsheet opens: none of them runs there as a formula."""

import re

__all__ = ["NUMBER", "RUNS", "inert"]

RUNS = r"^'*[=+\-@\t\r]"
NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def inert(text: str) -> str:
    """A text with an apostrophe before what would run, as a spreadsheet's own users write.

    One that begins with apostrophes before such a sign gets one more, so that taking one away gives
    every text back. Numbers stay as they are.
    """
    return f"'{text}" if re.match(RUNS, text) and not re.match(NUMBER, text) else text
