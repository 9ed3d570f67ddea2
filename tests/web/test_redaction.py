"""A name is taken out on a page, everywhere and for good: no byte of it is left in what is kept."""

import json
import os
import signal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from equipoise.cli import main
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.panel import CastVote
from equipoise.conduct.redaction import RedactEntry
from equipoise.conduct.restating import MARK
from equipoise.ledger import TOMBSTONE, verify
from equipoise.web import adopted, drafts, home, kept_faults, tokens, write_service
from equipoise.web.models import Account, Draft, EntryRow, Job, OnceRow
from equipoise.web.redaction import remembered
from equipoise.web.store import DatabaseLedger, Filters
from tests import ready_made, web_trial
from tests.verbs import program

pytestmark = [pytest.mark.database]
NAME = "Wolterink"
PLACE = {"form": "demography", "visit": "screening"}


@pytest.fixture
def named(transactional_db, fresh_home) -> str:
    """A participant with a name in two reasons of their record."""
    web_trial.open_house()
    number = web_trial.filled().subject_id
    for height, reason in (("171", f"mrs {NAME} said so"), ("172", f"{NAME.lower()} was measured")):
        save(number, height, reason)
    return number


def save(number, height, reason, by="doctor-01"):
    act = SaveForm(**PLACE, values={"height": height}, reason=reason)
    on = write_service.folds().subject(number).forms.records["demography@screening#1"].on
    return write_service.perform(act, by, on, number)


def everything_kept() -> str:
    """All that stands in the database, table by table."""
    kept = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                kept += [
                    bytes(v).decode(errors="replace")
                    if isinstance(v, (bytes, memoryview))
                    else str(v)
                    for v in row
                ]
    return "\n".join(kept).casefold()


def taken_out(office, number, reason="she is known by it", **fields):
    address = reverse("entry.redact", args=[number])
    found = office.post(address, {"must-go": NAME, "step": "find"})
    ticked = [f"{seq}:/reason" for seq in entries(number)]
    proof = web_trial.proof_on(found)
    typed = {"must-go": NAME, "step": "do", "ticked": ticked, "reason": reason, "once": "k-1"}
    return found, office.post(address, typed | proof | fields)


def entries(number):
    return [
        e.seq
        for e in write_service.LEDGER.entries(number)
        if NAME.casefold() in e.payload.casefold()
    ]


def test_a_name_is_found_in_every_entry_and_taken_out_of_all_of_them(named):
    office = web_trial.signed_in("office")
    assert (
        reverse("entry.redact", args=[named])
        in office.get(reverse("participant", args=[named])).content.decode()
    )
    drafts.keep(
        Account.objects.get(person_id="nurse-01"),
        f"/participants/{named}/form/x/",
        [("remark", [NAME])],
        language="en",
    )
    assert NAME.casefold() in everything_kept()
    ticked = entries(named)
    other = web_trial.filled("doctor-02", "02").subject_id
    save(other, "173", f"as {NAME}", "doctor-02")
    found, done = taken_out(office, named)
    (left,) = entries(other)
    assert reverse("entry.redact", args=[other]) in found.content.decode()
    act = RedactEntry(entry=left, fields=["/reason"], text=NAME, reason="known by it")
    write_service.perform(act, "office", None, other, how=web_trial.PROVED)
    text = found.content.decode()
    assert "They stand in 2 places" in text and f"mrs {MARK} said so" in text
    assert done.status_code == 302, done.content.decode()
    assert NAME.casefold() not in everything_kept() and not Draft.objects.exists()
    assert verify(DatabaseLedger().everything()) == []
    assert kept_faults.faults_of_rows(adopted.study(), DatabaseLedger()) == []
    assert Job.objects.filter(kind="redaction.wipe").exists()
    audit = office.get(f"/audit/?subject={named}").content.decode()
    assert audit.count("she is known by it") >= 2 and f"mrs {MARK} said so" in audit
    for filters in ({"form": "demography"}, {"form": "demography", "item": "height"}):
        found = DatabaseLedger().recent(99, None, Filters(subject=named, **filters))
        assert {entry.seq for _, entry in found} >= {*ticked}
        assert DatabaseLedger().count(Filters(subject=named, **filters)) == len(found)
    one = reverse("audit-entry", args=[named, ticked[0]])
    assert f"mrs {MARK} said so" in office.get(one).content.decode()
    history = web_trial.signed_in("nurse-01").get(reverse("history", args=[named]))
    assert "[redacted] was measured" in history.content.decode()
    subject = write_service.folds().subject(named)
    assert [one.fields for one in subject.redaction.redacted] == [["/reason"], ["/reason"]]


