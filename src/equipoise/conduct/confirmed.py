"""What a save asks back, and the answer to each question: why what looks mistyped is right.

Every question has an answer of its own, by the code of the refusal and the place where it stands:
`{"item.implausible": {"inr": "measured twice"}}`. Why a value is changed answers none of them. (In
entries of earlier versions one reason, that of the change, answered them all.)
"""

from collections.abc import Iterable, Iterator

from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.personal import BSN_HERE, has_bsn
from equipoise.study.reason import OneOf, Reason, Refusal

__all__ = [
    "CONFIRMABLE",
    "SOFT_CHECK",
    "Confirmed",
    "answered",
    "no_questions",
    "numbers_in",
    "only_confirmable",
]

Confirmed = dict[str, dict[str, str]]
"""By the code of the refusal, then by its place: why it is right all the same."""

SOFT_CHECK = "item.soft-check"
CONFIRMABLE = (
    "item.implausible",
    SOFT_CHECK,
    "form.outside-window",
    "form.well-before",
    "text.personal",
)
"""The codes of refusals that are questions: someone may say why it is right."""

NO_QUESTION = Reason(
    "form.no-question", "confirmed", "'{code}' is not asked; what can be confirmed: {known}"
)


def answered(confirmed: Confirmed, refusal: Refusal) -> bool:
    """Whether a refusal is a question that was answered."""
    if refusal.code not in CONFIRMABLE:
        return False
    return not is_blank(confirmed.get(refusal.code, {}).get(refusal.where, ""))


def no_questions(confirmed: Confirmed) -> Iterator[Refusal]:
    """What is confirmed and is nothing that could be asked."""
    for code in confirmed.keys() - set(CONFIRMABLE) if confirmed else ():
        yield NO_QUESTION(code=code[:100], known=OneOf(CONFIRMABLE))


def numbers_in(confirmed: Confirmed) -> Iterator[Refusal]:
    """Answers in which a number passes the eleven-test, each at its place."""
    for places in confirmed.values():
        for where, answer in places.items():
            if has_bsn(answer):
                yield BSN_HERE(where)


def only_confirmable(confirmed: Confirmed, refusals: Iterable[Refusal]) -> Confirmed:
    """The answers to what was asked; the others say nothing.

    :param refusals: what stands against the same act when nothing is confirmed
    """
    kept: Confirmed = {}
    for refusal in refusals:
        if answered(confirmed, refusal):
            answer = confirmed[refusal.code][refusal.where].strip()
            kept.setdefault(refusal.code, {})[refusal.where] = answer
    return kept
