"""A head in words: two people who compare them have the same ledger; both verifiers know them."""

import hashlib
from pathlib import Path

import pytest

from equipoise.ledger import MemoryLedger
from equipoise.ledger.head_words import encoded, read_words, rows_of, words_of
from equipoise.ledger.line import Unreadable
from equipoise.ledger.tree_file import write_tree
from equipoise.ledger.tree_head import TreeHead, read_tree_head
from equipoise.ledger.witnessed import witnessed
from tests.spec.ledger.histories import live, record
from tests.spec.ledger.test_tree_rules import (
    ALL,
    SINCE,
    _all_anew,
    by_ours,
    by_tool,
    head_note,
    recorded,
    tool,
    written,
)
from tests.spec.ledger.test_verify_rules import TOOL, run
from tests.spec.ledger.trees import planted

__all__ = ["tool"]
# The list as published (BIP-39, English), and its published vectors (python-mnemonic, MIT).
PUBLISHED = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
VECTORS = {
    "00" * 32: "abandon " * 23 + "art",
    "7f" * 32: "legal winner thank year wave sausage worth useful " * 2
    + "legal winner thank year wave sausage worth title",
    "80" * 32: "letter advice cage absurd amount doctor acoustic avoid " * 2
    + "letter advice cage absurd amount doctor acoustic bless",
    "ff" * 32: "zoo " * 23 + "vote",
    "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c": "hamster diagram private "
    "dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple "
    "dilemma loan word shrug inflict delay length",
    "9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863": "panda eyebrow bullet "
    "gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote "
    "level hobby quick inner drive ghost inside",
    "066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad": "all hour make first "
    "leader extend hole alien behind guard gospel lava path output census museum junior mass "
    "reopen famous sing advance salt reform",
    "f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f": "void come effort suffer "
    "camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space "
    "point ten exist slush involve unfold",
}
HEAD = TreeHead("equipoise/f1cb0aa3a0587f6013309606", 9, bytes(range(32)))


@pytest.fixture(scope="module")
def whole():
    ledger = live(MemoryLedger())
    for _ in range(SINCE):
        record(ledger, "S-03")
    return recorded(ledger)


@pytest.fixture(scope="module")
def tree(whole):
    return planted(whole, sizes=(5, ALL))


@pytest.fixture
def export(whole, tree, tmp_path):
    path = written(tmp_path / "ledger.jsonl", whole)
    write_tree(path, tree)
    return path


def spoken(whole, tree, size=ALL, count=24):
    head = read_tree_head(head_note(whole, tree.leaves, size).text)
    return " ".join(words_of(head)[:count])


@pytest.mark.parametrize("digest", VECTORS)
def test_the_words_are_those_that_the_list_publishes_for_these_bytes(digest, tool):
    value = bytes.fromhex(digest)
    assert " ".join(encoded(value)) == VECTORS[digest]
    assert " ".join(tool.trees.words.encoded(value)) == VECTORS[digest]


def test_both_lists_are_the_published_one_letter_by_letter():
    ours = Path(__file__).parents[3] / "src/equipoise/ledger/words.txt"
    for file in (ours, TOOL.with_name("verify_words.txt")):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == PUBLISHED


def test_words_say_the_digest_of_a_heads_three_lines_and_nothing_that_is_kept_beside_it(tool):
    told = words_of(HEAD)
    assert told == encoded(hashlib.sha256(HEAD.text.encode()).digest()) and len(told) == 24
    assert sum(rows_of(HEAD), ()) == told and [len(row) for row in rows_of(HEAD)] == [6] * 4
    assert tool.trees.words.words_of(HEAD.origin, HEAD.size, HEAD.root) == list(told)
    for other in (
        TreeHead(HEAD.origin, 10, HEAD.root),
        TreeHead("equipoise/0", 9, HEAD.root),
        TreeHead(HEAD.origin, 9, bytes(32)),
    ):
        # Of two that differ the first row differs already.
        assert rows_of(other)[0] != rows_of(HEAD)[0]


def test_a_word_that_is_misheard_is_noticed_by_the_words_themselves(tool):
    """Eight bits of checksum: of 240 such mistakes about one gets past; then no head has them."""
    words, noticed = list(words_of(HEAD)), []
    for place in range(24):
        for other in VECTORS[[*VECTORS][4 + place % 4]].split()[:10]:
            changed = " ".join([*words[:place], other, *words[place + 1 :]])
            noticed.append(_is_refused(read_words, Unreadable, changed))
            assert noticed[-1] == _is_refused(tool.trees.words.read_words, ValueError, changed)
    assert len(noticed) == 240 and noticed.count(False) <= 4


