"""The database that Django's tests run on."""

import os
import re
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_django_runs_on_the_database_that_was_asked_for():
    asked = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
    assert connection.vendor == ("postgresql" if asked else "sqlite")


def test_the_database_has_every_table_that_the_code_expects():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_the_database_is_neither_the_developers_nor_in_their_home():
    home = os.environ["EQUIPOISE_HOME"]
    assert "equipoise-test-" in home
    name = str(connection.settings_dict["NAME"])
    assert name.startswith("test_") if connection.vendor == "postgresql" else home in name


def test_every_test_of_what_is_kept_is_where_make_looks_for_them_again():
    """The second run collects these folders alone: collecting everything takes far longer."""
    root = Path(__file__).parents[3]
    kept = re.search(r"^KEPT +:= (.+)$", (root / "Makefile").read_text(encoding="utf-8"), re.M)
    assert kept
    folders = [root / name for name in kept[1].split()]
    for test in (root / "tests").rglob("*.py"):
        if re.search(r"mark\.database\b", test.read_text(encoding="utf-8")):
            assert any(test.is_relative_to(folder) for folder in folders), test
