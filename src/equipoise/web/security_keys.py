"""Security keys (WebAuthn): what a key is asked, and whether what it answered is to be believed.

An answer counts once, for the very address at which it was asked, from a key of this person, and
only if the key's own counter has gone on: one that goes back means that there are two of the key.
"""

import hashlib
import json
import secrets
import struct
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from fido2.cose import CoseKey
from fido2.rpid import verify_rp_id
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

from equipoise.web import adopted
from equipoise.web.access import access_log
from equipoise.web.models import Account

__all__ = [
    "ANSWER",
    "CHALLENGE",
    "Challenge",
    "answered",
    "answered_here",
    "ask",
    "entity_of",
    "keys_of",
    "name_here",
    "registered",
    "rp_entity",
]

CHALLENGE, ANSWER = "key-asked", "key-answer"  # the fields of a form
LASTS = 30 * 60  # seconds; as long as a page may be left alone
SALT = "equipoise.web.security_keys"
GARBLED = (TypeError, ValueError, KeyError, IndexError, AttributeError, struct.error)
"""What fido2 raises of an answer that is no answer."""

State = Mapping[str, Any]


class Challenge(NamedTuple):
    """What a page needs to ask a key: the browser's options, and what comes back with the form."""

    options: str
    token: str


def name_here(request: HttpRequest) -> str:
    """The name that keys are bound to here; empty at an address of figures, which has none."""
    host, _ = split_domain_port(request.get_host())
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return host
    return ""


def rp_entity(request: HttpRequest) -> dict[str, str]:
    """How this installation is told to a key."""
    host, _ = split_domain_port(request.get_host())
    return {"id": host, "name": adopted.study().identity.acronym}


def entity_of(account: Account) -> dict[str, Any]:
    """How someone is told to their key: by the id that stands in the clear, never by name."""
    handle = hashlib.sha256(f"{SALT} {account.pk}".encode()).digest()
    return {"id": handle, "name": account.person_id, "display_name": account.person_id}


def keys_of(account: object, request: HttpRequest) -> dict[bytes, Authenticator]:
    """Someone's keys that were made for this address, by the id that the key itself gave."""
    if not isinstance(account, Account):
        return {}
    here = hashlib.sha256(name_here(request).encode()).digest()
    rows = Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN)
    made = ((row.wrap().authenticator_data, row) for row in rows)
    return {of.credential_data.credential_id: row for of, row in made if of.rp_id_hash == here}


def ask(request: HttpRequest, about: str) -> Challenge | None:
    """Ask one of the reader's keys, about what is shown; None where they have none for here.

    The key signs what was shown with the rest, and that it knew its owner (a PIN or a finger): in a
    session that is open already a mere touch would prove nothing.
    """
    credentials = _credentials(keys_of(request.user, request))
    if not credentials:
        return None
    token = signing.dumps([secrets.token_urlsafe(16), request.user.pk, about], salt=SALT)
    options, _ = _server(request).authenticate_begin(
        credentials, UserVerificationRequirement.REQUIRED, _challenge(token)
    )
    return Challenge(json.dumps(dict(options)), token)


def answered_here(request: HttpRequest, about: str) -> Authenticator | None:
    """The reader's key that answered what a page asked about this; None when none did."""
    token, account = request.POST.get(CHALLENGE, ""), request.user
    try:
        _, person, of = signing.loads(token, salt=SALT, max_age=LASTS)
        answer = json.loads(request.POST.get(ANSWER, ""))
    except (signing.BadSignature, *GARBLED):
        return None
    if not isinstance(account, Account) or (person, of) != (account.pk, about):
        return None
    wanted = {
        "challenge": websafe_encode(_challenge(token)),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }
    return answered(request, account, wanted, answer)


def answered(
    request: HttpRequest, account: Account, state: State | None, answer: object
) -> Authenticator | None:
    """The key of this person that gave this answer to what was asked; None when it is not so."""
    if not isinstance(answer, Mapping):
        return None
    keys = keys_of(account, request)
    try:
        given = AuthenticationResponse.from_dict(answer)
        if not state or not _is_whose(given, account):
            return None
        _server(request).authenticate_complete(state, _credentials(keys), given)
    except GARBLED:
        return None
    if not cache.add(f"{SALT}:{state['challenge']}", True, 2 * LASTS):
        return None
    counter = given.response.authenticator_data.counter
    return _went_on(keys[given.raw_id], counter, account.person_id)


def registered(
    request: HttpRequest, state: State | None, answer: object
) -> AuthenticatorData | None:
    """The new key that answered; None where it did not, or is somebody's already."""
    if not isinstance(answer, Mapping):
        return None
    try:
        given = RegistrationResponse.from_dict(answer)
        if not state:
            return None
        made = _server(request).register_complete(state, given)
    except (AssertionError, *GARBLED):
        return None
    key = made.credential_data
    if key is None or key.public_key.get(3) not in CoseKey.supported_algorithms():
        return None
    rows = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)
    known = (row.wrap().authenticator_data.credential_data.credential_id for row in rows)
    return None if key.credential_id in known else made


def _server(request: HttpRequest) -> Fido2Server:
    """It believes what was asked at this very address, with its port: at no other of the name."""
    name, origin = name_here(request), f"{request.scheme}://{request.get_host()}"
    return Fido2Server(
        PublicKeyCredentialRpEntity(**rp_entity(request)),
        verify_origin=lambda given: given == origin and verify_rp_id(name, given),
    )


def _credentials(keys: Mapping[bytes, Authenticator]) -> list[AttestedCredentialData]:
    return [row.wrap().authenticator_data.credential_data for row in keys.values()]


def _challenge(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _is_whose(given: AuthenticationResponse, account: Account) -> bool:
    handle = given.response.user_handle
    return not handle or handle == entity_of(account)["id"]


def _went_on(key: Authenticator, counter: int, person: str) -> Authenticator | None:
    """The key, whose counter is kept; None when it did not go on. Keys that do not count say 0."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=key.pk).first()
        if row is None:
            return None
        before = row.data.get("count", row.wrap().authenticator_data.counter)
        if counter > before:
            row.data["count"] = counter
            row.save(update_fields=["data"])
        if counter > before or counter == before == 0:
            return row
    access_log.note("security-key-behind", person)
    return None
