"""What visits wait for, in the reader's words."""

from django.utils.translation import gettext, ngettext

from equipoise.conduct.missing_days import MissingDay
from equipoise.logic.figures import inner
from equipoise.study.model import Study
from equipoise.web.jinja import say

__all__ = ["fact_word", "missing_words", "waits_words"]


def fact_word(study: Study, name: str) -> str:
    """A fact that visits wait for: an act, a form or an item."""
    acts = {
        "screening": gettext("Screening"),
        "consent": gettext("Consent"),
        "registration": gettext("Registration"),
        "randomisation": gettext("Randomisation"),
    }
    if name in acts:
        return acts[name]
    known = study.vocabulary.get(name)
    return say(known.label) if known else name


def waits_words(study: Study, names: tuple[str, ...]) -> str:
    """Why a visit has no day yet; nothing where that is not known."""
    facts = ", ".join(inner(fact_word(study, name)) for name in names)
    return gettext("waits for: %(facts)s") % {"facts": facts} if facts else ""


def missing_words(study: Study, missing: MissingDay) -> str:
    """What was not recorded, and how much waits for it."""
    count = sum(visit.times for visit in missing.holds)
    waiting = ngettext("%(count)s visit waits for it", "%(count)s visits wait for it", count)
    told = {"what": fact_word(study, missing.name), "waiting": waiting % {"count": count}}
    return gettext("Not recorded: %(what)s; %(waiting)s") % told
