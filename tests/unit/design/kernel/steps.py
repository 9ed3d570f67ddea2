"""Steps of the kernel with a door of their own, so that tests meet what the compiler makes."""

from collections.abc import Callable
from typing import Any

import numba


def door(step: Callable[..., Any]) -> Callable[..., Any]:
    """The step alone, compiled as the kernel has it: called from Python it would run as Python."""

    @numba.njit(error_model="numpy")
    def compiled(*arguments):
        return step(*arguments)

    return compiled
