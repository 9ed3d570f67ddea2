"""What the figures of the trial's progress say: the same on the status page and in reports."""

from equipoise.analysis.figures.texts import FLOW, SURVIVAL, Texts
from equipoise.logic.figures import anchor_text
from equipoise.logic.translator import Translator
from equipoise.study.parts import say
from equipoise.study.sections.endpoints import Endpoint

__all__ = ["flow_words", "survival_texts"]


def flow_words(into: Translator) -> dict[str, str]:
    """The words in the boxes of the flow."""
    return {name: FLOW.said(name, into) for name in FLOW.english}


def survival_texts(into: Translator, endpoint: Endpoint, title: str = "") -> Texts:
    """The texts of an endpoint's curve; without a title of its own, the endpoint's label."""
    label = say(endpoint.label, into.language)
    own = {
        "title": title or label,
        "description": say(endpoint.definition, into.language),
        "up": label,
        "survival": f"{label} (%)",
    }
    return Texts(SURVIVAL, into, {"origin": anchor_text(endpoint.origin, None, into)}, own)
