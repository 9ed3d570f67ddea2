"""`equipoise bench-design`: how fast designs are simulated, beside rpact, lifelines and NumPy.

Writes `build/bench-design.json`: a list of objects with name, value, unit, yardstick, ratio, aim
and met. Rates are trials a second of processor time on one core, unless they say otherwise.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from equipoise.cli.bench.figure import Figure


def run(words: list[str]) -> int:
    """0 when everything was measured, whether or not the aims are met."""
    parser = argparse.ArgumentParser(prog="equipoise bench-design", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/bench-design.json"))
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
    from equipoise.cli.bench_design import decisions, others, processes, rates

    yield lambda: rates.rates(1_000_000 if not quick else 20_000)
    yield lambda: rates.words_alone(200_000 if not quick else 20_000)
    yield lambda: others.rpact(20_000 if not quick else 1_000)
    yield lambda: others.lifelines(40 if not quick else 4)
    yield lambda: others.numpy_twin(1_000 if not quick else 50)
    yield lambda: decisions.decisions(20_000 if not quick else 200)
    yield lambda: rates.both_cores(200_000 if not quick else 20_000)
    yield lambda: processes.cold_start()
    yield lambda: processes.memory(1_000_000 if not quick else 50_000)
    yield lambda: rates.growth(100_000)
