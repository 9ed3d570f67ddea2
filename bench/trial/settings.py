"""The trial's own settings, with one more address: the yardstick."""

from equipoise.web.settings import *  # noqa: F403

ROOT_URLCONF = "bench.trial.urls"