def test_whether_a_sealed_vote_of_another_holds_the_words_is_not_told(named):
    other = web_trial.asked("doctor-02", "02")
    (reader, *_) = web_trial.open_readers(other)
    vote = CastVote(category=web_trial.POTENTIALLY, remark=f"as {NAME} said")
    write_service.perform(vote, reader, None, other.subject_id)
    office, address = web_trial.signed_in("office"), reverse("entry.redact", args=[named])
    there = reverse("entry.redact", args=[other.subject_id])
    assert there not in office.post(address, {"must-go": NAME, "step": "find"}).content.decode()
    save(other.subject_id, "173", f"as {NAME}", "doctor-02")
    assert there in office.post(address, {"must-go": NAME, "step": "find"}).content.decode()


def test_of_the_words_no_digest_is_kept_and_the_same_request_does_it_once(named):
    office = web_trial.signed_in("office")
    taken_out(office, named)
    (once,) = OnceRow.objects.all()
    digest, count = once.digest, EntryRow.objects.count()
    _, again = taken_out(office, named, **{"must-go": "Another", "ticked": []})
    assert EntryRow.objects.count() == count and OnceRow.objects.get().digest == digest
    assert again.status_code in (302, 422)


def test_who_may_not_finds_no_page_and_without_a_password_nothing_is_taken_out(named):
    address = reverse("entry.redact", args=[named])
    for person in ("nurse-01", "doctor-01", "monitor"):
        assert web_trial.signed_in(person).get(address).status_code == 404
    office = web_trial.signed_in("office")
    _, without = taken_out(office, named, proof="")
    assert without.status_code == 422 and "Give your password" in without.content.decode()
    _, repeats = taken_out(office, named, reason=f"it names {NAME}")
    assert "repeats what is taken out" in repeats.content.decode()
    nothing = office.post(address, {"must-go": "Nobody", "step": "find"})
    assert 'name="once"' not in nothing.content.decode()  # looking is no saving, and is not told so
    assert "stand nowhere" in nothing.content.decode()
    assert len(entries(named)) == 2


def test_a_program_reads_what_is_said_anew_and_by_which_entry(named):
    first = entries(named)[0]
    act = RedactEntry(entry=first, fields=["/reason"], text=NAME, reason="known by it")
    by = write_service.perform(act, "office", None, named, how=web_trial.PROVED).seq
    key = tokens.make_token(Account.objects.get(person_id="monitor"), "a test")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    told = json.loads(client.get(f"/api/subjects/{named}/entries").content)
    entry = next(one for one in told if one["seq"] == first)
    assert entry["redacted_by"] == by and entry["fields"]["reason"] == f"mrs {MARK} said so"
    redaction = next(one for one in told if one["seq"] == by)
    assert set(redaction["fields"]) == {"entry", "fields", "text", "reason", "redacts"}
    assert redaction["fields"]["text"] == ""


def test_the_same_request_sent_again_is_answered_by_what_is_said_anew(named):
    key = tokens.make_token(Account.objects.get(person_id="doctor-01"), "a test")
    client = Client(headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "k-2"})
    on = write_service.folds().subject(named).forms.records["demography@screening#1"].on
    fields = {**PLACE, "values": {"height": "173"}, "reason": f"as mrs {NAME} said"}
    asked = {"subject_id": named, "happened": str(on), "fields": fields}

    def sent():
        return client.post("/api/acts/forms.save", asked, "application/json").json()

    first = sent()
    act = RedactEntry(entry=first["seq"], fields=["/reason"], text=NAME, reason="known by it")
    write_service.perform(act, "office", None, named, how=web_trial.PROVED)
    assert sent() == first | {"fields": first["fields"] | {"reason": f"as mrs {MARK} said"}}


def test_a_copy_that_brings_it_back_is_found_by_what_the_home_remembers(named, capsys):
    first = entries(named)[0]
    before = [e for e in write_service.LEDGER.entries(named) if e.seq == first]
    taken_out(web_trial.signed_in("office"), named)
    noted = (home.folder() / "redacted").read_text("utf-8").splitlines()
    assert [json.loads(line)["seq"] for line in noted] == [first, first + 1]
    assert NAME.casefold() not in "".join(noted).casefold()
    assert list(remembered.back(write_service.LEDGER.everything())) == []
    assert [(f.seq, f.code) for f in remembered.back(before)] == [(first, "redacted-back")]
    assert remembered.back_here() == []
    line = json.loads(noted[0]) | {"seq": first - 1, "digest": entry_at(named, first - 1).digest}
    with (home.folder() / "redacted").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    verified = web_trial.signed_in("office").post("/audit/").content.decode()
    assert "was redacted here and its content is back" in verified


