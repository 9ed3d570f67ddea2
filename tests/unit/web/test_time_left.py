"""How long there still is until a moment, as Today and a participant's page tell it."""

from datetime import timedelta

import pytest

from equipoise.web.views.next_act import time_left


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(hours=24), "24 h left"),
        (timedelta(hours=4, minutes=59), "4 h left"),  # never more than there is
        (timedelta(hours=1, minutes=59), "119 min left"),
        (timedelta(seconds=59), "0 min left"),
        (timedelta(seconds=-1), ""),
        (timedelta(days=2), ""),
    ],
)
def test_what_is_left_of_hours_is_told_and_never_more(left: timedelta, told: str):
    assert time_left(left) == told
