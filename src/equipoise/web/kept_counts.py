"""Counts that pages show, kept as counts: a page costs the same with however many participants.

Each participant counts under a few keys, which stand in their row. What an act changes of them
changes the counts in the same transaction. None of them tells an arm.
"""

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec
from django.db import connection

from equipoise.analysis.standing import Standing, Standings
from equipoise.conduct.status import status
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.web.models import CountRow, TableRow

__all__ = [
    "OF_NO_ARM",
    "STATUS",
    "beside_arms",
    "change",
    "count_anew",
    "faults",
    "in_tables",
    "keys_of",
    "numbers",
    "standings",
]

STATUS, STANDING, MONTH, FOLLOWED = "status", "standing", "month", "followed"
OF_THEM = (STATUS, STANDING, MONTH, FOLLOWED)
"""What is counted of participants; whatever else is counted are rows of tables."""
ALL = ""
"""The hospital of what is counted for the whole trial alone."""
OF_NO_ARM, OF_AN_ARM = "", "arm"
"""Whether a row of a table by itself tells who is in which arm."""
Key = tuple[str, str, str]
"""What is counted, at which hospital, and which of them."""
_CHANGE = (
    "INSERT INTO read_count (what, site, which, number) VALUES {} "
    "ON CONFLICT (what, site, which) DO UPDATE SET number = read_count.number + excluded.number"
)
_NUMBERS = "SELECT site, which, number FROM read_count WHERE what = %s AND number <> 0"
_plain = msgspec.json.Encoder()
_keys = msgspec.json.Decoder(list[Key])
_standing = msgspec.json.Decoder(Standing)


def keys_of(study: Study, subject: Subject, rows: Iterable[TableRow]) -> str:
    """What a participant and their rows in tables count under, as their row keeps it."""
    own = Standings.of(study, [subject])
    keys: list[Key] = [(STATUS, subject.site, status(subject))]
    keys += [(STANDING, ALL, _plain.encode(one._replace(arm="")).decode()) for one in own.standings]
    keys += [(MONTH, ALL, f"{year}-{month:02}") for year, month in own.months]
    keys += [(FOLLOWED, ALL, f"{days} {int(event)}") for days, event in own.followed]
    for row in rows:
        of_arm = OF_AN_ARM if row.tells_arm else OF_NO_ARM
        keys.append((row.table, row.site, of_arm))
        keys += [(what, row.site, f"{of_arm}|{which}") for what, which in row.counts]
    return _plain.encode(sorted(keys)).decode()


def change(before: str, after: str) -> None:
    """Count a participant under other keys than before; in the transaction that changes them."""
    if before == after:
        return
    changes = Counter(_keys.decode(after))
    changes.subtract(_keys.decode(before))
    # In their order, so that of two who change the same counts none waits for the other.
    changed = sorted(key for key in changes if changes[key])
    question = _CHANGE.format(", ".join("(%s, %s, %s, %s)" for _ in changed))
    with connection.cursor() as cursor:
        cursor.execute(question, [part for key in changed for part in (*key, changes[key])])


def in_tables(kept: str) -> bool:
    """Whether a participant has rows in tables, by what their row counts under."""
    return any(what not in OF_THEM for what, _, _ in _keys.decode(kept))


def count_anew(kept: Iterable[str]) -> None:
    """Count all participants anew, by what their rows keep."""
    CountRow.objects.all().delete()
    CountRow.objects.bulk_create(
        CountRow(what=what, site=site, which=which, number=number)
        for (what, site, which), number in _total(kept).items()
    )


def faults(kept: Iterable[str]) -> list[str]:
    """What is counted otherwise than the participants' rows say."""
    counted = {
        (row.what, row.site, row.which): row.number for row in CountRow.objects.exclude(number=0)
    }
    total = _total(kept)
    return sorted({what for (what, _, _), _ in counted.items() ^ total.items()})


def numbers(what: str, sites: Collection[str] | None = None) -> Counter[str]:
    """How many there are of each; at some hospitals, or at all."""
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        # Written out, for there is a row for each day on which somebody was last seen.
        cursor.execute(_NUMBERS, [what])
        for site, which, number in cursor.fetchall():
            if sites is None or site in sites:
                found[which] += number
    return found


def beside_arms(what: str, sites: Collection[str] | None, could_count_arms: bool) -> Counter[str]:
    """What is counted of the rows of a table; without those that tell an arm, for who could count.

    :param sites: the hospitals that it is of; None: all of them
    """
    found: Counter[str] = Counter()
    for which, number in numbers(what, sites).items():
        of_arm, _, name = which.partition("|")
        if not (of_arm and could_count_arms):
            found[name] += number
    return found


def standings() -> Standings:
    """Where everybody stands, without arms."""
    return Standings(
        Counter({_standing.decode(which): n for which, n in numbers(STANDING).items()}),
        Counter({_month(which): n for which, n in numbers(MONTH).items()}),
        Counter({_followed(which): n for which, n in numbers(FOLLOWED).items()}),
    )


def _total(kept: Iterable[str]) -> Counter[Key]:
    return Counter(key for keys in kept for key in _keys.decode(keys))


def _month(which: str) -> tuple[int, int]:
    year, _, month = which.partition("-")
    return int(year), int(month)


def _followed(which: str) -> tuple[int, bool]:
    days, _, event = which.partition(" ")
    return int(days), event == "1"
