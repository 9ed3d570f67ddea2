"""Each test of a study asks for both of them, or for one by name."""

import pytest

from tests.studies.carried import Carried, carried


@pytest.fixture(params=["first-steps", "pump-it"])
def each(request: pytest.FixtureRequest) -> Carried:
    return carried(request.param)


@pytest.fixture
def pump_it() -> Carried:
    return carried("pump-it")


@pytest.fixture
def first_steps() -> Carried:
    return carried("first-steps")
