"""How soon something answers: the command line, and the demonstration from an empty home."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from bench.figure import Figure

__all__ = ["command", "demonstration", "free_port", "served"]

_TIMED = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
_IMPORT, _BARE = _TIMED.format("equipoise.cli"), _TIMED.format("django.core.management")


def command() -> Iterator[Figure]:
    """Importing the command line, against importing Django's, in fresh interpreters by turns."""
    took = [(_seconds(_IMPORT), _seconds(_BARE)) for _ in range(9)]
    value, bare = (statistics.median(times) for times in zip(*took, strict=True))
    yield Figure(
        name="import of the CLI",
        value=value * 1000,
        unit="ms",
        yardstick="importing `django.core.management`",
        ratio=value / bare,
        aim="≤ 0.5 ×",
        met=value <= 0.5 * bare,
    )


def _seconds(program: str) -> float:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return float(done.stdout)


def demonstration() -> Iterator[Figure]:
    """`equipoise demo` in an empty home, against the same home once it is filled."""
    with tempfile.TemporaryDirectory(prefix="eq-bench-") as home:
        took = []
        for _ in range(2):
            began = time.perf_counter()
            with served(Path(home), "demo"):
                took.append(time.perf_counter() - began)
    yield Figure(
        name="`make run` ready after set-up",
        value=took[0],
        unit="s",
        yardstick="starting it again",
        ratio=took[0] / took[1],
    )


@contextmanager
def served(home: Path, verb: str, **environment: str) -> Iterator[int]:
    """A server of this installation on loopback; gives its port, and stops it at the end."""
    port = free_port()
    environ = {**os.environ, "EQUIPOISE_HOME": str(home), **environment}
    program = [sys.executable, "-c", "import sys; from equipoise.cli import main; sys.exit(main())"]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*program, verb, "--port", str(port)], env=environ, stdout=log, stderr=log
        )
    try:
        _wait(server, port, home / "server.log")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)  # a worker that is only starting is waited for


def _wait(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped: {log.read_text()[-2000:]}")
        with suppress(OSError):
            urlopen(f"http://127.0.0.1:{port}/", timeout=30).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"no answer within two minutes: {log.read_text()[-2000:]}")


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
