"""`equipoise verify [LEDGER]`: is every entry there, unchanged and in order?

Without a file it verifies the installation's own ledger, folds it anew and compares what is kept
of each participant. A head of the tree that someone else kept (`--head`: a file, the folder of a
witness, the words of a letter after the number of entries, or the text of its QR code) shows what
no ledger shows by itself: that its end is missing, or all of it made anew. With `--reveal` it draws
every allocation again from the seed, once the trial is over.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from equipoise.cli.parsing import Parser

if TYPE_CHECKING:
    from equipoise.ledger import Entry, Fault, Head
    from equipoise.ledger.tree_file import Tree
    from equipoise.study.model import Study

    Looked = tuple[list[Entry], list[Fault], Tree | None]

MOST_NAMED = 20  # draws that are named one by one


def run(words: list[str]) -> int:
    """0 when nothing is wrong."""
    parser = Parser(prog="equipoise verify", description=__doc__)
    parser.add_argument("ledger", type=Path, nargs="?", help="an exported ledger.jsonl")
    parser.add_argument("--heads", type=Path, help="heads noted earlier, to compare with")
    parser.add_argument(
        "--head",
        action="append",
        default=[],
        help="a head that was seen elsewhere: a file, its words or its text; again for each",
    )
    parser.add_argument(
        "--policy", type=Path, help="the policy that you hold: who the witnesses are"
    )
    parser.add_argument(
        "--reveal", metavar="SEED", help="the seed: 64 hexadecimal digits, or its file"
    )
    parser.add_argument(
        "--study",
        type=Path,
        action="append",
        help="the folder of a study text that the ledger does not hold; again for each",
    )
    args = parser.parse_args(words)

    from equipoise.conduct.folding import NotUnderstood
    from equipoise.ledger import Unreadable, read_heads
    from equipoise.study.load import Invalid

    try:
        heads = read_heads(args.heads) if args.heads else None
        seen = dict(map(_head_given, args.head))
        entries, faults, tree = (
            _of_a_file(args.ledger, heads) if args.ledger else _installed(heads, seen)
        )
        faults += _of_the_tree(entries, tree, seen, args.policy, bool(heads))
        texts = _texts(entries, args.study or [])
        faults = sorted({*faults, *_of_meaning(entries, texts)})
    except (Invalid, Unreadable, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    for fault in faults:
        print(f"{fault.stream} {fault.seq}: {fault.code}: {fault.sentence}", file=sys.stderr)
    if args.ledger and not entries and not faults:
        print("there is no entry in it, so that nothing is proved", file=sys.stderr)
        return 1
    streams = len({entry.stream for entry in entries})
    print(f"{len(entries)} entries in {streams} streams: {len(faults)} faults")
    if not args.reveal:
        return 1 if faults else 0
    try:
        wrong = _reveal(entries, args.reveal, texts)
    except (NotUnderstood, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if faults or wrong else 0


def _of_a_file(ledger: Path, heads: "Mapping[str, Head] | None") -> "Looked":
    from equipoise.ledger import Unreadable, read_export, verify_export
    from equipoise.ledger.tree_file import read_tree

    faults = verify_export(ledger, heads)
    try:
        return list(read_export(ledger)), faults, read_tree(ledger)
    except Unreadable:
        # What can not be read is named among the faults.
        return [], faults, None


def _installed(heads: "Mapping[str, Head] | None", seen: dict[str, str]) -> "Looked":
    """The installation's own ledger; its kept rows are compared with what it folds to."""
    from equipoise.cli.start import installed

    installed()
    from django.db import DatabaseError

    from equipoise.conduct.study_text import TextUnreadable
    from equipoise.ledger import Fault, verify
    from equipoise.web import adopted, kept_faults
    from equipoise.web.access import chain
    from equipoise.web.redaction import remembered
    from equipoise.web.store import DatabaseLedger, damage
    from equipoise.web.triggers import loose
    from equipoise.web.witness import tree_kept, tree_store

    ledger = DatabaseLedger()
    damaged = [Fault("database", 0, "damaged", fault) for fault in damage()]
    rows: list[Fault] = []
    try:
        wrong = [*damaged, *(Fault("database", 0, "unguarded", fault) for fault in loose())]
        tree = tree_kept.tree_now()
        entries = list(ledger.everything())
        rows = tree_kept.faults_of_nodes(entries)
        rows += kept_faults.faults_of_rows(adopted.study(), ledger)
    except DatabaseError as error:
        return [], [*damaged, Fault("database", 0, "damaged", str(error))], None
    except (adopted.TextMissing, TextUnreadable) as error:
        print(f"kept rows are not compared: {error}", file=sys.stderr)
    signed = [*tree_store.head_texts().values(), *seen.values()]
    rows += remembered.back(entries)
    return entries, [*wrong, *verify(entries, heads), *rows, *chain.faults(signed)], tree


