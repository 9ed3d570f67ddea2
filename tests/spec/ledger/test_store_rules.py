"""What every store of the ledger must do, in memory, in a file, in a database.

To hold another store to these rules: write a fixture `NAME_store` in `conftest.py` beside this
file (it may ask for other fixtures, such as `transactional_db`) that gives a `Store`: how to make
a new empty ledger, how another thread comes to the same one, and what a thread does on leaving.
Then add "NAME" to `STORES` there. Nothing here needs to change.
"""

from threading import Barrier, Event, Thread

import msgspec
import pytest

from equipoise.ledger import EVERYTHING, BrokenChain, Head, Overtaken, canonical, digest_now, verify
from tests.patience import HANG
from tests.spec.ledger.histories import checkpoint, live, next_entry, record

BY_NAME = ["S-01", "S-02", "S-03", "allocation", "study"]


def head_of(entry):
    return Head(entry.seq, entry.digest)


class Changed(Exception):
    """Someone thought better of it."""


# Reading


def test_a_new_ledger_is_empty(ledger):
    assert ledger.head("S-01") is None
    assert ledger.heads() == {}
    assert list(ledger.entries("S-01")) == list(ledger.everything()) == []
    assert list(ledger.concerning("S-01")) == []


def test_what_is_recorded_is_read_back_letter_by_letter(ledger):
    odd = {"t": 'é€😀 "\\ \u2028 \x7f \t', "n": -(2**53) + 1, "l": [None, True, {}], "": ""}
    entry = record(ledger, "S-01", payload=odd)
    assert list(ledger.entries("S-01")) == [entry]
    assert next(ledger.entries("S-01")).payload == canonical(odd)


def test_each_stream_has_its_own_chain(ledger):
    made = [record(ledger, stream) for stream in ["S-01", "S-02", "S-01", "S-02", "S-02"]]
    assert [entry.seq for entry in made] == [1, 1, 2, 2, 3]
    assert ledger.head("S-01") == head_of(made[2])
    assert ledger.heads() == {"S-01": head_of(made[2]), "S-02": head_of(made[4])}


def test_heads_are_sorted_by_name(ledger):
    assert list(live(ledger).heads()) == BY_NAME


def test_entries_can_be_read_from_a_place_on(ledger):
    made = [record(ledger, "S-01") for _ in range(4)]
    assert list(ledger.entries("S-01", after=0)) == made
    assert list(ledger.entries("S-01", after=3)) == made[3:]
    assert list(ledger.entries("S-01", after=9)) == []


def test_everything_comes_by_stream_and_place(ledger):
    places = [(entry.stream, entry.seq) for entry in live(ledger).everything()]
    assert places == sorted(places)
    assert len(places) == 18 + 3 + 6


def test_everything_is_what_the_streams_hold(ledger):
    streams = live(ledger).heads()
    assert list(ledger.everything()) == [e for name in streams for e in ledger.entries(name)]


def test_entries_elsewhere_that_name_a_subject_are_found(ledger):
    live(ledger)
    named = [(e.stream, e.seq, e.after) for e in ledger.concerning("S-02")]
    assert named == [("allocation", 2, 3), ("study", 4, 6)]


def test_entries_that_name_a_subject_come_by_how_far_that_subject_was(ledger):
    """First `after`, then the stream's name, then the place: the same in every store."""
    late = [record(ledger, "S-01"), record(ledger, "study", subject="S-01")][1]
    early = record(ledger, "study", subject="S-01", after=0)
    draw = record(ledger, "allocation", subject="S-01")
    assert list(ledger.concerning("S-01")) == [early, draw, late]


def test_what_is_being_read_does_not_change_while_more_is_recorded(ledger):
    made = [record(ledger, "S-01") for _ in range(3)]
    reading = ledger.entries("S-01")
    assert next(reading) == made[0]
    record(ledger, "S-01")
    assert list(reading)[: len(made) - 1] == made[1:]


