"""Where the records of the registry are kept on this machine."""

import os
from pathlib import Path

__all__ = ["folder"]


def folder() -> Path:
    """The folder of records and index."""
    if named := os.environ.get("EQUIPOISE_REGISTRY"):
        return Path(named).resolve()
    return Path(os.environ.get("EQUIPOISE_HOME", "var")).resolve() / "registry"
