"""Whoever does an act that asks it proves once more who they are, and what they were shown is kept.

One thing for every such act: a password, a code of the second step, a security key, or their
hospital, which asks them anew; the digest of what was shown to them; and what they mean by it, in
the words that stand with the act. A program sends the password or the code, with the other two,
beside its key.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext

from equipoise.conduct.act import Act
from equipoise.conduct.authorisation import NOT_PROVED
from equipoise.conduct.chapters import ACTS
from equipoise.conduct.how import PLAINLY, How
from equipoise.conduct.step_up import concerned, is_asked, meaning_of
from equipoise.study.model import Study
from equipoise.study.reason import Refusal
from equipoise.web import security_keys
from equipoise.web.identity import bindings, stepped
from equipoise.web.identity.named import Provider, of_issuer
from equipoise.web.models import Account
from equipoise.web.views.act_words import wording
from equipoise.web.views.problems import Problems

__all__ = [
    "FIELD",
    "PAGE_DIGEST",
    "Proof",
    "besides_proof",
    "digest_of",
    "is_theirs",
    "proof_of",
    "proof_of_meaning",
]

FIELD, PAGE_DIGEST = "proof", "proof-shown"
GUESSES = "5/300s/key"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is asked of someone before an act, and what was shown to them."""

    meaning: str  # as this reader reads it
    digest: str  # the digest of what stands on the page
    second_step: bool  # whether a code of the second step does as well
    key: security_keys.Challenge | None = None  # what a security key of theirs is asked
    password: bool = True  # whether they have one
    places: tuple[Provider, ...] = ()  # the hospitals that can ask them instead
    recorded: bool = True  # whether the ledger tells of it, as of every act
    issuer: str = ""  # where they have just proved it, of what is shown here

    @property
    def hospital(self) -> str:
        """The hospital where they have just proved it."""
        found = of_issuer(self.issuer) if self.issuer else None
        return found.label if found else self.issuer

    def given(self, request: HttpRequest, problems: Problems) -> How:
        """How the act is done, once they have proved who they are; else what is wrong."""
        entered, account = request.POST.get(FIELD, ""), request.user
        if request.POST.get(PAGE_DIGEST, "") != self.digest:
            problems.add(FIELD, gettext("What stands here was not shown before: read it again"))
        elif request.POST.get(security_keys.ANSWER):
            if isinstance(account, Account) and _is_their_key(request, account, self.digest):
                return How(meaning=self.meaning, shown=self.digest)
            text = gettext("The security key did not answer as it must; try again")
            problems.add(FIELD, text)
        elif self.issuer:
            stepped.use(request)
            return How(meaning=self.meaning, shown=self.digest, provider=self.issuer)
        elif not entered and not self.password:
            problems.add(FIELD, gettext("Prove first who you are"))
        elif not entered:
            problems.add(FIELD, gettext("Give your password"))
        elif not isinstance(account, Account) or not is_theirs(request, account, entered):
            problems.add(FIELD, gettext("This is not your password, or it was tried too often"))
        else:
            return How(meaning=self.meaning, shown=self.digest)
        return PLAINLY


def proof_of(
    request: HttpRequest,
    study: Study,
    act: type[Act],
    lines: Iterable[str],
    taken_back: str = "",
) -> Proof | None:
    """What is asked before this kind of act; None where nothing is.

    :param lines: what the page shows of the act, in the reader's language
    :param taken_back: the kind of the entry that the act takes back, where it does
    """
    if not is_asked([study], *concerned(act, ACTS.get(taken_back))):
        return None
    return proof_of_meaning(request, wording(meaning_of(act)), lines, recorded=True)


def proof_of_meaning(
    request: HttpRequest, meaning: str, lines: Iterable[str], *, recorded: bool = False
) -> Proof:
    """What is asked before something that is no act, but as grave."""
    digest, account = digest_of(lines, meaning), request.user
    return Proof(
        meaning=meaning,
        digest=digest,
        second_step=bool(_second_steps(account)),
        key=security_keys.ask(request, digest),
        password=isinstance(account, Account) and account.has_usable_password(),
        places=tuple(bindings.places(account)),
        recorded=recorded,
        issuer=stepped.proved(request, digest),
    )


def digest_of(lines: Iterable[str], meaning: str) -> str:
    """SHA-256 of what was shown, line by line, the meaning last."""
    return hashlib.sha256("\n".join((*lines, meaning)).encode()).hexdigest()


def besides_proof(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Why the act is refused, but for the proof, of which the page itself has said what is wrong.

    An act is put to the trial without proof too: so everything against it is told at once.
    """
    return [refusal for refusal in refusals if refusal.code != NOT_PROVED.code]


def is_theirs(request: HttpRequest, account: Account, entered: str) -> bool:
    """Whether this is the password of whoever asks, or a code of their second step, by now."""

    def right() -> bool:
        steps = _second_steps(account)
        return account.check_password(entered) or any(
            s.wrap().validate_code(entered) for s in steps
        )

    return _not_too_often(request, account, right)


def _is_their_key(request: HttpRequest, account: Account, digest: str) -> bool:
    def right() -> bool:
        return security_keys.answered_here(request, digest) is not None

    return _not_too_often(request, account, right)


def _not_too_often(request: HttpRequest, account: Account, right: Callable[[], bool]) -> bool:
    limits = {"app": "equipoise", "action": "proof", "config": {"proof": GUESSES}}
    used = ratelimit.consume(request, key=str(account.pk), **limits)
    if used is None or not right():
        return False
    used.rollback()
    return True


def _second_steps(account: object) -> list[Authenticator]:
    """The apps that give codes; the codes for recovery are for signing in alone."""
    if not isinstance(account, Account):
        return []
    return list(Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP))
