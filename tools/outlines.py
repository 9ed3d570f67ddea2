"""Make the outlines of countries that the finder's maps are drawn over.

They are Natural Earth's (public domain) at 1:50 million, by way of the package world-atlas (ISC):
`npm pack world-atlas@2.0.2`, unpack it, then `python tools/outlines.py FOLDER/countries-50m.json`.
"""

import json
import sys
from itertools import accumulate, chain
from pathlib import Path

import numpy as np

OUT = Path(__file__).parents[1] / "src/equipoise/exchange/registry/data/outlines.npz"


def main(file: Path) -> None:
    """Write the lines once each, and of each country which of them go around it."""
    atlas = json.loads(file.read_text(encoding="utf-8"))
    rings = [
        ring
        for shape in atlas["objects"]["countries"]["geometries"]
        if "arcs" in shape
        for part in (shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]])
        for ring in part
    ]
    np.savez_compressed(
        OUT,
        steps=np.array([*chain.from_iterable(atlas["arcs"])], dtype=np.int32),
        arc_ends=np.array([*accumulate(map(len, atlas["arcs"]))], dtype=np.int32),
        rings=np.array([*chain.from_iterable(rings)], dtype=np.int16),
        ring_ends=np.array([*accumulate(map(len, rings))], dtype=np.int32),
        **{name: np.array(pair) for name, pair in atlas["transform"].items()},
    )
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
