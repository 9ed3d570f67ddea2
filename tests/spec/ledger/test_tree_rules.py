"""With one head that is kept elsewhere, whatever is done to what it covers is found, by both."""

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from types import ModuleType

import pytest

from equipoise.ledger import MemoryLedger, canonical, follow, read_export, write_export
from equipoise.ledger.line import Unreadable, entry_from, line_of
from equipoise.ledger.note import LOG, Key, cosigned, is_by, key_of, read_key, read_note
from equipoise.ledger.policy import Policy, policy_text, read_policy
from equipoise.ledger.tree_file import Leaf, Tree, read_tree, write_tree
from equipoise.ledger.tree_head import read_tree_head
from equipoise.ledger.witnessed import TREE_CODES, witnessed
from tests.spec.ledger.histories import STUDY_TEXT, live, record
from tests.spec.ledger.tampering import TAMPERINGS, remove, rewrite
from tests.spec.ledger.test_verify_rules import TOOL, run, tool
from tests.spec.ledger.trees import (
    NOON,
    SERVER,
    head_note,
    origin,
    planted,
    policy_of,
    recorded,
    secret_of,
    witness,
)

__all__ = ["tool"]
ALL = 27  # entries of `live`
COMMANDS = TOOL.parents[1] / "docs/reference/command-line.md"
SINCE = 3  # entries recorded after the hospital's head


@pytest.fixture(scope="module")
def whole():
    """The entries in the order of recording; the last three are newer than any head."""
    ledger = live(MemoryLedger())
    for _ in range(SINCE):
        record(ledger, "S-03")
    return recorded(ledger)


@pytest.fixture(scope="module")
def tree(whole):
    return planted(whole, sizes=(5, 18, ALL), cosigners=("hospital",))


def written(path, entries):
    write_export(MemoryLedger.of(entries), path)
    return path


def by_tool(tool: ModuleType, path, seen=None, policy: Policy | None = None):
    """What the stand-alone verifier finds of tree and heads, and what it says."""
    told = tool.notes.policy_from(_text(policy)) if policy else None
    entries = [*tool.read(path.read_bytes(), set())]
    beside = tool.trees.tree_beside(path)
    found, said = tool.trees.tree_faults(entries, *beside, seen or {}, told)
    return {fault[:3] for fault in found}, said


def by_ours(path, seen=None, policy: Policy | None = None):
    told = witnessed(_readable(path), read_tree(path) or Tree(), seen, policy)
    return {(fault.stream, fault.seq, fault.code) for fault in told.faults}, told.said


def _readable(path):
    entries = []
    for line in path.read_bytes().split(b"\n"):
        try:
            entries.append(entry_from(line))
        except Unreadable:
            continue
    return entries


def _text(policy: Policy) -> str:
    return policy_text(policy)


def hospitals_head(whole, tree) -> dict[str, str]:
    return {"hospital": head_note(whole, tree.leaves, ALL, ("hospital",)).written}


# Ways to tamper: with the export, with the tree beside it, with the heads


def _lines(which):
    """One of the ways to tamper with lines, which knows nothing of the tree."""

    def tamper(path, entries, tree):
        written(path, entries)
        lines = TAMPERINGS[which].tamper(path.read_bytes().splitlines())
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        write_tree(path, tree)

    return tamper


def _with_tree(change):
    """Change lines, and plant and sign a new tree over what is left: who holds the server can."""

    def tamper(path, entries, tree):
        order = {(e.stream, e.seq): at for at, e in enumerate(entries)}
        lines = change([line_of(e).encode() for e in sorted(entries, key=_place)])
        fresh = sorted(map(entry_from, lines), key=lambda e: order.get(_place(e), len(order)))
        path.write_bytes(b"".join(f"{line_of(e)}\n".encode() for e in sorted(fresh, key=_place)))
        write_tree(path, planted(fresh, (min(5, len(fresh)), len(fresh))))

    return tamper


def _place(entry):
    return entry.stream, entry.seq