# Appending


def test_a_place_is_given_once(ledger):
    first, other = next_entry(ledger, "S-01"), next_entry(ledger, "S-01")
    ledger.append(first)
    with pytest.raises(Overtaken) as caught:
        ledger.append(other)
    assert caught.value.head == head_of(first)
    assert list(ledger.entries("S-01")) == [first]


def test_the_same_entry_is_not_recorded_twice(ledger):
    entry = record(ledger, "S-01")
    with pytest.raises(Overtaken):
        ledger.append(entry)


def test_an_entry_made_after_another_head_is_overtaken(ledger):
    first, other = next_entry(ledger, "S-01"), next_entry(ledger, "S-01")
    ledger.append(first)
    elsewhere = next_entry(ledger, "S-01")
    strange = anew(elsewhere, previous=other.digest)
    with pytest.raises(Overtaken):
        ledger.append(strange)


def anew(entry, **changes):
    """An entry with these changes and the digest that belongs to them."""
    changed = msgspec.structs.replace(entry, **changes)
    return msgspec.structs.replace(changed, digest=digest_now(changed))


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": 3},
        {"seq": 0},
        {"payload": '{"b":1,"a":2}'},
        {"payload": '{"a":1.5}'},
        {"payload": "[]"},
        {"payload": ""},
        {"at": "2026-03-01"},
        {"at": "2026-03-01T09:30:00.000000+01:00"},
        {"happened": "yesterday"},
        {"study": "3.0"},
        {"by": ""},
        {"kind": ""},
        {"subject": "S-01"},
        {"subject": "S-02", "after": 1},
        {"after": 1},
    ],
    ids=str,
)
def test_an_entry_that_is_wrong_in_itself_is_refused(ledger, changes):
    before = record(ledger, "S-01")
    with pytest.raises(BrokenChain):
        ledger.append(anew(next_entry(ledger, "S-01"), **changes))
    assert list(ledger.everything()) == [before]


def test_a_digest_that_is_not_that_of_the_content_is_refused(ledger):
    entry = next_entry(ledger, "S-01")
    for changes in [{"digest": "0" * 64}, {"by": "p-015"}, {"payload": "{}"}]:
        with pytest.raises(BrokenChain, match="digest"):
            ledger.append(msgspec.structs.replace(entry, **changes))
    assert ledger.head("S-01") is None


def test_a_refusal_names_everything_that_is_wrong(ledger):
    entry = msgspec.structs.replace(next_entry(ledger, "S-01"), at="now", by="", payload="{ }")
    with pytest.raises(BrokenChain) as caught:
        ledger.append(entry)
    assert len(caught.value.reasons) == 4


# Writing as a whole


def test_a_block_stands_whole(ledger):
    with ledger.writing("S-01", "S-02"):
        made = [record(ledger, "S-01"), record(ledger, "S-01"), record(ledger, "S-02")]
        assert list(ledger.everything()) == made
    assert list(ledger.everything()) == made


def test_a_block_that_fails_leaves_nothing(ledger, store):
    kept = record(ledger, "S-01")
    with pytest.raises(Changed), ledger.writing("S-01", "allocation"):
        record(ledger, "S-01")
        record(ledger, "allocation", subject="S-01")
        raise Changed
    for seen in (ledger, store.again(ledger)):
        assert list(seen.everything()) == [kept]
        assert list(seen.concerning("S-01")) == []
        assert seen.heads() == {"S-01": head_of(kept)}


def test_after_a_failed_block_the_same_places_can_be_taken(ledger):
    with pytest.raises(Changed), ledger.writing("S-01"):
        record(ledger, "S-01")
        raise Changed
    assert record(ledger, "S-01").seq == 1


def test_blocks_may_stand_in_one_another(ledger, store):
    with ledger.writing("S-01"):
        with ledger.writing("S-01", "S-02"):
            record(ledger, "S-02")
        record(ledger, "S-01")
    assert list(store.again(ledger).heads()) == ["S-01", "S-02"]


