"""Sign-in: nobody signs up by themselves, and second-factor secrets are stored sealed."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from equipoise.web import sealing

__all__ = ["NobodySignsUp", "SealedSecrets"]


class NobodySignsUp(DefaultAccountAdapter):
    """Accounts are made by the trial office, together with a role."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SealedSecrets(DefaultMFAAdapter):
    """Second-factor secrets are encrypted with the installation's own key."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text.encode()).decode()
