"""RECIST 1.1 worked out a second time, in whole millimetres and in another way.

From Eisenhauer et al., Eur J Cancer 2009;45:228-247, and the EORTC's answers of what reappears. It
knows nothing of `equipoise.conduct.recist`. It reads the lesions and days of evaluations.csv (200
histories that R drew once, and some by hand) and writes what follows from them beside each:

    python tests/oracle/recist/again.py

The first row of a history is the baseline. Behind the size of a lymph node stands "n", and behind
the state of one; "x" is what was not measured.
"""

import csv
import sys
from itertools import combinations, groupby
from pathlib import Path

FILE = Path(__file__).parent / "evaluations.csv"
GIVEN = ("scenario", "evaluation", "day", "targets", "others", "new")
FOUND = ("sum", "target", "other", "overall", "best", "confirmed")
STABLE, CONFIRMED = 42, 28  # days


def history(rows):
    """What follows at each evaluation of one history, the baseline left out."""
    first, *later = rows
    base = [mm(text) for text in first["targets"].split()]
    sums, cleared, responses = [sum(base)], False, []
    for row in later:
        sizes = row["targets"].split()
        target = of_targets(base, sizes, min(sums), cleared)
        other = of_others(row["others"].split(), cleared)
        found = together(target, other, row["new"] == "yes")
        whole = "x" not in row["targets"]
        responses.append((int(row["day"]), found, bool(sizes)))
        cleared = cleared or found == "CR"
        if whole:
            sums.append(sum(map(mm, sizes)))
        best, confirmed = over_time(responses)
        yield {
            "sum": sums[-1] if whole else "",
            "target": target,
            "other": other,
            "overall": found,
            "best": best,
            "confirmed": confirmed,
        }


def mm(text):
    return 0 if text.startswith("x") else int(text.rstrip("n"))


def of_targets(base, sizes, low, cleared):
    if not sizes:
        return "none"
    total = sum(map(mm, sizes))
    gone = [text == "0" or (text.endswith("n") and mm(text) < 10) for text in sizes]
    seen = [not text.startswith("x") for text in sizes]
    left = any(there and not lost for there, lost in zip(seen, gone, strict=True))
    if left and (cleared or (5 * total >= 6 * low and total >= low + 5)):
        return "PD"
    if not all(seen):
        return "NE"
    if all(gone):
        return "CR"
    return "PR" if 10 * total <= 7 * sum(base) else "SD"


def of_others(states, cleared):
    if not states:
        return "none"
    if "progression" in {text.rstrip("n") if text != "progression" else text for text in states}:
        return "PD"
    if cleared and "present" in states:
        return "PD"
    for state, response in (("not-evaluated", "NE"), ("present", "non-CR/non-PD")):
        if any(text.startswith(state) for text in states):
            return response
    return "CR"


def together(target, other, new):
    """Tables 1 and 2 as a look-up, not as a rule."""
    if new or "PD" in (target, other):
        return "PD"
    if target == "none":
        return "NED" if other == "none" else other
    known = {"CR": {"CR": "CR", "none": "CR", "non-CR/non-PD": "PR", "NE": "PR"}}
    return known.get(target, {}).get(other, target)


def over_time(responses):
    """The best response of those until progression, as seen and as confirmed by a second scan."""
    names = [name for _, name, _ in responses]
    if "PD" in names:
        responses = responses[: names.index("PD") + 1]
        names = names[: len(responses)]
    last = "PD" if "PD" in names else "NE"
    long = [(name, measured) for day, name, measured in responses if day >= STABLE]
    kept = [name for name, _ in long if name in ("SD", "non-CR/non-PD", "NED", "CR", "PR")]
    seen = next((name for name in ("CR", "PR") if name in names), None) or (kept or [last])[0]
    for wanted, by in (("CR", {"CR"}), ("PR", {"PR", "CR"})):
        for (i, one), (j, two) in combinations(enumerate(responses), 2):
            between = names[i + 1 : j]
            if (
                one[1] == wanted
                and two[1] in by
                and two[0] - one[0] >= CONFIRMED
                and set(between) <= by | {"NE"}
                and between.count("NE") <= 1
            ):
                return seen, wanted
    if not kept:
        return seen, last
    if kept[0] in ("CR", "PR"):
        return seen, "SD" if long[[n for n, _ in long].index(kept[0])][1] else "non-CR/non-PD"
    return seen, kept[0]


def read():
    with FILE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def worked_out(rows):
    """Every row, with what follows from it."""
    for _, one in groupby(rows, key=lambda row: row["scenario"]):
        first, *later = one
        given = [{name: row[name] for name in GIVEN} for row in (first, *later)]
        yield {**given[0], **dict.fromkeys(FOUND, "")}
        for row, found in zip(given[1:], history(given), strict=True):
            yield {**row, **found}


if __name__ == "__main__":
    rows = list(worked_out(read()))
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, (*GIVEN, *FOUND), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sys.stdout.write(f"{len(rows)} evaluations\n")
