"""What visits wait for, in the reader's words."""

from django.utils.translation import gettext

from equipoise.logic.figures import inner
from equipoise.study.model import Study
from equipoise.web.jinja import say

__all__ = ["fact_word", "waits_words"]


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