def _older_copy(lines):
    """As it all stood in the middle: an older copy put back."""
    kept = {"study": 3, "allocation": 3, "S-01": 3, "S-02": 3, "S-03": 3}
    return [line for line in lines if entry_from(line).seq <= kept[entry_from(line).stream]]


def _leaves(change):
    def tamper(path, entries, tree):
        written(path, entries)
        write_tree(path, Tree(change(list(tree.leaves)), tree.heads, tree.key))

    return tamper


def _swapped(leaves):
    one, two = leaves[3], leaves[4]
    leaves[3:5] = [
        Leaf(3, two.random, two.stream, two.seq),
        Leaf(4, one.random, one.stream, one.seq),
    ]
    return leaves


def _other_bytes(leaves):
    leaves[7] = Leaf(7, b"x" * 32, leaves[7].stream, leaves[7].seq)
    return leaves


def _heads(change):
    def tamper(path, entries, tree):
        written(path, entries)
        write_tree(path, Tree(tree.leaves, change(dict(tree.heads)), tree.key))

    return tamper


def _renewed(entries):
    """All of it made anew, as someone with the seed and the keys would."""
    ledger, changed = MemoryLedger(), []
    for entry in entries:
        payload = canonical({"text": "not as agreed"}) if entry.seq == 2 else entry.payload
        fresh = follow(
            ledger.head(entry.stream),
            stream=entry.stream,
            kind="note.write",
            payload=payload,
            by=entry.by,
            at=entry.at,
            happened=entry.happened,
            study=STUDY_TEXT,
            subject=entry.subject,
            after=entry.after,
        )
        ledger.append(fresh)
        changed.append(fresh)
    return changed


def _all_anew(path, entries, tree):
    fresh = _renewed(entries)
    written(path, fresh)
    write_tree(path, planted(fresh, (5, 18, ALL)))


MORE = {
    "an older copy put back, tree and all": _with_tree(_older_copy),
    "the newest entries dropped, tree and all": _with_tree(remove("study", 5, 6)),
    "a whole participant dropped, tree and all": _with_tree(remove("S-03")),
    "a stream made anew, tree and all": _with_tree(rewrite("S-02", 1)),
    "a stream made anew from its middle, tree and all": _with_tree(rewrite("S-01", 4)),
    "the last entry made anew, tree and all": _with_tree(rewrite("S-01", 6)),
    "the draws made anew, tree and all": _with_tree(rewrite("allocation", 1)),
    "the study's stream made anew, tree and all": _with_tree(rewrite("study", 4)),
    "the office's first act made anew, tree and all": _with_tree(rewrite("study", 1)),
    "all of it made anew, tree and all": _all_anew,
    "a leaf taken out": _leaves(lambda leaves: leaves[:4] + leaves[5:]),
    "the newest leaves taken away": _leaves(lambda leaves: leaves[:-9]),
    "two leaves that change places": _leaves(_swapped),
    "other random bytes": _leaves(_other_bytes),
    "no tree any more": _leaves(lambda leaves: []),
    "a leaf twice": _leaves(lambda leaves: [*leaves[:4], leaves[4], *leaves[4:]]),
}
WAYS = {name: _lines(name) for name in TAMPERINGS if name != "nothing"} | MORE


def test_there_are_forty_ways_and_more():
    assert len(WAYS) >= 40


@pytest.mark.parametrize("way", WAYS)
def test_with_one_hospitals_head_every_way_to_tamper_with_what_it_covers_is_found(
    way, whole, tree, tmp_path, tool
):
    path = tmp_path / "ledger.jsonl"
    WAYS[way](path, whole, tree)
    seen = hospitals_head(whole, tree)
    found = tool.faults(path.read_bytes(), {})[0]
    ours, _ = by_ours(path, seen)
    theirs, _ = by_tool(tool, path, seen)
    assert ours == theirs
    assert ours or found, "nobody noticed"
    assert {code for _, _, code in ours} <= set(TREE_CODES)
    if way in MORE:
        assert ours & {("head", ALL, "head-differs"), ("head", ALL, "head-ahead")} or {
            code for _, _, code in ours
        } & {"head-other"}


