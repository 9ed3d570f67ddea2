"""A name that was typed by mistake is taken out for good; that it was, where and why is known."""

from datetime import UTC, datetime
from json import loads

import msgspec
import pytest

from equipoise.conduct.chapters import ACTS
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.cut import heads_by, moment
from equipoise.conduct.digests import digest_of_form, digest_of_subject, digests_of_form
from equipoise.conduct.folding import FreshFolds, catch_up_subject
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.locks import LockParticipant, LockStudy
from equipoise.conduct.meaning import faults_of_meaning
from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.conduct.queries import AskQuery
from equipoise.conduct.redaction import RedactEntry
from equipoise.conduct.restating import MARK, spans, texts_of, without
from equipoise.conduct.signatures import SignForm, SignParticipant
from equipoise.conduct.signatures.holding import holds
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import together
from equipoise.conduct.verification import VerifyItems
from equipoise.conduct.verification.verdicts import verdicts
from equipoise.conduct.voiding import VoidEntry
from equipoise.conduct.words import asks
from equipoise.ledger import digest_now, stated, verify
from equipoise.ledger.line import line_of
from tests.support import DAY, a_panel_study, a_stamp, a_study, a_trial, days, person, pressure

NAME = "Jansen"
PERSON = ("person", "screening", 1)
MAY = (
    "entry.redact",
    "entry.void",
    "query.ask",
    "signature.form",
    "signature.participant",
    "verification.items",
    "lock.participant",
    "study.lock",
)
MEDICINES = [{"medicine": f"from mrs {NAME}", "lowers_pressure": "no"}]
PLACE = "/values/medicines/0/medicine"


def a_text():
    plain = a_study().model_dump(exclude={"digest"})
    for role in plain["roles"]:
        role["may"] = (*role["may"], *(MAY if role["scope"] == "trial" else MAY[1:]))
    return a_study(**plain)


def made_with_a_name():
    """A trial in which a name was typed into a list of a form; who, and the entry."""
    made = a_trial(a_text())
    who = made.enter()
    saved = made.do(person(medicines=MEDICINES), who)
    return made, who, saved


def redact(entry, *places, text=NAME, reason="a relative's name"):
    return RedactEntry(entry=entry, fields=list(places), text=text, reason=reason)


def stands_nowhere(made):
    return NAME.casefold() not in "".join(map(line_of, made.ledger.everything())).casefold()


def record(made, who, key="person@screening#1"):
    return made.subject(who).forms.records[key]


def test_what_is_taken_out_stands_nowhere_and_the_rest_stands_as_it_did():
    made, who, saved = made_with_a_name()
    act = made.do(redact(saved.seq, PLACE), who)
    assert stands_nowhere(made)
    assert record(made, who).now("medicines") == [{**MEDICINES[0], "medicine": f"from mrs {MARK}"}]
    assert record(made, who).now("birth_date") == "1970-05-17"
    (told,) = made.subject(who).redaction.redacted
    assert (told.entry, told.redacts, told.fields) == (saved.seq, "forms.save", [PLACE])
    assert (told.by, told.reason, told.seq) == ("office-1", "a relative's name", act.seq)
    assert verify(made.ledger.everything(), made.ledger.heads()) == []
    assert faults_of_meaning(made.ledger.everything(), {made.study.digest: made.study}) == []


def test_it_is_told_so_of_every_moment_before_as_well():
    made, who, saved = made_with_a_name()
    then = moment(datetime(DAY.year, DAY.month, DAY.day, 23, tzinfo=UTC))
    cut = heads_by(made.ledger, then)
    made.do(redact(saved.seq, PLACE), who, on=DAY + days(3))
    assert heads_by(made.ledger, then) == cut  # what the manifest of a cut names
    subject = catch_up_subject(Subject(subject_id=who), made.ledger, until=then)
    assert MARK in str(subject.forms.records) and NAME not in str(subject)
    assert not subject.redaction.redacted


