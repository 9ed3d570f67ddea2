"""The panel: drawn at random from other hospitals, sealed votes, and what follows from them."""

from collections import Counter

import pytest

from equipoise.conduct import panel
from equipoise.conduct.act import WrongSeed
from equipoise.conduct.administration import EndRole, GiveRole
from equipoise.conduct.chapters import keeps_out
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.screening import FailScreening
from tests.support import DAY, a_panel_study, a_study, a_trial, days, rows

ASK = AskPanel(scan_on=DAY)


def asked(made, site="01"):
    subject_id = made.enter(site)
    made.do(GiveConsent(version="1"), subject_id)
    made.do(ASK, subject_id)
    return subject_id


def review(made, subject_id):
    return made.subject(subject_id).panel.reviews[-1]


def voted(made, subject_id, *categories):
    for category in categories:
        made.do(CastVote(category=category), subject_id)


def test_a_conclusion_follows_the_votes():
    """Three vote; if they disagree two more do; most decide, and at no majority the chair."""
    table = """
        votes                       | awaited | rule      | may conclude
        ----------------------------+---------+-----------+---------------
                                    | 3       |           |
        yes yes                     | 1       |           |
        yes yes yes                 | 0       | consensus | yes
        yes yes no                  | 2       |           |
        yes yes no yes              | 1       |           |
        yes yes no yes no           | 0       | majority  | yes
        yes no no no perhaps        | 0       | majority  | no
        yes yes no no perhaps       | 0       | chair     | yes perhaps no
        yes perhaps no yes perhaps  | 0       | chair     | yes perhaps no
    """
    for row in rows(table):
        may = row["may conclude"].split()
        for category in ("yes", "perhaps", "no"):
            made = a_trial(a_panel_study())
            subject_id = asked(made)
            voted(made, subject_id, *row["votes"].split())
            waiting = panel.awaited(made.study.panel, review(made, subject_id))
            assert len(waiting) == int(row["awaited"]), row
            act = Conclude(category=category)
            if category in may:
                made.do(act, subject_id)
                assert review(made, subject_id).conclusion.rule == row["rule"], row
            elif may:
                assert made.codes(act, subject_id) == ["panel.against-majority"], row
            else:
                assert made.codes(act, subject_id) == ["panel.votes-missing"], row


def test_a_panel_of_few_votes_with_those_it_has():
    made = a_trial(a_panel_study(), readers=4)
    subject_id = asked(made)
    assert len(review(made, subject_id).drawn) == 4
    voted(made, subject_id, "yes", "yes", "no", "no")
    made.do(Conclude(category="perhaps"), subject_id)
    assert review(made, subject_id).conclusion.rule == "chair"
    few = a_trial(a_panel_study(), readers=2)
    subject_id = few.enter()
    few.do(GiveConsent(version="1"), subject_id)
    refusals = few.refusals(ASK, subject_id)
    assert [r.code for r in refusals] == ["panel.too-few"]
    assert refusals[0].because == "the Tea Panel has fewer than 3 members from other hospitals"


def test_nobody_of_the_own_hospital_is_drawn():
    made = a_trial(a_panel_study())
    for n in (1, 2, 3):
        made.do(GiveRole(person=f"near-{n}", role="reader", site="01"), by="office-1")
    for _ in range(10):
        subject_id = asked(made)
        assert all(name.startswith("reader-") for name in review(made, subject_id).drawn)
    assert len(panel.pool(made.study, made.folds.trial_state(), made.subject(subject_id))) == 6


def test_every_member_of_the_pool_is_drawn_about_as_often():
    """200 questions, 5 of 6 readers each: 166.7 expected; four sd are 21."""
    made = a_trial(a_panel_study())
    counts = Counter(name for _ in range(200) for name in review(made, asked(made)).drawn)
    assert len(counts) == 6
    assert all(abs(count - 166.7) < 21 for count in counts.values()), counts


def test_nobody_votes_twice_or_undrawn_or_in_anothers_place():
    made = a_trial(a_panel_study())
    subject_id = asked(made)
    drawn = review(made, subject_id).drawn
    vote = CastVote(category="yes")
    made.do(vote, subject_id, by=drawn[0])
    assert made.codes(vote, subject_id, by=drawn[0]) == ["panel.voted-before"]
    assert made.codes(vote, subject_id, by=drawn[3]) == ["panel.not-drawn"]
    assert made.codes(vote, subject_id, by="chair-1") == ["role.may-not", "panel.not-drawn"]


def test_a_vote_names_a_category_and_reasons_of_the_panel():
    made = a_trial(a_panel_study())
    subject_id = asked(made)
    wrong = made.refusals(CastVote(category="y", reasons=["sour"]), subject_id)
    assert [r.code for r in wrong] == ["panel.category", "panel.reason"]
    assert wrong[0].because == "choose one of Can drink tea, May drink tea, Cannot drink tea"
    made.do(CastVote(category="no", reasons=["bitter"]), subject_id)


