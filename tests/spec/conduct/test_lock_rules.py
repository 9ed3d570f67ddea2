"""Freeze and lock: every way in is closed, and opened again with a reason."""

import pytest

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.chapter import FormAt, RowAt
from equipoise.conduct.chapters import ACTS, agenda, pressing
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.deviations import deviations
from equipoise.conduct.digests import digest_of_form, digests_of_form
from equipoise.conduct.follow_up import RecordAlive, RecordDeath
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.locks import (
    LockForm,
    LockParticipant,
    LockStudy,
    UnlockForm,
    UnlockParticipant,
    UnlockStudy,
    shuts,
)
from equipoise.conduct.not_done import SayNotDone
from equipoise.conduct.panel import AskPanel
from equipoise.conduct.queries import AskQuery, CloseQuery
from equipoise.conduct.schedule import as_asked, visits
from equipoise.conduct.screening import EnterScreening, FailScreening, Register
from equipoise.conduct.signatures import SignForm
from equipoise.conduct.trial import streams_of
from equipoise.conduct.verification import VerifyItems
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import EVERYTHING
from tests.support import DAY, a_panel_study, a_study, a_trial, days, noon, person, pressure

FORM = {"form": "pressure", "visit": "screening"}
KINDS = tuple(
    kind
    for kind in ACTS
    if kind.split(".")[0] in ("lock", "verification", "signature", "review", "query", "visit")
)
LEFT = {"forms": "never filled", "signatures": "the doctor left"}
WHY = {"reason": "all is done"}


def a_text(**blocks):
    plain = a_study().model_dump(exclude={"digest"})
    for role in plain["roles"]:
        role["may"] = (*role["may"], *KINDS, "study.lock", "study.unlock", "entry.void")
    return a_study(**plain | blocks)


def made_with(**blocks):
    made = a_trial(a_text(**blocks))
    return made, made.eligible()


def change(value="139"):
    return SaveForm(**FORM, values={"systolic": value}, reason="misread")


def record(made, who):
    return made.subject(who).forms.records["pressure@screening#1"]


def acts_of(made, who):
    """What data managers, monitors and investigators may do of one form."""
    here = record(made, who)
    digest = digests_of_form(here)["systolic"]
    return {
        "save": change(),
        "query": AskQuery(**FORM, item="systolic", text="Which arm?"),
        "verify": VerifyItems(**FORM, items=["systolic"], digests=[digest]),
        "sign": SignForm(**FORM, digest=digest_of_form(here)),
        "void": VoidEntry(entry=here.saves[0].seq, reason="of another"),
    }


def closed(made, who, acts):
    """Which of them the trial closes by a lock."""
    found = {}
    for name, act in acts.items():
        codes = [one.code for one in made.tried(act, who) if one.code.startswith("lock.")]
        found[name] = codes
    return {name: codes for name, codes in found.items() if codes}


@pytest.mark.parametrize(
    ("act", "code", "also"),
    [
        (LockForm(**FORM, grade="freeze", **WHY), "lock.form-frozen", ()),
        (LockForm(**FORM, grade="lock", **WHY), "lock.form", ("query", "verify", "sign")),
        (LockParticipant(grade="freeze", **WHY), "lock.participant-frozen", ()),
        (
            LockParticipant(grade="lock", exceptions=LEFT, **WHY),
            "lock.participant",
            ("query", "verify", "sign"),
        ),
    ],
)
def test_a_freeze_closes_what_changes_values_and_a_lock_the_rest_too(act, code, also):
    made, who = made_with()
    made.do(act, who)
    assert closed(made, who, acts_of(made, who)) == {
        name: [code] for name in ("save", *also, "void")
    } | {name: [code] for name in also}


def test_a_lock_of_a_form_leaves_the_other_forms_open_and_one_of_a_participant_leaves_nothing():
    made, who = made_with()
    made.do(LockForm(**FORM, grade="lock", **WHY), who)
    other = SaveForm(form="person", visit="screening", values={"tea_unwise": "yes"}, reason="so")
    made.do(other, who)
    made.do(LockParticipant(grade="lock", exceptions=LEFT, **WHY), who)
    several = {
        "alive": RecordAlive(),
        "death": RecordDeath(cause="disease"),
        "failed": FailScreening(note="no"),
        "not done": SayNotDone(visit="weeks.1", why="unwell"),
        "other": other,
    }
    assert closed(made, who, several) == dict.fromkeys(several, ["lock.participant"])
    assert set(closed(made, who, {"own": change()})["own"]) == {"lock.participant", "lock.form"}


