"""An address or a policy that someone wrote otherwise than it can be read: a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from equipoise.cli.witness.client import Client as Asking
from equipoise.cli.witness.client import NotAnswered
from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import LOG, WITNESS, key_of
from equipoise.ledger.policy import Policy, policy_text, read_policy
from equipoise.web.identity.named import Provider, is_safe
from equipoise.web.mail import server


@pytest.mark.parametrize("url", ["http://[::1", "http://exa mple", "http://127.0.0.1:1", "x"])
def test_a_server_that_cannot_be_asked_is_told_in_words(url):
    with pytest.raises(NotAnswered, match="cannot be asked|begins with https"):
        Asking(url, "eqp_x").get("tree/head")
    for key in ("a\nb", "é"):
        with pytest.raises(NotAnswered, match="no key of the API|begins with https"):
            Asking(url, key).post("tree/signatures", {})


def test_a_quorum_of_endless_digits_is_none():
    log, witness = key_of("log", LOG, b"l" * 32), key_of("one", WITNESS, b"w" * 32)
    policy = policy_text(Policy(log=log, witnesses={"01": witness}, quorum=1))
    with pytest.raises(Unreadable, match="more than half"):
        read_policy(policy.replace("group quorum 1", f"group quorum {'9' * 5000}"))


def test_a_provider_or_mail_server_without_an_address_stops_no_page(monkeypatch):
    assert not is_safe("https://[hospital.example")
    monkeypatch.setenv("EQUIPOISE_SMTP_URL", "smtp://[mail.example?from=trial@example.org")
    with pytest.raises(ImproperlyConfigured, match="no address of a mail server"):
        server.named()


def test_a_secret_file_of_no_possible_name_is_told_in_words():
    one = Provider(id="x", name="X", issuer="https://x", client="c", secret_file="a\0b")
    with pytest.raises(ImproperlyConfigured, match="the secret cannot be read"):
        assert one.secret
