"""The ledger in a file: several processes, processes that are killed, and disks that refuse."""

import errno
import os
import signal
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from equipoise.ledger import BrokenChain, FileLedger, durable, verify, verify_export
from equipoise.ledger.line import line_of
from tests.patience import HANG
from tests.spec.ledger.histories import live, record

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.jsonl"


def lengths(ledger):
    return {name: head.seq for name, head in ledger.heads().items()}


# The file


def test_the_file_holds_one_line_an_entry_in_the_order_of_recording(path):
    ledger = FileLedger(path)
    made = [record(ledger, stream) for stream in ["S-02", "S-01", "S-02"]]
    lines = path.read_bytes().splitlines(keepends=True)
    assert lines == [f"{line_of(entry)}\n".encode() for entry in made]
    assert FileLedger(path).torn == ()


def test_the_file_belongs_to_its_owner_alone(path):
    record(FileLedger(path), "S-01")
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_stays_beside_the_file(path):
    live(FileLedger(path))
    assert list(path.parent.iterdir()) == [path]


def test_a_closed_ledger_opens_again_when_it_is_used(path):
    ledger = FileLedger(path)
    record(ledger, "S-01")
    ledger.close()
    ledger.close()
    assert record(ledger, "S-01").seq == 2


def test_a_whole_block_reaches_the_disk_once(path, monkeypatch):
    ledger, synced = FileLedger(path), []
    sync = os.fsync
    monkeypatch.setattr(durable.os, "fsync", lambda fd: synced.append(os.fstat(fd)) or sync(fd))

    def times():
        count = sum(stat.st_ino == path.stat().st_ino for stat in synced)
        synced.clear()
        return count

    record(ledger, "S-01")
    assert times() == 1
    with ledger.writing("S-01"), ledger.writing("S-02"):
        for _ in range(5):
            record(ledger, "S-01")
        assert times() == 0
    assert times() == 1
    with ledger.writing("S-01"):
        pass
    list(ledger.everything())
    assert times() == 0


def test_a_file_that_was_tampered_with_is_not_written_on(path):
    live(FileLedger(path))
    whole = path.read_bytes()
    for tampered in [
        whole.replace(b'"by":"p-014"', b'"by":"p-666"', 1),
        b"".join(whole.splitlines(keepends=True)[1:]),
        whole.replace(b"{", b"[", 1),
        b"\n" + whole,
    ]:
        path.write_bytes(tampered)
        with pytest.raises(BrokenChain):
            FileLedger(path)
        assert path.read_bytes() == tampered
        assert verify_export(path) != []


def test_a_file_that_becomes_shorter_is_noticed(path):
    ledger = FileLedger(path)
    record(ledger, "S-01")
    path.write_bytes(b"")
    with pytest.raises(BrokenChain, match="shorter"):
        ledger.head("S-01")


# Several processes


def work(ledger, path, times):
    mine = ledger or FileLedger(path)
    for _ in range(times):
        record(mine, "S-01")


@pytest.mark.parametrize("inherited", [False, True], ids=["opened anew", "inherited by a fork"])
def test_four_processes_that_record_at_once_queue_up(path, inherited):
    ledger = FileLedger(path)
    record(ledger, "S-02")
    context = get_context("fork")
    given = (ledger if inherited else None, path, 25)
    running = [context.Process(target=work, args=given) for _ in range(4)]
    for process in running:
        process.start()
    for process in running:
        process.join(HANG)
    assert [process.exitcode for process in running] == [0] * 4
    assert [entry.seq for entry in ledger.entries("S-01")] == list(range(1, 101))
    assert verify(ledger.everything()) == verify_export(path) == []


# Killed


WRITER = """
import os, sys
sys.path[:0] = [{src!r}, {root!r}]
from equipoise.ledger import FileLedger
from tests.spec.ledger.histories import record
ledger = FileLedger({path!r})
os.write(1, b"ready\\n")
while True:
    with ledger.writing("S-01"):
        for stream in ("S-01", "S-02", "S-03"):
            seq = record(ledger, stream, payload={{"text": "x" * 9000}}).seq
    os.write(1, b"block %d\\n" % seq)
    seq = record(ledger, "alone").seq
    os.write(1, b"alone %d\\n" % seq)
"""


def killed(path, after):
    """Let a process write and kill it; the last block and the last single it acknowledged."""
    code = WRITER.format(src=str(ROOT / "src"), root=str(ROOT), path=str(path))
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        first = [process.stdout.readline() for _ in range(2)]  # however slow it is
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        said = [line.split() for line in (*first, *process.stdout) if line.endswith("\n")]
    done = {"block": 0, "alone": 0}
    return done | {what: int(seq) for what, seq in said}


def test_what_was_acknowledged_survives_kill_minus_nine(path):
    """Eight rounds on one file: nothing acknowledged is lost, no block is there in part."""
    acknowledged = 0
    for number in range(8):
        done = killed(path, after=0.02 + number * 0.015)
        ledger = FileLedger(path)
        there = {"S-01": 0, "S-02": 0, "S-03": 0, "alone": 0, **lengths(ledger)}
        assert there["S-01"] == there["S-02"] == there["S-03"] >= done["block"]
        assert there["alone"] >= done["alone"]
        assert verify(ledger.everything()) == verify_export(path) == []
        acknowledged = max(acknowledged, done["block"])
        ledger.close()
    assert acknowledged > 0, "no process came to write: the test showed nothing"


