"""Our canonical form against the `rfc8785` package, written by others (Trail of Bits)."""

import json
from hashlib import sha256

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from equipoise.ledger.canonical import LARGEST, START, canonical, digest_of, is_canonical

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
whole = st.integers(-LARGEST, LARGEST)
values = st.recursive(
    st.none() | st.booleans() | whole | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_ours_is_theirs(value):
    assert canonical(value).encode() == rfc8785.dumps(value)


@given(values)
def test_what_is_written_reads_back_and_is_known_for_canonical(value):
    assert json.loads(canonical(value)) == value
    assert is_canonical(canonical(value))


@given(st.dictionaries(texts, values, max_size=4), texts, texts, st.integers(1, LARGEST), whole)
def test_a_digest_is_that_of_the_whole_in_canonical_form(payload, name, who, seq, after):
    """The digest is made by setting the payload in; the long way round must agree."""
    rest = {
        "stream": name,
        "seq": seq,
        "kind": who,
        "by": who,
        "at": "2026-03-01T09:30:00.000000Z",
        "happened": "2026-03-01",
        "study": "a" * 64,
        "previous": START,
        "subject": name,
        "after": after,
    }
    whole_entry = rfc8785.dumps({**rest, "payload": payload, "v": 1})
    assert digest_of(payload=canonical(payload), **rest) == sha256(whole_entry).hexdigest()
