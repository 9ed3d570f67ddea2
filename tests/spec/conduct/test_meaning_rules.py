"""A ledger whose digests are right may still tell what could not have happened; it is named."""

import msgspec

from equipoise.conduct import trial
from equipoise.conduct.act import Stamp
from equipoise.conduct.administration import EndRole, GiveRole
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.follow_up import RecordAlive
from equipoise.conduct.meaning import MEANING, faults_of_meaning, unjudged
from equipoise.conduct.randomisation import Randomise
from equipoise.ledger import Entry, follow, verify
from tests.support import DAY, a_trial, days, noon


def forge(made, kind: str, fields: object, stream: str, **told: str) -> Entry:
    """Append an entry with a right digest, as whoever may write to the store can."""
    entry = follow(
        made.ledger.head(stream),
        stream=stream,
        kind=kind,
        payload=msgspec.json.encode(fields, order="sorted").decode(),
        **{
            "by": "doctor-01",
            "at": trial.moment(noon(DAY)),
            "happened": DAY.isoformat(),
            "study": made.study.digest,
            **told,
        },
    )
    made.ledger.append(entry)
    return entry


def faults(made) -> list[tuple[str, int, str]]:
    entries = list(made.ledger.everything())
    assert verify(entries) == []
    found = faults_of_meaning(entries, {made.study.digest: made.study})
    assert {fault.code for fault in found} <= set(MEANING)
    return [(fault.stream, fault.seq, fault.code) for fault in found]


def test_whatever_the_trial_itself_recorded_has_no_fault_of_meaning():
    made = a_trial()
    first, second = made.randomised(), made.randomised()
    made.do(EndRole(person="doctor-01", role="doctor", site="01"), by="office-1")
    made.do(RecordAlive(), first, by="assistant-01")
    made.do(GiveRole(person="doctor-01", role="doctor", site="01"), on=DAY + days(2))
    made.do(RecordAlive(), second, by="doctor-01", on=DAY + days(3))
    trial.checkpoint(made.study, made.ledger, Stamp(by="clerk", at=noon(DAY + days(3))))
    assert faults(made) == []


def test_an_entry_recorded_before_the_one_that_it_follows_is_named():
    made = a_trial()
    subject_id = made.enter()
    early = trial.moment(noon(DAY - days(1)))
    entry = forge(made, "consent.give", GiveConsent(version="1"), subject_id, at=early)
    assert (subject_id, entry.seq, "back-in-time") in faults(made)


def test_a_second_allocation_and_a_number_out_of_turn_are_named():
    made = a_trial()
    first, second = made.randomised(), made.registered()
    drawn = made.subject(first).randomisation.allocation
    again = Randomise(strata=drawn.strata, arm="water", number=2)
    forge(made, again.kind, again, "allocation", subject=first)
    ahead = Randomise(strata=drawn.strata, arm="water", number=4)
    forge(made, ahead.kind, ahead, "allocation", subject=second)
    assert faults(made) == [("allocation", 2, "allocated-twice"), ("allocation", 3, "draw-number")]


def test_an_act_by_someone_who_held_no_such_role_then_is_named():
    made = a_trial()
    subject_id, other = made.enter(), made.enter("02")
    entry = forge(made, "consent.give", GiveConsent(version="1"), subject_id, by="stranger")
    elsewhere = forge(made, "contact.alive", {}, other)
    made.do(EndRole(person="doctor-01", role="doctor", site="01"), by="office-1", on=DAY + days(1))
    after = trial.moment(noon(DAY + days(2)))
    late = forge(made, "contact.alive", {}, subject_id, at=after)
    self_made = GiveRole(person="doctor-02", role="office")
    given = forge(made, "role.give", self_made, "study", by="doctor-02", at=after)
    assert faults(made) == [
        (e.stream, e.seq, "role-not-held") for e in (entry, late, elsewhere, given)
    ]


def test_an_unknown_kind_a_wrong_stream_and_a_participant_never_entered_are_named():
    made = a_trial()
    subject_id = made.enter()
    odd = forge(made, "event.sneeze", {}, subject_id)
    wrong = forge(made, "contact.alive", {}, "study", by="office-1")
    nobody = forge(made, "contact.alive", {}, "TEA-01-0044")
    unknown = forge(made, "role.end", EndRole(person="x", role="office"), "study", by="office-1")
    found = faults(made)
    assert (odd.stream, odd.seq, "not-understood") in found
    assert (wrong.stream, wrong.seq, "other-stream") in found
    assert (nobody.stream, nobody.seq, "no-participant") in found
    assert (unknown.stream, unknown.seq, "not-understood") in found


def test_roles_are_judged_under_the_text_that_the_entry_names_and_it_is_told_where_none_is_given():
    made = a_trial()
    subject_id = made.enter()
    forge(made, "contact.alive", {}, subject_id, by="stranger", study="5a" * 32)
    assert faults(made) == []
    entries = list(made.ledger.everything())
    assert unjudged(entries, {made.study.digest: made.study}) == 1
    assert unjudged(entries, {}) == len(entries)
