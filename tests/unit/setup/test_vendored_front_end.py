"""What the browser gets from us: nothing from elsewhere, nothing that is not ours to give."""

import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "src/equipoise/web/static"
PARTS = sorted(path for path in (STATIC / "vendor").iterdir() if path.is_dir())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_each_vendored_part_is_what_its_digests_say_and_carries_its_licence(part: Path):
    told = dict(line.split("  ")[::-1] for line in (part / "SHA256").read_text().splitlines())
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in part.iterdir()
        if path.name != "SHA256"
    }
    assert found == told
    assert {"LICENSE", "VERSION"} <= found.keys()


def test_no_stylesheet_or_script_asks_another_host_for_anything():
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text, path
        assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", text), path


def test_neither_the_gds_typeface_nor_the_crown_is_part_of_it():
    for path in STATIC.rglob("*"):
        assert not re.search("crown|crest|gds", path.name, re.IGNORECASE), path
        if path.suffix == ".css":
            assert not re.search("GDS Transport|crown|crest", path.read_text(), re.IGNORECASE), path


def test_every_file_the_theme_names_is_there():
    theme = STATIC / "theme/equipoise.css"
    named = re.findall(r'url\("([^"]+)"\)', theme.read_text())
    assert named
    assert all((theme.parent / name).resolve().is_file() for name in named), named
