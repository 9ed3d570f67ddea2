"""The report of a sweep: figures, page and paper, the same bytes each time."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from equipoise.cli.design import run as ask_design
from equipoise.design.report.pictures import bounds_figure, power_figures
from equipoise.design.report.tables import characteristics, looks_table
from equipoise.design.report.wording import Words
from equipoise.design.report.write import sections_of, write_report
from equipoise.design.sweep.question_text import read
from equipoise.design.sweep.run import run_sweep
from equipoise.design.sweep.settings import Settings
from equipoise.design.sweep.workers import threads
from equipoise.study.catalogue import translator

SAID = {
    "title": "One & two",
    "fixed": {"participants": 60, "events": 40, "looks": [0.5, 1], "futility": 0, "accrual": 12},
    "vary": {"hazard_ratio": [0.5, 0.7, 1], "delay": [0, 3], "test": ["log-rank", "maxcombo"]},
    "error": 0.2,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    sweep = read(SAID)
    with threads(2) as workers:
        return sweep, run_sweep(sweep, tmp_path_factory.mktemp("sweep"), workers)


def test_there_is_a_figure_for_each_value_of_the_axes_beyond_two(found):
    """Hazard ratio runs across, the test is told by the lines, the delay by the figure."""
    titles = [one.heading for one in sections_of(*found) if one.svg]
    assert titles == [
        "Power, Delay of the effect 0 months",
        "Power, Delay of the effect 3 months",
        "Bounds at each look",
        "Duration, Delay of the effect 0 months",
        "Duration, Delay of the effect 3 months",
    ]


def test_every_figure_is_sound_svg_with_its_numbers(found):
    for figure in (one for one in sections_of(*found) if one.svg):
        ElementTree.fromstring(figure.svg)
        assert "style=" not in figure.svg
        assert "nan" not in figure.svg
        assert figure.table.rows


def test_operating_characteristics_have_a_row_for_each_point(found):
    table = characteristics(*found)
    assert len(table.rows) == 12
    assert all(len(row) == len(table.headers) for row in table.rows)


def test_a_power_without_effect_is_told_as_type_one_error(found):
    table = characteristics(*found)
    power, alarm = table.headers.index("Power"), table.headers.index("Type I error")
    null = [row[0] == "1" for row in table.rows]
    assert sum(null) == 4
    assert [row[power] == "–" for row in table.rows] == null
    assert [row[alarm] != "–" for row in table.rows] == null


def test_an_early_difference_is_no_absence_of_effect():
    assert Settings(hazard_ratio=1.0, delay=6).without_effect
    assert not Settings(hazard_ratio=1.0, delay=6, early_ratio=1.3).without_effect
    assert not Settings(hazard_ratio=0.9).without_effect


def test_each_look_has_its_chances_and_they_add_up_to_the_power(found):
    sweep, points = found
    table = looks_table(*found)
    assert len(table.rows) == 24
    reached, stops = table.headers.index("Reached"), table.headers.index("Stops for efficacy")
    assert {row[reached] for row in table.rows if row[3] == "1"} == {"100.0%"}
    share = [float(row[stops].rstrip("%")) / 100 for row in table.rows]
    assert [a + b for a, b in zip(share[::2], share[1::2], strict=True)] == pytest.approx(
        [one.result.power for one in points], abs=0.001
    )


def test_figures_and_tables_speak_the_readers_language(found):
    dutch = Words(translator("nl"))
    power = list(power_figures(*found, dutch))[0]
    assert power.title.startswith("Power")
    assert power.table.headers[:2] == ("Hazardratio", "Toets logrank")
    assert power.table.rows[0][0] == "0,5" and power.table.rows[0][1].endswith("\u00a0%")
    assert ">0,5<" in power.svg and ">0.5<" not in power.svg
    assert bounds_figure(found[1], dutch).title == "Grenzen bij elke analyse"
    row = characteristics(*found, dutch).rows[1]
    assert row[:3] == ("0,5", "0", "MaxCombo")


def test_the_bounds_are_those_of_a_point_with_the_most_looks(tmp_path):
    vary = {"looks": [[1], [0.5, 1], [0.3, 0.6, 1]]}
    fixed = {name: value for name, value in SAID["fixed"].items() if name != "looks"}
    asked = read({"fixed": fixed, "error": 0.2, "vary": vary})
    with threads(1) as workers:
        found = run_sweep(asked, tmp_path, workers)
    assert [row[0] for row in bounds_figure(found).table.rows] == ["12", "24", "40"]


def test_what_a_sweep_has_not_reached_yet_is_left_out(found):
    sweep, points = found
    titles = [figure.title for figure in power_figures(sweep, points[:1])]
    assert titles == ["Power, Delay of the effect 0 months"]
    assert not list(power_figures(sweep, ()))


def test_the_report_is_the_same_bytes_each_time(found, tmp_path):
    fonts = Path("src/equipoise/web/static/vendor/source-sans-3")
    pairs = [write_report(*found, tmp_path / name, fonts) for name in ("a", "b")]
    for one, other in zip(*pairs, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert pairs[0][1].read_bytes().startswith(b"%PDF-")
    assert "One &amp; two" in pairs[0][0].read_text()


def test_a_sweep_of_one_point_has_a_report_too(tmp_path):
    sweep = read({"fixed": SAID["fixed"], "error": 0.2})
    with threads(1) as workers:
        html, pdf = write_report(sweep, run_sweep(sweep, tmp_path, workers), tmp_path)
    assert html.exists()
    assert pdf.exists()


def test_a_study_is_where_a_sweep_starts(tmp_path, capsys):
    words = ["sweep", "studies/pump-it", "--error", "0.2", "--vary", "hazard_ratio=0.6,0.8"]
    assert ask_design([*words, "--out", str(tmp_path)]) == 0
    assert "2 points" in capsys.readouterr().out
    page = (tmp_path / "report.html").read_text()
    assert "PUMP-IT: the design under many scenarios" in page
    assert "<td>Participants</td><td>306</td>" in page


def test_a_bad_sweep_is_refused_on_the_command_line(tmp_path, capsys):
    assert ask_design(["sweep", "--most", "1000000000", "--out", str(tmp_path)]) == 1
    assert "are refused" in capsys.readouterr().err
    assert ask_design(["sweep", "--vary", "hazard_ratio", "--out", str(tmp_path)]) == 1
    assert "is not NAME=VALUE" in capsys.readouterr().err
