"""Refusals in the reader's language. The trial speaks English; its sentences are translated here.

A sentence is recognised by its pattern, the parts in braces are put over (a day, or a text of the
study file) and the same pattern in the reader's language is filled. One that is not known stays as
it is: a reason in English is better than none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext, gettext_noop

from equipoise.conduct.act import Refusal
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.web.reader import HERE
from equipoise.web.views.spoken import day, label

__all__ = ["PATTERNS", "matching", "refusals_said", "sentence_said"]

PATTERNS: tuple[str, ...] = (
    gettext_noop("you have no role in this trial"),
    gettext_noop("your role does not allow this at {hospital}"),
    gettext_noop("your role does not allow this"),
    gettext_noop("{day} is too long ago to be right"),
    gettext_noop(
        "the study file is not the text that the trial runs under (version {version}); "
        "the trial office adopts it as an amendment first"
    ),
    gettext_noop("{day} lies in the future"),
    gettext_noop("there is no participant {number}"),
    gettext_noop("the participant died on {day}; nothing happens after"),
    gettext_noop("the participant died on {day}"),
    gettext_noop("the participant withdrew on {day}; nothing after it may be recorded"),
    gettext_noop("the trial has not been opened"),
    gettext_noop("{number} is taken; ask for the next number"),
    gettext_noop("someone else was first; look again and try anew"),
    gettext_noop("too many people ask for a number; try again"),
    gettext_noop("there is no consent version '{version}'; there are {known}"),
    gettext_noop("version {version} may be signed from {day}"),
    gettext_noop("version {version} was signed already"),
    gettext_noop("the participant has withdrawn from the trial"),
    gettext_noop("the participant has withdrawn consent"),
    gettext_noop("there is no consent to withdraw"),
    gettext_noop("consent was given on {day}; it cannot be withdrawn before"),
    gettext_noop("this was withdrawn already"),
    gettext_noop("there is no signed consent on this day"),
    gettext_noop("there is no signed consent"),
    gettext_noop("site {site} is not open"),
    gettext_noop("say which criterion failed, or why"),
    gettext_noop("this was recorded before"),
    gettext_noop("the participant has been randomised"),
    gettext_noop("the participant was registered before"),
    gettext_noop("the participant failed screening"),
    gettext_noop("the {panel} has not concluded"),
    gettext_noop("the panel has not concluded the last question yet"),
    gettext_noop("the scan was made after this day"),
    gettext_noop("the {panel} has fewer than {number} members from other hospitals"),
    gettext_noop("the panel has no open question on this participant"),
    gettext_noop("you have voted on this scan already"),
    gettext_noop("you were not drawn to read this scan"),
    gettext_noop("one vote is still missing"),
    gettext_noop("{number} votes are still missing"),
    gettext_noop("the panel was asked on {day}"),
    gettext_noop("you do not vote on your own hospital's scans"),
    gettext_noop("choose one of {choices}"),
    gettext_noop("the conclusion must follow the majority"),
    gettext_noop("choose one of the panel's categories"),
    gettext_noop("the participant was randomised before"),
    gettext_noop("the trial has stopped taking participants"),
    gettext_noop("the participant is not registered"),
    gettext_noop("the participant was registered on {day}"),
    gettext_noop("the participant has not been randomised"),
    gettext_noop("the participant was randomised on {day}"),
    gettext_noop("the participant was known alive on {day}"),
    gettext_noop("the death was recorded before"),
    gettext_noop("{factor} is not known"),
    gettext_noop("{factor} is not what was read back; read the factors again"),
    gettext_noop("the role {role} is held at a site"),
    gettext_noop("a person is named by an id of letters and digits, not a name or an e-mail"),
    gettext_noop("this person holds this role already"),
    gettext_noop("this person does not hold this role"),
    gettext_noop("nobody could give roles any more; give someone else this role first"),
    gettext_noop("{hospital} is open already"),
)


def refusals_said(
    study: Study,
    subject: Subject,
    refusals: Iterable[Refusal],
    language: str,
    on: date,
    *,
    registering: bool = False,
) -> Iterator[Refusal]:
    """The same refusals in the reader's language.

    :param registering: whether the windows count from `on`, as they do when registering
    """
    for refusal in refusals:
        if refusal.reason is not None:
            yield Refusal(refusal.code, refusal.said(HERE), refusal.where)
            continue
        if language == "en":
            yield refusal
            continue
        said = sentence_said(study, refusal.because)
        yield Refusal(refusal.code, said, refusal.where)


def sentence_said(study: Study, sentence: str) -> str:
    """One sentence of the trial in the reader's language."""
    found = matching(sentence)
    if found is None:
        return _text(study, sentence)
    pattern, parts = found
    translated = gettext(pattern)
    if translated == pattern:
        return sentence
    return translated.format(**{name: _part(study, part) for name, part in parts.items()})


def matching(sentence: str) -> tuple[str, dict[str, str]] | None:
    """The pattern of a sentence, and what stands in its places; None when nobody knows it."""
    for pattern in PATTERNS:
        if found := _matcher(pattern).fullmatch(sentence):
            return pattern, found.groupdict()
    return None


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", pattern)
    made = "".join(
        f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
    return re.compile(made)


def _part(study: Study, text: str) -> str:
    try:
        return day(datetime.strptime(text, "%d %B %Y").date())  # noqa: DTZ007 (a day, no moment)
    except ValueError:
        return ", ".join(_text(study, piece) for piece in text.split(", "))


def _text(study: Study, text: str) -> str:
    known = _texts(study).get(text)
    return label(known) if known else text


_KNOWN: dict[str, dict[str, Mapping[str, str]]] = {}


def _texts(study: Study) -> dict[str, Mapping[str, str]]:
    """Every text of the study file by its English; gathered once a study."""
    if study.digest not in _KNOWN:
        _KNOWN[study.digest] = {text["en"]: text for text in _found(study.model_dump())}
    return _KNOWN[study.digest]


def _found(piece: Any) -> Iterator[Mapping[str, str]]:
    if isinstance(piece, dict):
        if set(piece) >= {"en", "nl"}:
            yield piece
        for inner in piece.values():
            yield from _found(inner)
    elif isinstance(piece, list | tuple):
        for inner in piece:
            yield from _found(inner)
