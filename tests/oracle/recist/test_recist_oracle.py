"""RECIST 1.1 against the published tables, and against a second way of working it out."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, product
from pathlib import Path

from equipoise.conduct.recist.best import best_of, confirmed_best_of
from equipoise.conduct.recist.evaluations import Evaluation
from equipoise.conduct.recist.response import (
    Other,
    Target,
    of_others,
    of_targets,
    overall,
    summed,
)
from tests.oracle.recist import again

TABLES = Path(__file__).parent / "eisenhauer_2009.txt"
NODE = {"presentn": "present", "absentn": "absent"}
TARGET = ("CR", "PR", "SD", "PD", "NE")
OTHER = ("CR", "non-CR/non-PD", "PD", "NE")


def published():
    """Every combination that tables 1 and 2 speak of, with the response that they give."""
    for line in TABLES.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 4 or cells[0] == "target":
            continue
        targets = TARGET if cells[0] == "any" else [cells[0]]
        # "Any" of a row for those with targets includes that there are no others.
        all_others = OTHER if cells[0] == "none" else (*OTHER, "none")
        others = all_others if cells[1] == "any" else cells[1].split()
        news = ("no", "yes") if cells[2] == "any" else [cells[2]]
        yield from ((*one, cells[3]) for one in product(targets, others, news))


def known(response):
    return "" if response == "none" else response


def test_the_response_at_a_time_point_is_that_of_the_published_tables():
    rows = set(published())
    told = {row[:3] for row in rows}
    every = set(product(TARGET, (*OTHER, "none"), ("no", "yes"))) | set(
        product(["none"], OTHER, ("no", "yes"))
    )
    assert told == every and len(rows) == len(told)  # each combination has one response, and one
    for target, other, new, response in rows:
        found = overall(known(target), known(other), new=new == "yes")
        assert found == response, (target, other, new)


def size(text):
    return None if text.startswith("x") else Decimal(text.rstrip("n"))


def other(n, text):
    return Other(str(n), is_node=text in ("presentn", "absentn"))


def evaluation(row, targets, others, before, day):
    """What the product makes of one row, held against what was before."""
    measured = {str(n): size(text) for n, text in enumerate(row["targets"].split())}
    states = {str(n): NODE.get(text, text) for n, text in enumerate(row["others"].split())}
    sums = summed(targets, measured, before["smallest"]) if targets else None
    complete = before["complete"]
    target = of_targets(targets, measured, sums, was_complete=complete) if sums else ""
    seen = of_others(others, states, was_complete=complete) if others else ""
    return Evaluation(
        on=day,
        form="",
        visit="",
        number=1,
        sums=sums,
        target=target,
        other=seen,
        new=row["new"] == "yes",
        overall=overall(target, seen, new=row["new"] == "yes"),
    )


def test_sums_and_responses_are_those_of_a_second_way():
    """Also over time: the best response so far, as seen and as confirmed."""
    rows = again.read()
    assert len(rows) > 1000 and rows == [
        {name: str(value) for name, value in row.items()} for row in again.worked_out(rows)
    ], "evaluations.csv is not what again.py makes of it"
    begun = date(2026, 1, 1)
    for _, scenario in groupby(rows, key=lambda row: row["scenario"]):
        first, *later = scenario
        targets = [
            Target(str(n), text.endswith("n"), size(text))
            for n, text in enumerate(first["targets"].split())
        ]
        others = [other(n, text) for n, text in enumerate(first["others"].split())]
        smallest = sum((one.diameter for one in targets), Decimal(0))
        before, found = {"smallest": smallest, "complete": False}, []
        for row in later:
            one = evaluation(row, targets, others, before, begun + timedelta(int(row["day"])))
            found.append(one)
            now = one.sums.now if one.sums else Decimal(0)
            assert now == (Decimal(row["sum"]) if row["sum"] else None), row
            told = (one.target or "none", one.other or "none", one.overall)
            assert told == (row["target"], row["other"], row["overall"]), row
            before["complete"] |= one.overall == "CR"
            before["smallest"] = min(before["smallest"], before["smallest"] if now is None else now)
            known = found[: [f.overall for f in found].index("PD") + 1] if PD(found) else found
            lasts = begun + timedelta(again.STABLE)
            best = best_of(known, lasts).response
            confirmed = confirmed_best_of(known, lasts, again.CONFIRMED).response
            assert (best, confirmed) == (row["best"], row["confirmed"]), row


def PD(found):  # noqa: N802 (as RECIST calls it)
    return "PD" in [one.overall for one in found]
