"""Django's settings for mypy, which asks them what types the models' fields have.

It must not touch an installation: a folder of its own below `build/` stands for the home.
"""

import os
from pathlib import Path

os.environ["EQUIPOISE_HOME"] = str(Path(__file__).parents[1] / "build/types")

from equipoise.web.settings import *  # noqa: E402, F403  (after the home is another)