def test_a_participant_is_locked_once_the_list_is_empty_or_each_point_is_left_open_by_name():
    signing = {"sign": "every", "source": "assumed: for tests"}
    plan = {"items": ["systolic"], "source": "assumed: for tests"}
    made, who = made_with(signing=signing, verification=plan)
    made.do(AskQuery(**FORM, item="systolic", text="Which arm?"), who)
    told = [one.because for one in made.refusals(LockParticipant(grade="lock", **WHY), who)]
    assert [one for one in told if "Which arm?" in one]
    assert [one for one in told if "1 value to verify" in one]
    assert sum("not signed as it stands" in one for one in told) == 2
    left = {"signatures": "the doctor left", "verification": "closed", "queries": " "}
    some = LockParticipant(grade="lock", exceptions=left, **WHY)
    assert made.codes(some, who) == ["lock.exception-why"]
    unknown = LockParticipant(grade="lock", exceptions={"nothing": "x", **left}, **WHY)
    assert "lock.no-exception" in made.codes(unknown, who)
    made.do(LockParticipant(grade="freeze", **WHY), who)
    left |= {"queries": "nobody knows"}
    made.do(LockParticipant(grade="lock", exceptions=left, **WHY), who)
    (row,) = frame(tables()["locks"], [made.subject(who)], made.study).to_dicts()
    assert "queries: nobody knows" in row["exceptions"]


def test_a_form_is_locked_by_what_is_left_of_it_alone():
    signing = {"sign": "every", "source": "assumed: for tests"}
    made, who = made_with(signing=signing)
    lock = LockForm(**FORM, grade="lock", **WHY)
    (refusal,) = made.refusals(lock, who)
    assert "not signed as it stands" in refusal.because
    made.do(SignForm(**FORM, digest=digest_of_form(record(made, who))), who)
    made.do(lock, who)
    assert made.codes(LockForm(**FORM, grade="freeze", **WHY), who) == ["lock.already"]


def test_what_is_locked_is_opened_with_a_reason_and_who_opens_it_proves_who_they_are():
    made, who = made_with()
    assert UnlockForm.step_up and UnlockParticipant.step_up and UnlockStudy.step_up
    assert made.codes(UnlockForm(**FORM, **WHY), who) == ["lock.not-locked"]
    assert made.codes(UnlockParticipant(**WHY), who) == ["lock.not-locked"]
    made.do(LockForm(**FORM, grade="lock", **WHY), who)
    lock = made.do(LockParticipant(grade="lock", exceptions=LEFT, **WHY), who)
    assert made.codes(UnlockForm(**FORM, **WHY), who) == ["lock.above"]
    assert made.codes(UnlockParticipant(reason=" "), who) == ["lock.no-reason"]
    other = LockForm(form="cups", visit="weeks.1", grade="freeze", **WHY)
    made.do(UnlockParticipant(**WHY), who)
    assert made.codes(other, who) == ["lock.no-form"]
    lock = made.do(LockParticipant(grade="lock", exceptions=LEFT, **WHY), who)
    assert "void.lock" in made.codes(VoidEntry(entry=lock.seq, reason="no"), who)
    made.do(UnlockParticipant(**WHY), who)
    assert made.codes(change(), who) == ["lock.form"]
    made.do(UnlockForm(**FORM, **WHY), who)
    made.do(change(), who)


def test_the_study_is_locked_once_everybody_is_and_then_nobody_enters_and_nothing_opens():
    made, who = made_with()
    other = made.enter()
    made.do(LockParticipant(grade="lock", exceptions=LEFT, **WHY), who)
    (refusal,) = made.refusals(LockStudy(**WHY), by="office-1")
    assert refusal.because == f"1 participant is not locked, such as {other}"
    made.do(LockParticipant(grade="lock", exceptions=LEFT, **WHY), other)
    made.do(LockStudy(**WHY), by="office-1")
    assert made.codes(LockStudy(**WHY), by="office-1") == ["lock.already"]
    assert made.codes(EnterScreening(site="01"), "TEA-01-0003") == ["lock.study"]
    assert made.codes(UnlockParticipant(**WHY), who) == ["lock.study"]
    made.do(UnlockStudy(**WHY), by="office-1")
    assert made.codes(change(), who) == ["lock.participant"]
    assert made.codes(UnlockStudy(**WHY), by="office-1") == ["lock.not-locked"]


def test_what_was_asked_of_a_locked_form_is_not_closed_either():
    made, who = made_with()
    key = str(made.do(AskQuery(**FORM, item="systolic", text="Which arm?"), who).seq)
    left = {"queries": "nobody knows"}
    made.do(LockForm(**FORM, grade="lock", exceptions=left, **WHY), who)
    assert made.codes(CloseQuery(query=key, text="known"), who) == ["lock.form"]


