"""The user's own copy of MedDRA: read as it is distributed, refused with the line that is wrong.

The dictionary here is invented, in the same format; nothing of MedDRA is in this project.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.exchange import meddra

LLT = """90000001$Sore tea tongue$90000011$$$$$$$Y$$
90000002$Tea tongue$90000011$$$$$$$Y$$
90000003$Old tea tongue$90000011$$$$$$$N$$
90000004$Fell over a cup$90000012$$$$$$$Y$$
"""
PT = """90000011$Tea tongue$$90000091$$$$$$$$
90000012$Cup fall$$90000092$$$$$$$$
"""
HIERARCHY = """90000011$90000021$90000031$90000091$Tea tongue$H$G$Tongue disorders$Tong$$90000091$Y$
90000011$90000022$90000032$90000092$Tea tongue$H$G$Cup disorders$Cup$$90000091$N$
90000012$90000022$90000032$90000092$Cup fall$H$G$Cup disorders$Cup$$90000092$Y$
"""


def a_copy(folder: Path, **changed: str) -> Path:
    """An invented dictionary in MedDRA's format."""
    found = {"llt": LLT, "pt": PT, "mdhier": HIERARCHY} | changed
    for name, text in found.items():
        (folder / f"{name}.asc").write_text(text, encoding="utf-8")
    return folder


def test_current_terms_are_read_with_their_primary_organ_class_and_found_again(tmp_path):
    terms = meddra.load(a_copy(tmp_path))
    assert [one.llt for one in terms] == ["90000001", "90000002", "90000004"]
    assert terms[0].soc_name == "Tongue disorders" and terms[0].pt_name == "Tea tongue"
    meddra.write(terms, tmp_path / "own")
    terms = meddra.read(tmp_path / "own" / meddra.FILE)
    assert [one.llt for one in meddra.search(terms, "TONGUE tea")] == ["90000002", "90000001"]
    assert [one.llt for one in meddra.search(terms, "90000012")] == ["90000004"]
    assert meddra.search(terms, " ") == meddra.search(terms, "moon") == []


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"llt": LLT + "90000005$x$90000011\n"}, "llt.asc, line 5: 3 fields, and not 11"),
        ({"llt": LLT + LLT.splitlines()[0]}, "llt.asc, line 5: 90000001 stands in line 1 too"),
        ({"llt": LLT.replace("90000004$", "9004$")}, "llt.asc, line 4: '9004' is no code of eight"),
        ({"pt": PT.splitlines()[0]}, "llt.asc, line 4: pt.asc does not have '90000012'"),
        ({"mdhier": HIERARCHY.replace("$Y$", "$N$")}, "line 1: the primary path of mdhier.asc"),
        ({"pt": ""}, "pt.asc is empty"),
        ({"pt": PT.replace("Cup fall", "Cup\tfall")}, "pt.asc, line 2: a tab stands in it"),
    ],
)
def test_what_is_no_distribution_is_refused_with_its_file_and_line(tmp_path, changed, because):
    with pytest.raises(meddra.Unreadable, match=because.replace(".", r"\.")):
        meddra.load(a_copy(tmp_path, **changed))


def test_another_encoding_is_refused_with_its_line_and_read_when_it_is_named(tmp_path):
    a_copy(tmp_path)
    (tmp_path / "pt.asc").write_bytes(PT.replace("Cup fall", "Chute à thé").encode("latin-1"))
    with pytest.raises(meddra.Unreadable, match=r"pt\.asc, line 2: not in utf-8-sig"):
        meddra.load(tmp_path)
    assert meddra.load(tmp_path, "latin-1")[-1].pt_name == "Chute à thé"
    (tmp_path / "llt.asc").unlink()
    with pytest.raises(meddra.Unreadable, match=r"llt\.asc is not there"):
        meddra.load(tmp_path, "latin-1")


def test_the_command_loads_a_copy_into_the_home_and_not_into_the_study(tmp_path, monkeypatch):
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path / "home"))
    words = [sys.executable, "-m", "equipoise.cli", "meddra", str(a_copy(tmp_path))]
    done = subprocess.run([*words, "--version", "27.1"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "MedDRA 27.1: 3 current" in done.stdout
    own = tmp_path / "home" / "licensed" / "meddra" / "27.1" / meddra.FILE
    assert len(meddra.read(own)) == 3
    (tmp_path / "pt.asc").write_text("x")
    wrong = subprocess.run([*words, "--version", "28.0"], capture_output=True, text=True)
    assert wrong.returncode == 1 and "pt.asc, line 1" in wrong.stderr
    assert not (own.parent.parent / "28.0").exists()
