"""Whether an ID token is what its provider said to us, just now, in answer to our own question.

Nothing of it is believed before all of it holds: the signature, by a key of the provider and a
method that only the provider can use; issuer, audience, times, and the number used once.
"""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, NamedTuple

import jwt

from equipoise.web.identity.named import LONGEST_SUBJECT, Provider

__all__ = ["Claims", "NotBelieved", "believed"]

METHODS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures by a private key. With HS256 our own secret would sign, and `none` is no signature."""
LEEWAY = 60  # seconds by which two clocks may differ
NEEDED = ["iss", "sub", "aud", "exp", "iat"]


class NotBelieved(Exception):
    """The token is not the provider's answer to us; the reason is for the server's log."""


class Claims(NamedTuple):
    """What is taken from an ID token: nothing that could stand for a name."""

    issuer: str
    subject: str
    second_factor: bool
    authenticated_at: int | None


def believed(token: object, keys: object, provider: Provider, nonce: str) -> Claims:
    """What the token says, once all of it holds.

    :param keys: the provider's key set, as it was fetched
    :param nonce: the number that went with the question
    :raises NotBelieved: with what does not hold
    """
    try:
        payload: dict[str, Any] = jwt.decode(
            str(token),
            key=_key(str(token), keys),
            algorithms=METHODS,
            issuer=provider.issuer,
            audience=provider.client,
            leeway=LEEWAY,
            options={"require": NEEDED},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotBelieved(f"the ID token: {error}") from error
    _for_us(payload, provider, nonce)
    at = payload.get("auth_time")
    return Claims(
        issuer=payload["iss"],
        subject=payload["sub"],
        second_factor=provider.asked_second_factor(payload.get("amr"), payload.get("acr")),
        authenticated_at=at if type(at) is int else None,
    )


def _key(token: str, keys: object) -> jwt.PyJWK:
    """The key that the token names, held to one method: its own, or else the token's."""
    header = jwt.get_unverified_header(token)
    method, named = header.get("alg"), header.get("kid")
    if method not in METHODS:
        raise NotBelieved(f"the ID token: it is signed by {method!r}")
    listed = keys.get("keys") if isinstance(keys, dict) else None
    found = [key for key in listed or [] if isinstance(key, dict) and _fits(key, named)]
    if len(found) != 1:
        raise NotBelieved(f"the ID token: no key of the provider is {named!r}")
    return jwt.PyJWK(found[0], None if "alg" in found[0] else method)


def _fits(key: Mapping[str, Any], named: object) -> bool:
    public = key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
    return public and named in (None, key.get("kid"))


def _for_us(payload: Mapping[str, Any], provider: Provider, nonce: str) -> None:
    subject, audience = payload["sub"], payload["aud"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise NotBelieved("the ID token: its subject is missing or too long")
    if isinstance(audience, list) and len(audience) > 1 and "azp" not in payload:
        raise NotBelieved("the ID token: it is for several and does not say who asked")
    if payload.get("azp", provider.client) != provider.client:
        raise NotBelieved("the ID token: it was asked for by another")
    if not nonce or not compare_digest(str(payload.get("nonce", "")).encode(), nonce.encode()):
        raise NotBelieved("the ID token: it does not answer this question")
