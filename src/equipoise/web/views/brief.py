"""Long texts on lists: the beginning of each, and where all of it stands.

A text may have four thousand characters and an entry hundreds of them; a list of fifty is read
over, and what is cut here is whole on the page that it leads to.
"""

from dataclasses import replace

from equipoise.exchange.registry.texts import shortened
from equipoise.web.views.audit_words import EntryText

__all__ = ["brief_entry"]

LONGEST, ALL_FIELDS = 300, 2_000
"""Characters of one text on a list, and of all that an entry says there."""


def brief_entry(text: EntryText) -> tuple[EntryText, bool]:
    """What an entry says as a list has it, and whether that is not all of it."""
    fields: list[tuple[str, str]] = []
    left = ALL_FIELDS
    for name, value in text.fields:
        fields.append((name, shortened(value, LONGEST)))
        left -= len(name) + len(fields[-1][1])
        if left < 0:
            break
    found = replace(text, line=shortened(text.line, LONGEST), fields=tuple(fields))
    return found, found != text
