"""`make bench`: how fast it is, each figure beside its yardstick, in one run on this machine.

Writes `build/bench.json`: a list of objects with name, value, unit, yardstick, ratio, aim and met.
"""

import sys
from collections.abc import Iterator

from bench.figure import Measure, bench


def run(words: list[str]) -> int:
    """0 when everything was measured, whether or not the aims are met."""
    return bench(words, "bench", __doc__, _measures)


def _measures(quick: bool) -> Iterator[Measure]:
    from bench.trial import forms, memory, public, served, starting, tree

    yield lambda: memory.acts(2_000 if not quick else 200)
    yield lambda: memory.fold(1_000)
    yield lambda: memory.rehearsal(306 if not quick else 20)
    yield lambda: tree.in_a_database(1_000_000 if not quick else 2_000)
    yield lambda: tree.checking(1_000_000 if not quick else 2_000)
    yield lambda: starting.command()
    yield lambda: starting.demonstration()
    yield lambda: served.act_over_http(400 if not quick else 40)
    yield lambda: served.participants(10_000 if not quick else 600, 150 if not quick else 30)
    yield lambda: forms.wide_form(200 if not quick else 20)
    yield lambda: forms.audit(10_000, 1_000_000 if not quick else 20_000, 100 if not quick else 10)
    yield lambda: public.pages(150 if not quick else 20)
    yield lambda: public.acts_beside_strangers(400 if not quick else 40)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
