"""Who asks, and whom they may ask about: what every answer of the API begins with."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja.security import HttpBearer

from equipoise.conduct.how import How
from equipoise.conduct.subject import Subject
from equipoise.study.reason import Refusal
from equipoise.web import adopted, tokens, write_service
from equipoise.web.access import access_log
from equipoise.web.first_things import lacks_second_factor
from equipoise.web.read_model import DatabaseFolds
from equipoise.web.rest.refusals import NO_SUCH_FIELD
from equipoise.web.viewer import Viewer, viewer_of

__all__ = [
    "LONGEST",
    "Bearer",
    "Malformed",
    "NotAllowed",
    "NotThere",
    "any_subject",
    "key_of",
    "seen_subject",
    "viewer",
]

LONGEST = 200  # characters of a participant's number, as in the ledger


class NotThere(Exception):
    """There is no such thing, or not for this viewer: the two are never told apart."""


class Malformed(Exception):
    """The request makes no sense, for all of these reasons."""

    def __init__(self, *problems: Refusal) -> None:
        super().__init__("; ".join(problem.because for problem in problems))
        self.problems = problems


class NotAllowed(Exception):
    """The viewer's roles do not open this; it is no secret that it exists."""


class Bearer(HttpBearer):
    """A person's key in the header `Authorization: Bearer …`; a browser's session is no key."""

    def __call__(self, request: HttpRequest) -> Any:
        found = super().__call__(request)
        if not found:
            access_log.count_failure("key-refused", "")
            tokens.note_failure(request)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return tokens.account_of(token)


def viewer(request: HttpRequest, *names: str) -> Viewer:
    """The person whose key came with the request, with the roles they hold now.

    :param names: what the address may ask after its question mark
    :raises Malformed: when it asks for something else, which would not be answered
    """
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        raise Malformed(*(NO_SUCH_FIELD(n[:LONGEST], field=n[:LONGEST]) for n in unknown))
    account = request.auth  # type: ignore[attr-defined]
    study = adopted.study()
    who = viewer_of(study, write_service.folds(study).trial_state(), account)
    if lacks_second_factor(who, account):
        raise NotAllowed(gettext("your role asks for two-step sign-in: set it up first"))
    return who


def key_of(request: HttpRequest) -> How:
    """That it is done by a key, and by which."""
    return How(key=str(request.auth.key_number))  # type: ignore[attr-defined]


def seen_subject(who: Viewer, subject_id: str) -> Subject:
    """The participant, if the viewer sees them.

    :raises NotThere: if there is no such participant, or only for others
    """
    subject = any_subject(write_service.folds(who.study), subject_id)
    if not who.may_see_subject(subject):
        raise NotThere
    return subject


def any_subject(folds: DatabaseFolds, subject_id: str) -> Subject:
    """The participant, whoever asks; for the acts, which look further.

    :raises NotThere: when the number can not be one
    """
    if not 0 < len(subject_id) <= LONGEST or not subject_id.isprintable():
        raise NotThere
    return folds.subject(subject_id)
