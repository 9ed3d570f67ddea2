"""Write the names by which the registry's API calls the fields of a record, and where each stands.

`python tools/registry_pieces.py metadata.json`, with what `/api/v2/studies/metadata` answers (US
government, public domain). Names and places alone are kept.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "src/equipoise/exchange/registry/data/api-pieces.tsv"


def main(metadata: str) -> None:
    """Write the file, and say how many names it has."""
    nodes = json.loads(Path(metadata).read_text(encoding="utf-8"))
    rows = [row for node in nodes for row in pieces(node, ())]
    FILE.write_text("".join(f"{name}\t{place}\n" for name, place in rows), encoding="utf-8")
    print(f"{len(rows)} names in {FILE}")


def pieces(node: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The name and the place of a field, and of all below it."""
    here = (*above, node["name"])
    yield node["piece"], ".".join(here)
    for child in node.get("children", []):
        yield from pieces(child, here)


if __name__ == "__main__":
    main(sys.argv[1])