def test_votes_stay_sealed_until_none_is_awaited():
    made = a_trial(a_panel_study())
    subject_id = asked(made)
    drawn = review(made, subject_id).drawn
    rules = made.study.panel

    def seen(viewer, sees_all):
        shown = panel.visible_votes(rules, review(made, subject_id), viewer, sees_all)
        return [vote.by for vote in shown]

    voted(made, subject_id, "yes", "yes")
    assert seen(drawn[0], False) == [drawn[0]]
    assert seen("chair-1", True) == []
    voted(made, subject_id, "yes")
    assert seen(drawn[0], False) == [drawn[0]]
    assert seen("chair-1", True) == drawn[:3]
    made.do(Conclude(category="yes"), subject_id)
    assert seen(drawn[0], False) == drawn[:3]


def test_nothing_is_voted_or_concluded_after_the_conclusion():
    made = a_trial(a_panel_study())
    subject_id = asked(made)
    voted(made, subject_id, "yes", "yes", "yes")
    made.do(Conclude(category="yes"), subject_id)
    for act in (CastVote(category="yes"), Conclude(category="yes")):
        assert "panel.not-asked" in made.codes(act, subject_id)


def test_a_question_waits_for_the_last_one_and_a_second_review_is_drawn_anew():
    made = a_trial(a_panel_study())
    subject_id = asked(made)
    assert made.codes(ASK, subject_id) == ["panel.asked-before"]
    voted(made, subject_id, "yes", "yes", "yes")
    made.do(Conclude(category="yes"), subject_id)
    later = DAY + days(60)
    made.do(AskPanel(scan_on=later), subject_id, on=later)
    for _ in range(3):
        made.do(CastVote(category="no"), subject_id, on=later)
    made.do(Conclude(category="no"), subject_id, on=later)
    first, second = made.subject(subject_id).panel.reviews
    assert (first.conclusion.category, second.conclusion.category) == ("yes", "no")
    assert first.drawn != second.drawn
    facts = SubjectFacts(made.study, made.subject(subject_id), later)
    assert [o.value for o in facts.observations("panel_verdict")] == ["yes", "no"]


def test_a_question_that_waits_for_someone_who_left_may_be_put_again():
    made = a_trial(a_panel_study())
    subject_id = asked(made)
    gone = review(made, subject_id).drawn[2]
    voted(made, subject_id, "yes", "yes")
    made.do(EndRole(person=gone, role="reader", site="02"), by="office-1")
    assert made.codes(CastVote(category="yes"), subject_id, by=gone) == ["role.may-not"]
    made.do(ASK, subject_id)
    assert gone not in review(made, subject_id).drawn
    assert made.codes(ASK, subject_id) == ["panel.asked-before"]
    assert made.subject(subject_id).panel.reviews[0].conclusion is None
    assert [p.code for p in keeps_out(made.study, made.subject(subject_id), DAY)][0] == (
        "panel.no-conclusion"
    )


def test_a_reader_who_has_come_to_work_at_the_participants_hospital_does_not_vote():
    made = a_trial(a_panel_study())
    subject_id = asked(made)
    moved = review(made, subject_id).drawn[0]
    made.do(GiveRole(person=moved, role="doctor", site="01"), by="office-1")
    vote = CastVote(category="yes")
    assert made.codes(vote, subject_id, by=moved) == ["panel.own-hospital"]
    made.do(ASK, subject_id)
    assert moved not in review(made, subject_id).drawn


def test_votes_come_after_the_question_and_the_conclusion_after_the_votes():
    made = a_trial(a_panel_study())
    subject_id = asked(made)
    early = made.codes(CastVote(category="yes"), subject_id, on=DAY - days(1))
    assert early == ["panel.before-question"]
    for _ in range(3):
        made.do(CastVote(category="yes"), subject_id, on=DAY + days(2))
    early = made.codes(Conclude(category="yes"), subject_id, on=DAY + days(1))
    assert early == ["panel.before-votes"]


def test_the_panel_is_asked_of_someone_who_consented_and_has_not_left():
    made = a_trial(a_panel_study())
    subject_id = made.enter()
    assert made.codes(ASK, subject_id) == ["consent.none"]
    made.do(GiveConsent(version="1"), subject_id)
    later = made.codes(AskPanel(scan_on=DAY + days(1)), subject_id)
    assert later == ["panel.scan-later"]
    named = made.codes(AskPanel(scan_on=DAY, drawn=["reader-1"]), subject_id)
    assert named == ["panel.drawn-given"]
    for act, code in (
        (WithdrawConsent(scope="follow-up"), "consent.withdrawn"),
        (FailScreening(note="moved"), "screening.failed"),
    ):
        made.do(act, subject_id)
        assert code in made.codes(ASK, subject_id)


def test_without_the_sealed_seed_nobody_is_drawn():
    made = a_trial(a_panel_study())
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id)
    before = list(made.ledger.everything())
    for random_source in (None, RandomSource(b"another seed, as long as it must be")):
        made.random_source = random_source
        with pytest.raises(WrongSeed):
            made.do(ASK, subject_id)
    assert list(made.ledger.everything()) == before


def test_a_study_without_a_panel_asks_none():
    roles = [role.model_dump() for role in a_study().roles]
    roles[1]["may"] = (*roles[1]["may"], "panel.ask")
    made = a_trial(a_study(roles=roles))
    subject_id = made.enter()
    assert made.codes(ASK, subject_id) == ["panel.none"]
