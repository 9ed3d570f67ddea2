"""What stands in the one box of a date: the day as people write it, or what was typed."""

import pytest

from equipoise.web.views.day_box import box_text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"day": "3", "month": "4", "year": "2026"}, "3 Apr 2026"),
        ({"month": "4", "year": "2026"}, "Apr 2026"),
        ({"month": "\u0665", "year": "1960"}, "\u0665 1960"),
        ({"day": "31", "month": "2", "year": "2026"}, "31 2 2026"),
    ],
)
def test_what_is_no_date_stands_as_it_was_typed(parts: dict[str, str], text: str) -> None:
    assert box_text({"day": "", "month": "", "year": "", **parts}) == text
