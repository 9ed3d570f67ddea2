"""What allauth's pages say where our Dutch says it otherwise: it calls nobody `je`.

Our catalogue goes before allauth's own, so a text that is named here is said as we translate it.
Most of allauth's texts need no such thing, and are not named; the pages of two-step sign-in are our
own altogether.
"""

from django.utils.translation import gettext_noop

__all__ = ["WORDED_OTHERWISE"]

WORDED_OTHERWISE = (
    gettext_noop("Use your password"),
    gettext_noop("Use authenticator app or code"),
    gettext_noop("Incorrect code."),
    gettext_noop("Authenticator app activated."),
    gettext_noop("Authenticator app deactivated."),
    gettext_noop("Security key added."),
    gettext_noop("Security key removed."),
    gettext_noop("A new set of recovery codes has been generated."),
    gettext_noop("Password successfully changed."),
    gettext_noop("Please type your current password."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("The username and/or password you specified are not correct."),
    gettext_noop("Are you sure you want to sign out?"),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("You cannot deactivate two-factor authentication."),
    gettext_noop(
        "You cannot generate recovery codes without having two-factor authentication enabled."
    ),
)
