"""The forms that ask for a code of the second factor: a wrong one is counted in the access log."""

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator

from equipoise.web.access import noted

__all__ = ["CodeAgain", "SignInCode"]

WRONG = "second-factor-failed"


class SignInCode(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code that is asked after the password."""

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        noted.count_failure(WRONG, self.user.person_id)
        super()._emit_authentication_failed(authenticator)


class CodeAgain(ReauthenticateForm):  # type: ignore[misc]
    """The code that is asked again before something that matters."""

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        noted.count_failure(WRONG, self.user.person_id)
        super()._emit_authentication_failed(authenticator)
