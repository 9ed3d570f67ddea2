"""A head as a QR code is read again, letter by letter, by a reader of codes that is not ours."""

import re

import numpy as np
import pytest
import zxingcpp

from equipoise.ledger.note import Note, signed
from equipoise.ledger.tree_head import TreeHead
from equipoise.web.witness.qr import QUIET, QrCode, drawn
from tests.spec.ledger.trees import SERVER

PIXELS = 4


def note_of(size: int, more: str = "") -> str:
    name = "equipoise/f1cb0aa3a0587f6013309606"
    text = TreeHead(name, size, bytes(range(32))).text + more
    return Note(text, (signed(text, name, SERVER),)).written


def painted(code: QrCode) -> np.ndarray:
    """What an inline SVG with this path shows: dark where the path is, else white."""
    picture = np.full((code.side * PIXELS, code.side * PIXELS), 255, np.uint8)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path)
    assert "".join(f"M{x} {y}h{n}v1h-{m}z" for x, y, n, m in runs) == code.path
    for x, y, width, back in (map(int, run) for run in runs):
        assert width == back
        left, top = x * PIXELS, y * PIXELS
        picture[top : top + PIXELS, left : left + width * PIXELS] = 0
    return picture


QR = zxingcpp.BarcodeFormat.QRCode
"""Among its squares a reader of every kind of code may see bars that mean something to it."""


def read(picture: np.ndarray) -> list[str]:
    return [one.bytes.decode() for one in zxingcpp.read_barcodes(picture, formats=QR)]


@pytest.mark.parametrize("more", ["", f"access 2026-11-28 {'5a' * 32}\n"])
@pytest.mark.parametrize("size", [9, 10**6])
def test_the_note_is_read_back_whole_with_its_signature(size, more):
    note = note_of(size, more)
    assert read(painted(drawn(note))) == [note]


def test_a_code_is_read_with_a_corner_torn_off_and_has_white_around_it():
    code = drawn(note_of(1284))
    picture = painted(code)
    edge = QUIET * PIXELS
    assert picture[:edge].min() == picture[:, :edge].min() == 255
    picture[-edge - 9 * PIXELS :, -edge - 9 * PIXELS :] = 255
    assert read(picture) == [note_of(1284)]


def test_the_reader_sees_nothing_where_there_is_no_code():
    assert read(np.full((400, 400), 255, np.uint8)) == []
