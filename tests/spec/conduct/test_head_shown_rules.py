"""A restored copy goes on once a witness's head shows that it lacks nothing; attacked."""

from datetime import UTC, datetime, timedelta

import pytest

from equipoise.conduct.act import Copy
from equipoise.conduct.restored import SayRestored, ShowHead
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.witnesses import AdoptPolicy
from equipoise.ledger import MemoryLedger
from equipoise.ledger.note import cosigned, signed
from equipoise.ledger.policy import policy_text
from equipoise.ledger.tree_head import TreeHead
from equipoise.ledger.tree_roots import hashes_of, roots_of
from tests.spec.ledger.trees import (
    NOON,
    SERVER,
    head_note,
    origin,
    planted,
    policy_of,
    recorded,
    secret_of,
)
from tests.support import Trial, a_trial

MADE = datetime.fromtimestamp(NOON, UTC)
BACK = MADE + timedelta(hours=6)
SINCE = NOON + 3600
"""A witness signed an hour after the copy was made, and five before it was put back."""
NEXT = "TEA-01-0002"


class Lost:
    """A trial that went on after a copy of it was made, and the copy that was put back."""

    def __init__(self, lost: int = 0, witnesses: bool = True) -> None:
        self.before = a_trial()
        if witnesses:
            policy = policy_text(policy_of(recorded(self.before.ledger), ["01", "sponsor"], 2))
            self.before.do(AdoptPolicy(policy=policy, because="the first"), by="office-1")
        self.before.enter()
        copied = recorded(self.before.ledger)
        for _ in range(lost):
            self.before.enter("02")
        self.entries = recorded(self.before.ledger)
        self.leaves = planted(self.entries).leaves
        self.made = Trial(self.before.study, MemoryLedger.of(copied))
        self.size = len(copied)
        self.made.copy_of = self.copy()

    def copy(self, **changed) -> Copy:
        told = {"made_at": MADE, "put_back_at": BACK, "origin": origin(self.entries)}
        told |= {"ends": MADE, "study_seq": self.made.ledger.head("study").seq}
        told |= {"known": self.size, "leaves": self.size, "root_of": self.root}
        return Copy(**(told | changed))

    def root(self, size: int) -> bytes:
        digests = {(entry.stream, entry.seq): entry.digest for entry in self.entries}
        return roots_of(hashes_of(self.leaves, digests), {size})[size]

    def head(self, size: int = 0, by=("01",), at: int = SINCE) -> str:
        return head_note(self.entries, self.leaves, size or self.size, by, at).written

    def tried(self, head: str, because: str = "the server was switched off at once") -> list[str]:
        return self.made.codes(ShowHead(head=head, because=because), by="office-1")


def test_a_head_of_all_that_the_copy_holds_lets_the_trial_go_on_once():
    lost = Lost()
    assert lost.made.codes(EnterScreening(site="01"), NEXT) == ["restored.numbers-unknown"]
    act = ShowHead(head=lost.head(), because="the server was switched off at once")
    lost.made.do(act, by="office-1")
    lost.made.do(EnterScreening(site="01"), NEXT)
    assert lost.made.codes(act, by="office-1") == ["restored.not-a-copy"]


def test_a_head_may_be_pasted_as_a_browser_sends_it():
    lost = Lost()
    pasted = "  " + lost.head().replace("\n", "\r\n").strip()
    lost.made.do(ShowHead(head=pasted, because="switched off"), by="office-1")


def test_a_head_that_knows_more_says_how_many_are_missing_and_only_the_statement_helps():
    lost = Lost(lost=3)
    act = ShowHead(head=lost.head(lost.size + 3), because="x")
    (refusal,) = lost.made.refusals(act, by="office-1")
    assert refusal.code == "restored.copy-older"
    assert "3 are missing here" in refusal.because
    told = SayRestored(numbers="01 1\n02 3", last_draw=0, because="from paper")
    lost.made.do(told, by="office-1")
    assert lost.made.enter("02") == "TEA-02-0004"


def forged_by_the_server_alone(lost):
    return lost.head(by=())


def of_no_witness(lost):
    return lost.head(by=("stranger",))


def not_signed_by_the_server(lost):
    text = lost.head().partition("\n\n")[0] + "\n"
    line = cosigned(text, "01.example", secret_of("01"), SINCE).line
    other = signed(text, origin(lost.entries), b"o" * 32).line
    return f"{text}\n{other}\n{line}\n"


def with_another_root(lost):
    text = TreeHead(origin(lost.entries), lost.size, b"r" * 32).text
    made = [signed(text, origin(lost.entries), SERVER).line]
    made.append(cosigned(text, "01.example", secret_of("01"), SINCE).line)
    return "\n".join([text, *made, ""])


def of_another_trial(lost):
    text = TreeHead("equipoise/ffffffffffffffffffffffff", lost.size, lost.root(lost.size)).text
    made = [signed(text, "equipoise/ffffffffffffffffffffffff", SERVER).line]
    made.append(cosigned(text, "01.example", secret_of("01"), SINCE).line)
    return "\n".join([text, *made, ""])


def with_a_changed_size(lost):
    return lost.head().replace(f"\n{lost.size}\n", f"\n{lost.size - 1}\n", 1)


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (forged_by_the_server_alone, "restored.no-cosignature"),
        (of_no_witness, "restored.no-cosignature"),
        (not_signed_by_the_server, "restored.unsigned"),
        (with_another_root, "restored.head-differs"),
        (of_another_trial, "restored.other-trial"),
        (with_a_changed_size, "restored.unsigned"),
        (lambda lost: lost.head(lost.size - 1), "restored.head-older"),
        (lambda lost: lost.head(at=NOON - 60), "restored.head-early"),
        (lambda lost: lost.head(at=NOON + 6 * 3600 + 60), "restored.head-late"),
        (lambda lost: "a letter", "restored.no-head"),
        (lambda lost: "", "restored.no-head"),
    ],
)
def test_what_is_no_witnesss_head_of_this_copy_shows_nothing(forged, code):
    lost = Lost()
    assert lost.tried(forged(lost)) == [code]
    assert lost.made.codes(EnterScreening(site="01"), NEXT) == ["restored.numbers-unknown"]


def test_of_a_copy_that_was_seen_to_lack_something_no_head_shows_the_contrary():
    """The home knew more leaves than came back: a witness who was away did not."""
    lost = Lost(lost=2)
    lost.made.copy_of = lost.copy(known=lost.size + 1)
    assert lost.tried(lost.head()) == ["restored.head-older"]


def test_a_copy_without_witnesses_and_an_office_that_says_nothing_of_the_time_since():
    lost = Lost(witnesses=False)
    assert lost.tried(lost.head()) == ["restored.no-witnesses"]
    lost = Lost()
    assert lost.tried(lost.head(), because=" ") == ["restored.no-since"]
    act = ShowHead(head=lost.head(), because="x")
    assert lost.made.codes(act, by="doctor-01") == ["role.may-not"]
    assert a_trial().codes(act, by="office-1") == ["restored.not-a-copy"]
