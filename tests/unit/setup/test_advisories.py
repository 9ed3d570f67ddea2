"""Whether a part that runs is named in an advisory: told, or said not to be known."""

import importlib.util
import json
import sys
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tools/{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return loaded("advisories")


@pytest.fixture
def index(tool, monkeypatch) -> Iterator[dict]:
    """An index on the loopback address: what it answers of each name, 404 for what it lacks."""
    told: dict[str, object] = {}

    class Index(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            name = self.path.split("/")[2]
            body = json.dumps({"info": {}, **told.get(name, told.get("*", {}))}).encode()
            self.send_response(200 if name in told or "*" in told else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Index)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setattr(tool, "index", lambda: f"http://127.0.0.1:{server.server_port}")
    yield told
    server.shutdown()
    server.server_close()


def test_a_part_that_the_index_names_in_an_advisory_is_told(tool, index, capsys):
    index["*"] = {"vulnerabilities": []}
    record = {"id": "PYSEC-2030-1", "summary": "reads what it\nshould not", "fixed_in": ["9.9"]}
    index["jinja2"] = {"vulnerabilities": [record, {**record, "id": "X", "withdrawn": "2030"}]}
    assert tool.main([]) == 1
    said = capsys.readouterr()
    [told] = [line for line in said.out.splitlines() if line.startswith("jinja2 ")]
    assert told.endswith(": PYSEC-2030-1: reads what it should not; mended in 9.9")
    assert "parts were looked up in the index; named in an advisory: jinja2" in said.out
    assert "govuk-frontend" in said.err  # it is vendored: the index does not know it


def test_where_none_is_named_the_answer_says_how_many_were_looked_up_and_which_were_not(
    tool, index, capsys
):
    index["*"] = {"vulnerabilities": []}
    assert tool.main([]) == 0
    said = capsys.readouterr().out
    count = sum(part.purl.startswith("pkg:pypi/") for part in loaded("sbom").parts())
    assert f"{count} parts were looked up in the index; named in an advisory: none." in said
    assert "Not looked up: govuk-frontend 6.6.0, htmx.org" in said


@pytest.mark.parametrize("answer", [None, {}, {"vulnerabilities": None}])
def test_an_index_that_tells_nothing_is_no_answer(answer, tool, index, capsys):
    """As where only the packages themselves are served."""
    if answer is not None:
        index["*"] = answer
    assert tool.main([]) == 2
    said = capsys.readouterr()
    assert "NOT known" in said.err and "none" not in said.out and not said.out.strip()


def test_one_part_that_could_not_be_asked_is_enough_for_it_not_to_be_known(tool, index, capsys):
    names = {part.name for part in loaded("sbom").parts()} - {"whitenoise"}
    index |= {name: {"vulnerabilities": []} for name in names}
    assert tool.main([]) == 2 and "whitenoise" in capsys.readouterr().err


def test_without_a_network_it_fails_in_words(tool, monkeypatch, capsys):
    monkeypatch.setattr(tool, "index", lambda: "http://127.0.0.1:1")
    assert tool.main([]) == 2
    assert "the index cannot be reached" in capsys.readouterr().err


def osv(name: str, ecosystem: str = "PyPI", **affected) -> dict:
    return {
        "id": f"OSV-{name}",
        "summary": "bad",
        "affected": [{"package": {"ecosystem": ecosystem, "name": name}, **affected}],
    }


def test_records_that_were_carried_here_are_read_without_a_network(tool, tmp_path, capsys):
    """Zip files and single ones; of names in any spelling, and of what is vendored too."""
    with zipfile.ZipFile(tmp_path / "PyPI.zip", "w") as packed:
        packed.writestr("a.json", json.dumps(osv("Jinja2", versions=["3.1.6", "3.1.5"])))
        packed.writestr("b.json", json.dumps(osv("django", versions=["1.0"])))
    span = {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "4.0.2"}]}
    (tmp_path / "c.json").write_text(json.dumps(osv("htmx.org", "npm", ranges=[span])))
    assert tool.main(["--from", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "jinja2 3.1.6: OSV-Jinja2: bad" in said and "htmx.org 4.0.1: OSV-htmx.org" in said
    assert "named in an advisory: htmx.org 4.0.1" in said and "django 5" not in said


def test_of_an_ecosystem_without_any_record_nothing_is_known(tool, tmp_path, capsys):
    (tmp_path / "c.json").write_text(json.dumps(osv("django", versions=["1.0"])))
    assert tool.main(["--from", str(tmp_path)]) == 2
    assert "there is no record of npm" in capsys.readouterr().err
    assert tool.main(["--from", str(tmp_path / "nothing")]) == 2


@pytest.mark.parametrize(
    ("version", "events", "inside"),
    [
        ("2.0", [{"introduced": "0"}, {"fixed": "2.0"}], False),
        ("1.10", [{"introduced": "0"}, {"fixed": "2.0"}], True),
        ("1.9", [{"introduced": "1.10"}], False),
        ("2.0", [{"introduced": "1.0"}, {"last_affected": "2.0"}], True),
        ("2.0.1", [{"introduced": "1.0"}, {"last_affected": "2.0"}], False),
        ("3.1", [{"introduced": "1"}, {"fixed": "2"}, {"introduced": "3"}], True),
        ("2.5", [{"introduced": "1"}, {"fixed": "2"}, {"introduced": "3"}], False),
    ],
)
def test_a_range_is_read_as_osv_writes_it(version, events, inside, tool):
    affected = {"ranges": [{"type": "ECOSYSTEM", "events": events}]}
    assert tool.is_affected(version, affected) is inside
    assert not tool.is_affected(version, {"ranges": [{"type": "GIT", "events": events}]})


def test_the_answer_is_written_beside_the_versions_and_leaves_them_as_they_are(
    tool, index, tmp_path, monkeypatch
):
    index["*"] = {"vulnerabilities": []}
    page = tmp_path / "versions.md"
    before = (ROOT / "docs/reference/versions.md").read_text("utf-8")
    page.write_text(before, "utf-8")
    sbom = loaded("sbom")
    sbom.VERSIONS = page
    monkeypatch.setattr(tool, "_sbom", lambda: sbom)
    assert tool.main(["--note"]) == 0
    told = sbom.advisories_of(page.read_text("utf-8"))
    assert told.startswith("Of 20") and "named in an advisory: none." in told
    versions = before.partition("## Advisories")[0]
    assert page.read_text("utf-8").partition("## Advisories")[0] == versions
