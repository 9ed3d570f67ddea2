"""Roles that keep apart, and results by arm, which two people open for a time."""

from datetime import datetime, timedelta

import msgspec
import pytest

from equipoise.analysis.frames import subjects_as_of
from equipoise.conduct.administration import EndRole, GiveRole
from equipoise.conduct.adoption import broken_promises
from equipoise.conduct.follow_up import RecordAlive
from equipoise.conduct.openings import LONGEST, AgreeToOpen, AskToOpen
from equipoise.ledger import follow
from equipoise.study.check import doubts
from tests.support import DAY, Trial, a_study, a_trial, noon

WEEK = DAY + timedelta(days=7)
ASKED = AskToOpen(because="the meeting of March", until=WEEK)


def roles(**changed):
    found = {role.id: role.model_dump() for role in a_study().roles}
    found["office"]["may"] = (*found["office"]["may"], "results.ask", "results.agree")
    board = {"id": "board", "label": "Board", "scope": "trial", "sees": ["results-by-arm"]}
    found["board"] = {**board, "may": ("results.ask", "results.agree")}
    for role, more in changed.items():
        found[role] |= more
    return list(found.values())


def a_board(**changed) -> Trial:
    """A trial with two of the office, two of the board, and one who was of the office."""
    made = a_trial(a_study(roles=roles(**changed)))
    for n in (1, 2):
        made.do(GiveRole(person=f"b-{n}", role="board"), by="office-1")
    for person in ("office-2", "once"):
        made.do(GiveRole(person=person, role="office"), by="office-1")
    made.do(EndRole(person="once", role="office"), by="office-1")
    made.do(GiveRole(person="once", role="board"), by="office-1")
    return made


def is_open(made, on):
    return any(opening.is_open(on) for opening in made.folds.trial_state().openings.asked)


@pytest.mark.parametrize("asks, agrees", [("b-1", "b-2"), ("b-1", "office-1"), ("office-1", "b-1")])
def test_results_by_arm_are_opened_by_two_people_of_whom_one_is_not_of_the_office(asks, agrees):
    made = a_board()
    seq = made.do(ASKED, by=asks).seq
    assert not is_open(made, DAY)
    made.do(AgreeToOpen(opening=seq), by=agrees)
    days = (DAY - timedelta(1), DAY, WEEK, WEEK + timedelta(1))
    assert [is_open(made, on) for on in days] == [False, True, True, False]


@pytest.mark.parametrize(
    "asks, agrees, code",
    [
        ("b-1", "b-1", "results.same-person"),
        ("office-1", "office-1", "results.same-person"),
        ("office-1", "office-2", "results.office"),
        ("office-1", "once", "results.office"),
        ("once", "office-1", "results.office"),
        ("b-1", "doctor-01", "role.may-not"),
    ],
)
def test_neither_one_person_nor_the_office_alone_opens_them(asks, agrees, code):
    made = a_board()
    opening = AgreeToOpen(opening=made.do(ASKED, by=asks).seq)
    assert made.codes(opening, by=agrees) == [code]
    assert not is_open(made, DAY)


def test_what_is_asked_has_a_reason_and_an_end_and_is_asked_once():
    made = a_board()
    wrong = AskToOpen(because=" ", until=DAY - timedelta(1))
    assert made.codes(wrong, by="b-1") == ["results.no-reason", "results.past"]
    late = AskToOpen(because="for ever", until=DAY + timedelta(LONGEST + 1))
    assert made.codes(late, by="b-1") == ["results.too-long"]
    made.do(ASKED, by="b-1")
    assert made.codes(ASKED, by="b-2") == ["results.asked-already"]


def test_nobody_agrees_twice_or_to_what_was_not_asked_or_is_over():
    made = a_board()
    seq = made.do(ASKED, by="b-1").seq
    assert made.codes(AgreeToOpen(opening=seq - 1), by="b-2") == ["results.not-asked"]
    late = made.codes(AgreeToOpen(opening=seq), by="b-2", on=WEEK + timedelta(1))
    assert late == ["results.not-asked"]
    made.do(AgreeToOpen(opening=seq), by="b-2")
    assert made.codes(AgreeToOpen(opening=seq), by="b-2") == ["results.not-asked"]


def opened(made, asked, on=DAY, at=None):
    """What is asked and agreed to; the opening as it stands."""
    seq = made.do(asked, by="b-1", on=on, at=at or noon(on)).seq
    made.do(AgreeToOpen(opening=seq), by="b-2", on=on, at=at or noon(on))
    return next(one for one in made.folds.trial_state().openings.asked if one.seq == seq)


def shown(made, opening):
    """How many entries on participants an opening shows."""
    as_of = datetime.fromisoformat(opening.cut)
    return sum(one.seq for one in subjects_as_of(made.ledger, as_of))


def test_an_opening_shows_what_was_recorded_by_its_cut_and_a_second_one_what_came_later():
    made, tomorrow = a_board(), DAY + timedelta(1)
    subject = made.randomised()
    made.do(RecordAlive(), subject)
    by_then = made.folds.subject(subject).seq
    first = opened(made, ASKED, on=tomorrow)
    assert (first.cut, first.entries) == ("2026-03-03T11:59:59.999999Z", entries_of(made) - 2)
    assert shown(made, first) == by_then
    made.do(RecordAlive(), subject, on=tomorrow, at=noon(tomorrow))
    made.do(RecordAlive(), subject, on=DAY, at=noon(tomorrow))  # recorded later of an earlier day
    assert shown(made, first) == by_then
    assert made.folds.trial_state().openings.opening_on(tomorrow) == first
    second = opened(made, ASKED, on=tomorrow, at=noon(tomorrow) + timedelta(hours=1))
    assert shown(made, second) == by_then + 2
    assert made.folds.trial_state().openings.opening_on(tomorrow) == second


