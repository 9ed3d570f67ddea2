"""What a change added to the ledger of a rehearsal, took from it and changed, by kind of entry.

    python tools/rehearsal_changes.py BEFORE/ledger.jsonl AFTER/ledger.jsonl

Two entries are the same one when person, kind, form, visit and number agree; it has changed when
its content or its day differs. It prints a table in Markdown: kinds as they were are left out.
"""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any


def main(before: Path, after: Path) -> None:
    """Print the table of two exports."""
    old, new = _entries(before), _entries(after)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for key in {**old, **new}:
        row = counts[key[1] + (f" · {key[2]}" if key[2] else "")]
        row["before"] += key in old
        row["after"] += key in new
        row["added"] += key not in old
        row["gone"] += key not in new
        row["changed"] += key in old and key in new and old[key] != new[key]
    print("| entry | before | after | added | taken away | changed |")
    print("|---|---:|---:|---:|---:|---:|")
    columns = ("before", "after", "added", "gone", "changed")
    for name, row in sorted(counts.items()):
        if row["added"] or row["gone"] or row["changed"]:
            print(f"| {name} | " + " | ".join(f"{row[column]:,}" for column in columns) + " |")
    whole: Counter[str] = sum(counts.values(), Counter())
    print("| all | " + " | ".join(f"{whole[column]:,}" for column in columns) + " |")


def _entries(path: Path) -> dict[tuple[Any, ...], tuple[str, str]]:
    found: dict[tuple[Any, ...], tuple[str, str]] = {}
    seen: Counter[tuple[Any, ...]] = Counter()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if "kind" not in entry or "payload" not in entry:
                continue
            payload = entry["payload"]
            where = tuple(payload.get(name, "") for name in ("form", "visit", "number"))
            if entry["kind"] != "forms.save":
                where = ("", "", "")
            key = (entry["subject"] or entry["stream"], entry["kind"], *where)
            seen[key] += 1
            found[(*key, seen[key])] = (json.dumps(payload, sort_keys=True), entry["happened"])
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
