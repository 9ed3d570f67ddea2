"""What holds for every ledger, whatever is recorded in it and whatever is done to its file."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.ledger import (
    TOMBSTONE,
    FileLedger,
    MemoryLedger,
    canonical,
    is_redaction,
    read_export,
    stated,
    verify,
    verify_export,
    write_export,
)
from equipoise.ledger.line import entry_from, line_of
from equipoise.ledger.redaction import redaction_of
from tests.sampled import examples
from tests.spec.ledger.histories import checkpoint, live, record, redact

TOOL = Path(__file__).parents[2] / "tools" / "verify_ledger.py"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
payloads = st.dictionaries(
    texts,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=5,
    ),
    max_size=3,
)
subjects = st.sampled_from(["S-1", "S-2", "é 3", "\U0001f600", "\ufb33"])
steps = st.one_of(
    st.tuples(st.just("own"), subjects, payloads),
    st.tuples(st.just("draw"), subjects, payloads),
    st.tuples(st.just("checkpoint"), st.none(), st.none()),
    st.tuples(st.just("thought better of"), subjects, payloads),
)
with_redactions = st.one_of(steps, st.tuples(st.just("redact"), subjects, payloads))


class Changed(Exception):
    """Someone thought better of it."""


def take(ledger, step):
    what, subject, payload = step
    if what == "own":
        record(ledger, subject, payload=payload)
    elif what == "draw":
        record(ledger, "allocation", payload=payload, subject=subject)
    elif what == "redact":
        chain = list(ledger.entries(subject))
        wanted = [entry for entry in chain if not is_redaction(entry)]
        if wanted:
            redact(ledger, subject, wanted[len(payload) % len(wanted)].seq, payload)
    elif what == "checkpoint":
        checkpoint(ledger)
    else:
        with pytest.raises(Changed), ledger.writing(subject):
            record(ledger, subject, payload=payload)
            raise Changed


@pytest.fixture(scope="module")
def tool():
    """The stand-alone verifier, as a module."""
    spec = spec_from_file_location("verify_ledger", TOOL)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_tool(tool, path, heads):
    given = {name: (head.seq, head.digest) for name, head in heads.items()}
    return tool.faults(path.read_bytes(), given)[0]


@settings(max_examples=examples(60))
@given(st.lists(steps, max_size=12))
def test_every_ledger_is_whole_in_memory_and_on_disk_and_after_export(
    tmp_path_factory, tool, history
):
    folder = tmp_path_factory.mktemp("ledger")
    memory, file = MemoryLedger(), FileLedger(folder / "ledger.jsonl")
    for step in history:
        take(memory, step)
        take(file, step)
    file.close()
    opened = FileLedger(folder / "ledger.jsonl")
    for ledger in (memory, opened):
        write_export(ledger, folder / "export.jsonl")
        assert list(read_export(folder / "export.jsonl")) == list(ledger.everything())
        assert verify(ledger.everything(), ledger.heads()) == []
        assert verify_export(folder / "export.jsonl", ledger.heads()) == []
        assert by_tool(tool, folder / "export.jsonl", ledger.heads()) == []
    opened.close()
    assert [e.stream for e in memory.everything()] == [e.stream for e in opened.everything()]


@settings(max_examples=examples(60))
@given(st.lists(with_redactions, max_size=12))
def test_whatever_is_redacted_the_ledger_is_whole_and_the_last_statement_is_read(
    tmp_path_factory, tool, history
):
    ledger, path = MemoryLedger(), tmp_path_factory.mktemp("redacted") / "export.jsonl"
    says, before = {}, {}
    for step in history:
        take(ledger, step)
        for entry in ledger.everything():
            place = entry.stream, entry.seq
            assert before.setdefault(place, entry.digest) == entry.digest
            if is_redaction(entry) and place not in says:
                act = redaction_of(entry)
                says[place] = says[entry.stream, act.entry] = bytes(act.restated).decode()
    write_export(ledger, path)
    assert verify_export(path, ledger.heads()) == []
    assert by_tool(tool, path, ledger.heads()) == []
    everything = list(ledger.everything())
    read = {(one.stream, one.seq): one.payload for one in stated(everything)}
    for entry in everything:
        if entry.payload == TOMBSTONE and (entry.stream, entry.seq) in says:
            assert read[entry.stream, entry.seq] == says[entry.stream, entry.seq]
    assert list(MemoryLedger.of(read_export(path)).everything()) == everything


@given(payloads)
def test_a_line_reads_back_as_the_entry_it_was(payload):
    entry = record(MemoryLedger(), "S-1", payload=payload)
    assert entry_from(line_of(entry).encode()) == entry
    assert entry.payload == canonical(payload)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An untouched export as bytes, its heads, and a path to write on."""
    path, ledger = tmp_path_factory.mktemp("whole") / "ledger.jsonl", live(MemoryLedger())
    write_export(ledger, path)
    return path.read_bytes(), ledger.heads(), path


edits = st.tuples(st.integers(0, 2**20), st.integers(0, 3), st.binary(max_size=3))


@settings(max_examples=examples(300))
@given(st.lists(edits, min_size=1, max_size=3))
def test_no_byte_can_be_changed_without_both_verifiers_seeing_it(whole, tool, changes):
    text, heads, path = whole
    changed = text
    for at, length, new in changes:
        at %= len(changed) + 1
        changed = changed[:at] + new + changed[at + length :]
    path.write_bytes(changed)
    is_touched = changed != text
    assert bool(verify_export(path, heads)) is is_touched
    assert bool(by_tool(tool, path, heads)) is is_touched


@settings(max_examples=examples(100))
@given(st.data())
def test_whatever_lines_are_left_out_doubled_or_moved_both_verifiers_name_the_same(
    whole, tool, data
):
    text, heads, path = whole
    lines = text.splitlines(keepends=True)
    chosen = data.draw(st.lists(st.sampled_from(lines), max_size=40) | st.permutations(lines))
    path.write_bytes(b"".join(chosen))
    ours = {(fault.stream, fault.seq, fault.code) for fault in verify_export(path, heads)}
    assert ours == {fault[:3] for fault in by_tool(tool, path, heads)}
