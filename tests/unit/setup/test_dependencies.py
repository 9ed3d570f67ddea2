"""What Equipoise stands on is pinned, explained and without addresses."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REASONS = (ROOT / "docs/reference/dependencies.md").read_text(encoding="utf-8").lower()
LISTS = ("requirements", "requirements-dev")


def _names(text: str) -> list[str]:
    return re.findall(r"^([A-Za-z0-9][\w.-]*)", text, re.MULTILINE)


@pytest.mark.parametrize("name", LISTS)
def test_every_dependency_has_its_reason(name: str):
    wanted = _names((ROOT / f"{name}.in").read_text())
    assert wanted
    assert not [package for package in wanted if package.lower() not in REASONS]


@pytest.mark.parametrize("name", LISTS)
def test_every_dependency_is_pinned_with_hashes_and_names_no_host(name: str):
    lock = (ROOT / f"{name}.lock").read_text()
    pins = re.findall(
        r"^[A-Za-z0-9][^\n]*\\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", lock, re.M
    )
    assert len(pins) == len(_names(lock)) > 0
    assert all("==" in pin.splitlines()[0] for pin in pins)
    assert "://" not in lock


@pytest.mark.parametrize("name", LISTS)
def test_the_lock_holds_what_the_list_asks_for(name: str):
    locked = {package.lower() for package in _names((ROOT / f"{name}.lock").read_text())}
    wanted = {package.lower() for package in _names((ROOT / f"{name}.in").read_text())}
    assert wanted <= locked


def test_every_vendored_part_has_its_reason():
    vendor = ROOT / "src/equipoise/web/static/vendor"
    for version in vendor.glob("*/VERSION"):
        package, number = re.match(r"@?([\w./-]+)@(\d[\d.]*)", version.read_text()).groups()
        if package != "source-sans":
            assert number in REASONS, package
