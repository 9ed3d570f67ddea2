"""Whatever stands on a participant knows the entry that says so."""

import msgspec

from equipoise.conduct import folding, trial
from equipoise.conduct.state.done import Done
from tests.fixtures.make_fold import golden


def dones(value: object):
    """Everything in a folded state that someone did."""
    if isinstance(value, Done):
        yield value
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from dones(getattr(value, name))
    elif isinstance(value, list):
        for one in value:
            yield from dones(one)
    elif isinstance(value, dict):
        yield from dones(list(value.values()))


def test_a_vote_a_value_a_consent_and_an_event_know_their_entry():
    ledger = golden()
    folds, found = folding.FreshFolds(ledger), 0
    for subject_id in trial.subject_ids(ledger):
        for done in dones(folds.subject(subject_id)):
            stream = getattr(done, "stream", subject_id)
            entry = next(iter(ledger.entries(stream, done.seq - 1)))
            stamp = folding.stamp_of(entry)
            assert (done.seq, done.by, done.at, done.on) == (
                entry.seq,
                entry.by,
                stamp.at,
                stamp.on,
            )
            found += 1
    assert found > 30


def test_two_values_of_one_moment_are_told_apart_by_their_entries():
    subject = folding.FreshFolds(golden()).subject("TEA-01-0001")
    first, mended = subject.forms.records["pressure@weeks.1#1"].values["systolic"]
    assert first.at == mended.at
    assert 0 < first.seq < mended.seq
