"""One measured figure, with what it is measured against and what was aimed at.

Only ratios to a yardstick of the same run, and sizes, have aims: a time says more of the machine.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["Figure", "Measure", "bench"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`ratio` is value to yardstick; `met` is None where nothing was aimed at."""

    name: str
    value: float
    unit: str
    yardstick: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None

    def line(self) -> str:
        """The figure as one line for people."""
        text = f"{self.name}: {self.value:,.4g} {self.unit}"
        if self.ratio is not None:
            text += f"; {self.ratio:.2f} × {self.yardstick}"
        if self.aim:
            text += f"; aim {self.aim}: {'met' if self.met else 'MISSED'}"
        return text

    def as_dict(self) -> dict[str, Any]:
        """The figure as it stands in the file: NumPy's numbers and truths become Python's."""
        data = asdict(self)
        data["value"] = float(self.value)
        data["ratio"] = None if self.ratio is None else float(self.ratio)
        data["met"] = None if self.met is None else bool(self.met)
        return data


Measure = Callable[[], Iterator[Figure]]


def bench(
    words: list[str], name: str, about: str | None, measures: Callable[[bool], Iterable[Measure]]
) -> int:
    """Measure, print each figure as it comes, and write `build/NAME.json`.

    0 when everything was measured, whether or not the aims are met; `measures` is told whether the
    runs are to be small.
    """
    args = _parser(name, about).parse_args(words)
    figures = []
    for measure in measures(args.quick):
        for figure in measure():
            print(figure.line(), flush=True)
            figures.append(figure)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([figure.as_dict() for figure in figures], indent=2, ensure_ascii=False)
    args.out.write_text(text + "\n", encoding="utf-8")
    missed = sum(figure.met is False for figure in figures)
    print(f"{len(figures)} figures in {args.out}; {missed} aims missed")
    return 0


def _parser(name: str, about: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, default=Path(f"build/{name}.json"), help="where to write"
    )
    parser.add_argument(
        "--quick", action="store_true", help="smaller runs, to try the bench itself"
    )
    return parser
