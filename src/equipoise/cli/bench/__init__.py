"""`equipoise bench`: how fast it is, each figure beside its yardstick, in one run on this machine.

Writes `build/bench.json`: a list of objects with name, value, unit, yardstick, ratio, aim and met.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from equipoise.cli.bench.figure import Figure


def run(words: list[str]) -> int:
    """0 when everything was measured, whether or not the aims are met."""
    parser = argparse.ArgumentParser(prog="equipoise bench", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    parser.add_argument(
        "--quick", action="store_true", help="smaller runs, to try the bench itself"
    )
    asked = parser.parse_args(words)
    figures = []
    for measure in _measures(asked.quick):
        for figure in measure():
            print(figure.line(), flush=True)
            figures.append(figure)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([figure.as_dict() for figure in figures], indent=2, ensure_ascii=False)
    asked.out.write_text(text + "\n", encoding="utf-8")
    missed = sum(figure.met is False for figure in figures)
    print(f"{len(figures)} figures in {asked.out}; {missed} aims missed")
    return 0


def _measures(quick: bool) -> Iterator[Callable[[], Iterator[Figure]]]:
    from equipoise.cli.bench import memory, served, starting

    yield lambda: memory.acts(2_000 if not quick else 200)
    yield lambda: memory.fold(1_000)
    yield lambda: memory.rehearsal(306 if not quick else 20)
    yield lambda: starting.command()
    yield lambda: starting.demonstration()
    yield lambda: served.act_over_http(400 if not quick else 40)
    yield lambda: served.participants(10_000 if not quick else 600, 150 if not quick else 30)