def _is_refused(read, error, text):
    try:
        read(text)
    except error:
        return True
    return False


def test_capitals_line_ends_and_commas_do_not_count_and_a_number_in_front_is_the_size(tool):
    words = words_of(HEAD)
    text = "9\n" + ",\n".join(" ".join(row).upper() for row in rows_of(HEAD)) + ".\n"
    told = read_words(text)
    assert (told.words, told.size) == (words, 9) and read_words(" ".join(words)).size is None
    assert tool.trees.words.read_words(text) == (list(words), 9)


@pytest.mark.parametrize(
    "text",
    ["", "27", "no note", "void come effort suffer camp", "void come effort suffer camp wolverine"],
)
def test_what_are_no_words_of_a_head_is_said_and_not_compared(text, export, tool):
    with pytest.raises(Unreadable):
        read_words(text)
    for found, _ in (by_ours(export, {"call": text}), by_tool(tool, export, {"call": text})):
        assert found == {("head", 0, "head-unreadable")}


@pytest.mark.parametrize("number", ["", f"{ALL} "])
@pytest.mark.parametrize("size", [5, ALL, 17])
def test_words_are_known_again_with_and_without_the_number_and_also_where_no_head_is_kept(
    number, size, whole, tree, export, tool
):
    number = number and f"{size} "
    seen = {"the telephone": number + spoken(whole, tree, size)}
    for found, said in (by_ours(export, seen), by_tool(tool, export, seen)):
        assert found == set()
        assert said[0].startswith(f"{size} of 30 entries are those of the head the telephone, seen")


def test_right_words_with_a_wrong_number_are_told_from_words_of_no_head(whole, tree, export, tool):
    seen = {"letter": f"7 {spoken(whole, tree, 5)}"}
    assert by_ours(export, seen)[0] == by_tool(tool, export, seen)[0] == {("head", 7, "head-words")}
    for told in (
        witnessed(whole, tree, seen).faults[0].sentence,
        run(export, "--head", seen["letter"]).stdout,
    ):
        assert "not the first 7 of the 30 entries in the tree have these words" in told
        assert "but the first 5: ask for the number again" in told


def test_a_head_that_is_not_there_is_told_in_words(export):
    done = run(export, "--head", "nosuch")
    assert done.returncode == 2 and "'nosuch' is no head: give the file" in done.stderr


@pytest.mark.parametrize("count", [6, 12, 24])
def test_a_ledger_that_was_rewritten_has_not_these_words(count, whole, tree, tmp_path, tool):
    path = tmp_path / "ledger.jsonl"
    _all_anew(path, whole, tree)
    for number in ("", f"{ALL} "):
        seen = {"letter": number + spoken(whole, tree, count=count)}
        ours, theirs = by_ours(path, seen)[0], by_tool(tool, path, seen)[0]
        assert ours == theirs == {("head", ALL if number else 0, "head-words")}


def test_a_ledger_whose_end_was_cut_off_has_not_these_words(whole, tree, tmp_path, tool):
    path = written(tmp_path / "ledger.jsonl", whole[: ALL - 2])
    write_tree(path, planted(whole[: ALL - 2], (5, ALL - 2)))
    for number in ("", f"{ALL} "):
        seen = {"letter": number + spoken(whole, tree)}
        ours, theirs = by_ours(path, seen)[0], by_tool(tool, path, seen)[0]
        assert ours == theirs == {("head", ALL if number else 0, "head-words")}


@pytest.mark.parametrize(
    ("count", "against"), [(6, "an accident"), (12, "whoever rewrites later"), (23, "whoever")]
)
def test_who_compares_fewer_words_is_told_what_that_leaves_open(
    count, against, whole, tree, export, tool
):
    seen = {"letter": spoken(whole, tree, count=count)}
    for found, said in (by_ours(export, seen), by_tool(tool, export, seen)):
        assert found == set()
        assert f"only {count} of 24 words were compared: enough against {against}" in said[1]


def test_the_stand_alone_verifier_takes_words_and_the_text_of_a_qr_code(whole, tree, export):
    note = head_note(whole, tree.leaves, ALL).written
    for head in (f"{ALL} {spoken(whole, tree)}", note, note.strip()):
        done = run(export, "--head", head)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert f"{ALL} of 30 entries are those of the head" in done.stdout
    _all_anew(export, whole, tree)
    done = run(export, "--head", f"{ALL} {spoken(whole, tree)}")
    assert done.returncode == 1 and "head-words" in done.stdout
