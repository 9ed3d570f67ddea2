"""The study text that the trial runs under, as its ledger has it, and the texts before it.

The study's folder is a proposal: it is read when the trial opens, when an amendment is adopted, and
once after an upgrade, to record the text of a ledger that names it by its digest alone.
"""

import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from equipoise.conduct import trial
from equipoise.conduct.act import Refused, Stamp
from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.fitness import INVALID, unfit
from equipoise.conduct.study_text import TextUnreadable, recording, study_of, text_at
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Head
from equipoise.study.load import Invalid
from equipoise.study.model import Study
from equipoise.web import home, read_model
from equipoise.web.store import DatabaseLedger

__all__ = [
    "TextMissing",
    "fit",
    "knowing_also",
    "make_known",
    "proposal",
    "record",
    "study",
    "texts",
    "while_reading",
]

LEDGER = DatabaseLedger()


class TextMissing(Exception):
    """The text that the trial runs under stands neither in the ledger nor in the study's folder."""

    def __init__(self, state: TrialState) -> None:
        super().__init__(
            f"the study's folder {home.study_folder()} is not the text that the trial runs under "
            f"(version {state.study_version}, digest {state.study_digest[:16]}…), and the ledger "
            "does not hold that text yet: bring the folder as it was when that version was "
            "adopted, name it in EQUIPOISE_STUDY, and start again; `equipoise check` prints a "
            "folder's digest. What was changed since is then adopted by `equipoise amend`"
        )


class _Known:
    """The adopted study as this process last knew it, and the head of the stream that said so."""

    lock = threading.Lock()
    head: Head | None = None
    study: Study | None = None


_read: ContextVar[list[Study] | None] = ContextVar("the study of the page being read", default=None)


def while_reading(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page that only reads is of one study text, which is asked for once."""

    def answered(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return answer(request)
        before = _read.set([])
        try:
            return answer(request)
        finally:
            _read.reset(before)

    return answered


def study() -> Study:
    """The study whose text is adopted; the folder's before the trial is open.

    :raises TextMissing: when the text can not be found
    """
    read = _read.get()
    if read is None:
        return _study_now()
    if not read:
        read.append(_study_now())
    return read[0]


def _study_now() -> Study:
    head = LEDGER.head("study")
    if head is None:
        return home.proposal()
    with _Known.lock:
        if _Known.study is not None and _Known.head == head:
            return _Known.study
    found = _found(read_model.trial_state_now(LEDGER))
    with _Known.lock:
        _Known.head, _Known.study = head, found
    return found


def _found(state: TrialState) -> Study:
    if not state.opened_on:
        return home.proposal()
    text = _recorded(state, state.study_digest)
    if text is None:
        text = _proposed()
        if text is None or text.digest != state.study_digest:
            raise TextMissing(state)
    return _knowing(text, state)


def _knowing(text: Study, state: TrialState) -> Study:
    """The text with what the ledger holds of it: the texts before, and where what is active."""
    days = state.administration.adopted_on
    known = text.knowing(lambda digest: _recorded(state, digest), days)
    return known.activated(state.amendments.active)


def _proposed() -> Study | None:
    try:
        return home.proposal()
    except Invalid:
        return None


def _recorded(state: TrialState, digest: str) -> Study | None:
    """The study of a recorded text; None when it is not recorded."""
    seq = state.study_text.recorded.get(digest)
    return study_of(text_at(LEDGER.entry("study", seq))) if seq else None


def proposal(where: Path | None = None) -> Study:
    """The study in a folder, which knows the texts that were adopted before it.

    :param where: the folder; the study's own when not told
    :raises Refused: with every error in its files
    """
    try:
        text = home.proposal(where)
    except Invalid as error:
        wrong = [INVALID(problem=str(problem)) for problem in error.problems]
        raise Refused(tuple(wrong)) from error
    state = read_model.trial_state_now(LEDGER)
    return _knowing(text, state)


def knowing_also(known: Study, where: Path | None = None) -> Study:
    """The study, which finds the text of a folder too: what is yet to be adopted.

    :param where: the folder; the study's own when not told
    :raises Refused: with every error in its files
    """
    new = proposal(where)
    return known.knowing(lambda digest: new if digest == new.digest else known.under(digest))


def fit(text: Study) -> Study:
    """The same study, if it holds together and its worked cases hold.

    :raises Refused: with everything that does not
    """
    if text.text is None:
        raise ValueError("this study was not read from a text")
    if text.text.digest not in _found_fit:
        if wrong := unfit(text.text):
            raise Refused(tuple(wrong))
        _found_fit.add(text.text.digest)
    return text


_found_fit: set[str] = set()  # it takes seconds to find out, and a text never changes


def texts() -> dict[str, Study]:
    """Every adopted study whose text is recorded, by its digest."""
    state = read_model.trial_state_now(LEDGER)
    found = ((digest, _recorded(state, digest)) for digest in state.study_text.recorded)
    return {digest: text for digest, text in found if text is not None}


def record(text: Study, at: datetime) -> None:
    """Record the text of a study that is or was adopted, by the trial itself.

    :raises Refused: when no entry names it, or it is recorded already
    :raises TextMissing: when it is an earlier one, and the one that holds can not be found
    """
    act = recording(text)
    if act is None:
        raise ValueError("this study was not read from a text")
    with LEDGER.writing("study"):
        state = read_model.trial_state_now(LEDGER)
        known = text if text.digest == state.study_digest else _found(state)
        # It must be known even while the clock is behind: then it repeats the newest moment.
        newest = LEDGER.newest()
        at = max(at, datetime.fromisoformat(newest)) if newest else at
        stamp = Stamp(by=TRIAL, at=at)
        folds = read_model.DatabaseFolds(known, LEDGER)
        trial.perform(known, LEDGER, act, stamp, folds=folds)


def make_known(at: datetime) -> list[str]:
    """Record the adopted text if the ledger does not hold it; else why that can not be done."""
    state = read_model.trial_state_now(LEDGER)
    if not state.opened_on:
        return []
    try:
        if _recorded(state, state.study_digest) is None:
            record(_found(state), at)
    except (TextMissing, TextUnreadable) as error:
        return [str(error)]
    except Refused as refused:
        return [refusal.because for refusal in refused.refusals]
    return []
