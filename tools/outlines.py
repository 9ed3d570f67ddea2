"""Make the outlines of countries that the finder's maps are drawn over.

They are Natural Earth's (public domain) at 1:50 million, by way of the package world-atlas (ISC):
`npm pack world-atlas@2.0.2`, unpack it, then `python tools/outlines.py FOLDER/countries-50m.json`.
"""

import json
import lzma
import sys
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/equipoise/exchange/registry/data/outlines.json.xz"


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
    kept = {"transform": atlas["transform"], "arcs": atlas["arcs"], "rings": rings}
    text = json.dumps(kept, separators=(",", ":"))
    OUT.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
