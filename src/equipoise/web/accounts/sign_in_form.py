"""The sign-in form, whose box says what it does here."""

from allauth.account.forms import ChangePasswordForm, LoginForm
from django.conf import settings
from django.utils.translation import gettext

from equipoise.web.middleware import IDLE
from equipoise.web.passwords import LongEnough, UnlikeNames

__all__ = ["OtherPassword", "SignIn"]


class OtherPassword(ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """What is asked of a password is said where one is chosen."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        rules = (LongEnough().get_help_text(), UnlikeNames().get_help_text())
        self.fields["password1"].help_text = " ".join(rules)


class SignIn(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Without the box a sign-in ends with the browser; with it neither limit is any longer."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        limits = {"minutes": IDLE // 60, "hours": settings.SESSION_COOKIE_AGE // 3600}
        box = self.fields["remember"]
        box.label = gettext("Stay signed in when the browser is closed")
        box.help_text = (
            gettext(
                "A sign-in ends after %(minutes)s minutes in which nothing is done, and after "
                "%(hours)s hours, in any case. Leave the box empty on a computer that others use."
            )
            % limits
        )
