"""Taking records in, finding them, showing one."""

import sys
import time
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from equipoise.cli.reader import reader
from equipoise.cli.registry.plain import plain
from equipoise.exchange.registry import sample
from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.exchange.registry.api.values import known_value
from equipoise.exchange.registry.finder import finder
from equipoise.exchange.registry.gazetteer import towns
from equipoise.exchange.registry.generations import refresh
from equipoise.exchange.registry.importing import Progress, Taken, take_in
from equipoise.exchange.registry.records import Outcome, kept_records
from equipoise.exchange.registry.searches import Around, Found, Hit, Search, Sort
from equipoise.web.home import registry as folder

__all__ = ["find", "rebuild", "show", "take_in_files"]

LISTED = 40


def take_in_files(args: Namespace) -> int:
    """1 when anything was passed over."""
    if not args.file and not args.sample:
        print("equipoise registry import: name a file, or say --sample", file=sys.stderr)
        return 2
    began, files = time.perf_counter(), [*args.file, *([sample.FILE] if args.sample else [])]
    # The registry's own day, in Washington, is never ahead of UTC's.
    taken = take_in(folder(), files, _bar, datetime.now(UTC).date())
    _clear()
    refresh(folder(), tell=_indexing)
    _clear()
    _report(taken, time.perf_counter() - began)
    return 1 if taken.unread else 0


def _report(taken: Taken, seconds: float) -> None:
    counts = ", ".join(f"{taken.outcomes[one]} {one.value}" for one in Outcome)
    with kept_records(folder()) as records:
        total = records.counts()[0]
    print(f"{counts}; {total} records in {folder()} ({seconds:.1f} s)")
    for one in taken.told[:LISTED]:
        print(plain(f"{one.place}: {one.why.wording(reader())}"), file=sys.stderr)
    if len(taken.told) > LISTED:
        left = taken.told[LISTED:]
        passed = sum(not one.was_taken_in for one in left)
        print(f"… and {passed} more passed over, {len(left) - passed} more odd", file=sys.stderr)


def rebuild(_: Namespace) -> int:
    """The index from nothing."""
    refresh(folder(), anew=True, tell=_indexing)
    _clear()
    print(f"{finder(folder()).about.records} records indexed")
    return 0


def find(args: Namespace) -> int:
    """1 when nothing was found, 2 when a value can only be a slip."""
    trials = finder(folder())
    try:
        status, phase = (
            tuple(known_value(field, text.upper(), trials) for text in given)
            for field, given in (("status", args.status), ("phase", args.phase))
        )
    except Mistaken as mistaken:
        print(f"equipoise registry find: {mistaken}", file=sys.stderr)
        return 2
    search = Search(
        words=" ".join(args.words),
        status=status,
        phase=phase,
        age=args.age,
        sex=args.sex or "",
        country=tuple(args.country),
        since=args.since or "",
        limit=args.limit,
    )
    if args.near:
        if not (known := towns(args.near)):
            print(f"equipoise registry find: no town called {args.near!r}", file=sys.stderr)
            return 1
        around = Around(known[0].lat, known[0].lon, args.km)
        search = replace(search, around=around, sort=search.sort if search.words else Sort.DISTANCE)
    found = trials.search(search)
    _list(found)
    return 0 if found.total else 1


def _list(found: Found) -> None:
    for unit in found.units:
        if unit.written != unit.taken_for:
            print(plain(f"{unit.written} → {unit.taken_for}"))
    as_of = f", as of {found.as_of}" if found.as_of else ""
    print(f"{found.total} of {found.records} trials{as_of}")
    for hit in found.hits:
        _line(hit)
    if found.near:
        print("near misses:")
        for hit in found.near:
            _line(hit)
    for one in found.without:
        print(f"without {one.name}: {one.count}")


def _line(hit: Hit) -> None:
    where = f" · {hit.nearest}, {hit.km:.0f} km" if hit.km is not None else ""
    lacks = f" · lacks: {', '.join(hit.lacks)}" if hit.lacks else ""
    print(plain(f"{hit.card.number}  {hit.card.status:<22} {hit.card.title}{where}{lacks}"))


def show(args: Namespace) -> int:
    """1 when there is no such record."""
    with kept_records(folder()) as records:
        kept = records.newest(args.number.upper())
        earlier = records.earlier(kept.number) if kept and args.earlier else []
    for version in (*earlier, *([kept] if kept else [])):
        sys.stdout.buffer.write(version.raw + b"\n")
    if kept is None:
        print(f"no record {args.number} in {folder()}", file=sys.stderr)
    return 0 if kept else 1


def _bar(progress: Progress) -> None:
    part = progress.read / progress.size if progress.size else 1.0
    _draw(Path(progress.file).name, part, f"{progress.records} records")


def _indexing(done: int, of: int) -> None:
    _draw("index", done / of if of else 1.0, f"{done} of {of}")


def _draw(what: str, part: float, count: str) -> None:
    if sys.stderr.isatty():
        full = round(30 * min(part, 1.0))
        line = f"\r  {what[:30]} {'█' * full}{'·' * (30 - full)} {count}\033[K"
        print(line, end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