def test_whoever_folded_before_folds_the_same_as_who_begins_now():
    made, who, saved = made_with_a_name()
    assert NAME in str(made.subject(who))
    made.do(redact(saved.seq, PLACE), who)
    made.do(pressure(), who)
    assert NAME not in str(made.subject(who))
    assert made.subject(who) == FreshFolds(made.ledger).subject(who)


def test_of_a_number_or_a_date_nothing_is_left_and_it_is_asked_again():
    made, who, saved = made_with_a_name()
    made.do(redact(saved.seq, "/values/birth_date", text="", reason="the whole date"), who)
    assert record(made, who).now("birth_date") is None
    assert "1970" not in "".join(map(line_of, made.ledger.entries(who)))


@pytest.mark.parametrize(
    ("stands", "typed", "left"),
    [
        ("de heer WEISS, thuis", "Weiß", f"de heer {MARK}, thuis"),
        ("Weiß en weiss", "WEISS", f"{MARK} en {MARK}"),
        ("Jose\u0301 belde", "JOS\u00c9", f"{MARK} belde"),
        ("\u0130nan", "i\u0307nan", MARK),
        ("aaa", "aa", f"{MARK}a"),
        ("ßß", "s", MARK * 2),
    ],
)
def test_what_is_found_is_what_is_taken_out_however_it_was_typed(stands, typed, left):
    assert without(stands, typed) == left and not any(spans(left, typed))
    made = a_trial(a_text())
    who = made.enter()
    saved = made.do(person(medicines=[{"medicine": stands, "lowers_pressure": "no"}]), who)
    if len(typed) > 1:
        made.do(redact(saved.seq, PLACE, text=typed), who)
        assert left in str(record(made, who)) and stands not in str(record(made, who))
    reason = redact(saved.seq, PLACE, text=typed, reason=f"because of {stands}")
    assert len(typed) == 1 or made.codes(reason, who)


def test_nothing_is_taken_out_of_a_mark():
    assert without(f"{MARK} redacted it, {MARK}", "redacted") == f"{MARK} {MARK} it, {MARK}"
    made, who, saved = made_with_a_name()
    made.do(redact(saved.seq, PLACE), who)
    act = redact(saved.seq, PLACE, text="redacted")
    assert made.codes(act, who) == ["redact.not-there"]
    made.do(redact(saved.seq, PLACE, text=f"mrs {MARK}"), who)


def test_what_is_back_though_it_was_redacted_is_redacted_anew():
    made, who, saved = made_with_a_name()
    made.do(redact(saved.seq, PLACE), who)
    tombstone = next(made.ledger.entries(who, after=saved.seq - 1))
    made.ledger._exchange(tombstone, saved)  # as by the owner of a database
    assert [one.code for one in verify(made.ledger.everything())] == ["redacted-back"]
    made.do(redact(saved.seq, PLACE), who)
    assert stands_nowhere(made) and verify(made.ledger.everything()) == []
    assert made.codes(redact(saved.seq, PLACE), who) == ["redact.not-there"]


def test_what_is_of_another_participant_stays_as_it_is():
    made, who, saved = made_with_a_name()
    other = made.enter()
    made.do(person(medicines=MEDICINES), other)
    before = [line_of(entry) for entry in made.ledger.entries(other)]
    made.do(redact(saved.seq, PLACE), who)
    assert [line_of(entry) for entry in made.ledger.entries(other)] == before


def test_several_entries_are_redacted_together_or_none_of_them():
    made, who, saved = made_with_a_name()
    again = SaveForm(
        form="person",
        visit="screening",
        values={"medicines": [{"medicine": NAME.upper(), "lowers_pressure": "yes"}]},
        reason=f"{NAME} said so",
    )
    changed = made.do(again, who)
    asked = made.do(AskQuery(form="person", visit="screening", item="medicines", text=NAME), who)
    void = made.do(VoidEntry(entry=changed.seq, reason=f"by {NAME}"), who, by="doctor-01")
    acts = [
        redact(saved.seq, PLACE),
        redact(changed.seq, PLACE, "/reason"),
        redact(asked.seq, "/text"),
        redact(void.seq, "/reason"),
    ]
    together(made.study, made.ledger, acts, a_stamp("office-1"), subject_id=who)
    assert stands_nowhere(made)
    assert verify(made.ledger.everything(), made.ledger.heads()) == []
    assert made.subject(who).voiding.voided[0].reason == f"by {MARK}"


