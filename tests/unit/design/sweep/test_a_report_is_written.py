"""The report of a sweep: figures, page and paper, the same bytes each time."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from equipoise.cli.design import run as ask_design
from equipoise.design.report.write import told_of, write_report
from equipoise.design.sweep.ask import read
from equipoise.design.sweep.hands import threads
from equipoise.design.sweep.run import run_sweep

SAID = {
    "title": "One & two",
    "fixed": {"participants": 60, "events": 40, "looks": [0.5, 1], "futility": 0, "accrual": 12},
    "vary": {"hazard_ratio": [0.5, 0.7, 1], "delay": [0, 3], "test": ["log-rank", "maxcombo"]},
    "error": 0.2,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    sweep = read(SAID)
    with threads(2) as hands:
        return sweep, run_sweep(sweep, tmp_path_factory.mktemp("sweep"), hands)


def test_there_is_a_figure_for_each_value_of_the_axes_beyond_two(found):
    """Hazard ratio runs across, the test is told by the lines, the delay by the figure."""
    titles = [figure.title for figure in told_of(*found).figures]
    assert titles == [
        "Power, Delay of the effect, months 0",
        "Power, Delay of the effect, months 3",
        "Bounds at each look",
        "Duration, Delay of the effect, months 0",
        "Duration, Delay of the effect, months 3",
    ]


def test_every_figure_is_sound_svg_with_its_numbers(found):
    for figure in told_of(*found).figures:
        ElementTree.fromstring(figure.svg)
        assert "style=" not in figure.svg
        assert "nan" not in figure.svg
        assert figure.table.rows


def test_operating_characteristics_have_a_row_for_each_point(found):
    table = told_of(*found).characteristics
    assert len(table.rows) == 12
    assert all(len(row) == len(table.headers) for row in table.rows)


def test_the_report_is_the_same_bytes_each_time(found, tmp_path):
    fonts = Path("src/equipoise/web/static/vendor/source-sans-3")
    pairs = [write_report(*found, tmp_path / name, fonts) for name in ("a", "b")]
    for one, other in zip(*pairs, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert pairs[0][1].read_bytes().startswith(b"%PDF-")
    assert "One &amp; two" in pairs[0][0].read_text()


def test_a_sweep_of_one_point_has_a_report_too(tmp_path):
    sweep = read({"fixed": SAID["fixed"], "error": 0.2})
    with threads(1) as hands:
        html, pdf = write_report(sweep, run_sweep(sweep, tmp_path, hands), tmp_path)
    assert html.exists()
    assert pdf.exists()


def test_a_study_is_where_a_sweep_starts(tmp_path, capsys):
    words = ["sweep", "studies/pump-it", "--error", "0.2", "--vary", "hazard_ratio=0.6,0.8"]
    assert ask_design([*words, "--out", str(tmp_path)]) == 0
    assert "2 points" in capsys.readouterr().out
    page = (tmp_path / "report.html").read_text()
    assert "PUMP-IT: the design in many worlds" in page
    assert "<td>Participants</td><td>306</td>" in page


def test_a_bad_sweep_is_refused_on_the_command_line(tmp_path, capsys):
    assert ask_design(["sweep", "--most", "1000000000", "--out", str(tmp_path)]) == 1
    assert "are refused" in capsys.readouterr().err
    assert ask_design(["sweep", "--vary", "hazard_ratio", "--out", str(tmp_path)]) == 1
    assert "is not NAME=VALUE" in capsys.readouterr().err
