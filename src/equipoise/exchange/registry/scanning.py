"""The records in a text of JSON, one after another and byte for byte, whatever holds them.

One study, a page of a search (`{"studies": […]}`), a list, or a study on each line: outside a
record, brackets and commas are passed over, so that all of these are read by the same few lines and
nothing has to be held but the record at hand. After a record that breaks off, reading goes on at
the next line that begins one.
"""

import re
from collections.abc import Iterator

import msgspec

from equipoise.exchange.registry.unread import CUT_OFF, NO_JSON, OLD_FORM, TOO_DEEP, TOO_LONG
from equipoise.study.reason import Refusal

__all__ = ["DEEPEST", "LONGEST", "found"]

LONGEST = 32 << 20
DEEPEST = 100
LONG_LINE = 256 << 10
WHOLE = 64 << 20
"""A page of a search up to this size is taken apart at once, which is quicker."""
_BETWEEN = re.compile(rb"[\s,\[\]\xef\xbb\xbf\x1e]*")
_PAGE = re.compile(rb'\{\s*"(?:studies|nextPageToken|totalCount)"\s*:')
_OF_PAGE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[:}]|[-+.\w]+', re.DOTALL)
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("?)|[{}\[\]]', re.DOTALL)
_STEP = {b"{": 1, b"[": 1, b"}": -1, b"]": -1}
_NO_BRACKET = bytes(sign for sign in range(256) if sign not in b"{}[]")
_NEXT = re.compile(rb'\n(?=\{\s*")')


class _Page(msgspec.Struct):
    studies: list[msgspec.Raw]


def found(pieces: Iterator[bytes]) -> Iterator[bytes | Refusal]:
    """Each record as it stands in the text, or why there is none in its place."""
    text = _Text(pieces)
    first = text.byte()
    if first == b"<":
        yield OLD_FORM(form="XML")
    elif whole := text.whole_page():
        yield from whole
    else:
        yield from _one_by_one(text)


def _one_by_one(text: "_Text") -> Iterator[bytes | Refusal]:
    pages = 0
    while first := text.byte():
        if first == b"{" and text.match(_PAGE):
            pages += 1
            text.drop(1)
        elif first == b"{":
            yield text.record()
        elif pages and (token := text.match(_OF_PAGE)):
            pages -= token == b"}"
            text.drop(len(token))
        else:
            yield text.no_json()


class _Text:
    """What has been read and not passed yet."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._read = bytearray()

    def byte(self) -> bytes:
        """The first sign that is not between records; b"" at the end."""
        while True:
            self.drop(_BETWEEN.match(self._read).end())  # type: ignore[union-attr]
            if self._read or not self._more():
                return bytes(self._read[:1])

    def match(self, form: re.Pattern[bytes]) -> bytes:
        """What of this form stands here, with enough read to tell."""
        while len(self._read) < 4096 and self._more():
            pass
        matched = form.match(self._read)
        return matched[0] if matched else b""

    def drop(self, count: int) -> None:
        if count:
            del self._read[:count]

    def whole_page(self) -> list[bytes]:
        """The records of a search's page that is all there is; [] where it is something else."""
        if not self.match(_PAGE):
            return []
        while len(self._read) < WHOLE:
            if not self._more():
                try:
                    page = msgspec.json.decode(self._read, type=_Page)
                except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                    return []
                return [bytes(study) for study in page.studies]
        return []

    def record(self) -> bytes | Refusal:
        """The record that begins here, or why it is refused; it is passed."""
        return self._line() or self._to_its_end()

    def no_json(self) -> Refusal:
        """What else stands here; it is passed up to the next line that begins a record."""
        seen = bytes(self._read[:20]).decode("utf-8", "replace")
        while not (begins := _NEXT.search(self._read)):
            self.drop(max(len(self._read) - 2, 0))
            if not self._more():
                self._read.clear()
                return NO_JSON(text=repr(seen))
        self.drop(begins.end())
        return NO_JSON(text=repr(seen))

    def _more(self) -> bool:
        """Read on, the more the longer what is at hand already is."""
        before = len(self._read)
        for piece in self._pieces:
            self._read += piece
            if len(self._read) >= 2 * before:
                return True
        return len(self._read) > before

    def _line(self) -> bytes:
        """The rest of this line where it is one whole record, which is the quickest to tell."""
        end = self._read.find(b"\n", 0, LONG_LINE)
        line = bytes(self._read[: max(end, 0)]).rstrip(b"\r ,")
        if not line.endswith(b"}"):
            return b""
        try:
            msgspec.json.decode(line, type=msgspec.Raw)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return b""
        if too_deep(line):
            return b""
        self.drop(end)
        return line

    def _to_its_end(self) -> bytes | Refusal:
        """The record by its brackets; what is refused is passed without being held."""
        depth = at = 0
        why: Refusal | None = None
        while True:
            token = _TOKEN.search(self._read, at)
            if token is None or (token[0][:1] == b'"' and not token[1]):
                at = len(self._read) if token is None else token.start()
                if why or len(self._read) > LONGEST:
                    why = why or TOO_LONG(most=LONGEST)
                    self.drop(at)
                    at = 0
                if self._more():
                    continue
                self._read.clear()
                return why or CUT_OFF()
            if ended := _broken_off(self._read, token):
                self.drop(ended)
                return why or CUT_OFF()
            depth, at = depth + _STEP.get(token[0], 0), token.end()
            if depth > DEEPEST:
                why = why or TOO_DEEP(most=DEEPEST)
            if not depth:
                taken = why or (TOO_LONG(most=LONGEST) if at > LONGEST else bytes(self._read[:at]))
                self.drop(at)
                return taken


def _broken_off(read: bytearray, token: re.Match[bytes]) -> int:
    """Where a record breaks off at this token: in a text, or where the next line begins one."""
    if token[0][:1] == b'"':
        return token.start() + token[0].find(b"\n") if b"\n" in token[0] else 0
    begins = token.start()
    return begins if begins and read[begins - 1 : begins + 2] == b'\n{"' else 0


def too_deep(record: bytes) -> bool:
    """Whether it is nested deeper than `DEEPEST`: pairs of brackets are struck out, by levels."""
    brackets = record.translate(None, _NO_BRACKET)
    for _ in range(DEEPEST):
        fewer = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if fewer == brackets:  # all gone; or brackets in its texts, which count for less than that
            break
        brackets = fewer
    return len(brackets) > DEEPEST
