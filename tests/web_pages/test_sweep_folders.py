"""What lies in the folder of sweeps: nothing else is reached by it, and what is damaged is told."""

import pytest

from equipoise.design.sweep.manifest import write_manifest
from equipoise.design.sweep.question_text import read
from equipoise.web import home
from equipoise.web.design import sweep_store
from tests.web_pages.test_sweeps_page import (
    SWEEPS,
    _house,  # noqa: F401  # every test stands on it
    done_here,
    statistician,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    ["..", ".", "%2e%2e", "..%2f..%2fsecrets", "new", "UPPER", "-a", "a_b", ".at-work", "link",
     "small/../../secrets/seed", "%00", "file", "nowhere"],
)  # fmt: skip
def test_no_address_leads_out_of_the_folder_of_the_sweeps(name, tmp_path):
    done_here()
    write_manifest(tmp_path, read({}))
    (home.sweeps() / "link").symlink_to(tmp_path)
    (home.sweeps() / "file").write_text("no folder")
    client = statistician()
    for rest in ("", "points.parquet", "sweep.json"):
        answer = client.get(f"{SWEEPS}{name}/{rest}")
        if name == "new" and not rest:
            continue
        assert answer.status_code in (404, 302) or answer.request["PATH_INFO"] == SWEEPS, rest
        assert b"PAR1" not in answer.getvalue()[:4]


def test_only_what_a_sweep_leaves_can_be_saved_and_not_through_a_link():
    name, client = done_here(), statistician()
    for file_name, kind in sweep_store.FILES.items():
        answer = client.get(f"{SWEEPS}{name}/{file_name}")
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer) == (home.sweeps() / name / file_name).read_bytes()
    for other in ("sweep.json", "log", ".lock", "parts", "figures", "report.htm"):
        assert client.get(f"{SWEEPS}{name}/{other}").status_code == 404
    report = home.sweeps() / name / "report.html"
    report.unlink()
    report.symlink_to(home.folder() / "secrets" / "web-key")
    assert client.get(f"{SWEEPS}{name}/report.html").status_code == 404
    assert "report.html" not in text_of(client, f"{SWEEPS}{name}/")


@pytest.mark.parametrize(
    "said", ["", "[]", "[" * 60_000, '{"digest": 5, "question": 7}', '{"digest": "5"}', "\x00"]
)
def test_a_folder_that_cannot_be_read_is_listed_as_such_and_breaks_nothing(said):
    folder = home.sweeps() / "damaged"
    folder.mkdir(parents=True)
    (folder / "sweep.json").write_text(said)
    (home.sweeps() / "empty").mkdir()
    client = statistician()
    assert text_of(client, SWEEPS).count("Cannot be read") == 2
    assert "Cannot be read" in text_of(client, f"{SWEEPS}damaged/")
    assert client.post(f"{SWEEPS}damaged/go-on/").status_code == 302
    assert not sweep_store.at_work()
