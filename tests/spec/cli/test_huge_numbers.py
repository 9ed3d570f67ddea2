"""Numbers of hundreds of digits and texts that unfold without end are answered by a sentence."""

import resource
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from equipoise.cli import main
from equipoise.design.sweep.settings import Settings
from equipoise.logic.figures import number_text
from equipoise.logic.translator import ENGLISH
from equipoise.study.catalogue import translator
from equipoise.study.places import MOST_VALUES, Places, Unparsable, read_text
from equipoise.web.design import sweep_fields
from tests.support import STUDIES

FIRST = "years(birth_date, consent_on) >= 18 years"
HUGE = ["9" * 309, "-" + "9" * 400, "1" + "0" * 4000, "9" * 5000, "1e999", "0x" + "f" * 500]


@pytest.mark.parametrize("typed", HUGE, ids=lambda typed: f"{typed[:5]}-{len(typed)}")
@pytest.mark.parametrize("name", sweep_fields.KNOBS)
def test_every_field_of_a_sweep_refuses_it(name, typed):
    for read in (sweep_fields.value, sweep_fields.values):
        with pytest.raises(sweep_fields.Wrong):
            read(name, typed)
    assert isinstance(sweep_fields.field_text(name, getattr(Settings(), name)), str)


@pytest.mark.parametrize("setting", ["hazard_ratio", "participants", "looks", "seed", "most"])
def test_the_command_refuses_it(setting, capsys):
    for typed in HUGE:
        asked = [f"--{setting}={typed}"]
        if setting not in ("seed", "most"):
            asked = ["--set", f"{setting}={typed}"]
        try:
            code = main(["design", "sweep", *asked, "--out", "/dev/null/none"])
        except SystemExit as ended:
            code = ended.code
        assert code in (1, 2) and "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "rule",
    [
        "(9 ** 99) ** 99 > 1",
        "9 ** 9999 > years(birth_date, consent_on)",
        "9 ** 9 ** 9 ** 9 > 1",
        "10 ** 999999999999999999999 > 1",
        "2 ** -99999999999 > 1",
        "9" * 5000 + " > 1",
    ],
    ids=lambda rule: rule[:30],
)
def test_a_rule_with_such_a_number_is_told_with_its_place(rule, tmp_path, capsys):
    folder = Path(shutil.copytree(STUDIES / "first-steps", tmp_path / "tea"))
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    assert FIRST in text
    (folder / "study.yaml").write_text(text.replace(FIRST, rule, 1), encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "study.yaml:" in told or "cannot be worked out" in told
    assert "I1" in told and max(map(len, told.splitlines())) < 400


def test_a_number_that_nobody_could_count_is_written_as_a_power():
    assert number_text(Decimal("3.0E+50"), ENGLISH) == "3×10⁵⁰"
    assert number_text(Decimal("1234567E-40"), translator("nl")) == "1,235×10⁻³⁴"
    assert number_text(Decimal("2450000"), ENGLISH) == "2450000"


def test_aliases_of_aliases_are_told_with_their_line_and_cost_no_memory():
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]"
        for before, name in zip(names, names[1:], strict=False)
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unparsable, match=r"bomb.yaml:\d+: .*more than 200,000 values"):
        read_text("\n".join(lines), "bomb.yaml", Places())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert MOST_VALUES == 200_000 and grown < 300_000  # kB
