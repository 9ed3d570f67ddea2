"""The private pre-check as its page holds it: all sentences, all truths, and how they are joined.

The page is complete when it is sent. Its script looks up what each answer says and shows what
follows; it knows no word, no unit and no day, and sends nothing.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from markupsafe import Markup

from equipoise.conduct.precheck import Criteria, Denied, Joined, Looked, PreCheck, Settled, Tree
from equipoise.logic.truth import Truth
from equipoise.study.sections.criteria import Criterion
from equipoise.study.sections.questions import Answer
from equipoise.web.jinja import say

__all__ = ["Ask", "Outcome", "asks", "for_script", "outcomes"]

LETTER = {Truth.TRUE: "t", Truth.FALSE: "f", Truth.UNKNOWN: "u"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question with the answers that are offered; who does not know is offered that too."""

    number: int
    words: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One line of the protocol in plain words: why it rules out, or what the doctor checks.

    What nobody is asked about is left to the doctor.
    """

    id: str
    words: str
    inclusion: bool
    in_questions: bool


def asks(check: PreCheck, *, of_another: bool) -> list[Ask]:
    """Every question, in the second person or in the third."""
    return [
        Ask(
            number=n,
            words=say((of_another and one.ask_of_another) or one.ask),
            answers=tuple(_answer(answer) for answer in one.answers),
        )
        for n, one in enumerate(check.questions)
    ]


def outcomes(check: PreCheck, *, of_another: bool) -> list[Outcome]:
    """Every line of the protocol, in its order."""
    return [
        Outcome(
            id=line.criterion.id,
            words=_plain(line.criterion, of_another=of_another),
            inclusion=line.side == "inclusion",
            in_questions=_bears_on(line),
        )
        for line in check.lines
    ]


def for_script(check: PreCheck, *, of_another: bool) -> Markup:
    """What the script looks up: of each line its tree, and a sentence for each count of checks."""
    lines = [[line.criterion.id, _written(line.tree)] for line in check.lines]
    counts = [_counted(n, of_another=of_another) for n in range(len(lines) + 1)]
    text = json.dumps({"lines": lines, "counts": counts}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))


def _counted(n: int, *, of_another: bool) -> str:
    """What is said where nothing rules out; never that somebody may take part."""
    words = ngettext(
        "Nothing you answered rules you out. Your doctor must check %(num)s thing.",
        "Nothing you answered rules you out. Your doctor must check %(num)s things.",
        n,
    )
    if of_another:
        words = ngettext(
            "Nothing you answered rules them out. Their doctor must check %(num)s thing.",
            "Nothing you answered rules them out. Their doctor must check %(num)s things.",
            n,
        )
    return words % {"num": n}


def _bears_on(line: Criteria) -> bool:
    """Whether a layperson is asked about it."""
    return any(True for leaf in line.criterion.leaves() for _ in leaf.questions())


def _answer(answer: Answer) -> str:
    own = {"yes": gettext("Yes"), "no": gettext("No")}
    return say(answer.label) or own[answer.id]


def _plain(criterion: Criterion, *, of_another: bool) -> str:
    return say((criterion.plain_of_another if of_another else criterion.plain) or criterion.text)


def _written(tree: Tree) -> list[Any] | str:
    match tree:
        case Settled(truth):
            return LETTER[truth]
        case Looked(question, truths):
            return ["ask", question, "".join(LETTER[truth] for truth in truths)]
        case Denied(part):
            return ["not", _written(part)]
        case Joined(how, parts):
            return [how, *map(_written, parts)]
