"""Sign-in: nobody signs up by themselves, and second-factor secrets are stored sealed."""

from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import clear_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext

from equipoise.web import adopted, passwords, sealing, security_keys, write_service
from equipoise.web.access import access_log
from equipoise.web.accounts import throttle
from equipoise.web.first_things import STEPS, asks_second_factor
from equipoise.web.identity import through
from equipoise.web.models import Account
from equipoise.web.viewer import viewer_of

__all__ = ["NobodySignsUp", "SealedSecrets"]

RECORDED = "account_authentication_methods"  # where allauth keeps by which steps they came in
OUR_STEP = "equipoise.web.identity.through.SecondStep"
SILENT = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class NobodySignsUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by the trial office, together with a role."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; it is taken back when the password is right."""
        if not request.user.is_authenticated:
            clear_authentication_records(request)  # what a hospital said of an earlier try
        self._tried = throttle.attempt(request, credentials.get("username", ""))
        if self._tried is None:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        for used in self._tried or []:
            used.rollback()

    def post_login(self, request: HttpRequest, user: Account, **how: Any) -> HttpResponse:
        """This browser is known from now on as one in which they have signed in.

        The language in which they did is that of their mails.
        """
        Account.objects.filter(pk=user.pk).update(language=(get_language() or "en")[:2])
        response: HttpResponse = super().post_login(request, user, **how)
        throttle.remember(request, response, user.person_id)
        return response

    def get_login_stages(self) -> list[str]:
        """As allauth has them, with a second step that knows what hospitals have asked."""
        stages = super().get_login_stages()
        return [OUR_STEP if stage.endswith(".AuthenticateStage") else stage for stage in stages]

    def set_password(self, user: Account, password: str) -> None:
        """With a password end the keys that were made under it."""
        passwords.give(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("me")

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign them in, and note it."""
        super().login(request, user)
        steps = len({step["method"] for step in request.session.get(RECORDED, [])})
        if issuer := through.issuer_of(request):
            steps += through.asked_second_factor_there(request)
            access_log.note("signed-in", user.person_id, steps=steps, issuer=issuer)
        else:
            access_log.note("signed-in", user.person_id, steps=steps)

    def logout(self, request: HttpRequest) -> None:
        """Sign them out, and note it where it can be: nobody is kept signed in for that."""
        person = request.user.get_username()
        super().logout(request)
        with suppress(DatabaseError):
            access_log.note("signed-out", person)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password: counted, never as it was typed."""
        access_log.failed_sign_in(str(credentials.get("username", "")))

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Coming and going is seen from the page itself; anything else is said."""
        template = args[0] if args else kwargs.get("message_template", "")
        if template not in SILENT:
            super().add_message(request, level, *args, **kwargs)


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second-factor secrets are encrypted with the installation's own key."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last second factor that a role asks for is replaced by the office, not taken away."""
        viewer = viewer_of(adopted.study(), write_service.folds().trial_state(), authenticator.user)
        steps = Authenticator.objects.filter(user=authenticator.user, type__in=STEPS)
        return not asks_second_factor(viewer) or steps.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Account, *of: Authenticator.Type) -> str:
        """What a new key is called until its owner names it."""
        number = Authenticator.objects.filter(user=user, type__in=of).count() + 1
        return gettext("Key %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return security_keys.rp_entity(context.request)

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, Any]:
        return security_keys.entity_of(user)

    def encrypt(self, text: str) -> str:
        return sealing.seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text.encode()).decode()
