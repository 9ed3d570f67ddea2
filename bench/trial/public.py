"""What strangers wait for, and what they cost who works: the public pages, and acts beside them."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.figure import Figure
from bench.trial.served import Client, prepared

__all__ = ["acts_beside_strangers", "pages"]

PAGES = (("trial page", "/"), ("page for doctors", "/for-doctors/"), ("pre-check", "/check/"))
A_MOMENT = 1.0  # seconds that a person looks at a page


def pages(requests: int) -> Iterator[Figure]:
    """Each public page with 306 participants and a bare view, by turns; medians."""
    with prepared(306) as (port, _):
        stranger, reader = Client(port), Client(port, Cookie="sessionid=of-one-reader")
        for name, path in PAGES:
            yield _beside_a_bare_view(name, stranger, path, requests)
        yield _beside_a_bare_view("trial page, made anew", reader, "/", requests, aim=None)


def _beside_a_bare_view(
    name: str, client: Client, path: str, requests: int, aim: int | None = 4
) -> Figure:
    for _ in range(10):
        client.seconds("GET", path)
    took = [
        (client.seconds("GET", path), client.seconds("POST", "/bench/bare", "a row"))
        for _ in range(requests)
    ]
    page, bare = (statistics.median(one) for one in zip(*took, strict=True))
    return Figure(
        name=name,
        value=page * 1000,
        unit="ms",
        yardstick=f"a bare Django view that inserts one row ({bare * 1000:.2f} ms)",
        ratio=page / bare,
        aim=f"≤ {aim} ×" if aim else "",
        met=page / bare <= aim if aim else None,
    )


def acts_beside_strangers(acts: int) -> Iterator[Figure]:
    """An act's 95th percentile while twenty strangers look around, against without them.

    By turns, four of each, so that both see the ledger grow.
    """
    with prepared(306) as (port, known):
        _act_seconds(port, known, 20)
        alone: list[float] = []
        beside: list[float] = []
        for _ in range(4):
            alone += _act_seconds(port, known, acts // 4)
            with _strangers(port, A_MOMENT):
                beside += _act_seconds(port, known, acts // 4)
    quiet, busy = _p95(alone), _p95(beside)
    yield Figure(
        name="act over HTTP while 20 strangers look around, p95",
        value=busy * 1000,
        unit="ms",
        yardstick=f"the same without them ({quiet * 1000:.2f} ms)",
        ratio=busy / quiet,
        aim="≤ 1.5 ×",
        met=busy / quiet <= 1.5,
    )


def _act_seconds(port: int, known: dict[str, str], count: int) -> list[float]:
    """How long each of so many acts took, on a line of its own; the first opens it."""
    client, took = Client(port, Authorization=f"Bearer {known['token']}"), []
    for n in range(count + 1):
        values = {"ecog": str(n % 2)}
        fields = {"form": "fitness", "visit": "screening", "values": values, "reason": "again"}
        body = json.dumps({"subject_id": known["subject"], "fields": fields})
        took.append(client.seconds("POST", "/api/acts/forms.save", body, "application/json"))
    return took[1:]


@contextmanager
def _strangers(port: int, pause: float) -> Iterator[None]:
    words = [sys.executable, "-m", "bench.trial.strangers", str(port), str(pause)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as they:
        assert they.stdout
        they.stdout.readline()
        try:
            yield
        finally:
            they.terminate()


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]
