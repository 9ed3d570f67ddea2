"""The flow of a participant's pump in the reader's words: its last measurements and their trend."""

from decimal import Decimal

from equipoise.conduct.pump.chapter import INFUSED, LEVELS, TRENDS
from equipoise.conduct.pump.flows import Flow, Measurement, flow_of
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Choices
from equipoise.web.reader import HERE
from equipoise.web.views.act_words import choice_labels
from equipoise.web.views.page import Page

__all__ = ["flow_in_words"]

MINUS = "\N{MINUS SIGN}"
InWords = dict[str, object]


def flow_in_words(page: Page, subject: Subject) -> InWords | None:
    """What the page of a participant says of the flow of their pump; nothing before it is known."""
    flow = flow_of(page.study, subject)
    if flow is None:
        return None
    return {
        "calibrated": HERE.number(flow.calibrated),
        "verified": HERE.number(flow.verified) if flow.verified != flow.calibrated else "",
        "trend": _word(page, TRENDS, flow.trend),
        "measured": _lines(page, flow),
    }


def _lines(page: Page, flow: Flow) -> list[InWords]:
    """Each measurement; the deviation with its sign, for too fast is not too slow."""
    return [
        {
            "day": HERE.day(one.on),
            "out": HERE.number(one.out),
            "expected": HERE.number(one.expected),
            "flow": HERE.number(one.flow),
            "difference": _signed(one.difference),
            "deviation": f"{_signed(one.deviation)}%",
            "infused": _word(page, INFUSED, one.infused),
            "level": _word(page, LEVELS, one.level),
            **_next_step(page, one),
        }
        for one in flow.measured
    ]


def _next_step(page: Page, one: Measurement) -> InWords:
    """What the study file says is done next, and where that is from."""
    step = page.study.pump.limits.step(one.level) if page.study.pump else None
    if step is None:
        return {}
    return {
        "step": HERE.written(step.text),
        "unverified": page.unverified.uses(step),
        "source": step.source,
    }


def _word(page: Page, words: Choices, code: str) -> str:
    return choice_labels(Ask("", words), page.study).get(code, "")


def _signed(number: Decimal) -> str:
    sign = "+" if number > 0 else MINUS if number < 0 else ""
    return f"{sign}{HERE.number(abs(number))}"
