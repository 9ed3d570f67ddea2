"""Doses of people drawn at random, against R: a twentieth of them in every run."""

import csv
import lzma
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.oracle.dosing.dosing import ON, a_person, worked_out
from tests.sampled import WHOLE

ANSWERS = Path(__file__).with_name("doses_r.csv.xz")
INPUTS = ("sex", "height", "weight", "age", "creatinine", "rate", "reservoir", "flow")


def test_the_formulas_of_the_study_file_agree_with_r_on_ten_thousand_people():
    with lzma.open(ANSWERS, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10_000
    for row in rows if WHOLE else rows[::20]:
        person = a_person(
            row["weight"],
            row["height"],
            {"F": "female", "M": "male"}[row["sex"]],
            birth_date=date(ON.year - int(row["age"]), ON.month, ON.day),
            creatinine=row["creatinine"],
            pump_rate=row["rate"],
            pump_reservoir=row["reservoir"],
            pump_flow=row["flow"],
        )
        for name in row.keys() - set(INPUTS):
            right = Decimal(row[name])
            apart = abs(worked_out(name, person) - right)
            # R leaves out noughts at the end; what it rounds it rounds to so many decimals.
            assert apart <= _last_place(name), (row, name)


def _last_place(name: str) -> Decimal:
    decimals = {"bsa": 6, "du_bois": 6, "creatinine_clearance": 3}
    decimals |= dict.fromkeys(["ideal_weight", "dosing_weight", "load"], 4)
    if name not in decimals:
        return Decimal(0)
    return Decimal("0.501").scaleb(-decimals[name])
