"""The layout that every page shares, and what is shown when a page cannot be."""

import pytest
from django.test import Client

from equipoise.web import read_model

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_trial_before() -> None:
    """Of a trial that another file of tests has emptied nothing is remembered."""
    read_model.forget()


def test_every_page_says_that_it_is_a_demonstration():
    answer = Client().get("/").content.decode()
    assert "Demonstration made from a public record" in answer


def test_nothing_is_inline_so_that_the_content_policy_can_be_strict():
    page = Client().get("/")
    text = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert " style=" not in text and "<style" not in text and " onclick=" not in text


def test_a_page_that_does_not_exist_says_so_in_the_readers_language():
    assert Client().get("/nowhere/").status_code == 404
    assert (
        'lang="nl"' in Client(headers={"Accept-Language": "nl"}).get("/nowhere/").content.decode()
    )


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back():
    answer = Client().get("/today/")
    assert answer.status_code == 302
    assert answer["Location"].endswith("/accounts/login/?next=/today/")
