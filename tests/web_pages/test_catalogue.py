"""Every status of a participant has a word in both languages."""

from django.utils.translation import override

from equipoise.web.views.status_words import STATUSES, status_word


def test_every_status_has_a_word_of_its_own():
    for language in ("en", "nl"):
        with override(language):
            words = {status_word(status) for status in STATUSES}
            assert len(words) == len(STATUSES) and words.isdisjoint(STATUSES)
