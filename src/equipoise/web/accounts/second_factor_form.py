"""The forms of the second factor: a wrong code or key is counted in the access log.

Each says in our own words what is asked.
"""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from equipoise.web import security_keys
from equipoise.web.access import access_log

__all__ = ["WRONG", "AddKey", "CodeAgain", "FirstCode", "NameKey", "SignInCode", "SignInKey"]

WRONG = "second-factor-failed"
LONGEST = 60  # signs of a key's name


class SignInCode(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code that is asked after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext("Code of your app, or a recovery code")

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        access_log.count_failure(WRONG, self.user.person_id)
        super()._emit_authentication_failed(authenticator)


class CodeAgain(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code that is asked again before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext("Code of your app, or a recovery code")

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        access_log.count_failure(WRONG, self.user.person_id)
        super()._emit_authentication_failed(authenticator)


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The code that shows that the app was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext("Code that the app shows")


class SignInKey(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A security key that answers after the password."""

    def clean_credential(self) -> Authenticator:
        not_too_often = check_rate_limit(self.user)
        state = auth.get_state()
        auth.clear_state()
        answer = self.cleaned_data["credential"]
        key = security_keys.answered(context.request, self.user, state, answer)
        if key is None:
            access_log.count_failure(WRONG, self.user.person_id)
            raise ValidationError(gettext("The security key did not answer as it must; try again"))
        not_too_often()
        return key


class AddKey(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A new security key, with a name by which its owner knows it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_name(self)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        state = auth.get_state()
        auth.clear_state()
        if security_keys.registered(context.request, state, given.get("credential")) is None:
            text = gettext("No security key was added: it did not answer, or is somebody's already")
            raise ValidationError(text)
        return given


class NameKey(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Another name for a security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_name(self)


def _ask_name(form: forms.Form) -> None:
    form.fields["name"] = forms.CharField(
        label=gettext("Name of the key"),
        help_text=gettext("By which you know it again, such as where you keep it"),
        max_length=LONGEST,
        required=form.fields["name"].required,
    )
