"""What is kept knows the code that made it: a fold has a number, and a golden ledger holds it."""

import msgspec

from equipoise.conduct import trial
from equipoise.conduct.subject import FOLD
from equipoise.ledger import verify
from tests.fixtures.make_fold import STATE, golden, state_of


def test_a_fold_that_leaves_another_state_has_another_number():
    """If this fails: raise FOLD in conduct/subject.py, run `python -m tests.fixtures.make_fold`."""
    kept = msgspec.json.decode(STATE.read_bytes())
    assert kept["fold"] == FOLD
    assert state_of(golden()) == kept


def test_the_golden_ledger_holds_every_kind_of_act():
    """If this fails: add a life to tests/fixtures/make_fold.py, and run it with --extend."""
    ledger = golden()
    assert verify(ledger.everything()) == []
    by_people = {kind for kind, act in trial.ACTS.items() if not act.by_trial}
    assert {entry.kind for entry in ledger.everything()} == by_people
