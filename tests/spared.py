"""What costs time again and again and shows nothing: the tests are spared it.

A password is hashed by what is quick; the real hash is tried in `tests/web/test_passwords.py`, and
by every verb and server that begins by itself. A text that was read as YAML a moment ago is not
taken apart once more, though every study is built and judged anew. What stands when the tests begin
is looked at no more by Python's collector.
"""

import gc
from collections.abc import Iterator
from functools import lru_cache

import pytest
import yaml
from django.test import override_settings

from equipoise.study import places
from equipoise.study.core_schema import Loader

QUICK_HASH = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}


@lru_cache(maxsize=256)
def taken_apart(text: str) -> yaml.Node | None:
    """A text as its reader takes it apart."""
    return Loader(text).get_single_node()


class ReadOnce(Loader):
    """The reader of YAML, which remembers how it took apart the last texts."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self.text = text

    def get_single_node(self) -> yaml.Node | None:
        return taken_apart(self.text)


def pytest_configure() -> None:
    """Begin before the tests are collected: some read a study for that."""
    places.Loader = ReadOnce


@pytest.fixture(scope="session", autouse=True)
def _spared() -> Iterator[None]:
    with override_settings(**QUICK_HASH):
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