def _of_the_tree(
    entries: "list[Entry]",
    tree: "Tree | None",
    seen: dict[str, str],
    policy: Path | None,
    heads_compared: bool,
) -> "list[Fault]":
    """What the tree and heads from elsewhere show; prints what they can not show."""
    from equipoise.ledger.policy import read_policy
    from equipoise.ledger.redaction import told_redactions
    from equipoise.ledger.tree_file import Tree
    from equipoise.ledger.witnessed import witnessed

    held = read_policy(policy.read_text("utf-8")) if policy else None
    given = witnessed(entries, tree or Tree(), seen, held, noted=heads_compared)
    print("\n".join([*given.said, *told_redactions(entries)]))
    return given.faults


def _head_given(given: str) -> tuple[str, str]:
    """What a head is called here, and its text: a file, a witness's newest, or the head itself."""
    written = given.strip()
    if "\n" in written or (" " in written and not Path(given).exists()):
        return " ".join(written.split()[:2]) + " …", written + "\n"
    from equipoise.ledger import Unreadable

    path = Path(given)
    file = path / "head.note" if path.is_dir() else path
    try:
        return given, file.read_text("utf-8")
    except (FileNotFoundError, UnicodeDecodeError, ValueError):
        raise Unreadable(
            f"--head {given!r} is no head: give the file with one, the folder of a witness, or its "
            "words in quotes, after the number of entries"
        ) from None


def _texts(entries: "list[Entry]", folders: list[Path]) -> "dict[str, Study]":
    """The study texts that are at hand, by digest: those of the ledger and of the folders."""
    from equipoise.conduct.study_text import RecordText, TextUnreadable, recorded
    from equipoise.study.load import load

    texts = {study.digest: study for study in map(load, folders)}
    for entry in entries:
        if entry.kind == RecordText.kind:
            try:
                texts |= recorded([entry])
            except (TextUnreadable, msgspec.MsgspecError) as error:
                print(f"{entry.stream} {entry.seq}: {error}", file=sys.stderr)
    return texts


def _of_meaning(entries: "list[Entry]", texts: "dict[str, Study]") -> "list[Fault]":
    from equipoise.conduct.meaning import faults_of_meaning, unjudged

    if count := unjudged(entries, texts):
        given = "name it with --study" if texts else "name the study with --study"
        print(f"{count} acts were done under another study text: who may is not judged; {given}")
    return faults_of_meaning(entries, texts)


def _reveal(entries: "Iterable[Entry]", given: str, texts: "dict[str, Study]") -> int:
    from equipoise.conduct.replay import replay

    seed = _seed(given)
    ordered = [e for name in ("study", "allocation") for e in entries if e.stream == name]
    count, wrong = replay(ordered, seed, texts)
    for mismatch in wrong[:MOST_NAMED]:
        draw = f"draw {mismatch.number} {mismatch.subject_id}: " if mismatch.number else ""
        print(f"{draw}{mismatch.because}", file=sys.stderr)
    if len(wrong) > MOST_NAMED:
        print(f"… and {len(wrong) - MOST_NAMED} more", file=sys.stderr)
    differ = sum(1 for mismatch in wrong if mismatch.number)
    print(f"{count} allocations drawn again from the revealed seed: {differ} differ")
    return len(wrong)


def _seed(given: str) -> bytes:
    """The seed itself in hexadecimal digits, or a file that holds it, as bytes or as digits."""
    path = Path(given)
    data = path.read_bytes() if path.is_file() else given.encode()
    try:
        return bytes.fromhex(data.decode("ascii").strip())
    except ValueError as error:
        if path.is_file():
            return data
        raise ValueError(
            f"{given!r} is neither a file nor a seed of 64 hexadecimal digits"
        ) from error
