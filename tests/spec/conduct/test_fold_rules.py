"""What is kept knows the code that made it: a fold has a number, and a golden ledger holds it."""

import msgspec
import pytest

from equipoise.conduct import trial
from equipoise.conduct.subject import FOLD
from equipoise.ledger import verify
from tests.before import EXPORTS
from tests.fixtures.make_fold import golden, kept_in, ledgers, state_of


@pytest.mark.parametrize("name", ["golden", *(f"before-{name}" for name in EXPORTS)])
def test_a_fold_that_leaves_another_state_has_another_number(name: str):
    """If this fails: raise FOLD in conduct/subject.py, run `python -m tests.fixtures.make_fold`."""
    kept = msgspec.json.decode(kept_in(name).read_bytes())
    assert kept["fold"] == FOLD and kept["subjects"]
    assert state_of(ledgers()[name]) == kept


def test_the_golden_ledger_holds_every_kind_of_act():
    """If this fails: add a life to tests/fixtures/make_fold.py, and run it with --extend."""
    ledger = golden()
    assert verify(ledger.everything()) == []
    by_people = {kind for kind, act in trial.ACTS.items() if not act.by_trial}
    assert {entry.kind for entry in ledger.everything()} == by_people
