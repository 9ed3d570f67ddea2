"""A security key in software: it answers as the browser would, and lies where a test asks it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "http://localhost:8123"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class SoftKey:
    """One key: its secret, its counter, and the address at which its owner is."""

    def __init__(self, number: int = 1, *, counts: bool = True) -> None:
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(f"key {number}".encode()).digest()
        self.count, self.counts = 0, counts

    def made(self, asked: Mapping[str, Any], origin: str = ORIGIN) -> str:
        """The answer to being added."""
        told = asked["publicKey"]
        public = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.secret.public_key())
        )
        flags = PRESENT | VERIFIED | ATTESTED
        within = AuthenticatorData.create(_digest(told["rp"]["id"]), flags, self._next(), public)
        said = _said("webauthn.create", told["challenge"], origin)
        parts = {"attestationObject": AttestationObject.create("none", within, {})}
        return self._answer(said, parts)

    def answer(
        self,
        asked: Mapping[str, Any],
        *,
        origin: str = ORIGIN,
        kind: str = "webauthn.get",
        rp_id: str = "",
        flags: int = PRESENT | VERIFIED,
        handle: bytes = b"",
    ) -> str:
        """The answer to being asked who holds it."""
        told = asked["publicKey"]
        within = AuthenticatorData.create(_digest(rp_id or told["rpId"]), flags, self._next())
        said = _said(kind, told["challenge"], origin)
        signature = self.secret.sign(within + said.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": within, "signature": signature}
        return self._answer(said, {**parts, "userHandle": handle} if handle else parts)

    def _next(self) -> int:
        self.count += self.counts
        return self.count

    def _answer(self, said: bytes, parts: Mapping[str, bytes]) -> str:
        whole = {"clientDataJSON": said, **parts}
        response = {name: websafe_encode(part) for name, part in whole.items()}
        own = websafe_encode(self.id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})


def _digest(rp_id: str) -> bytes:
    return hashlib.sha256(rp_id.encode()).digest()


def _said(kind: str, challenge: str, origin: str) -> CollectedClientData:
    return CollectedClientData.create(kind, websafe_decode(challenge), origin)