def entries_of(made):
    return sum(1 for _ in made.ledger.everything())


def test_a_cut_is_made_by_the_trial_alone_and_may_lie_at_the_end_of_an_earlier_day():
    made, tomorrow = a_board(), DAY + timedelta(1)
    wrong = AskToOpen(because="m", until=WEEK, data_until=tomorrow)
    assert made.codes(wrong, by="b-1") == ["results.cut-later"]
    for given in ({"cut": "2026-01-01T00:00:00.000000Z"}, {"entries": 3}):
        act = AskToOpen(because="m", until=WEEK, **given)
        assert made.codes(act, by="b-1") == ["results.cut-given"]
    subject = made.randomised()
    by_then = made.folds.subject(subject).seq
    made.do(RecordAlive(), subject, on=tomorrow)
    asked = AskToOpen(because="m", until=WEEK, data_until=DAY)
    ends = opened(made, asked, on=tomorrow, at=noon(tomorrow) + timedelta(hours=1))
    # Where the trial is run the day ends an hour before it does in UTC.
    assert ends.cut == "2026-03-02T22:59:59.999999Z" and shown(made, ends) == by_then


def test_nobody_agrees_to_a_cut_that_holds_other_entries_than_when_it_was_asked():
    """Such as one that was under way on a server whose clock is a second behind."""
    made, tomorrow = a_board(), DAY + timedelta(1)
    subject = made.randomised()
    seq = made.do(ASKED, by="b-1", on=tomorrow).seq
    late = noon(tomorrow) - timedelta(seconds=1)
    made.do(RecordAlive(), subject, on=DAY, at=late)
    agree = AgreeToOpen(opening=seq)
    assert made.codes(agree, by="b-2", on=tomorrow) == ["results.cut-moved"]
    again = opened(made, ASKED, on=tomorrow, at=noon(tomorrow) + timedelta(hours=1))
    assert shown(made, again) == made.folds.subject(subject).seq


def recorded_before_cuts(made, act, by):
    """An entry as it was recorded before an opening had a cut."""
    told = msgspec.json.decode(msgspec.json.encode(act))
    old = {name: value for name, value in told.items() if name in ("because", "until", "opening")}
    payload = msgspec.json.encode(old, order="sorted").decode()
    told = {"by": by, "at": "2026-03-02T12:00:00.000000Z", "happened": DAY.isoformat()}
    head = made.ledger.head("study")
    made.ledger.append(
        follow(
            head, stream="study", kind=act.kind, payload=payload, study=made.study.digest, **told
        )
    )
    return head.seq + 1


def test_an_opening_of_before_cuts_means_what_it_meant_and_a_waiting_one_is_asked_anew():
    made = a_board()
    seq = recorded_before_cuts(made, ASKED, "b-1")
    assert made.codes(AgreeToOpen(opening=seq), by="b-2") == ["results.not-asked"]
    assert opened(made, ASKED).cut
    recorded_before_cuts(made, AgreeToOpen(opening=seq), "b-2")
    assert made.folds.trial_state().openings.opening_on(WEEK).cut == ""
    assert made.folds.trial_state().openings.opening_on(WEEK + timedelta(1)) is None


APART = {"office": {"excludes": ["board", "doctor"]}}


def test_who_holds_or_held_a_role_is_given_none_that_it_excludes_whichever_says_so():
    made = a_trial(a_study(roles=roles(**APART)))
    for role in ("board", "doctor"):
        give = GiveRole(person="office-1", role=role, site="01")
        assert made.codes(give, by="office-1") == ["role.kept-apart"]
    made.do(GiveRole(person="b-1", role="board"), by="office-1")
    made.do(EndRole(person="b-1", role="board"), by="office-1")
    refused = made.refusals(GiveRole(person="b-1", role="office"), by="office-1")
    assert [r.code for r in refused] == ["role.kept-apart"]
    assert "Trial office" in refused[0].because and "Board" in refused[0].because
    made.do(GiveRole(person="b-1", role="assistant", site="01"), by="office-1")


def test_no_amendment_takes_away_what_keeps_two_roles_apart():
    before, lax = a_study(roles=roles(**APART)), a_study(roles=roles())
    other = a_study(roles=roles(board={"excludes": ["office"]}, doctor={"excludes": ["office"]}))
    gone = [refusal.code for refusal in broken_promises([before], lax)]
    assert gone == ["study.exclusion-removed"] * 2
    assert not list(broken_promises([before], other))
    assert not list(broken_promises([lax], before))


def test_the_check_doubts_a_study_in_which_the_office_could_see_results_by_arm():
    seeing = roles(office={"sees": ["results-by-arm"]})
    assert any("roles.office: who gives roles" in told for told in doubts(a_study(roles=seeing)))
    assert any("nothing excludes" in told for told in doubts(a_study(roles=roles())))
    assert doubts(a_study(roles=roles(**APART))) == [] == doubts(a_study("pump-it"))
    mute = roles(office=APART["office"] | {"may": ("role.give",)}, board={"may": ()})
    assert any("results.ask" in told for told in doubts(a_study(roles=mute)))