def test_what_a_redaction_overlooked_is_taken_out_of_the_redaction():
    made, who, saved = made_with_a_name()
    act = made.do(redact(saved.seq, PLACE, text="mrs", reason="a title"), who)
    assert texts_of("entry.redact", content_of(made, who, act.seq))[f"/restated{PLACE}"]
    made.do(redact(act.seq, f"/restated{PLACE}"), who)
    assert stands_nowhere(made) and NAME not in str(record(made, who))
    made.do(redact(act.seq, "/reason", text="title", reason="more of it"), who)
    assert made.subject(who).redaction.redacted[0].reason == f"a {MARK}"
    assert verify(made.ledger.everything(), made.ledger.heads()) == []


def content_of(made, who, seq):
    return loads(stated(made.ledger.entries(who))[seq - 1].payload)


def test_what_was_signed_or_verified_with_it_is_so_no_more_and_nothing_else_falls():
    made, who, saved = made_with_a_name()
    made.do(pressure(), who)
    here, other = record(made, who), record(made, who, "pressure@screening#1")
    for one in (here, other):
        place = {"form": one.form, "visit": "screening", "digest": digest_of_form(one)}
        made.do(SignForm(**place), who)
        items = [name for name in ("birth_date", "medicines", "systolic") if name in one.current]
        digests = [digests_of_form(one)[name] for name in items]
        made.do(
            VerifyItems(form=one.form, visit="screening", items=items, digests=digests),
            who,
            by="office-1",
        )
    made.do(SignParticipant(digest=digest_of_subject(made.subject(who))), who)
    made.do(redact(saved.seq, PLACE), who)
    found = [(one.signed.form, one.state) for one in holds(made.subject(who))]
    assert found == [("person", "fallen"), ("pressure", "holds"), ("", "fallen")]
    states = {one.item: one.state for one in verdicts(made.study, made.subject(who), PERSON)}
    assert (states["medicines"], states["birth_date"]) == ("fallen", "verified")


@pytest.mark.parametrize("locked", ["participant", "study"])
def test_a_lock_keeps_nobody_from_taking_a_name_out(locked):
    made, who, saved = made_with_a_name()
    left = dict.fromkeys(("forms", "queries", "verification", "review", "signatures"), "as it is")
    made.do(LockParticipant(grade="lock", reason="all is done", exceptions=left), who)
    if locked == "study":
        made.do(LockStudy(reason="all is done"), by="office-1")
    made.do(redact(saved.seq, PLACE), who)
    assert stands_nowhere(made)


