"""The interface speaks Dutch as well as English, and its catalogue is the one that was compiled."""

import re

import pytest
from django.utils.translation import override

from equipoise.web.views.status_words import STATUSES, status_word
from tools.messages import PO, compiled, found, read_po, write_po


def test_every_text_of_the_interface_is_translated():
    """`python tools/messages.py` brings the catalogue up to date and says what is missing."""
    known = read_po(PO.read_text("utf-8"))
    missing = [key.text for key in found() if not all(known.get(key, ("",)))]
    assert missing == []


def test_the_compiled_catalogue_is_that_of_the_texts():
    assert PO.with_suffix(".mo").read_bytes() == compiled(read_po(PO.read_text("utf-8")))


def test_the_catalogue_is_written_as_it_is_read():
    text = PO.read_text("utf-8")
    assert write_po(read_po(text)) == text


@pytest.mark.parametrize("pattern", [r"%\(\w+\)s", r"\{\w+\}"])
def test_a_translation_keeps_the_places_that_are_filled_in(pattern):
    for key, translations in read_po(PO.read_text("utf-8")).items():
        for text in translations:
            assert set(re.findall(pattern, text)) == set(re.findall(pattern, key.text)), key


def test_every_status_has_a_word_of_its_own():
    for language in ("en", "nl"):
        with override(language):
            words = {status_word(status) for status in STATUSES}
            assert len(words) == len(STATUSES) and words.isdisjoint(STATUSES)
