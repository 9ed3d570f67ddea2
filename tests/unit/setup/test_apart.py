"""What one test does is not felt by the next."""

import pytest
from django.utils import translation

from equipoise.web import write_service
from tests import daytime


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_begins_in_the_language_of_the_one_before(turn: str):
    assert translation.get_language() == "en"
    translation.activate("nl")


def test_no_test_runs_over_midnight(monkeypatch: pytest.MonkeyPatch):
    """Whenever a run begins, it is morning where the trial is run; and time goes on."""
    assert write_service.now is daytime.now
    for day in ("2026-12-31", "2028-02-29", "2031-03-30"):
        monkeypatch.setenv(daytime.DAY, day)
        moment = write_service.now().astimezone(daytime.HERE)
        assert moment.date().isoformat() == day and moment.hour >= 10
    assert write_service.now() <= write_service.now()
