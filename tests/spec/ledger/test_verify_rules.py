"""Whatever is done to the ledger, verification names it; and so does the other verifier."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from equipoise.ledger import (
    CODES,
    FileLedger,
    Head,
    MemoryLedger,
    heads_text,
    read_export,
    read_heads,
    verify,
    verify_export,
    write_export,
)
from tests.patience import HANG
from tests.spec.ledger.histories import checkpoint, live, record
from tests.spec.ledger.tampering import TAMPERINGS, remove, rewrite
from tests.spec.ledger.test_redaction_rules import TAMPERINGS as OF_REDACTIONS

TOOL = Path(__file__).parents[3] / "tools" / "verify_ledger.py"


@pytest.fixture(scope="module")
def tool():
    """The stand-alone verifier, as a module."""
    spec = spec_from_file_location("verify_ledger", TOOL)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The lines of an untouched export."""
    path = tmp_path_factory.mktemp("untouched") / "ledger.jsonl"
    write_export(live(MemoryLedger()), path)
    return path.read_bytes().splitlines()


@pytest.fixture
def export(tmp_path):
    """Write lines to a file, and give its path."""

    def write(lines):
        path = tmp_path / "export.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return path

    return write


def places(faults):
    return {(fault.stream, fault.seq, fault.code) for fault in faults}


def by_tool(tool, path, heads=None):
    """What the stand-alone verifier says, in the same form."""
    given = {name: (head.seq, head.digest) for name, head in (heads or {}).items()}
    return {fault[:3] for fault in tool.faults(path.read_bytes(), given)[0]}


def run(*arguments):
    """Run the verifier as a stranger would: no packages, no settings, nothing of ours."""
    command = [sys.executable, "-S", "-I", str(TOOL), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANG, check=False)


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_every_kind_of_tampering_is_named(kind, lines, export):
    tampering = TAMPERINGS[kind]
    assert places(verify_export(export(tampering.tamper(lines)))) == tampering.faults


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_the_stand_alone_verifier_names_the_same(kind, lines, export, tool):
    tampering = TAMPERINGS[kind]
    assert by_tool(tool, export(tampering.tamper(lines))) == tampering.faults


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_the_verifier_runs_with_the_standard_library_alone(kind, lines, export):
    tampering = TAMPERINGS[kind]
    done = run(export(tampering.tamper(lines)))
    assert (done.returncode, done.stderr) == (1 if tampering.faults else 0, "")
    for stream, seq, code in tampering.faults:
        assert f"{stream or 'line'} {seq}: {code}: " in done.stdout


def test_every_code_is_met_and_none_is_unknown():
    met = {code for tampering in TAMPERINGS.values() for _, _, code in tampering.faults}
    met |= {code for _, faults in OF_REDACTIONS.values() for _, _, code in faults}
    assert met == set(CODES)


def test_an_untouched_ledger_is_whole(lines, export):
    done = run(export(lines))
    assert done.returncode == 0
    assert done.stdout.endswith(f"\n{len(lines)} entries, all whole\n")


def test_an_empty_ledger_is_whole(export, tool):
    assert verify_export(export([])) == []
    assert by_tool(tool, export([])) == set()


def test_a_fault_says_what_is_wrong_in_words(lines, export):
    path = export(TAMPERINGS["the end of a stream taken away"].tamper(lines))
    [fault] = verify_export(path)
    assert fault.sentence == "the stream ends at 4, while checkpoint study 5 knew 6 entries"


def test_a_last_line_without_an_end_is_named(lines, export, tool):
    path = export(lines)
    path.write_bytes(path.read_bytes()[:-1])
    wanted = {("study", 6, "not-canonical")}
    assert places(verify_export(path)) == by_tool(tool, path) == wanted


# What only someone else can show


def test_only_heads_kept_elsewhere_show_that_the_end_of_the_study_is_missing(lines, export, tool):
    heads = {entry.stream: Head(entry.seq, entry.digest) for entry in read_export(export(lines))}
    path = export(remove("study", 5, 6)(lines))
    assert verify_export(path) == []
    wanted = {("study", 6, "tail-missing")}
    assert places(verify_export(path, heads)) == by_tool(tool, path, heads) == wanted


def test_only_heads_kept_elsewhere_show_that_all_was_made_anew(lines, export, tool, tmp_path):
    """A forger who also has the checkpoints made anew leaves nothing that disagrees inside."""
    honest, other = live(MemoryLedger()), live(MemoryLedger())
    path = tmp_path / "other.jsonl"
    write_export(other, path)
    assert verify_export(path) == []
    wanted = {(name, head.seq, "forged") for name, head in honest.heads().items()}
    assert places(verify_export(path, honest.heads())) == wanted
    assert by_tool(tool, path, honest.heads()) == wanted


def test_the_verifier_takes_a_list_of_heads(lines, export, tmp_path):
    heads = {entry.stream: Head(entry.seq, entry.digest) for entry in read_export(export(lines))}
    kept = tmp_path / "heads.json"
    kept.write_text(heads_text(heads), encoding="utf-8")
    assert read_heads(kept) == heads
    assert run(export(lines), "--heads", kept).returncode == 0
    done = run(export(rewrite("study", 6)(lines)), "--heads", kept)
    assert done.returncode == 1
    assert "study 6: forged: the list of heads knew it by another digest" in done.stdout


def test_the_verifier_says_when_it_cannot_look(tmp_path, export, lines):
    assert run(tmp_path / "none.jsonl").returncode == 2
    broken = tmp_path / "heads.json"
    for text in ["[]", "{", '{"S-01":5}', '{"S-01":{}}']:
        broken.write_text(text)
        assert run(export(lines), "--heads", broken).returncode == 2, text


# Export


def test_the_same_ledger_gives_the_same_bytes(tmp_path):
    ledger = live(MemoryLedger())
    digests = [write_export(ledger, tmp_path / name) for name in "ab"]
    assert digests[0] == digests[1]
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_export_reads_back_into_the_same_ledger(tmp_path):
    ledger = live(MemoryLedger())
    write_export(ledger, tmp_path / "ledger.jsonl")
    again = MemoryLedger.of(read_export(tmp_path / "ledger.jsonl"))
    assert list(again.everything()) == list(ledger.everything())
    assert again.heads() == ledger.heads()
    assert list(again.concerning("S-02")) == list(ledger.concerning("S-02"))


def test_the_file_of_a_file_ledger_can_be_verified_as_it_stands(tmp_path, tool):
    """Its streams are mixed, in the order of recording; each is still in order by itself."""
    path = tmp_path / "ledger.jsonl"
    live(FileLedger(path))
    assert verify_export(path) == []
    assert by_tool(tool, path) == set()


def test_checkpoints_stay_small(tmp_path):
    """A checkpoint lists what moved since the last one, and binds the rest by its root."""
    ledger = live(MemoryLedger())
    record(ledger, "S-01")
    assert '"S-02"' not in checkpoint(ledger).payload
    assert verify(ledger.everything()) == []
