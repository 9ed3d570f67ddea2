"""A witness follows the trial with a copy of its holder's own data, and signs what fits."""

import csv
import json
import os
import stat
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from django.test import Client

from equipoise.cli import main
from equipoise.cli.witness.client import Client as Asking
from equipoise.cli.witness.client import NotAnswered
from equipoise.cli.witness.folder import Folder
from equipoise.cli.witness.pull import DoesNotFit, pull
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.panel import CastVote, Conclude
from equipoise.conduct.redaction import RedactEntry
from equipoise.conduct.voiding import VoidEntry
from equipoise.conduct.witnesses import AdoptPolicy
from equipoise.ledger.head_words import words_of
from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import WITNESS, Note, cosigned, key_of, read_note, signed
from equipoise.ledger.policy import Policy, policy_text
from equipoise.ledger.tree_head import TreeHead, read_tree_head
from equipoise.web import home, write_service
from equipoise.web.models import AccessRow
from equipoise.web.witness import sequencer, tree_store
from tests.spec.ledger.test_verify_rules import run
from tests.web_trial import POTENTIALLY, PROVED, consented, open_house, randomised, voted


class Server:
    """The trial's own server, asked by the client of the tests."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.asked: list[str] = []

    def get(self, path):
        self.asked.append(path)
        answer = self.client.get(f"/api/{path}")
        assert answer.status_code in (200, 404), answer.content
        return answer.content if answer.status_code == 200 else None

    def post(self, path, body):
        answer = self.client.post(f"/api/{path}", json.dumps(body), content_type="application/json")
        return "" if answer.status_code == 200 else answer.content.decode()


@pytest.fixture
def house(db, fresh_home):
    open_house()


@pytest.fixture
def witness_of(house, tmp_path, ask):
    """A witness's folder and its line to the server, as one of the trial's people."""

    def made(person, name=""):
        name = name or f"{person}.example"
        key = sequencer.log_key().vkey
        return Folder.make(tmp_path / name, name, "https://x", key), Server(ask(person))

    return made


def named(*folders, quorum):
    """Name these witnesses."""
    policy = Policy(
        log=sequencer.log_key(),
        witnesses={f.name.partition(".")[0]: f.key for f in folders},
        quorum=quorum,
    )
    write_service.perform(AdoptPolicy(policy=policy_text(policy), because="the first"), "office")
    return policy


def look(folder, server, later=0):
    sequencer.keep_up(write_service.now())
    return pull(folder, server, write_service.now() + timedelta(seconds=later))


def own(folder):
    return [leaf["entry"] for leaf in folder.leaves() if "entry" in leaf]


def test_a_hospitals_copy_holds_its_own_participants_in_full_and_of_others_the_hashes_alone(
    witness_of,
):
    mine, theirs = randomised("doctor-01", "01"), consented("doctor-02", "02")
    folder, server = witness_of("doctor-01")
    look(folder, server)
    held = {(entry["stream"], entry["seq"]) for entry in own(folder)}
    own_stream = {(e.stream, e.seq) for e in write_service.LEDGER.entries(mine.subject_id)}
    assert held == own_stream  # every entry of its own, letter by letter
    text = (folder.path / "leaves.jsonl").read_text("utf-8")
    assert theirs.subject_id not in text
    assert len(folder.leaves()) == tree_store.size()
    assert all(("random" in leaf) == ("entry" in leaf) for leaf in folder.leaves())
    shown = [leaf["shown"] for leaf in folder.leaves() if "shown" in leaf]
    [draw] = [told for told in shown if told["stream"] == "allocation"]
    assert draw["fields"]["arm"] and draw["digest"] is None  # what it was drawn from stays sealed


def test_what_a_witness_takes_out_is_noted_in_the_access_log(witness_of):
    randomised("doctor-01", "01")
    folder, server = witness_of("doctor-01")
    look(folder, server)
    [told] = AccessRow.objects.filter(kind="list-read", person="doctor-01")
    own_now = sum("entry" in leaf or "shown" in leaf for leaf in folder.leaves())
    assert json.loads(told.told) == {"what": "witness-copy", "rows": own_now}


def test_the_copy_is_readable_without_equipoise(witness_of):
    subject = consented()
    folder, server = witness_of("doctor-01")
    look(folder, server)
    with (folder.path / "entries.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    [consent] = [row for row in rows if row["what"] == "consent.give"]
    assert (consent["participant"], consent["field"], consent["value"]) == (
        subject.subject_id,
        "version",
        "1.0",
    )
    assert stat.S_IMODE((folder.path / "key").stat().st_mode) == 0o600


def test_a_monitor_and_the_board_hold_what_is_theirs(witness_of):
    consented()
    folder, server = witness_of("monitor")
    look(folder, server)
    assert len(own(folder)) == tree_store.size()
    folder, server = witness_of("board")
    look(folder, server)
    assert own(folder) == [] and len(folder.leaves()) == tree_store.size()


def test_a_sealed_vote_comes_without_digests_and_letter_by_letter_once_it_is_opened(witness_of):
    subject = voted(2)
    folder, server = witness_of("doctor-01")
    look(folder, server)
    shown = [leaf["shown"] for leaf in folder.leaves() if "shown" in leaf]
    votes = [told for told in shown if told["kind"] == CastVote.kind]
    assert len(votes) == 2 and all(told["fields"] is None for told in votes)
    assert all(told["digest"] is None and told["previous"] is None for told in shown)
    last = subject.panel.reviews[-1].drawn[2]
    vote = CastVote(category=POTENTIALLY, reasons=["bilobar"], remark="")
    write_service.perform(vote, last, subject_id=subject.subject_id)
    told = Conclude(category=POTENTIALLY, advice="Start systemic therapy")
    write_service.perform(told, "chair", subject_id=subject.subject_id, how=PROVED)
    said = look(folder, server)
    assert f"{len(shown)} of those were opened now" in said[0]
    assert not [leaf for leaf in folder.leaves() if "shown" in leaf]


def test_the_signature_is_taken_only_from_a_witness_of_the_policy_and_now(witness_of):
    folder, server = witness_of("doctor-01")
    assert "witness.signature" in look(folder, server)[1]
    others = [witness_of("monitor")[0], witness_of("board")[0]]
    policy = named(folder, *others, quorum=2)
    assert "witness.moment" in look(folder, server, later=4000)[1]
    said = look(folder, server)
    assert said[1] == "signed" and "you hold no policy" in said[2]
    assert set(policy.cosigners(tree_store.head())) == {"doctor-01"}
    assert not policy.has_quorum(tree_store.head())
    for other, person in zip(others, ("monitor", "board"), strict=True):
        look(other, Server(server.client))
        assert other.key and person
    assert policy.has_quorum(tree_store.head())


def test_another_policy_than_the_one_held_is_told_loudly(witness_of):
    folder, server = witness_of("doctor-01")
    named(folder, witness_of("monitor")[0], quorum=2)
    look(folder, server)
    told = folder.path / "policy.told.txt"
    told.rename(folder.path / "policy.txt")
    said = look(folder, server)
    assert said[2:] == ["with 2 witnesses the policy is not independent"]
    other = Policy(
        log=sequencer.log_key(), witnesses={"x": key_of("x", WITNESS, b"x" * 32)}, quorum=1
    )
    act = AdoptPolicy(policy=policy_text(other), before="lost", because="nobody signs")
    write_service.perform(act, "office")
    assert look(folder, server)[2].startswith("ANOTHER POLICY")


# A trial that does not fit what was signed


def _forged(server, size, root, path="tree/head"):
    """A server that shows another head, with its own true signature."""
    name = sequencer.origin()
    text = TreeHead(name, size, root).text
    note = Note(text, (signed(text, name, home.secret("head-key")),))
    shown = server.get

    server.get = lambda asked: note.written.encode() if asked == path else shown(asked)
    return server


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda size: (size, b"x" * 32), "does not begin with that of"),
        (lambda size: (size - 1, b"x" * 32), "are known, and now there are"),
        (lambda size: (size + 1, b"x" * 32), "does not begin with that of"),
    ],
)
def test_a_head_that_does_not_begin_with_the_last_is_not_signed_and_kept_as_evidence(
    change, said, witness_of
):
    folder, server = witness_of("monitor")
    look(folder, server)
    before = (folder.path / "head.note").read_text("utf-8")
    size, root = change(tree_store.size())
    old = server.get
    server = _forged(server, size, root)
    if size > tree_store.size():
        shown = server.get
        server.get = lambda asked: b"{}" if asked.startswith("tree/cons") else shown(asked)
    with pytest.raises(DoesNotFit, match=said):
        pull(folder, server, write_service.now())
    assert (folder.path / "head.note").read_text("utf-8") == before
    assert list(folder.path.glob("does-not-fit-*.note")) and old


def test_an_entry_that_is_not_the_one_of_its_leaf_is_not_signed(witness_of):
    consented()
    folder, server = witness_of("monitor")
    sequencer.keep_up(write_service.now())
    shown = server.get

    def other(path):
        told = shown(path)
        return told.replace(b'"by":"doctor-01"', b'"by":"doctor-02"') if "leaves" in path else told

    server.get = other
    with pytest.raises(DoesNotFit, match="is not the one of its leaf"):
        pull(folder, server, write_service.now())
    assert folder.head() is None


def test_a_witness_is_told_what_was_redacted_and_signs_no_tombstone_that_no_act_names(witness_of):
    number, on = consented().subject_id, write_service.today()
    folder, server = witness_of("monitor")
    saved = RecordDeath(cause="other")
    entry = write_service.perform(saved, "doctor-01", on, number)
    void = VoidEntry(entry=entry.seq, reason="Jansen lives")
    entry = write_service.perform(void, "doctor-01", on, number)
    look(folder, server)
    act = RedactEntry(entry=entry.seq, fields=["/reason"], text="Jansen", reason="known by it")
    write_service.perform(act, "office", None, number, how=PROVED)
    held = f"{number} {entry.seq} was redacted by entry {entry.seq + 1}"
    assert any(line.startswith(held) for line in look(folder, server))
    later, again = witness_of("monitor", "later.example")
    assert not any(line.startswith(held) for line in look(later, again))
    assert "Jansen" not in (later.path / "leaves.jsonl").read_text("utf-8")
    robbed, shown = witness_of("monitor", "robbed.example")
    served = shown.get

    def without_the_act(path):
        told = served(path)
        return told.replace(b'"entry.redact"', b'"entry.other"') if "leaves" in path else told

    shown.get = without_the_act
    with pytest.raises(DoesNotFit, match="is not the one of its leaf|no act says so"):
        look(robbed, shown)


def test_a_head_without_the_servers_signature_is_not_signed(witness_of):
    folder, server = witness_of("monitor")
    note = sequencer.keep_up(write_service.now())
    bare = Note(note.text, (cosigned(note.text, "x", b"x" * 32, 1),)).written.encode()
    server.get = lambda path: bare
    with pytest.raises(DoesNotFit, match="did not sign"):
        pull(folder, server, write_service.now())


# What witnesses show each other, and to those who verify


def test_two_witnesses_who_were_shown_two_views_find_out_when_they_meet(witness_of, capsys):
    one, server = witness_of("monitor")
    look(one, server)
    other, _ = witness_of("board")
    size, name = tree_store.size(), sequencer.origin()
    leaves = [{**leaf, "hash": "0" * 64} if leaf["index"] == 3 else leaf for leaf in one.leaves()]
    from equipoise.cli.witness.pull import root_of

    text = TreeHead(name, size, root_of(leaves, size)).text
    other.keep(leaves, Note(text, (signed(text, name, home.secret("head-key")),)))
    assert main(["witness", "compare", str(one.path), str(other.path)]) == 1
    assert "DO NOT FIT" in capsys.readouterr().out
    letter = one.path / "head.note"
    consented()
    look(one, server)
    assert main(["witness", "compare", str(other.path / "head.note"), str(one.path)]) == 1
    assert main(["witness", "compare", str(one.path), str(letter)]) == 0
    assert main(["witness", "compare", str(letter), str(other.path / "head.note")]) == 2


def test_a_witness_compares_its_copy_with_the_words_that_another_reads_aloud(witness_of, capsys):
    folder, server = witness_of("monitor")
    look(folder, server)
    old = read_tree_head(tree_store.head().text)
    said = {old.size: " ".join(words_of(old))}
    consented()
    look(folder, server)
    new = read_tree_head(tree_store.head().text)
    said[new.size] = " ".join(words_of(new))
    assert old.size < new.size
    for words in (*said.values(), *(f"{size} {words}" for size, words in said.items())):
        assert main(["witness", "compare", str(folder.path), words]) == 0
    other = " ".join(words_of(TreeHead(new.origin, new.size, bytes(32))))
    capsys.readouterr()
    for words, code in ((other, 1), (f"{new.size} {other}", 1), (f"{new.size + 1} {other}", 2)):
        assert main(["witness", "compare", str(folder.path), words]) == code
    assert "ask whose they are" in capsys.readouterr().out
    for number in (old.size - 1, new.size, new.size + 1):
        words = f"{number} {said[old.size]}"
        assert main(["witness", "compare", str(folder.path), words]) == 2
        told = f"these are the words of the first {old.size} entries, and {number} were named"
        assert told in capsys.readouterr().out
    assert main(["witness", "compare", str(folder.path / "head.note"), other]) == 2
    assert main(["witness", "compare", str(folder.path), " ".join(said[new.size].split()[:6])]) == 0
    assert "only 6 of 24 words were compared" in capsys.readouterr().out


def test_an_export_is_verified_against_the_folder_of_a_witness_and_the_policy(
    witness_of, tmp_path, capsys
):
    made = [witness_of(person) for person in ("doctor-01", "monitor", "board")]
    policy = named(*(folder for folder, _ in made), quorum=2)
    (tmp_path / "policy.txt").write_text(policy_text(policy), encoding="utf-8")
    for folder, server in made[:2]:
        look(folder, server)
    path = tmp_path / "ledger.jsonl"
    assert main(["export", str(path)]) == 0
    folder = made[0][0].path
    given = ("--head", str(folder), "--policy", str(tmp_path / "policy.txt"))
    assert main(["verify", str(path), *given]) == 0
    done = run(path, *given)
    assert done.returncode == 0, done.stdout
    assert "signed by enough witnesses" in done.stdout and "seen elsewhere" in done.stdout


def test_a_policy_is_written_and_signed_at_the_command_line(witness_of, tmp_path, capsys):
    made = [witness_of(person)[0] for person in ("doctor-01", "monitor", "board")]
    words = [f"{folder.name.partition('.')[0]}={folder.key.vkey}" for folder in made]
    log = sequencer.log_key().vkey
    assert main(["witness", "policy", "--log", log, "--quorum", "2", *words]) == 0
    text = capsys.readouterr().out
    (tmp_path / "policy.txt").write_text(text, encoding="utf-8")
    write_service.perform(AdoptPolicy(policy=text, because="the first"), "office")
    assert main(["witness", "policy", "--log", log, "--quorum", "3", *words]) == 0
    fresh = capsys.readouterr().out
    (tmp_path / "fresh.txt").write_text(fresh, encoding="utf-8")
    lines = []
    for folder in made[:2]:
        assert main(["witness", "sign", str(folder.path), str(tmp_path / "fresh.txt")]) == 0
        lines.append(capsys.readouterr().out)
    act = AdoptPolicy(policy=fresh, signatures="".join(lines), because="all of them")
    write_service.perform(act, "office")
    assert write_service.folds().trial_state().witnesses.policy == fresh
    assert main(["witness", "policy", "--log", log, "--quorum", "1", *words]) == 1


def test_a_witness_is_made_with_a_key_of_its_own_and_only_once(house, tmp_path, capsys):
    words = ["--name", "h.example", "--url", "https://x", "--log", sequencer.log_key().vkey]
    before = os.umask(0o022)
    assert main(["witness", "init", str(tmp_path / "w"), *words]) == 0
    assert os.umask(before) == 0o022
    assert not any(file.stat().st_mode & 0o077 for file in (tmp_path / "w").rglob("*"))
    vkey = capsys.readouterr().out.strip()
    assert Folder.at(tmp_path / "w").key.vkey == vkey
    assert main(["witness", "init", str(tmp_path / "w"), *words]) == 1
    assert Folder.at(tmp_path / "w").key.vkey == vkey


def test_nobody_without_a_role_is_shown_the_tree(house, ask):
    for path in ("head", "policy", "consistency?old=0&new=1", "leaves"):
        assert ask("nobody").get(f"/api/tree/{path}").status_code == 403
        assert Client().get(f"/api/tree/{path}").status_code == 401
    sequencer.keep_up(write_service.now())
    answer = ask("board").get("/api/tree/head")
    assert read_tree_head(read_note(answer.content.decode()).text).size == tree_store.size()
    assert ask("board").get("/api/tree/head?size=99999").status_code == 404
    assert ask("board").get("/api/tree/consistency?old=5&new=99999").status_code == 422
    assert ask("board").get("/api/tree/leaves?only=one").status_code == 422


def test_of_an_answer_that_is_none_nothing_is_signed(witness_of):
    """A captive portal, another server, or a dishonest one: a sentence, and no signature."""
    consented()
    folder, server = witness_of("doctor-01")
    truly, sequenced = server.get, sequencer.keep_up(write_service.now())
    assert sequenced
    answers = (b"<html>", b"[]", b"\xff\xfe", b'{"leaves":[{"index":0}]}', b'{"leaves":[1]}')
    for path in ("tree/head", "tree/leaves"):
        for answer in answers:
            server.get = lambda p, a=answer, path=path: a if p.startswith(path) else truly(p)
            with pytest.raises((DoesNotFit, Unreadable)):
                look(folder, server)
    assert folder.head() is None


def test_two_looks_at_once_do_not_write_over_each_other(witness_of):
    folder, server = witness_of("doctor-01")
    with folder.alone(), pytest.raises(BlockingIOError, match="another pull"):
        look(folder, server)
    look(folder, server)


def test_what_was_damaged_in_the_folder_is_told_in_words(witness_of):
    consented()
    folder, server = witness_of("doctor-01")
    look(folder, server)
    leaves = folder.path / "leaves.jsonl"
    whole = leaves.read_bytes()
    for damaged in (b"[" + whole[1:], whole[: len(whole) - 40], b"\xff" + whole, b"1\n"):
        leaves.write_bytes(damaged)
        with pytest.raises(Unreadable, match="move leaves.jsonl away"):
            look(folder, server)
    leaves.unlink()
    assert "signed" in "".join(look(folder, server))
    for name in ("key", "witness.json"):
        kept = (folder.path / name).read_bytes()
        for damaged in (b"{}", b"zz", b"\xff", b""):
            (folder.path / name).write_bytes(damaged)
            with pytest.raises(Unreadable, match="no folder of a witness"):
                Folder.at(folder.path)
        (folder.path / name).write_bytes(kept)


def test_a_head_of_a_size_that_no_database_holds_is_not_there(witness_of):
    _, server = witness_of("doctor-01")
    for size in (-1, 2**63, 10**30):
        assert server.get(f"tree/head?size={size}") is None
        assert "no witness of the policy" in server.post(
            "tree/signatures", {"size": size, "line": f"{chr(0x2014)} x {'A' * 96}"}
        )


class _Elsewhere(BaseHTTPRequestHandler):
    """A server that sends everybody to another address of the same machine, and notes who came."""

    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization")))
        self.send_response(302)
        self.send_header("Location", f"http://localhost:{self.server.server_port}/taken")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_the_key_of_a_witness_goes_to_the_named_server_and_to_no_other():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(NotAnswered, match="sends one elsewhere"):
            Asking(f"http://127.0.0.1:{server.server_port}", "eqp_key").get("tree/head")
        server.shutdown()
    assert _Elsewhere.asked == [("/api/tree/head", "Bearer eqp_key")]
