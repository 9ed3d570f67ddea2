"""What a browser or a program waits for: an act over HTTP, and the list of participants."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figure import Figure
from bench.trial.starting import served

SETTINGS = "bench.trial.settings"


class Client:
    """One kept connection; every answer is read to its end."""

    def __init__(self, port: int, **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = headers

    def seconds(self, method: str, path: str, body: str = "", kind: str = "text/plain") -> float:
        """How long one request took.

        :raises RuntimeError: when it was not answered with 200, or sent on
        """
        return self.asked(method, path, body, kind)[0]

    def asked(
        self, method: str, path: str, body: str = "", kind: str = "text/plain"
    ) -> tuple[float, str]:
        """The same, with what was answered."""
        headers = {**self._headers, "Content-Type": kind}
        began = time.perf_counter()
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        took = time.perf_counter() - began
        if answer.status not in (200, 302):
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:400]!r}")
        return took, text.decode()


@contextmanager
def prepared(count: int, **environment: str) -> Iterator[tuple[int, dict[str, str]]]:
    """A server with so many participants, and what `prepare` tells of it."""
    with tempfile.TemporaryDirectory(prefix="eq-bench-") as home:
        environ = {**os.environ, "EQUIPOISE_HOME": home, "EQUIPOISE_DEMO": "1", **environment}
        environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        words = [sys.executable, "-m", "bench.trial.prepare", str(count)]
        done = subprocess.run(words, env=environ, stdout=subprocess.PIPE, check=True)
        environment = {**environment, "DJANGO_SETTINGS_MODULE": SETTINGS}
        with served(Path(home), "demo", **environment) as port:
            yield port, json.loads(done.stdout)


def act_over_http(count: int) -> Iterator[Figure]:
    """One form saved over REST and one row inserted by a bare view, by turns; medians.

    Of one participant, whose form comes to be saved as often as nobody saves one; and of twenty.
    """
    yield from _acts("act over HTTP", count, 1)
    yield from _acts("the same, of twenty participants by turns", count, 20)


def _acts(name: str, count: int, persons: int) -> Iterator[Figure]:
    with prepared(20) as (port, known):
        client = Client(port, Authorization=f"Bearer {known['token']}")
        acts, rows, start = [], [], known["subject"][:-5]
        for n in range(count):
            values = {"ecog": str(n // persons % 2)}
            fields = {"form": "fitness", "visit": "screening", "values": values, "reason": "again"}
            body = json.dumps({"subject_id": f"{start}{n % persons + 1:05d}", "fields": fields})
            acts.append(client.seconds("POST", "/api/acts/forms.save", body, "application/json"))
            rows.append(client.seconds("POST", "/bench/bare", body))
    warm = count // 10
    act, row = statistics.median(acts[warm:]) * 1000, statistics.median(rows[warm:]) * 1000
    yield Figure(
        name=name,
        value=act,
        unit="ms",
        yardstick=f"a bare Django view that inserts one row ({row:.2f} ms)",
        ratio=act / row,
        aim="≤ 3 ×",
        met=act / row <= 3,
    )


def participants(many: int, requests: int) -> Iterator[Figure]:
    """The list of participants with 306 and with many, against a bare view by turns; medians."""
    few = _list(306, requests)
    yield _listed(306, *few, few[0] / few[1])
    yield _listed(many, *_list(many, requests), few[0] / few[1])


def _listed(count: int, page: float, bare: float, few: float) -> Figure:
    ratio = page / bare
    return Figure(
        name=f"participants page, {count:,}",
        value=page * 1000,
        unit="ms",
        yardstick=f"a bare Django view that inserts one row ({bare * 1000:.2f} ms)",
        ratio=ratio,
        aim="≤ 15 ×, and as with 306",
        met=ratio <= 15 and ratio <= 1.25 * few,
    )


def _list(count: int, requests: int) -> tuple[float, float]:
    """The medians of both, in seconds."""
    with prepared(count) as (port, known):
        client = Client(port, Cookie=f"sessionid={known['session']}")
        for _ in range(10):
            client.seconds("GET", "/participants/")
        took = [
            (
                client.seconds("GET", f"/participants/?page={1 + n % 10}"),
                client.seconds("POST", "/bench/bare", "a row"),
            )
            for n in range(requests)
        ]
    pages, rows = zip(*took, strict=True)
    return statistics.median(pages), statistics.median(rows)
