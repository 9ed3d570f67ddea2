"""The canonical form: what it writes, and what it will not write."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.ledger.canonical import DEEPEST, LARGEST, NotCanonical, canonical, is_canonical


def test_names_are_sorted_and_no_space_is_left():
    assert canonical({"b": [1, True, None], "a": {"z": "", "y": -3}}) == (
        '{"a":{"y":-3,"z":""},"b":[1,true,null]}'
    )


def test_names_are_sorted_by_utf_16_code_units():
    """RFC 8785 §3.2.3 gives this list of names and their order; Python's own order differs."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    wanted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(names)))) == wanted


def test_text_is_escaped_no_more_than_it_must_be():
    assert canonical('é€😀\x7f"\\/\b\f\n\r\t\x01\x1f') == (
        '"é€😀\x7f\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f"'
    )


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), {"a": [1, 2.0]}, b"x", {1: "a"}, {"a"}, LARGEST + 1, -LARGEST - 1]
    + ["\ud800", {"\udfff": 1}, complex(1, 2)],
    ids=ascii,
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical(value)


def test_a_refusal_says_where_the_value_stands():
    with pytest.raises(NotCanonical, match=r"\.lab\[1\]\.value: float 5\.5 .*write it as text"):
        canonical({"lab": [{}, {"value": 5.5}]})


def test_nesting_has_a_bound():
    def nested(levels):
        return [] if levels == 1 else [nested(levels - 1)]

    assert canonical(nested(DEEPEST)) == "[" * DEEPEST + "]" * DEEPEST
    with pytest.raises(NotCanonical, match="deeper"):
        canonical(nested(DEEPEST + 1))


@pytest.mark.parametrize(
    "text",
    ['{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":1}', '{"a":1.0}', '{"a":1e3}', '{"a":"\\u00e9"}']
    + ['{"a":-0}', '{"a":9007199254740992}', '{"a":1}\n', "", "{", "\ud800", "[" * 5000],
    ids=lambda text: ascii(text)[:30],
)
def test_text_in_any_other_form_is_known_for_it(text):
    assert not is_canonical(text)


def written_again(text):
    """Whether a text is what is written of it, sign by sign."""
    try:
        return canonical(msgspec.json.decode(text)) == text
    except (msgspec.DecodeError, NotCanonical):
        return False


NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(max_codepoint=0x7F), max_size=6) | st.text(max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
WAYS = st.fixed_dictionaries(
    {
        "sort_keys": st.booleans(),
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([(",", ":"), (", ", ": ")]),
    }
)


@settings(max_examples=300)
@given(VALUES, WAYS)
def test_what_is_seen_at_a_glance_is_what_is_found_sign_by_sign(value, ways):
    try:
        text = json.dumps(value, **ways)
        text.encode()
    except UnicodeEncodeError:
        return
    assert is_canonical(text) == written_again(text), text


@pytest.mark.parametrize("sign", range(0x80))
def test_every_sign_of_ascii_is_written_alike_at_a_glance(sign):
    value = {chr(sign): [f"a{chr(sign)}b"]}
    assert is_canonical(canonical(value))
    assert msgspec.json.encode(value, order="sorted").decode() == canonical(value)
