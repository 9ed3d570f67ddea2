"""A long number of an arithmetic is read as people use it, and exactly on hover."""

import pytest

from equipoise.web.jinja import near


@pytest.mark.parametrize(
    ("arithmetic", "read"),
    [
        (
            "400 mg/m² × 1.67753125488 m² (≈ 1.68 m²)",
            '400 mg/m² × <span class="eq-exact" title="1.67753125488 m²">≈ 1.68 m²</span>',
        ),
        (
            "0,12 mg/kg/d × 79,1850393701 kg (≈ 79,19 kg) × 30 mL / 1,3 mL/d",
            '0,12 mg/kg/d × <span class="eq-exact" title="79,1850393701 kg">≈ 79,19 kg</span>'
            " × 30 mL / 1,3 mL/d",
        ),
        ("5 mg/kg × 58.9 kg", "5 mg/kg × 58.9 kg"),
        ("<b> × 1 m² (≈ 1 m)", "&lt;b&gt; × 1 m² (≈ 1 m)"),
    ],
)
def test_a_long_number_is_read_as_people_use_it_and_the_exact_one_on_hover(arithmetic, read):
    assert near(arithmetic) == read
