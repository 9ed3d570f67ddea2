"""Who reads the command line: EQUIPOISE_LANGUAGE names the language, else it is English."""

import os

from equipoise.study.reader import ReaderOf
from equipoise.study.reason import ENGLISH, Reader

__all__ = ["reader"]


def reader() -> Reader:
    """The reader of what is refused, and of what a new study text changes."""
    language = os.environ.get("EQUIPOISE_LANGUAGE", "en")
    return ENGLISH if language == "en" else ReaderOf(language)
