"""The stand-alone verifier's own Ed25519 against the vectors of RFC 8032 §7.1, and a library."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.spec.ledger.test_verify_rules import tool

__all__ = ["tool"]
VECTORS = {
    "1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
        "4dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3"
        "feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c664"
        "31e0303dca179c138ac17ad9bef1177331a704",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_published_signature_holds_and_no_changed_one_does(name, tool):
    public, message, signature = map(bytes.fromhex, VECTORS[name])
    assert tool.notes.ed25519.is_signed(public, message, signature)
    assert not tool.notes.ed25519.is_signed(public, message + b"\0", signature)
    for at in (0, 31, 32, 63):
        other = bytearray(signature)
        other[at] ^= 1
        assert not tool.notes.ed25519.is_signed(public, message, bytes(other))
    assert not tool.notes.ed25519.is_signed(public[:-1], message, signature)
    # S + L gives the same point; RFC 8032 §5.1.7 refuses it.
    s = int.from_bytes(signature[32:], "little") + tool.notes.ed25519.ORDER
    assert not tool.notes.ed25519.is_signed(
        public, message, signature[:32] + s.to_bytes(32, "little")
    )


def test_it_agrees_with_the_library_that_signs(tool):
    for number in range(12):
        key = Ed25519PrivateKey.from_private_bytes(sha256(b"%d" % number).digest())
        public, message = key.public_key().public_bytes_raw(), b"entry %d" % number * number
        assert tool.notes.ed25519.is_signed(public, message, key.sign(message))
        assert not tool.notes.ed25519.is_signed(public, message, key.sign(message + b"."))
