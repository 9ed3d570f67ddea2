"""The figures of a design: what is drawn stands in the table, and nothing falls off the paper."""

import math
import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from equipoise.analysis.figures.boundaries import Bound, boundaries_figure
from equipoise.analysis.figures.power_curve import Curve, power_curve_figure
from equipoise.analysis.figures.texts import BOUNDARIES, POWER_CURVE, Texts
from equipoise.logic.translator import ENGLISH
from equipoise.web import adopted

SAID = Texts(POWER_CURVE, ENGLISH, own={"title": "Power & <effect>", "description": "How likely"})
LOOKS = Texts(BOUNDARIES, ENGLISH)


def points(svg: str) -> list[tuple[float, float]]:
    drawn = [float(n) for d in re.findall(r' d="([^"]+)"', svg) for n in re.findall(r"-?[\d.]+", d)]
    return list(zip(drawn[::2], drawn[1::2], strict=True))


def test_the_power_curve_is_drawn_named_and_told_in_a_table():
    ratios = (0.5, 0.6, 0.67, 0.8, 1.0)
    curve = Curve(name="This", powers=(0.99, 0.95, 0.847, 0.4, 0.05))
    drawn = power_curve_figure(ratios, [curve], SAID, wanted=0.8, assumed=(0.67, 0.847))
    assert ElementTree.fromstring(drawn.svg) is not None
    assert "Power &amp; &lt;effect&gt;" in drawn.svg
    assert ("0.67 (assumed)", "84.7 %") in drawn.table.rows
    assert [row[0] for row in drawn.table.rows] == [
        "0.50",
        "0.60",
        "0.67 (assumed)",
        "0.80",
        "1.00",
    ]


def test_two_designs_have_a_key_and_different_dashes():
    ratios = (0.5, 1.0)
    curves = [Curve(name="This", powers=(0.9, 0.05)), Curve(name="That", powers=(0.8, 0.05))]
    drawn = power_curve_figure(ratios, curves, SAID, wanted=0.8, assumed=(0.5, 0.9))
    assert ">This<" in drawn.svg and ">That<" in drawn.svg
    assert "stroke-dasharray" in drawn.svg
    assert drawn.table.headers == ("True hazard ratio", "This", "That")


@pytest.mark.parametrize("first", [2.8, 6.5, 37.0, math.inf])
def test_a_bound_too_high_to_draw_stays_on_the_paper(first):
    looks = [
        Bound(events=20, upper=first, lower=-first, ratio="0.1", row=("20", f"{first}")),
        Bound(events=200, upper=1.97, lower=-1.97, ratio="0.76", row=("200", "1.97")),
    ]
    drawn = boundaries_figure(looks, LOOKS, fixed=1.96)
    height = float(re.search(r'height="([\d.]+)"', drawn.svg)[1])
    assert all(0 <= y <= height and 0 <= x <= 760 for x, y in points(drawn.svg))
    assert len(drawn.table.rows) == 2


def test_a_design_without_a_lower_bound_draws_none():
    looks = [Bound(events=200, upper=1.96, ratio="0.76", row=("200", "1.96"))]
    drawn = boundaries_figure(looks, LOOKS, fixed=1.96)
    assert drawn.svg.count('class="bound"') == 1 and "harm" not in drawn.svg


@pytest.mark.django_db
def test_the_design_of_a_real_trial_is_for_those_who_see_its_status(monkeypatch):
    study = adopted.study()
    identity = study.identity.model_copy(update={"demonstration": {}})
    real = study.model_copy(update={"identity": identity})
    monkeypatch.setattr(adopted, "study", lambda: real)
    answer = Client().get("/design/?hazard_ratio=0.6")
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]
