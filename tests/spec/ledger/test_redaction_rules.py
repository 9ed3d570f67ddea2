"""What was redacted: its digest stays, its content goes; whatever else is done to it is named."""

from importlib.util import module_from_spec, spec_from_file_location
from json import loads
from pathlib import Path

import pytest

from equipoise.ledger import (
    TOMBSTONE,
    BrokenChain,
    FileLedger,
    MemoryLedger,
    Overtaken,
    canonical,
    read_export,
    stated,
    verify,
    verify_export,
    write_export,
)
from equipoise.ledger.line import entry_from, line_of
from equipoise.ledger.redaction import told_redactions
from tests.spec.ledger.histories import live, next_entry, record, redact
from tests.spec.ledger.tampering import change, place

TOOL = Path(__file__).parents[3] / "tools" / "verify_ledger.py"
NAME = "Jansen"


@pytest.fixture(scope="module")
def tool():
    """The stand-alone verifier, as a module."""
    spec = spec_from_file_location("verify_ledger", TOOL)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def both(tool, tmp_path):
    """What both verifiers say of lines; they say the same."""

    def faults(lines):
        path = tmp_path / "ledger.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        ours = {(fault.stream, fault.seq, fault.code) for fault in verify_export(path)}
        assert {fault[:3] for fault in tool.faults(path.read_bytes(), {})[0]} == ours
        assert [*tool.redacted.told(tool.read(path.read_bytes(), set()))] == [
            *told_redactions(read_export(path))
        ]
        return ours

    return faults


def redacted(ledger):
    """A live ledger with one entry that was redacted; the lines of its export before and after."""
    live(ledger)
    with_name = record(ledger, "S-01", payload={"text": NAME})
    before = lines_of(ledger)
    redact(ledger, "S-01", with_name.seq, {"text": "[redacted]"})
    record(ledger, "S-01")
    return before, lines_of(ledger)


def lines_of(ledger):
    return [line_of(entry).encode() for entry in ledger.everything()]


def kept(store):
    """A new ledger of a store that takes redactions."""
    ledger = store.new()
    return MemoryLedger() if isinstance(ledger, FileLedger) else ledger


def test_its_digest_stays_and_its_content_goes(store, both):
    ledger = kept(store)
    before, after = redacted(ledger)
    entry = list(ledger.entries("S-01"))[6]
    assert entry.payload == TOMBSTONE
    assert entry.digest == loads(before[place(before, "S-01", 7)])["digest"]
    assert NAME.encode() not in b"".join(after)
    assert stated(ledger.entries("S-01"))[6].payload == canonical({"text": "[redacted]"})
    assert both(after) == set()
    assert verify(ledger.everything(), ledger.heads()) == []


def test_an_export_with_what_was_redacted_is_read_back(tmp_path):
    ledger = MemoryLedger()
    redacted(ledger)
    write_export(ledger, tmp_path / "ledger.jsonl")
    again = MemoryLedger.of(read_export(tmp_path / "ledger.jsonl"))
    assert list(again.everything()) == list(ledger.everything())


def test_content_that_is_back_is_still_not_read():
    ledger = MemoryLedger()
    before, after = redacted(ledger)
    back = entry_from(before[place(before, "S-01", 7)])
    entries = [back if entry.seq == 7 else entry for entry in ledger.entries("S-01")]
    assert stated(entries)[6].payload == canonical({"text": "[redacted]"})


TAMPERINGS = {
    "content taken away by nobody": (
        change("S-01", 3, payload={"redacted": True}),
        {("S-01", 3, "taken-away")},
    ),
    "who did what was redacted": (change("S-01", 7, by="p-1"), {("S-01", 7, "changed")}),
    "a redaction of another entry": (
        lambda lines: change(
            "S-01",
            8,
            payload={**loads(lines[place(lines, "S-01", 8)])["payload"], "entry": 6},
            fresh=True,
        )(lines),
        {
            ("S-01", 7, "taken-away"),
            ("S-01", 8, "redaction"),
            ("S-01", 8, "forged"),
        },
    ),
    "a redaction that says nothing": (
        change("S-01", 8, payload={"entry": "7"}, fresh=True),
        {("S-01", 7, "taken-away"), ("S-01", 8, "redaction"), ("S-01", 8, "forged")},
    ),
    "content that is back": (
        change("S-01", 7, payload={"text": NAME}),
        {("S-01", 7, "redacted-back")},
    ),
    "what was said anew": (
        lambda lines: change(
            "S-01",
            8,
            payload={
                **loads(lines[place(lines, "S-01", 8)])["payload"],
                "restated": {"text": "x"},
            },
        )(lines),
        {("S-01", 8, "changed")},
    ),
    "another tombstone": (
        change("S-01", 7, payload={"redacted": True, "more": "x"}),
        {("S-01", 7, "changed"), ("S-01", 7, "redacted-back")},
    ),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_whatever_is_done_to_what_was_redacted_both_verifiers_name(kind, both):
    tamper, faults = TAMPERINGS[kind]
    _, after = redacted(MemoryLedger())
    assert both(tamper(after)) == faults


def test_what_was_redacted_once_is_redacted_again_by_redacting_the_redaction(store, both):
    ledger = kept(store)
    record(ledger, "S-01", payload={"text": f"{NAME} of Zuid"})
    redact(ledger, "S-01", 1, {"text": "[redacted] of Zuid"})
    says = loads(stated(ledger.entries("S-01"))[1].payload)
    redact(ledger, "S-01", 2, {**says, "restated": {"text": "[redacted]"}})
    assert b"Zuid" not in b"".join(lines_of(ledger))
    assert stated(ledger.entries("S-01"))[0].payload == canonical({"text": "[redacted]"})
    assert both(lines_of(ledger)) == set()


def test_a_redaction_that_is_taken_back_in_its_block_leaves_everything_as_it_was(store):
    ledger = kept(store)
    live(ledger)
    before = lines_of(ledger)
    with pytest.raises(KeyError), ledger.writing("S-01"):
        redact(ledger, "S-01", 2, {})
        raise KeyError
    assert lines_of(ledger) == before


def test_a_redaction_of_what_is_not_there_is_refused(store):
    ledger = kept(store)
    record(ledger, "S-01")
    for says in ({"entry": 1, "digest": "0" * 64}, {"entry": 2, "digest": "0" * 64}, {}):
        payload = {"tombstone": "0" * 64, "restated": {}, **says}
        with pytest.raises((BrokenChain, Overtaken)):
            ledger.append(next_entry(ledger, "S-01", "note.redact", payload=payload))


def test_nothing_is_redacted_in_a_file_that_is_only_added_to(tmp_path):
    ledger = FileLedger(tmp_path / "ledger.jsonl")
    record(ledger, "S-01")
    with pytest.raises(BrokenChain, match="in an installation"):
        redact(ledger, "S-01", 1, {})