def test_an_untouched_export_is_whole_and_both_say_how_many_entries_nobody_else_knows(
    whole, tree, tmp_path, tool
):
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, tree)
    seen = hospitals_head(whole, tree)
    for found, said in (by_ours(path, seen), by_tool(tool, path, seen)):
        assert found == set()
        [known] = said
        assert known.startswith(f"{ALL} of {ALL + SINCE} entries are those of the head hospital")
        assert f"of the {SINCE} entries since" in known


def test_without_a_head_from_elsewhere_both_say_that_nothing_is_known(whole, tree, tmp_path, tool):
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, tree)
    for found, said in (by_ours(path), by_tool(tool, path)):
        assert found == set()
        assert said[0].startswith("no head seen elsewhere was given: whether any of 30 entries")


def test_what_was_recorded_since_the_head_can_be_changed_unseen_and_is_counted(
    whole, tree, tmp_path, tool
):
    """A forged entry after the head: nobody else knows of it, and that is what both say."""
    path = written(tmp_path / "ledger.jsonl", whole[:-1])
    write_tree(path, planted(whole[:-1], (ALL, ALL + 2)))
    seen = hospitals_head(whole, tree)
    for found, said in (by_ours(path, seen), by_tool(tool, path, seen)):
        assert found == set() and "of the 2 entries since it nothing" in said[0]


def test_an_export_of_before_has_no_tree_and_is_read_alone(whole, tmp_path, tool):
    path = written(tmp_path / "ledger.jsonl", whole)
    for found, said in (by_ours(path), by_tool(tool, path)):
        assert found == set() and said[0] == "it has no tree, as exports of before had none"
    assert run(path).returncode == 0


def test_an_entry_that_is_not_yet_in_the_tree_is_counted_as_not_yet_witnessed(
    whole, tmp_path, tool
):
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, planted(whole[:-SINCE], (ALL,)))
    for found, said in (by_ours(path), by_tool(tool, path)):
        assert found == set()
        assert said[0] == "3 of 30 entries are recorded and not yet in the tree"


def test_the_verifier_runs_with_the_standard_library_alone_on_tree_and_heads(whole, tree, tmp_path):
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, tree)
    (tmp_path / "seen.note").write_text(hospitals_head(whole, tree)["hospital"], encoding="utf-8")
    done = run(path, "--head", tmp_path / "seen.note")
    assert (done.returncode, done.stderr) == (0, "")
    _all_anew(path, whole, tree)
    done = run(path, "--head", tmp_path / "seen.note")
    assert done.returncode == 1 and "head-other" in done.stdout


# Heads themselves


def _forged(text):
    return read_note(text).text + "\n— someone.else " + "AAAA" * 24 + "\n"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: "no note", "head-unreadable"),
        (lambda text: text.replace("\n27\n", "\n027\n"), "head-unreadable"),
        (lambda text: text.replace("\n27\n", "\n26\n"), "head-differs"),
        (lambda text: text.replace("\n27\n", "\n31\n"), "head-ahead"),
        (lambda text: text.replace("equipoise/", "other/", 1), "head-other"),
        (_forged, "head-key"),
    ],
)
def test_a_head_that_was_changed_is_found(change, code, whole, tree, tmp_path, tool):
    path = written(tmp_path / "ledger.jsonl", whole)
    heads = {**tree.heads, f"{ALL:012}": change(tree.heads[f"{ALL:012}"])}
    write_tree(path, Tree(tree.leaves, heads, tree.key))
    ours, theirs = by_ours(path)[0], by_tool(tool, path)[0]
    assert ours == theirs and code in {found for _, _, found in ours}


# Witnesses

FIVE = ["01", "02", "sponsor", "monitor", "board"]