def entry_at(number, seq):
    return write_service.LEDGER.entry(number, seq)


LEAVES_NO_BYTES = """
import sys
from equipoise.cli.start import installed; installed()
from equipoise.web.redaction.wiped import wipe
from equipoise.web.store import DatabaseLedger
from tests.spec.ledger.histories import record, redact
ledger, name = DatabaseLedger(), sys.argv[1]
if name:
    for number in range(40):
        record(ledger, "S-01", payload={"text": f"{name} {number} " + "x" * 300 * number})
else:
    for number in range(40):
        redact(ledger, "S-01", number + 1, {"text": "[redacted]"})
    wipe(None, None)
"""


KILLED = """
import os, signal, sys
from equipoise.cli.start import installed; installed()
from equipoise.web.store import DatabaseLedger
from tests.spec.ledger.histories import record, redact
ledger, when = DatabaseLedger(), sys.argv[1]
record(ledger, "S-01", payload={"text": "Wolterink"})
with ledger.writing("S-01"):
    redact(ledger, "S-01", 1, {"text": "[redacted]"})
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""
STANDS = """
from equipoise.cli.start import installed; installed()
from equipoise.ledger import verify
from equipoise.web.store import DatabaseLedger
entries = list(DatabaseLedger().entries("S-01"))
print(len(entries), entries[0].payload, len(verify(entries)))
"""


@pytest.mark.parametrize(
    ("when", "stands"),
    [("before", '1 {"text":"Wolterink"} 0'), ("after", f"2 {TOMBSTONE} 0")],
)
def test_a_kill_leaves_the_act_with_its_tombstone_or_neither(when, stands, tmp_path):
    ready_made.in_home(tmp_path)
    there = {
        **os.environ,
        "EQUIPOISE_HOME": str(tmp_path),
        "PYTHONPATH": "src:.",
        "DATABASE_URL": "",
    }
    program(KILLED, when, environment=there, ends=-signal.SIGKILL)
    assert program(STANDS, environment=there).stdout.strip() == stands


def test_no_byte_of_it_is_left_in_the_file_of_the_embedded_database(tmp_path):
    ready_made.in_home(tmp_path)
    there = {
        **os.environ,
        "EQUIPOISE_HOME": str(tmp_path),
        "PYTHONPATH": "src:.",
        "DATABASE_URL": "",
    }

    def holding():
        files = tmp_path.glob("equipoise.sqlite3*")
        return [file.name for file in files if NAME.encode() in file.read_bytes()]

    program(LEAVES_NO_BYTES, NAME, environment=there)
    assert holding()
    program(LEAVES_NO_BYTES, "", environment=there)
    assert holding() == []


def test_what_the_owner_of_the_database_takes_away_or_brings_back_is_named(named, capsys):
    first, second = entries(named)
    kept = EntryRow.objects.get(stream=named, seq=first).payload
    act = RedactEntry(entry=first, fields=["/reason"], text=NAME, reason="known by it")
    write_service.perform(act, "office", None, named, how=web_trial.PROVED)
    off = {
        "sqlite": "DROP TRIGGER ledger_no_update",
        "postgresql": "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
    }
    with connection.cursor() as cursor:
        cursor.execute(off[connection.vendor])
        put = "UPDATE ledger_entry SET payload = %s WHERE stream = %s AND seq = %s"
        cursor.execute(put, [kept, named, first])
        cursor.execute(put, [TOMBSTONE, named, second])
    faults = {(f.stream, f.seq, f.code) for f in verify(DatabaseLedger().everything())}
    assert faults == {(named, first, "redacted-back"), (named, second, "taken-away")}
    assert main(["verify"]) == 1
    told = capsys.readouterr()
    assert f"{named} {first}: redacted by entry" in told.out and "taken-away" in told.err
    # What is back is in the database, and on no page.
    audit = web_trial.signed_in("office").get(f"/audit/?subject={named}").content.decode()
    assert NAME not in audit and "What it said was taken away, and no act says so" in audit
