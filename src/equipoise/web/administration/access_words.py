"""What a line of the access log says to people: values are kept, words are made here."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext, gettext_noop, ngettext

from equipoise.web.access.access_log import Detail
from equipoise.web.jinja import day, moment

__all__ = ["KINDS", "failed_text", "kind_text", "line_text"]

KINDS: Mapping[str, str] = {
    "signed-in": gettext_noop("Signed in"),
    "signed-out": gettext_noop("Signed out"),
    "sign-in-failed": gettext_noop("Wrong password"),
    "second-factor-failed": gettext_noop("Wrong code or key of the second factor"),
    "second-factor-added": gettext_noop("Second factor added"),
    "second-factor-renewed": gettext_noop("Second factor made anew"),
    "second-factor-removed": gettext_noop("Second factor removed"),
    "security-key-behind": gettext_noop("Security key refused: its counter did not go on"),
    "key-refused": gettext_noop("Key of a program refused"),
    "hospital-sign-in-failed": gettext_noop("Sign-in through a hospital refused"),
    "hospital-bound": gettext_noop("Hospital account bound"),
    "hospital-unbound": gettext_noop("Hospital account no longer bound"),
    "password-ended": gettext_noop("Password ended"),
    "password-reset": gettext_noop("New password by mail"),
    "key-made": gettext_noop("Key made"),
    "key-ended": gettext_noop("Key ended"),
    "key-used": gettext_noop("Key first used that day"),
    "frame-taken": gettext_noop("Table of data taken"),
    "list-read": gettext_noop("List read by a program"),
    "ledger-exported": gettext_noop("Ledger exported"),
    "copy-made": gettext_noop("Back-up made"),
    "results-by-arm-seen": gettext_noop("Results by arm opened"),
    "stopping-rules-seen": gettext_noop("Stopping rules opened"),
    "votes-seen": gettext_noop("Sealed votes opened"),
    "draws-seen": gettext_noop("What arms were drawn from opened"),
    "person-changed": gettext_noop("Person changed at the command line"),
}
WHAT: Mapping[str, str] = {
    "subjects": gettext_noop("participants"),
    "deviations": gettext_noop("deviations"),
    "agenda": gettext_noop("what comes next"),
    "values": gettext_noop("values"),
    "audit": gettext_noop("audit"),
    "totp": gettext_noop("app for codes"),
    "webauthn": gettext_noop("security key"),
    "recovery_codes": gettext_noop("recovery codes"),
}
FIELDS: Mapping[str, str] = {
    "login": gettext_noop("server account %s"),
    "issuer": gettext_noop("through %s"),
    "key": gettext_noop("key %s"),
    "keys": gettext_noop("%s keys"),
    "days": gettext_noop("good for %s days"),
    "whose": gettext_noop("of %s"),
    "subject": gettext_noop("participant %s"),
    "rows": gettext_noop("%s rows"),
    "participants": gettext_noop("%s participants"),
    "entries": gettext_noop("%s entries"),
    "site": gettext_noop("hospital %s"),
    "role": gettext_noop("role %s"),
    "steps": gettext_noop("steps: %s"),
    "form": gettext_noop("as %s"),
    "only": gettext_noop("only %s"),
    "digest": gettext_noop("digest %s"),
}
LONG = {"issuer": 200}  # signs that are shown
YES: Mapping[str, str] = {
    "idle": gettext_noop("nothing was done for too long"),
    "by_arm": gettext_noop("by arm"),
    "made": gettext_noop("new sign-in"),
    "password": gettext_noop("new password"),
}


def kind_text(kind: str) -> str:
    """What sort of access it is; the bare code of one that this version does not know."""
    return gettext(KINDS[kind]) if kind in KINDS else kind


def line_text(details: Mapping[str, Detail], names: Mapping[str, str]) -> str:
    """What was noted with it, in the order in which it was."""
    return ", ".join(
        text for name, value in details.items() if (text := _detail_text(name, value, names))
    )


def failed_text(who: str, count: int, names: Mapping[str, str]) -> tuple[str, str]:
    """Whose sign-in was tried, and how often; of a name that nobody has only a mark is kept."""
    often = ngettext("%(num)s time", "%(num)s times", count) % {"num": count}
    if who.startswith("?"):
        return gettext("a name that nobody has (mark %(mark)s)") % {"mark": who[1:]}, often
    return (names[who] if who else ""), often


def _detail_text(name: str, value: Detail, names: Mapping[str, str]) -> str:
    if name in YES:
        return gettext(YES[name]) if value else ""
    if value == "" or (name == "steps" and isinstance(value, int) and value < 2):
        return ""
    if name in ("what", "frame"):
        return gettext(WHAT.get(str(value), str(value)))
    if name == "as_of":
        return gettext("as it stood %s") % _moment(str(value))
    value_text = names[str(value)] if name == "whose" else str(value)[: LONG.get(name, 40)]
    return gettext(FIELDS[name]) % value_text if name in FIELDS else f"{name} {value_text}"


def _moment(text: str) -> str:
    try:
        if "T" in text:
            return moment(datetime.fromisoformat(text))
        return day(date.fromisoformat(text))
    except ValueError:
        return text
