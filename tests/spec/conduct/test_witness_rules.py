"""The witnesses are named by the office, and changed only with those who were witnesses before."""

import pytest

from equipoise.conduct.witnesses import AdoptPolicy, policy_of
from equipoise.ledger.note import LOG, cosigned, key_of
from equipoise.ledger.policy import Policy, policy_text
from tests.spec.ledger.trees import SERVER, secret_of, witness
from tests.support import a_study, a_trial

NAMES = ["01", "02", "sponsor", "monitor", "board"]


def a_policy(*names, quorum):
    log = key_of("equipoise/1", LOG, SERVER)
    return policy_text(Policy(log=log, witnesses={n: witness(n) for n in names}, quorum=quorum))


def signed(text, *names):
    lines = (cosigned(text, f"{n}.example", secret_of(n), 9).line for n in names)
    return "\n".join(lines)


FIRST = a_policy(*NAMES[:3], quorum=2)
SECOND = a_policy(*NAMES, quorum=3)


@pytest.fixture
def made():
    made = a_trial(a_study())
    made.do(AdoptPolicy(policy=FIRST, because="the first"))
    return made


def test_the_first_policy_is_the_offices_own(made):
    assert policy_of(made.folds.trial_state()).quorum == 2


def test_a_policy_is_changed_with_a_quorum_of_those_before_and_not_without(made):
    def change(*names, text=SECOND):
        return AdoptPolicy(policy=SECOND, signatures=signed(text, *names), because="more of them")

    for told in (
        change(),
        change("01"),
        change("monitor", "board"),
        change("01", "02", text=FIRST),
    ):
        assert made.codes(told) == ["witness.unsigned"]
    twice = signed(SECOND, "01") + "\n" + signed(SECOND, "01")
    told = AdoptPolicy(policy=SECOND, signatures=twice, because="more of them")
    assert made.codes(told) == ["witness.unsigned"]
    made.do(change("01", "sponsor"))
    assert list(policy_of(made.folds.trial_state()).witnesses) == NAMES


def test_comments_and_blanks_do_not_count_for_what_is_signed(made):
    told = AdoptPolicy(
        policy=f"# five of them\r\n\r\n{SECOND}  ",
        signatures=signed(SECOND, "01", "02"),
        because="so",
    )
    made.do(told)
    assert made.folds.trial_state().witnesses.policy == SECOND


def test_where_enough_of_those_before_are_lost_it_is_stated_and_stands_in_the_record(made):
    entry = made.do(AdoptPolicy(policy=SECOND, before="lost", because="two keys were lost"))
    assert '"before":"lost"' in entry.payload


def test_every_reason_is_given(made):
    assert made.codes(AdoptPolicy(policy="none", because=" ")) == [
        "witness.no-reason",
        "witness.no-policy",
    ]
    assert made.codes(AdoptPolicy(policy=FIRST, because="again")) == ["witness.same"]


def test_who_may_give_roles_may_name_the_witnesses_and_nobody_else(made):
    told = AdoptPolicy(policy=SECOND, signatures=signed(SECOND, "01", "02"), because="so")
    assert made.codes(told, by="nurse-01") == ["role.may-not"]