REFUSED = {
    "redact.no-entry": (99, [PLACE], NAME, "why"),
    "redact.no-reason": (0, [PLACE], NAME, "  "),
    "redact.no-place": (0, [], NAME, "why"),
    "redact.no-text": (0, ["/values/nothing"], NAME, "why"),
    "redact.not-there": (0, [PLACE], "Pieters", "why"),
    "redact.repeated": (0, [PLACE], NAME, f"it names {NAME}"),
    "redact.too-short": (0, [PLACE], "J", "why"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_there_is_not_taken_out_and_no_reason_repeats_it(code):
    made, who, saved = made_with_a_name()
    entry, places, text, reason = REFUSED[code]
    act = RedactEntry(entry=entry or saved.seq, fields=places, text=text, reason=reason)
    assert made.codes(act, who) == [code]


def test_what_was_taken_out_whole_is_not_taken_out_again_and_nothing_is_voided():
    made, who, saved = made_with_a_name()
    act = made.do(redact(saved.seq, PLACE, text=""), who)
    assert made.codes(redact(saved.seq, PLACE, text=""), who) == ["redact.before"]
    void = VoidEntry(entry=act.seq, reason="was right")
    assert "void.redaction" in made.codes(void, who, by="office-1")


def test_whoever_may_not_does_not_and_who_forged_one_held_no_role():
    made, who, saved = made_with_a_name()
    assert made.codes(redact(saved.seq, PLACE), who, by="doctor-01") == ["role.may-not"]
    made.do(redact(saved.seq, PLACE), who)
    everything = list(made.ledger.everything())
    (at,) = (n for n, entry in enumerate(everything) if entry.kind == "entry.redact")
    forged = msgspec.structs.replace(everything[at], by="doctor-01")
    everything[at] = msgspec.structs.replace(forged, digest=digest_now(forged))
    assert verify(everything) == []
    found = faults_of_meaning(everything, {made.study.digest: made.study})
    assert [(one.stream, one.code) for one in found] == [(who, "role-not-held")]


def test_a_void_of_what_was_redacted_and_a_redaction_of_what_was_voided_agree():
    made, who, saved = made_with_a_name()
    made.do(VoidEntry(entry=saved.seq, reason="another's form"), who, by="doctor-01")
    made.do(redact(saved.seq, PLACE), who)
    assert not made.subject(who).forms.records and stands_nowhere(made)
    made, who, saved = made_with_a_name()
    made.do(redact(saved.seq, PLACE), who)
    made.do(VoidEntry(entry=saved.seq, reason="another's form"), who, by="doctor-01")
    assert not made.subject(who).forms.records


def test_a_code_a_number_and_a_digest_are_no_words_that_somebody_typed():
    made, who, saved = made_with_a_name()
    asked = made.do(AskQuery(form="person", visit="screening", item="medicines", text=NAME), who)
    signed = made.do(
        SignForm(form="person", visit="screening", digest=digest_of_form(record(made, who))), who
    )
    assert set(texts_of("query.ask", content_of(made, who, asked.seq))) == {"/text"}
    assert texts_of("signature.form", content_of(made, who, signed.seq)) == {}
    assert made.codes(redact(signed.seq, "/digest", text=""), who) == ["redact.no-text"]
    found = {place.split("/")[1] for place in texts_of("forms.save", loads(saved.payload))}
    assert found == {"values"}


def test_wherever_somebody_types_of_a_participant_it_can_be_taken_out():
    """What is not is a number that was given, a digest, or a time, which is read or refused."""
    others = {
        (act.kind, name)
        for act in ACTS.values()
        for name, ask in asks(act).items()
        if act.stream == "subject" and ask.kind in ("text", "area") and ask.choices is None
        if not (ask.by_trial or ask.free_words or ask.number or name in act.unrecorded)
    }
    times = {"time", "known_at"}
    assert {name for _, name in others} == {"query", "digest", "digests", "earlier"} | times


def test_a_vote_that_is_sealed_is_redacted_once_it_is_opened():
    plain = a_panel_study().model_dump(exclude={"digest"})
    for role in plain["roles"]:
        role["may"] = (*role["may"], *(MAY[:1] if role["id"] == "office" else ()))
    made = a_trial(a_study(**plain))
    who = made.enter()
    made.do(GiveConsent(version="1"), who)
    made.do(AskPanel(scan_on=DAY), who)
    vote = made.do(CastVote(category="yes", remark=f"as {NAME} said"), who)
    for words in (NAME, "Pietersen"):  # whether they stand there is not told either
        sealed = redact(vote.seq, "/remark", text=words)
        assert made.codes(sealed, who, by="office-1") == ["redact.sealed"]
    for _ in range(made.study.panel.first - 1):
        made.do(CastVote(category="yes"), who)
    made.do(Conclude(category="yes"), who)
    made.do(redact(vote.seq, "/remark"), who, by="office-1")
    assert stands_nowhere(made)


def test_what_the_entry_cannot_be_read_without_is_not_taken_out(monkeypatch):
    made, who, saved = made_with_a_name()

    def unreadable(self, state, stamp):
        if MARK in str(self.values):
            raise LookupError

    monkeypatch.setattr(SaveForm, "apply", unreadable)
    assert made.codes(redact(saved.seq, PLACE), who) == ["redact.cannot-go"]
