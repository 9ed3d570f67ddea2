"""What needs a process of its own: the cold start, and how much memory many trials take."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.figure import Figure

__all__ = ["cold_start", "memory"]

_START = """
from bench.designs.scenarios import one_look
from equipoise.design.kernel.simulate import simulate
print(simulate(one_look(), 10, 1).power, flush=True)
"""
_MEMORY = """
from pathlib import Path
from bench.designs.scenarios import one_look
from equipoise.design.kernel.simulate import simulate
for trials in (10_000, {many}):  # the most that it held so far, in kB
    simulate(one_look(), trials, 1, workers=2)
    told = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    print(told)
"""


def cold_start() -> Iterator[Figure]:
    """A new process that finds the compiled kernel on disk, until ten trials are done."""
    _run(_START)  # compiles the kernel if its source has changed
    times, used = [], []
    for _ in range(5):
        before = _cpu_of_children()
        times.append(_until_it_tells(_START))
        used.append(_cpu_of_children() - before)
    best, load = min(times), os.getloadavg()[0]
    name = "cold start with the compiled kernel on disk"
    yield Figure(
        name=f"{name} (load of the machine {load:.1f})",
        value=best,
        unit="s",
        aim="≤ 2 s",
        met=best <= 2,
    )
    yield Figure(name=f"{name}, and its end: processor time", value=min(used), unit="CPU-s")


def memory(many: int) -> Iterator[Figure]:
    """The most memory a process held, after 10,000 trials and after many more."""
    # What the system reports of a finished process would count its parent's memory before it began.
    few, more = (int(line) / 1024 for line in _run(_MEMORY.format(many=many)).split())
    yield Figure(
        name=f"memory: growth from 10,000 to {many:,} trials",
        value=more - few,
        unit="MB",
        yardstick=f"all that the process holds ({few:.0f} MB)",
        ratio=(more - few) / few,
        aim="< 10 MB",
        met=more - few < 10,
    )


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _until_it_tells(program: str) -> float:
    """Seconds until a new process prints a line; how long it takes to end is its own affair."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        took = time.perf_counter() - began
    if child.returncode or not line.strip():
        raise subprocess.CalledProcessError(child.returncode, program)
    return took


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()
