"""RECIST 1.1 against the published tables, and against R that works it out in another way."""

import csv
from decimal import Decimal
from itertools import groupby, product
from pathlib import Path

from equipoise.conduct.recist.response import Target, of_others, of_targets, overall, summed

HERE = Path(__file__).parent
TABLES, EVALUATIONS = HERE / "eisenhauer_2009.txt", HERE / "evaluations.csv"
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


def test_sums_and_responses_are_those_of_r():
    with EVALUATIONS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 1000
    for _, scenario in groupby(rows, key=lambda row: row["scenario"]):
        first, *later = scenario
        targets = [
            Target(str(n), text.endswith("n"), size(text))
            for n, text in enumerate(first["targets"].split())
        ]
        smallest, was_complete = sum((one.diameter for one in targets), Decimal(0)), False
        for row in later:
            measured = {str(n): size(text) for n, text in enumerate(row["targets"].split())}
            sums = summed(targets, measured, smallest)
            target = "none"
            if targets:
                target = of_targets(targets, measured, sums, was_complete=was_complete)
            states = dict(enumerate(row["others"].split()))
            other = of_others(states, states) if states else "none"
            found = overall(known(target), known(other), new=row["new"] == "yes")
            assert sums.now == Decimal(row["sum"]), row
            assert (target, other, found) == (row["target"], row["other"], row["overall"]), row
            was_complete = was_complete or target == "CR"
            if targets and not sums.missing:
                smallest = min(smallest, sums.now)
