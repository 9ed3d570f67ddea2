"""What the monitoring board watches: its boundary beside R and beside exact fractions."""

import re
from decimal import Decimal
from fractions import Fraction
from math import comb
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analysis.figures.stopping import stopping_figure
from equipoise.analysis.figures.texts import STOPPING, Texts
from equipoise.analysis.stopping import Count, boundary, crosses, improbable, steps
from equipoise.logic.translator import ENGLISH
from equipoise.study.sections.stopping import Watched

SOURCE = "assumed: for tests"
PLAIN = {"id": "w", "label": "W", "arm": "B", "among": "x", "counts": "y", "source": SOURCE}
EXACT = Watched.model_validate(
    PLAIN | {"limit": 10, "exact": {"alpha": Decimal("0.05"), "source": SOURCE}}
)
POSTERIOR = Watched.model_validate(
    PLAIN
    | {
        "limit": 6,
        "posterior": {
            "prior_with": Decimal("0.6"),
            "prior_without": Decimal("9.4"),
            "probability": Decimal("0.95"),
            "source": SOURCE,
        },
    }
)
# R 4: pbinom(k - 1, n, .10, lower.tail = FALSE) and pbeta(.06, .6 + k, 9.4 + n - k)
R = """
    1   1   0.100000000000 0.215977569595
    1   5   0.409510000000 0.326357118919
    1   20  0.878423345409 0.654740393862
    1   100 0.999973438601 0.995429939848
    2   5   0.081460000000 0.089155512513
    2   50  0.966214140308 0.775682763427
    3   5   0.008560000000 0.016946840186
    3   100 0.998055115348 0.928991753349
    5   20  0.043174495284 0.012067324942
    5   50  0.568801593171 0.188991508191
    8   20  0.000415635019 0.000073712517
    8   100 0.793949138196 0.252898067447
"""
# The fewest events of 1, 2, ... 60 people, by the same two functions of R; 0: none.
BOUNDS = {
    "exact": "0 2 2 3 3 3 3 3 4 4 4 4 4 4 5 5 5 5 5 5 6 6 6 6 6 6 6 7 7 7 7 7 7 7 8 8 8 8 8 8 8 "
    "9 9 9 9 9 9 9 10 10 10 10 10 10 10 10 11 11 11 11",
    "posterior": "0 0 3 3 3 3 3 3 3 3 4 4 4 4 4 4 4 4 4 4 5 5 5 5 5 5 5 5 5 5 5 6 6 6 6 6 6 6 6 "
    "6 6 6 7 7 7 7 7 7 7 7 7 7 7 7 8 8 8 8 8 8",
}
RULES = {"exact": EXACT, "posterior": POSTERIOR}


@pytest.mark.parametrize("row", R.strip().splitlines())
def test_the_probabilities_are_those_of_r(row):
    events, people, binomial, beta = row.split()
    assert improbable(EXACT, int(events), int(people)) == pytest.approx(float(binomial), abs=1e-11)
    assert improbable(POSTERIOR, int(events), int(people)) == pytest.approx(float(beta), abs=1e-11)


@pytest.mark.parametrize("name", RULES)
def test_the_boundary_is_that_of_r_for_every_number_of_people(name):
    expected = [int(n) or None for n in BOUNDS[name].split()]
    assert [boundary(RULES[name], n) for n in range(1, 61)] == expected


def test_the_exact_boundary_is_that_of_exact_fractions():
    """Summed as fractions, so that no rounding decides at the boundary itself."""
    chance = Fraction(1, 10)
    for people in range(1, 90):
        bound = boundary(EXACT, people)
        for events in {bound or 1, (bound or 2) - 1} - {0}:
            tail = sum(
                comb(people, k) * chance**k * (1 - chance) ** (people - k)
                for k in range(events, people + 1)
            )
            assert crosses(EXACT, events, people) is (tail <= Fraction(1, 20)), (events, people)


@given(
    st.sampled_from(list(RULES.values())),
    st.integers(min_value=1, max_value=400),
    st.integers(min_value=0, max_value=400),
)
def test_one_event_more_never_uncrosses_and_one_person_more_never_crosses(rule, people, events):
    if crosses(rule, events, people):
        assert events == people or crosses(rule, events + 1, people)
    elif events < people:
        assert not crosses(rule, events, people + 1)
    now, then = boundary(rule, people), boundary(rule, people + 1)
    assert now is None or (then is not None and now <= then <= now + 1)


def test_the_picture_has_the_boundary_the_present_and_the_same_in_a_table():
    told = steps(POSTERIOR, 153)
    texts = Texts(STOPPING, ENGLISH, {"events": "2", "people": "40"}, own={"title": "A & B"})
    drawn = stopping_figure(told, Count(people=40, events=2, waiting=0), texts, 153)
    assert ElementTree.fromstring(drawn.svg) is not None
    assert "A &amp; B" in drawn.svg and "2 of 40 now" in drawn.svg and 'class="now"' in drawn.svg
    assert drawn.table.rows[:3] == (("3", "3", "10"), ("4", "11", "20"), ("5", "21", "31"))
    height = float(re.search(r'height="([\d.]+)"', drawn.svg)[1])
    for d in re.findall(r' d="([^"]+)"', drawn.svg):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", d)]
        assert all(0 <= x <= 760 for x in numbers[::2])
        assert all(0 <= y <= height for y in numbers[1::2])


def test_the_picture_of_nobody_is_drawn_too():
    texts = Texts(STOPPING, ENGLISH, {"events": "0", "people": "0"}, own={"title": "W"})
    drawn = stopping_figure([], Count(people=0, events=0, waiting=0), texts, 0)
    assert drawn.table.rows == () and "0 of 0 now" in drawn.svg
