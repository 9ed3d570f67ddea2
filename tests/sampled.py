"""How many examples hypothesis tries: a third in every run, all of them in `make test-slow`."""

import os

WHOLE = os.environ.get("EQUIPOISE_TEST_WHOLE", "").lower() in {"1", "true", "yes"}


def examples(whole: int) -> int:
    """So many of them are tried now."""
    return whole if WHOLE else max(whole // 3, 10)