@pytest.mark.parametrize("attempt", range(20))
def test_whoever_rewrites_everything_without_enough_witnesses_is_found(
    attempt, whole, tmp_path, tool
):
    """They have database, server, seed and signing key, and the keys of two of five witnesses."""
    policy = policy_of(whole, FIVE, 3)
    dishonest = [FIVE[attempt % 5], FIVE[(attempt + 1 + attempt // 5) % 5]][: attempt % 3]
    fresh = _renewed(whole) if attempt % 2 else whole[: ALL - 1 - attempt % 7]
    path = written(tmp_path / "ledger.jsonl", fresh)
    write_tree(path, planted(fresh, (5, len(fresh)), dishonest, luck=str(attempt)))
    ours, theirs = by_ours(path, None, policy)[0], by_tool(tool, path, None, policy)[0]
    assert ours == theirs
    assert ("head", 0, "no-quorum") in ours


def test_a_quorum_of_witnesses_is_believed_and_its_moment_is_told(whole, tmp_path, tool):
    policy = policy_of(whole, FIVE, 3)
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, planted(whole, (5, ALL), FIVE[:3]))
    for found, said in (by_ours(path, None, policy), by_tool(tool, path, None, policy)):
        assert found == set()
        assert said[0].startswith("27 of 30 entries are those of the head 000000000027, signed by")
        assert "2026-03-01T12:00:00" in said[0]


def test_one_witness_with_a_signature_of_another_moment_does_not_count_twice(whole, tool):
    policy = policy_of(whole, ["01", "02", "03"], 2)
    note = head_note(whole, planted(whole).leaves, ALL, ("01",))
    note = note.also(*head_note(whole, planted(whole).leaves, ALL, ("01",), NOON + 5).signatures)
    assert policy.cosigners(note) == {"01": NOON + 5} and not policy.has_quorum(note)


def test_two_heads_of_one_size_that_do_not_fit_are_two_views(whole, tree, tmp_path, tool):
    """A view shown to one hospital, another to the next: both bear the server's signature."""
    other = [*whole[: ALL - 1], whole[ALL], *whole[ALL + 1 :]]
    split = {
        "letter": head_note(whole, tree.leaves, ALL).written,
        "page": head_note(other, planted(other).leaves, ALL).written,
    }
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, tree)
    ours, theirs = by_ours(path, split)[0], by_tool(tool, path, split)[0]
    assert ours == theirs and ("head", ALL, "head-split") in ours


def test_with_fewer_than_three_witnesses_a_policy_is_not_independent(whole, tmp_path, tool):
    policy = policy_of(whole, ["01", "sponsor"], 2)
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, planted(whole, (ALL,), ["01", "sponsor"]))
    for _, said in (by_ours(path, None, policy), by_tool(tool, path, None, policy)):
        assert said[0] == "with 2 witnesses the policy is not independent"


# Notes, keys and policies


def test_the_example_of_the_specification_is_read_and_a_key_says_its_own_number():
    """The cosigned checkpoint of c2sp.org/tlog-cosignature."""
    note = read_note(
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc"
        "yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX"
        "3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    assert read_tree_head(note.text).size == 20852163
    assert note.signatures[1].at == 1679315147
    key = read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert isinstance(key, Key) and key.vkey.startswith("PeterNeumann+c74f20a3+")


def test_the_published_note_of_go_is_signed_by_its_key(tool):
    """From golang.org/x/mod/sumdb/note's example (BSD-3-Clause)."""
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    note = text + (
        "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
        "otpRZb6KE6RyyBwJnAM=\n"
    )
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    [signature] = read_note(note).signatures
    assert is_by(signature, read_key(vkey), text)
    assert not is_by(signature, read_key(vkey), text + "\n")
    told = tool.notes.note_from(note)[1][0]
    assert tool.notes.is_by(told, tool.notes.key_from(vkey), text)
    assert not tool.notes.is_by(told, tool.notes.key_from(vkey), text + "\n")


def test_a_policy_says_what_it_was_made_of():
    log = key_of("equipoise/1", 1, SERVER)
    policy = Policy(log=log, witnesses={n: witness(n) for n in FIVE}, quorum=3)
    assert read_policy(_text(policy)) == policy
    assert (
        read_policy("# who signs\n\n" + _text(policy).replace("quorum 3", "quorum all")).quorum == 5
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("group quorum 3", "group quorum 2"),
        ("group quorum 3", "group quorum 6"),
        ("group quorum 3", "group quorum none"),
        ("quorum quorum", "quorum none"),
        ("group quorum 3 01 02", "group quorum 3 01"),
        ("log ", "# "),
        ("witness 02 ", "witness 01 "),
        ("witness 01 ", "a witness 01 "),
    ],
)
def test_a_policy_that_would_not_hold_is_refused_by_both(old, new, tool):
    log = key_of("equipoise/1", 1, SERVER)
    text = policy_text(Policy(log=log, witnesses={n: witness(n) for n in FIVE}, quorum=3))
    assert old in text
    with pytest.raises(Unreadable):
        read_policy(text.replace(old, new, 1))
    with pytest.raises(ValueError):
        tool.notes.policy_from(text.replace(old, new, 1))


