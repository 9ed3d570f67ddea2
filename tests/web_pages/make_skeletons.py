"""The skeletons of all pages of the frozen trial: see tests/fixtures/README.md.

python -m tests.web_pages.make_skeletons            make the file anew, and say what is different
python -m tests.web_pages.make_skeletons FOLDER     write every page's skeleton there, to read

With the folders of two checkouts `diff -r BEFORE AFTER` shows each line that is different.
"""

import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.web_pages.skeletons import Skeleton, digest, skeleton

if TYPE_CHECKING:
    from tests.web_pages.frozen_trial import Place

HOUSE = Path(__file__).parents[1] / "fixtures" / "house"
STUDY, KEPT = HOUSE / "pump-it", HOUSE / "skeletons.json"
READABLE = (
    ("public", "nurse"),
    ("today", "nurse"),
    ("participants", "investigator"),
    ("participant followed", "nurse"),
    ("checklist consented", "investigator"),
    ("form screening fitness", "nurse"),
    ("randomisation.randomise registered", "investigator"),
    ("panel.vote at-panel", "panel-surgeon"),
    ("trial-status", "statistician"),
    ("people", "trial-office"),
)
Walked = dict[tuple[str, str], Skeleton]
"""By address and role; a page that is not shown is its status."""


def walk(asked: Callable[[str, str], bool] = lambda place, role: True) -> Walked:
    """Every address as every role sees it, or those of them that are asked."""
    from tests.web_pages import frozen_trial

    visitors, roles = frozen_trial.Visitors(), frozen_trial.roles()
    return {
        (place.name, role): _seen(visitors.at(place, role), place)
        for place in frozen_trial.places()
        for role in roles
        if asked(place.name, role)
    }


def _seen(client: Any, place: "Place") -> Skeleton:
    answer = client.get(place.address)
    if answer.status_code != 200:
        return Skeleton((str(answer.status_code),), ())
    if not answer["Content-Type"].startswith("text/html"):
        return Skeleton((answer["Content-Type"].partition(";")[0],), ())
    return skeleton(answer.content.decode())


def name_of(one: Skeleton) -> str:
    """A page's digest; what is no page by what it is."""
    return digest(one.main) if len(one.main) > 1 or one.frame else one.main[0]


def frame_of(one: Skeleton) -> str:
    """The digest of what stands around a page's own part; empty when there is no page."""
    return digest(one.frame) if one.frame else ""


def kept_of(walked: Walked) -> dict[str, dict[str, Any]]:
    """What is kept: of each page who sees it so, and a few to be read."""
    pages: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    frames: dict[str, Any] = defaultdict(set)
    for (place, role), one in walked.items():
        pages[place][name_of(one)].append(role)
        frames[role].add(frame_of(one))
    return {
        "frames": {role: " ".join(sorted(found - {""})) for role, found in frames.items()},
        "pages": {place: _by_digest(found) for place, found in pages.items()},
        "read": {" / ".join(key): walked[key].main for key in READABLE},
    }


def _by_digest(found: dict[str, list[str]]) -> dict[str, str]:
    return {known: " ".join(seen_by) for known, seen_by in found.items()}


def different(kept: dict[str, dict[str, Any]], made: dict[str, dict[str, Any]]) -> Iterator[str]:
    """What is different, in lines to read."""
    for part in ("frames", "pages"):
        for name in {**kept[part], **made[part]}:
            was, now = kept[part].get(name), made[part].get(name)
            if was != now:
                yield f"{part} {name}: was {was}, is {now}"
    for name in {**kept["read"], **made["read"]}:
        was, now = (list(one["read"].get(name, ())) for one in (kept, made))
        yield from unified_diff(was, now, f"{name}, before", f"{name}, now", lineterm="")


def written(made: dict[str, dict[str, Any]]) -> str:
    """A line a page, so that two changes made side by side seldom touch the same."""
    parts = []
    for part, rows in made.items():
        shown = [f"  {json.dumps(name)}: {_row(row)}" for name, row in rows.items()]
        parts.append(f' "{part}": {{\n' + ",\n".join(shown) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _row(row: Any) -> str:
    if isinstance(row, tuple):
        return "[\n" + ",\n".join(f"   {json.dumps(line)}" for line in row) + "\n  ]"
    return json.dumps(row)


def main(words: list[str]) -> None:
    """Walk through the trial in a passing home."""
    with tempfile.TemporaryDirectory() as place:
        walked = _walked_in(place)
    if words:
        return _write_all(Path(words[0]), walked)
    made = kept_of(walked)
    if KEPT.exists():
        print("\n".join(different(json.loads(KEPT.read_text()), made)))
    KEPT.write_text(written(made))
    return None


def _walked_in(place: str) -> Walked:
    os.environ |= {"EQUIPOISE_HOME": place, "EQUIPOISE_STUDY": str(STUDY)}
    os.environ.pop("DATABASE_URL", None)
    from equipoise.cli.start import django

    django()
    from django.db import connections
    from django.test.utils import setup_test_environment

    from equipoise.web import write_service
    from equipoise.web.hosting import server
    from tests.web_pages import frozen_trial

    setup_test_environment()
    server.make_ready()
    write_service.now = lambda: frozen_trial.NOW
    frozen_trial.open_trial()
    walked = walk()
    connections.close_all()
    return walked


def _write_all(folder: Path, walked: Walked) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for (place, role), one in walked.items():
        lines = [*one.frame, "", *one.main, ""]
        (folder / f"{place}, {role}.txt").write_text("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