def test_a_lock_is_judged_by_what_stands_and_so_has_no_earlier_day():
    """Dated back, it would close visits that began since, and say that nothing was left open."""
    made, who = made_with()
    made.do(Register(), who)
    made.do(made.draw(who), who)
    now = noon(DAY + days(40))
    lock = LockParticipant(grade="lock", exceptions={"signatures": "none"}, **WHY)
    assert made.codes(lock, who, on=DAY, at=now) == ["time.now-only"]
    assert "lock.left-open" in made.codes(lock, who, on=DAY + days(40), at=now)
    for act in (LockForm(**FORM, grade="freeze", **WHY), LockStudy(**WHY)):
        assert "time.now-only" in made.codes(act, who, on=DAY, at=now)
    made.do(LockForm(**FORM, grade="freeze", **WHY), who, on=DAY + days(40))
    opened = UnlockForm(**FORM, **WHY)
    assert made.codes(opened, who, on=DAY, at=noon(DAY + days(41))) == ["time.now-only"]


def test_nothing_is_recorded_beside_a_lock_of_the_study():
    """It looks at everybody: whoever opens one of them meanwhile would have it locked unseen.

    So does what changes of whom something is asked, and by which text it is judged.
    """
    holding = {kind for kind, act in ACTS.items() if EVERYTHING in act.holds}
    amending = {"study.amend", "amendment.activate", "amendment.take-back"}
    assert holding == {LockStudy.kind, *amending}
    assert streams_of(LockStudy(**WHY), "") == ("study", EVERYTHING)
    assert streams_of(UnlockParticipant(**WHY), "TEA-01-0001") == ("TEA-01-0001",)


def test_of_whom_the_data_are_locked_nothing_is_asked_until_they_are_opened():
    made, who = made_with()
    made.do(Register(), who)
    made.do(made.draw(who), who)
    later = DAY + days(60)
    made.do(AskQuery(**FORM, item="systolic", text="Which arm?"), who)

    def asked(on=later):
        return {one.urgency for one in agenda(made.study, made.subject(who), on)}

    def states():
        subject = made.subject(who)
        return {one.state for one in as_asked(subject, visits(made.study, subject, later))}

    assert asked() >= {"overdue"} and "overdue" in states()
    late = [one for one in deviations(made.study, made.subject(who), later) if one.kind == "late"]
    made.do(LockParticipant(grade="freeze", **WHY), who, on=later)
    assert [type(one.where) for one in agenda(made.study, made.subject(who), later)] == [RowAt]
    left = LEFT | {"queries": "nobody knows"}
    made.do(LockParticipant(grade="lock", exceptions=left, **WHY), who, on=later)
    assert asked() == set() and not states() & {"due", "overdue", "coming"}
    assert not [*pressing(made.study, made.subject(who), later)]
    # What was late by then stays so; what would have come later is nobody's to hold.
    much_later = DAY + days(400)
    found = deviations(made.study, made.subject(who), much_later)
    assert [one for one in found if one.kind == "late"] == late and late
    made.do(UnlockParticipant(**WHY), who, on=later)
    assert asked() >= {"overdue", "due"}


def test_of_a_form_that_is_locked_nothing_is_asked():
    made, who = made_with()
    where = FormAt("pressure", "screening")
    assert not shuts(made.subject(who), SaveForm, ("pressure", "screening", 1))
    made.do(LockForm(**FORM, grade="freeze", **WHY), who)
    assert shuts(made.subject(who), SaveForm, (where.form, where.visit, where.number))
    assert not shuts(made.subject(who), SaveForm, ("person", "screening", 1))
    assert not shuts(made.subject(who), AskQuery, ("pressure", "screening", 1))


def test_a_question_to_the_panel_is_concluded_before_a_lock_or_left_open_by_name():
    plain = a_panel_study().model_dump(exclude={"digest"})
    for role in plain["roles"]:
        role["may"] = (*role["may"], "lock.participant")
    made = a_trial(a_study(**plain))
    who = made.enter()
    made.do(GiveConsent(version="1"), who)
    made.do(person(), who)
    made.do(pressure(), who)
    made.do(AskPanel(scan_on=DAY), who)
    lock = LockParticipant(grade="lock", exceptions={"forms": "none"}, **WHY)
    told = [one.because for one in made.refusals(lock, who) if one.code == "lock.left-open"]
    assert told == ["the panel has not concluded on the question of 2 Mar 2026"]
    made.do(LockParticipant(grade="lock", exceptions={"panel": "withdrawn"}, **WHY), who)
