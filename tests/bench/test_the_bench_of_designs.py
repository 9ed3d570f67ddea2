"""The bench of designs measures what it says, on small runs."""

import json
import shutil

import pytest

from bench.designs import __main__ as designs
from bench.designs import decisions, others, processes, rates, scenarios


def test_rates_are_of_processor_time_on_one_core():
    figures = list(rates.rates(2_000))
    assert [figure.unit for figure in figures] == ["trials/CPU-s, one core"] * len(figures)
    assert all(figure.value > 0 for figure in figures)


def test_the_reference_on_the_bench_has_the_kernels_numbers():
    *_, furthest = others.numpy_reference(10)
    assert furthest.met


def test_decisions_on_the_bench_are_scipys():
    wrong, furthest = decisions.decisions(100)
    assert wrong.value == 0
    assert furthest.met


def test_memory_is_that_of_the_process_alone():
    (figure,) = processes.memory(20_000)
    assert figure.met


def test_without_rpact_its_figures_are_left_out_and_the_way_to_it_is_told(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert list(others.rpact(10)) == []
    assert "apt-get install r-base-core r-cran-rpact" in capsys.readouterr().out


def test_the_scenarios_of_the_bench_are_306_subjects_and_210_events():
    for make in (scenarios.one_look, scenarios.two_looks, scenarios.delayed, scenarios.max_combo):
        assert (make().subjects, make().looks[-1].events) == (306, 210)


def test_the_bench_writes_its_figures(tmp_path, monkeypatch):
    measures = [
        lambda: rates.growth(2_000),
        lambda: others.numpy_reference(3),
        lambda: decisions.decisions(60),
    ]
    monkeypatch.setattr(designs, "_measures", lambda quick: measures)
    path = tmp_path / "figures.json"
    assert designs.run(["--quick", "--out", str(path)]) == 0
    names = {"name", "value", "unit", "yardstick", "ratio", "aim", "met"}
    assert all(set(figure) == names for figure in json.loads(path.read_text()))


@pytest.mark.slow
def test_decisions_are_scipys_on_20000_trials_of_the_bench():
    wrong, _ = decisions.decisions(20_000)
    assert wrong.value == 0