def test_an_inner_block_that_fails_takes_back_only_its_own(ledger, store):
    with ledger.writing("S-01"):
        record(ledger, "S-01")
        with pytest.raises(Changed), ledger.writing("S-01"):
            record(ledger, "S-01")
            raise Changed
        record(ledger, "S-02")
    assert {name: head.seq for name, head in store.again(ledger).heads().items()} == {
        "S-01": 1,
        "S-02": 1,
    }


def test_an_outer_block_that_fails_takes_back_what_the_inner_one_kept(ledger, store):
    with pytest.raises(Changed), ledger.writing("S-01"):
        with ledger.writing("S-02"):
            record(ledger, "S-02")
        raise Changed
    assert store.again(ledger).heads() == {}


def test_an_empty_block_records_nothing(ledger):
    with ledger.writing("S-01"):
        pass
    assert ledger.heads() == {}


def test_another_who_comes_to_the_ledger_sees_what_was_recorded(ledger, store):
    other = store.again(ledger)
    made = [record(ledger, "S-01"), record(other, "S-01"), record(ledger, "S-01")]
    assert [entry.seq for entry in made] == [1, 2, 3]
    assert list(ledger.everything()) == list(other.everything()) == made


# At the same time


def at_once(store, ledger, work, threads=4):
    """Let several threads do the work on the same ledger, and give what went wrong."""
    ready, wrong = Barrier(threads), []

    def one(number):
        try:
            mine = store.again(ledger)
            ready.wait(HANG)
            work(mine, number)
        except Exception as error:
            wrong.append(error)
        finally:
            store.leave()

    running = [Thread(target=one, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(HANG)
    return wrong


def test_threads_that_read_and_then_write_queue_up(ledger, store):
    def work(mine, _):
        for _ in range(25):
            record(mine, "S-01")

    assert at_once(store, ledger, work) == []
    seen = list(store.again(ledger).entries("S-01"))
    assert [entry.seq for entry in seen] == list(range(1, 101))
    assert verify(seen) == []


def test_of_those_who_wanted_one_place_one_gets_it(ledger, store):
    entries = [next_entry(ledger, "S-01") for _ in range(4)]
    wrong = at_once(store, ledger, lambda mine, number: mine.append(entries[number]))
    assert [type(error) for error in wrong] == [Overtaken] * 3
    assert len(list(store.again(ledger).entries("S-01"))) == 1


def test_whoever_holds_everything_lets_nobody_record_anything_beside(ledger, store):
    """Not even in a stream that nobody has begun, such as that of the next participant."""
    inside = Event()

    def another():
        with store.again(ledger).writing("S-09"):
            inside.set()
        store.leave()

    beside = Thread(target=another)
    with ledger.writing("study", EVERYTHING), ledger.writing("study"):
        beside.start()
        assert not inside.wait(0.3)
    beside.join(HANG)
    assert inside.is_set()


def test_a_block_that_is_not_finished_is_not_seen_by_others(ledger, store):
    """Others wait for it, or see what stood before; never a part."""
    seen = []

    def work(mine, number):
        for _ in range(10):
            if number == 0:
                with pytest.raises(Changed), mine.writing("S-01"):
                    record(mine, "S-01")
                    record(mine, "S-01")
                    raise Changed
            else:
                seen.append(len(list(mine.entries("S-01"))))

    assert at_once(store, ledger, work, threads=2) == []
    assert set(seen) == {0}


# Whole


def test_a_ledger_lived_in_is_whole(ledger):
    assert verify(live(ledger).everything(), ledger.heads()) == []


def test_a_checkpoint_binds_every_stream(ledger):
    live(ledger)
    entry = checkpoint(ledger)
    said = msgspec.json.decode(entry.payload)
    assert said["streams"] == 5
    assert list(said["heads"]) == ["study"], "only the study moved since the checkpoint before"
