"""A text as a QR code (ISO/IEC 18004): one path of an inline SVG, which needs no style."""

from dataclasses import dataclass
from functools import lru_cache

__all__ = ["QrCode", "drawn"]

QUIET = 4  # modules of white around it, which every reader of codes needs


@dataclass(frozen=True, slots=True)
class QrCode:
    """The dark modules as a path, in a square of so many modules."""

    side: int
    path: str


@lru_cache(maxsize=16)  # of the newest heads: drawing one takes longer than the page around it
def drawn(text: str) -> QrCode:
    """The code of a text, of which a seventh may be damaged (level M)."""
    # The package looks for what can draw pictures when it is read; no page needs that at its start.
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    made = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    made.add_data(text.encode(), optimize=0)
    made.make(fit=True)
    rows = made.get_matrix()
    path = "".join(_line(y, row) for y, row in enumerate(rows))
    return QrCode(len(rows), path)


def _line(y: int, row: list[bool]) -> str:
    """The runs of dark modules in one line."""
    runs, x = [], 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            runs.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
        x = end + 1
    return "".join(runs)
