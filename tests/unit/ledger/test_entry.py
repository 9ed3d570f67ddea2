"""One entry: how it follows another, and what is wrong with it when something is."""

from hashlib import sha256

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.ledger import START, Entry, Head, canonical, digest_now, follow
from equipoise.ledger.entry import all_problems, content_problems, is_sound, problems

GIVEN = {
    "stream": "PIT-01-0007",
    "kind": "consent.give",
    "payload": canonical({"version": "3.0"}),
    "by": "p-014",
    "at": "2026-03-01T09:30:00.000000Z",
    "happened": "2026-03-01",
    "study": sha256(b"a study").hexdigest(),
}


def wrong(**changes):
    """What is said of an entry with these changes, digest made anew."""
    entry = msgspec.structs.replace(follow(None, **GIVEN), **changes)
    return [*problems(entry)]


def test_the_first_entry_follows_nothing():
    entry = follow(None, **GIVEN)
    assert (entry.seq, entry.previous) == (1, START)
    assert [*problems(entry), *content_problems(entry)] == []


def test_the_next_entry_carries_the_digest_before_it():
    first = follow(None, **GIVEN)
    second = follow(Head(first.seq, first.digest), **GIVEN)
    assert (second.seq, second.previous) == (2, first.digest)
    assert second.digest == digest_now(second) != first.digest


def test_a_digest_that_anyone_can_make_by_hand():
    """Written out by hand from the reference page, with nothing of ours in between."""
    text = (
        '{"after":0,"at":"2026-03-01T09:30:00.000000Z","by":"p-014","happened":"2026-03-01",'
        '"kind":"consent.give","payload":{"version":"3.0"},"previous":"' + "0" * 64 + '","seq":1,'
        '"stream":"PIT-01-0007","study":"' + GIVEN["study"] + '","subject":"","v":1}'
    )
    assert follow(None, **GIVEN).digest == sha256(text.encode()).hexdigest()


def test_no_part_of_an_entry_can_change_without_its_digest():
    entry = follow(None, **GIVEN)
    for name in Entry.__struct_fields__:
        value = getattr(entry, name)
        other = value + 1 if isinstance(value, int) else value + "x"
        changed = msgspec.structs.replace(entry, **{name: other})
        assert digest_now(changed) != changed.digest, name


@pytest.mark.parametrize(
    "at",
    ["2026-03-01", "2026-03-01T09:30:00Z", "2026-03-01T09:30:00.000000+00:00", "", "now"]
    + ["2026-02-30T09:30:00.000000Z", "2026-03-01T24:30:00.000000Z", "٢٠٢٦-03-01T09:30:00.000000Z"],
)
def test_when_it_was_recorded_is_a_utc_moment_to_the_microsecond(at):
    assert any("at " in said for said in wrong(at=at))


@pytest.mark.parametrize(
    "happened, good",
    [
        ("2026-03-01", True),
        ("2026-03-01T09:30Z", True),
        ("2026-03-01T09:30:15.25+01:00", True),
        ("2026-02-29", False),
        ("2026-03-01T09:30", False),
        ("20260301", False),
        ("1 March 2026", False),
    ],
)
def test_when_it_happened_is_a_day_or_a_moment_with_its_zone(happened, good):
    assert (wrong(happened=happened) == []) is good


@pytest.mark.parametrize(
    "changes, word",
    [
        ({"stream": ""}, "stream"),
        ({"kind": "a\nb"}, "kind"),
        ({"by": "x" * 201}, "by"),
        ({"study": "A" * 64}, "study"),
        ({"seq": 2}, "previous"),
        ({"previous": "1" * 64}, "previous"),
        ({"seq": 0}, "seq"),
        ({"subject": "PIT-01-0007"}, "subject"),
        ({"after": 1}, "after"),
        ({"subject": "PIT-01-0001", "after": -1}, "after"),
    ],
)
def test_an_entry_that_is_wrong_in_itself_is_told_why(changes, word):
    assert any(said.startswith(word) for said in wrong(**changes)), wrong(**changes)


def test_every_fault_is_told_at_once():
    assert len(wrong(stream="", by="", at="", happened="")) == 4


def test_payload_and_digest_are_checked_together():
    entry = msgspec.structs.replace(follow(None, **GIVEN), payload='{"a": 1.5}')
    assert [said.split()[0] for said in content_problems(entry)] == ["payload", "digest"]


MOMENTS = ["2026-03-01", "2026-02-30", "2026-03-01T09:30:00.000000Z", "2026-03-01T25:30+01:00"]
WORDS = [*GIVEN.values(), *MOMENTS, START, "", "a", "a\nb", "\x7f", "x" * 200, "x" * 201, "é\n"]
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.sampled_from(WORDS)
            for name in ("stream", "kind", "by", "at", "happened", "study", "previous", "subject")
        },
        **{name: st.sampled_from([-1, 0, 1, 2, 2**53 - 1, 2**53]) for name in ("seq", "after")},
    },
)


@settings(max_examples=1000)
@given(CHANGES)
def test_an_entry_is_sound_at_one_look_where_nothing_is_wrong_with_it_and_only_there(changes):
    entry = msgspec.structs.replace(follow(None, **GIVEN), **changes)
    assert is_sound(entry) == ([*all_problems(entry)] == [])
