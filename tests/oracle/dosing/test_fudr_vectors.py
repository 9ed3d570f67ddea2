"""Sixty doses of floxuridine in the pump, worked out elsewhere, to the last decimal."""

import csv
import gzip
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from tests.oracle.dosing.dosing import a_person, worked_out

VECTORS = Path(__file__).with_name("fudr_vectors.csv.gz")
COLUMNS = {
    "ibw_kg": "ideal_weight",
    "dosing_weight_kg": "dosing_weight",
    "load_mg_exact": "load",
    "load_mg_rounded_5": "load_rounded",
    "drug_14d_at_load_exact_mg": "in_14_days",
    "expected_residual_ml": "residual",
}


def test_the_formulas_of_the_study_file_agree_with_sixty_doses_worked_out_elsewhere():
    with gzip.open(VECTORS, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    for row in rows:
        sex = {"F": "female", "M": "male"}[row["sex"]]
        person = a_person(
            row["weight_kg"],
            row["height_cm"],
            sex,
            row["threshold"],
            pump_rate=row["rate_mg_kg_day"],
            pump_reservoir=row["reservoir_ml"],
            pump_flow=row["flow_ml_day"],
        )
        for column, name in COLUMNS.items():
            right = Decimal(row[column])
            found = worked_out(name, person).quantize(Decimal(row[column]), ROUND_HALF_UP)
            assert found == right, (row, name)
        empties = worked_out("lasts", person) < 14
        assert empties == (row["empties_before_day_14"] == "1"), row


def test_a_half_goes_up_whatever_stands_before_it():
    """The vectors have no half; a language's own `round` would give 140, 150 and 150."""
    for weight, exact, right in [("57", "142.5", 145), ("59", "147.5", 150), ("61", "152.5", 155)]:
        pump = {"pump_rate": "0.1", "pump_reservoir": "20", "pump_flow": "0.8"}
        person = a_person(weight, "180", "male", **pump)
        assert worked_out("load", person) == Decimal(exact)
        assert worked_out("load_rounded", person) == right