def test_no_key_counts_twice_under_two_names(tool):
    log, key = key_of("equipoise/1", 1, SERVER), secret_of("01")
    keys = {"01": key_of("a", 4, key), "02": key_of("b", 4, key), "03": witness("03")}
    with pytest.raises(Unreadable):
        read_policy(policy_text(Policy(log=log, witnesses=keys, quorum=2)))
    with pytest.raises(ValueError):
        tool.notes.policy_from(policy_text(Policy(log=log, witnesses=keys, quorum=2)))


def test_the_tool_reads_what_was_exported(whole, tree, tmp_path):
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, tree)
    assert read_tree(path) == tree
    assert all(one.index + 1 == two.index for one, two in pairwise(tree.leaves))
    assert len(list(read_export(path))) == len(whole) and origin(whole).startswith("equipoise/")


def test_the_tool_works_wherever_it_is_copied_with_the_files_that_it_names(whole, tree, tmp_path):
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, tree)
    named = re.findall(r"`(verify_\w+\.\w+)`", TOOL.read_text("utf-8").split('"""')[1])
    (tmp_path / "tools").mkdir()
    for name in (TOOL.name, *named):
        shutil.copy(TOOL.with_name(name), tmp_path / "tools")
    alone = [sys.executable, "-I", tmp_path / "tools" / TOOL.name, path]
    done = subprocess.run(alone, capture_output=True, text=True)
    assert done.returncode == 0 and "all whole" in done.stdout, done.stderr
    everything = {file.name for file in TOOL.parent.glob("verify_*")}
    assert everything == {TOOL.name, *named}
    for name in named:
        assert f"`{name}`" in COMMANDS.read_text("utf-8"), name


def test_a_policy_in_the_ledger_that_those_before_did_not_sign_is_found_by_both(tmp_path, tool):
    """Appended by whoever can write to the database: the trial itself would have refused it."""
    ledger = live(MemoryLedger())
    log = key_of(origin(recorded(ledger)), LOG, SERVER)

    def name(*names, quorum, **more):
        policy = Policy(log=log, witnesses={n: witness(n) for n in names}, quorum=quorum)
        signers = more.pop("by", ())
        lines = [cosigned(_text(policy), f"{n}.example", secret_of(n), NOON).line for n in signers]
        told = {"policy": _text(policy), "signatures": "\n".join(lines), "because": "so", **more}
        return record(ledger, "study", "witness.policy", payload=told).seq

    name("01", "02", "03", quorum=2)
    name("01", "02", "04", quorum=2, by=("01", "03"))
    lone = name("05", "06", "07", quorum=2, by=("05", "06"))
    name("01", "02", "03", quorum=2, before="lost")
    none = record(ledger, "study", "witness.policy", payload={"policy": "none"}).seq
    wanted = {("study", lone, "policy"), ("study", none, "policy")}
    path = written(tmp_path / "ledger.jsonl", recorded(ledger))
    assert by_ours(path)[0] == by_tool(tool, path)[0] == wanted
