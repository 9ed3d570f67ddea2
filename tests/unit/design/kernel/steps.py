"""Steps of the kernel by themselves, so that tests meet what the compiler makes of them."""

from collections.abc import Callable
from typing import Any

import numba


def entry_point(step: Callable[..., Any]) -> Callable[..., Any]:
    """The step alone, compiled as the kernel has it: called from Python it would run as Python."""

    @numba.njit(error_model="numpy")
    def compiled(*arguments):
        return step(*arguments)

    return compiled
