"""The clock that the tests go by: from ten in the morning on, so that none runs over midnight.

The day is the one on which the run began, in all its processes; EQUIPOISE_TEST_DAY names another,
to see what the 29th of February or a night of summer time would break.
"""

import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

DAY = "EQUIPOISE_TEST_DAY"
HERE = ZoneInfo("Europe/Amsterdam")
BEGAN = time.monotonic()


def agree_on_a_day() -> None:
    """Before any other process of the run begins."""
    os.environ.setdefault(DAY, datetime.now(HERE).date().isoformat())


def now() -> datetime:
    """The morning of that day, and what has passed since this process began."""
    morning = datetime.combine(today(), time_of_day(10), HERE)
    return morning.astimezone(UTC) + timedelta(seconds=time.monotonic() - BEGAN)


def today() -> date:
    return date.fromisoformat(os.environ[DAY])


def keep() -> None:
    """Have the server's clock go by it too, where there is one in this process."""
    if write_service := sys.modules.get("equipoise.web.write_service"):
        write_service.now = now
