"""Sign-in: nobody signs up by themselves, and second-factor secrets are stored sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from equipoise.web import sealing

__all__ = ["NobodySignsUp", "SealedSecrets"]

UNSAID = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class NobodySignsUp(DefaultAccountAdapter):
    """Accounts are made by the trial office, together with a role."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Coming and going is seen from the page itself; anything else is said."""
        template = args[0] if args else kwargs.get("message_template", "")
        if template not in UNSAID:
            super().add_message(request, level, *args, **kwargs)


class SealedSecrets(DefaultMFAAdapter):
    """Second-factor secrets are encrypted with the installation's own key."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text.encode()).decode()
