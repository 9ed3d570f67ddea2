"""Sealing what must not be read from the database alone (Fernet: AES-128-CBC and HMAC-SHA256)."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet

from equipoise.web import home
from equipoise.web.models import Account, Draft

__all__ = ["fernet_of", "seal", "unseal"]


def _fernet() -> Fernet:
    return fernet_of(home.secret("name-key", _something_is_sealed))


def _something_is_sealed() -> bool:
    sealed = Account.objects.exclude(sealed=b"").exists() or Draft.objects.exists()
    return sealed or Authenticator.objects.exists()


@lru_cache(maxsize=4)
def fernet_of(key: bytes) -> Fernet:
    """What seals with this key of 32 bytes."""
    return Fernet(urlsafe_b64encode(key))


def seal(data: bytes) -> bytes:
    """The data, readable only with this installation's key."""
    return _fernet().encrypt(data)


def unseal(sealed: bytes | memoryview) -> bytes:
    """What was sealed.

    :raises InvalidToken: when it was sealed with another key, or changed
    """
    return _fernet().decrypt(bytes(sealed))
