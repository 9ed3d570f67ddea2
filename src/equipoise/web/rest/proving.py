"""A program sends its owner's proof beside the key, where an act asks who does it.

The three things are those of the page: a password or a code of the second step, what they mean by
it, and what was shown, which is here what the program sends.
"""

import json
from collections.abc import Collection
from typing import Any

import msgspec
from django.http import HttpRequest

from equipoise.conduct.act import Act
from equipoise.conduct.how import How
from equipoise.conduct.step_up import meaning_of
from equipoise.study.reason import Reason
from equipoise.web.proof import digest_of, is_theirs
from equipoise.web.rest.asking import Malformed, key_of
from equipoise.web.views.act_words import wording

__all__ = ["ProofGiven", "how_done", "without_proof"]

NOT_THEIRS = Reason(
    "request.not-your-password",
    "proof.password",
    "this is not the password of the key's owner, or it was tried too often",
)
OTHER_MEANING = Reason(
    "request.other-meaning", "proof.meaning", "the act is meant in these words: {meaning}"
)


class ProofGiven(msgspec.Struct, frozen=True):
    """What someone gives, by a program of theirs, who proves once more who they are."""

    password: str
    meaning: str


def how_done(
    request: HttpRequest, act: type[Act], stated: dict[str, Any], proof: ProofGiven | None
) -> How:
    """By which key an act is done, and what its owner proved with it.

    :param stated: what the program asks to have recorded, as its owner read it
    :raises Malformed: when the proof is not the owner's
    """
    how = key_of(request)
    if proof is None:
        return how
    if proof.meaning != (meaning := wording(meaning_of(act))):
        raise Malformed(OTHER_MEANING(meaning=meaning))
    if not is_theirs(request, request.auth, proof.password):  # type: ignore[attr-defined]
        raise Malformed(NOT_THEIRS())
    line = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return msgspec.structs.replace(how, meaning=meaning, shown=digest_of([line], meaning))


def without_proof(request: HttpRequest, unrecorded: Collection[str] = ()) -> bytes:
    """What is kept to know a request again: a digest of a password could be tried.

    :param unrecorded: fields of the act of which no digest is kept either
    """
    body = msgspec.json.decode(request.body)
    if not isinstance(body, dict) or not ("proof" in body or unrecorded):
        return request.body
    kept = {name: value for name, value in body.items() if name != "proof"}
    if unrecorded and isinstance(fields := kept.get("fields"), dict):
        kept["fields"] = {name: value for name, value in fields.items() if name not in unrecorded}
    return msgspec.json.encode(kept, order="sorted")
