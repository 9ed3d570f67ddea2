"""`make bench-design`: how fast designs are simulated, beside rpact, lifelines and NumPy.

Writes `build/bench-design.json`: a list of objects with name, value, unit, yardstick, ratio, aim
and met. Rates are trials a second of processor time on one core, unless they say otherwise.
"""

import sys
from collections.abc import Iterator

from bench.figure import Measure, bench


def run(words: list[str]) -> int:
    """0 when everything was measured, whether or not the aims are met."""
    return bench(words, "bench-design", __doc__, _measures)


def _measures(quick: bool) -> Iterator[Measure]:
    from bench.designs import decisions, others, processes, rates

    yield lambda: rates.rates(1_000_000 if not quick else 20_000)
    yield lambda: rates.words_alone(200_000 if not quick else 20_000)
    yield lambda: others.rpact(20_000 if not quick else 1_000)
    yield lambda: others.lifelines(40 if not quick else 4)
    yield lambda: others.numpy_reference(1_000 if not quick else 50)
    yield lambda: decisions.decisions(20_000 if not quick else 200)
    yield lambda: rates.both_cores(100_000 if not quick else 500)
    yield lambda: processes.cold_start()
    yield lambda: processes.memory(1_000_000 if not quick else 50_000)
    yield lambda: rates.growth(100_000)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