def test_a_torn_last_line_is_moved_aside_and_told(path, caplog):
    ledger = FileLedger(path)
    record(ledger, "S-01")
    start = path.stat().st_size
    record(ledger, "S-01")
    whole = path.read_bytes()
    aside = path.with_name("ledger.jsonl.torn")
    for cut in [start + 1, start + 100, len(whole) - 1]:
        path.write_bytes(whole[:cut])
        caplog.clear()
        opened = FileLedger(path)
        assert lengths(opened) == {"S-01": 1}
        assert path.read_bytes() == whole[:start]
        assert aside.read_bytes() == whole[start:cut] + b"\n"
        [said] = opened.torn
        assert f"the last {cut - start} bytes" in said and "ledger.jsonl.torn" in said
        assert caplog.messages == [said]
        assert record(opened, "S-01").seq == 2
        aside.unlink()


def test_a_second_torn_line_is_kept_beside_the_first(path):
    for text in [b"one", b"two"]:
        path.write_bytes(text)
        FileLedger(path)
    assert path.with_name("ledger.jsonl.torn").read_bytes() == b"one\ntwo\n"


def test_a_torn_line_is_mended_while_others_have_the_file_open(path):
    ledger = FileLedger(path)
    record(ledger, "S-01")
    with path.open("ab") as file:
        file.write(b'{"after":0')
    assert lengths(ledger) == {"S-01": 1}
    assert len(ledger.torn) == 1
    assert record(ledger, "S-01").seq == 2


def block_cut_at(ledger, cut):
    """In another process, record a block of three and die when `cut` bytes of it are written."""
    pid = os.fork()
    if pid:
        assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL
        return
    try:
        write = os.write

        def cut_short(fd, text):
            is_ledger = bytes(text[:9]) == b'{"after":'
            written = write(fd, text[:cut] if is_ledger else text)
            if is_ledger:
                os.kill(os.getpid(), signal.SIGKILL)
            return written

        durable.os.write = cut_short
        with ledger.writing("S-01"):
            for stream in ("S-01", "S-02", "S-03"):
                record(ledger, stream)
    finally:
        os._exit(1)


@pytest.mark.parametrize("share", [0, 0.001, 0.2, 1 / 3, 0.5, 0.9, 0.999])
def test_a_block_cut_short_is_taken_back_whole(path, share):
    """Even where the cut falls between two lines, so that what is left looks like whole entries."""
    ledger = FileLedger(path)
    with ledger.writing("S-01"):
        size = -path.stat().st_size
        for stream in ("S-01", "S-02", "S-03"):
            record(ledger, stream)
    size += path.stat().st_size
    lines = path.read_bytes().splitlines(keepends=True)
    cut = len(lines[0]) + len(lines[1]) if share == 1 / 3 else int(size * share)
    before = path.read_bytes()
    block_cut_at(ledger, cut)
    assert lengths(FileLedger(path)) == {"S-01": 1, "S-02": 1, "S-03": 1}
    assert path.read_bytes() == before
    assert not path.with_name("ledger.jsonl.block").exists()
    assert record(ledger, "S-01").seq == 2


def test_a_block_written_whole_stands_though_its_writer_died_before_saying_so(path):
    ledger = FileLedger(path)
    block_cut_at(ledger, 1 << 20)
    assert path.with_name("ledger.jsonl.block").exists()
    assert lengths(ledger) == {"S-01": 1, "S-02": 1, "S-03": 1}
    assert ledger.torn == ()
    assert record(ledger, "S-01").seq == 2


def test_an_announcement_cut_short_announces_nothing(path):
    ledger = FileLedger(path)
    record(ledger, "S-01")
    path.with_name("ledger.jsonl.block").write_bytes(b'{"digest":"ab')
    assert lengths(FileLedger(path)) == {"S-01": 1}
    assert not path.with_name("ledger.jsonl.block").exists()
    assert record(ledger, "S-01").seq == 2


# Disks that refuse


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("entries", [1, 3])
def test_a_disk_that_refuses_leaves_file_and_memory_as_they_were(path, monkeypatch, call, entries):
    ledger = FileLedger(path)
    kept = record(ledger, "S-01")
    before, real = path.read_bytes(), getattr(os, call)

    def refuse(fd, *text):
        if os.fstat(fd).st_ino != path.stat().st_ino:
            return real(fd, *text)
        if text:
            real(fd, text[0][:100])
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(durable.os, call, refuse)
        with pytest.raises(OSError, match="no space"), ledger.writing("S-01"):
            for _ in range(entries):
                record(ledger, "S-01")
    assert path.read_bytes() == before
    for seen in (ledger, FileLedger(path)):
        assert list(seen.everything()) == [kept]
    assert record(ledger, "S-01").seq == 2
