"""Dose intensities of courses drawn at random, against R: a tenth of them in every run."""

import csv
import lzma
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from equipoise.conduct.treatment.intensity import Portion, intensity
from tests.sampled import WHOLE

ANSWERS = Path(__file__).with_name("intensity_r.csv.xz")
BEGUN = date(2026, 11, 30)
NUMBERS = ("total", "weeks", "a_week", "planned_a_week", "relative", "total_by_size")


def portion(row: dict[str, str]) -> Portion:
    given, size = Decimal(row["given"]), Decimal(row["size"])
    return Portion(
        on=BEGUN + timedelta(days=int(row["day"])),
        every=int(row["every"]),
        given=given,
        full=Decimal(row["full"]),
        by_size=given / size,
    )


def test_dose_intensities_agree_with_r_on_four_hundred_courses():
    with lzma.open(ANSWERS, "rt", encoding="utf-8", newline="") as file:
        courses = [list(rows) for _, rows in groupby(csv.DictReader(file), lambda r: r["course"])]
    assert len(courses) == 400
    for rows in courses if WHOLE else courses[::10]:
        found = intensity([portion(row) for row in rows])
        for name in NUMBERS:
            ours, right = getattr(found, name), Fraction(rows[0][name])
            assert abs(ours - right) <= Fraction(1, 10**8) * max(1, right), (
                rows[0]["course"],
                name,
            )
