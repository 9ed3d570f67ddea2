"""Whether the secrets that lie in a home are those of the ledger that is kept with them.

A trial commits to its seed by a hash when it opens, and people's names are sealed with a key: a
secret that is lost or exchanged is found out by these, and no new one is ever made in its place.
"""

from cryptography.fernet import Fernet, InvalidToken

from equipoise.conduct.random_source import WeakSeed, commitment
from equipoise.ledger.note import LOG, is_by, key_of, read_note
from equipoise.web import home, read_model
from equipoise.web.models import Account
from equipoise.web.sealing import fernet_of
from equipoise.web.store import DatabaseLedger
from equipoise.web.witness import tree_store

__all__ = ["faults_of_secrets", "seed"]

BRING = "bring it back from its copy with `equipoise restore --secrets FILE --identity KEY`"


def faults_of_secrets() -> list[str]:
    """What of the secrets is lost, or is another's; [] when the trial can go on."""
    return [fault for fault in (_of_the_seed(), _of_the_names(), _of_heads()) if fault]


def seed() -> bytes:
    """The sealed seed of all draws. 32 bytes.

    :raises SecretLost: when the trial is open and it is gone
    """
    return home.secret("seed", lambda: bool(_commitment()))


def _commitment() -> str:
    return read_model.trial_state_now(DatabaseLedger()).seed_commitment


def _of_heads() -> str:
    newest, key = tree_store.newest(), home.kept("head-key")
    if newest is None:
        return ""
    if key is None:
        return f"the key that signs heads of the tree is lost: {BRING}"
    note = read_note(newest.note)
    server = key_of(note.signatures[0].name, LOG, key)
    if is_by(note.signatures[0], server, note.text):
        return ""
    return f"the key in this home is not the one that signed the heads of the tree: {BRING}"


def _of_the_seed() -> str:
    committed = _commitment()
    if not committed:
        return ""
    if (kept := home.kept("seed")) is None:
        return f"the sealed seed of the trial is lost: {BRING}; nobody can be randomised without it"
    try:
        same = commitment(kept) == committed
    except WeakSeed:
        same = False
    if same:
        return ""
    return f"the seed in this home is not the one that the trial opened with: {BRING}"


def _of_the_names() -> str:
    account = Account.objects.exclude(sealed=b"").order_by("id").first()
    if account is None:
        return ""
    if (key := home.kept("name-key")) is None:
        return f"the key that seals people's names is lost: {BRING}"
    return (
        ""
        if _unseals(fernet_of(key), bytes(account.sealed))
        else (f"the key in this home is not the one that people's names are sealed with: {BRING}")
    )


def _unseals(key: Fernet, sealed: bytes) -> bool:
    try:
        key.decrypt(sealed)
    except InvalidToken:
        return False
    return True
