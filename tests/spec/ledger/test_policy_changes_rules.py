"""That witnesses were changed without those before is no fault, and both verifiers tell it."""

import pytest

from equipoise.ledger import MemoryLedger
from equipoise.ledger.note import LOG, cosigned, key_of
from equipoise.ledger.policy import Policy, policy_text
from equipoise.ledger.tree_file import write_tree
from tests.spec.ledger.histories import live, record
from tests.spec.ledger.test_tree_rules import by_ours, by_tool, recorded, tool, written
from tests.spec.ledger.test_verify_rules import run
from tests.spec.ledger.trees import NOON, SERVER, origin, planted, secret_of, witness

__all__ = ["tool"]
OLD, NEW = ("01", "sponsor", "board"), ("01", "monitor", "board-2")


@pytest.fixture
def changed(tmp_path):
    """An export of a ledger in which the witnesses were changed, and how; heads of some sizes."""

    def make(by=(), sizes=(), cosigners=(), **more):
        ledger = live(MemoryLedger())
        log = key_of(origin(recorded(ledger)), LOG, SERVER)
        for names in (OLD, NEW):
            policy = Policy(log=log, witnesses={n: witness(n) for n in names}, quorum=2)
            text = policy_text(policy)
            lines = [cosigned(text, f"{n}.example", secret_of(n), NOON).line for n in by]
            told = {"policy": text, "signatures": "\n".join(lines), "because": "two keys lost"}
            entry = record(ledger, "study", "witness.policy", payload={**told, **more})
        record(ledger, "S-03")
        path = written(tmp_path / "ledger.jsonl", recorded(ledger))
        write_tree(path, planted(recorded(ledger), sizes, cosigners))
        return path, entry

    return make


def test_witnesses_who_were_stated_to_be_lost_are_told_by_whom_when_and_what_it_could_hide(
    changed, tool
):
    path, entry = changed(by=("01",), before="lost", sizes=(9, 20), cosigners=("01", "board"))
    for found, said in (by_ours(path), by_tool(tool, path)):
        assert found == set()
        [told] = [one for one in said if one.startswith(f"study {entry.seq}:")]
        assert told.startswith(
            f"study {entry.seq}: on {entry.at[:10]} {entry.by} changed who the witnesses are, and "
            "1 of 3 of those before signed it, where 2 must; it was stated that the others could "
            "not any more: two keys lost."
        )
        assert "A rewriting of the 10 entries after the first 20 could hide behind this" in told
        assert told.endswith("ask those before what they kept (01, sponsor, board)")


def test_where_those_before_never_signed_a_head_all_of_the_ledger_could_be_rewritten(changed, tool):
    """The new witnesses' signatures cover it, and they may be of the office's own making."""
    path, _ = changed(before="lost", sizes=(9, 30), cosigners=("monitor", "board-2"))
    for _, said in (by_ours(path), by_tool(tool, path)):
        assert "A rewriting of the 30 entries after the first 0 could hide" in said[-1]


def test_a_change_that_enough_of_those_before_signed_is_not_told_whatever_was_stated(changed, tool):
    for before in ("signed", "lost"):
        path, _ = changed(by=("01", "board"), before=before)
        for found, said in (by_ours(path), by_tool(tool, path)):
            assert found == set() and not any("changed who" in one for one in said)


def test_a_change_with_too_few_signatures_and_no_statement_is_a_fault_and_is_told_too(
    changed, tool
):
    path, entry = changed(by=("01",))
    for found, said in (by_ours(path), by_tool(tool, path)):
        assert found == {("study", entry.seq, "policy")}
        assert "where 2 must; nothing was stated." in said[-1]


def test_the_stand_alone_verifier_prints_it_and_still_calls_the_ledger_whole(changed):
    path, _ = changed(before="lost")
    done = run(path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "changed who the witnesses are, and 0 of 3 of those before signed it" in done.stdout
