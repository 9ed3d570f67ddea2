"""Before which acts someone proves once more who they are, and what they then say they mean by it.

Some acts ask it always; the study file may ask it of any other. What takes an entry back asks what
the entry asked, where it can be taken back at all.
"""

from collections.abc import Iterable

from equipoise.conduct.act import Act
from equipoise.conduct.words import marked
from equipoise.study.model import Study

__all__ = ["concerned", "is_asked", "meaning_of"]

MEANING = marked("I have read what stands here, and I answer for what I record.")


def is_asked(studies: Iterable[Study], *acts: type[Act]) -> bool:
    """Whether one of these texts, or one of these kinds of act by itself, asks it."""
    texts = list(studies)
    return any(
        act.step_up or any(act.kind in text.step_up for text in texts)
        for act in acts
        if not act.by_trial
    )


def concerned(act: type[Act], taken_back: type[Act] | None) -> list[type[Act]]:
    """The kinds that decide: the act's own, and that of the entry which it takes back.

    A draw and an act of the whole trial are never taken back, and a password would seem to help.
    """
    return [act, taken_back] if taken_back and taken_back.stream == "subject" else [act]


def meaning_of(act: type[Act]) -> str:
    """What someone means by it who proves once more who they are."""
    return act.words.meaning or MEANING
