"""How long a test waits for what will come: as long as it takes, on any machine, beside any load.

A wait ends when what it waits for is there or when the process that should bring it has ended.
`HANG` bounds both: it tells a program that hangs from one that is slow, and measures nothing.
"""

import time
from collections.abc import Callable

HANG = 600.0  # seconds
PAGE_MS = (
    120_000  # a page that was served once answers; what is wrong on it is told after two minutes
)


def wait_until(
    it_holds: Callable[[], object],
    otherwise: str,
    alive: Callable[[], bool] = lambda: True,
) -> None:
    """Wait until it holds; fail with these words once nothing is left that could bring it about."""
    end = time.monotonic() + HANG
    while not it_holds():
        # What has ended may have brought it about with its last breath.
        assert alive() or it_holds(), f"{otherwise}: the process that should do it has ended"
        assert time.monotonic() < end, f"{otherwise}: nothing in {HANG:.0f} seconds"
        time.sleep(0.01)
