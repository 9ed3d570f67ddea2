"""What someone at a form or at the audit waits for, beside a bare view that inserts one row."""

import re
import statistics
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from bench.figure import Figure
from bench.trial import wide
from bench.trial.served import Client, prepared

__all__ = ["audit", "wide_form"]

FORM = "application/x-www-form-urlencoded"
BARE = "a bare Django view that inserts one row"


def wide_form(count: int) -> Iterator[Figure]:
    """A form of forty questions with twenty checks: its page, and saving it, once a participant.

    Each beside the bare view by turns. Of saving it is the slowest twentieth of both, so that
    what one save in twenty waits for is compared with what one row in twenty does.
    """
    pages, saves, rows = [], [], []
    with tempfile.TemporaryDirectory(prefix="eq-bench-") as folder:
        study = str(wide.make(Path(folder) / "study"))
        with prepared(count, EQUIPOISE_STUDY=study) as (port, known):
            cookie, start = f"sessionid={known['session']}", known["subject"][:-5]
            client = Client(port, Cookie=f"{cookie}; csrftoken={'c' * 32}")
            for n in range(1, count + 1):
                address = f"/participants/{start}{n:05d}/form/wide/screening/1/"
                took, text = client.asked("GET", address)
                pages.append(took)
                saves.append(client.asked("POST", address, _sent(text, n), FORM)[0])
                rows.append(client.seconds("POST", "/bench/bare", "a row"))
    warm = count // 10
    page, row = statistics.median(pages[warm:]), statistics.median(rows[warm:])
    yield _figure("the page of a form of 40 questions", page, row, BARE, 6)
    save, most = _p95(saves[warm:]), _p95(rows[warm:])
    yield _figure("saving it, with 20 checks, p95", save, most, f"the p95 of {BARE}", 5)
    middle = statistics.median(saves[warm:])
    yield _figure("the same, p50", middle, row, BARE, 5)


AUDIT = (
    ("the audit page", "/audit/"),
    ("the same of a form", "/audit/?form=laboratory"),
    ("the same of a question", "/audit/?item=hb"),
    ("the same of a kind of act", "/audit/?kind=consent.give"),
    ("the same of a person", "/audit/?person=office-1"),
)
"""What is looked for is rare: nearly everything else is a form that no filter lets through."""


def audit(few: int, many: int, requests: int) -> Iterator[Figure]:
    """The audit with so many entries in the ledger, as its office reads it, and filtered."""
    with (
        prepared(20, BENCH_ENTRIES=str(few)) as (one, known),
        prepared(20, BENCH_ENTRIES=str(many)) as (other, beside),
    ):
        small = Client(one, Cookie=f"sessionid={known['office']}")
        large = Client(other, Cookie=f"sessionid={beside['office']}")
        for name, address in AUDIT:
            # By turns, so that what else the machine does is the same for both.
            took = [
                (
                    small.seconds("GET", address),
                    large.seconds("GET", address),
                    large.seconds("POST", "/bench/bare", "a row"),
                )
                for _ in range(requests)
            ]
            base, page, row = (statistics.median(times[2:]) for times in zip(*took, strict=True))
            yield Figure(
                name=f"{name} over {many:,} entries",
                value=page * 1000,
                unit="ms",
                yardstick=f"the same over {few:,} ({base / row:.1f} and {page / row:.1f} × {BARE})",
                ratio=page / base,
                aim="≤ 2 ×",
                met=page <= 2 * base,
            )


def _sent(page: str, number: int) -> str:
    """What the page sends when its forty fields are filled."""
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|once|seen|dated)" value="([^"]*)"', page))
    today = datetime.now(UTC).date()
    dated = {"happened.day": "7", "happened.month": "1", "happened.year": "2025"}
    assert today.year >= 2025
    return urlencode({**hidden, **dated, **wide.answers(number), "then": "participant"})


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _figure(name: str, value: float, row: float, yardstick: str, most: int) -> Figure:
    return Figure(
        name=name,
        value=value * 1000,
        unit="ms",
        yardstick=f"{yardstick} ({row * 1000:.2f} ms)",
        ratio=value / row,
        aim=f"≤ {most} ×",
        met=value <= most * row,
    )
