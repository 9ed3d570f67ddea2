"""The one step from a request to the trial: who asks, when it is, and what the trial answers.

The doors decide nothing. They know the clock, the person and the sealed seed, and pass them on.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from equipoise.conduct import trial
from equipoise.conduct.act import Act, Refused, Stamp
from equipoise.conduct.luck import Luck
from equipoise.conduct.office import OpenTrial
from equipoise.conduct.reason import Reason
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry, Overtaken
from equipoise.web import home, reading
from equipoise.web.once import Once
from equipoise.web.store import DatabaseLedger

__all__ = ["enter_screening", "folds", "now", "perform", "today"]

LEDGER = DatabaseLedger()
TRIES = 20
NOT_OUR_SEED = Reason(
    "study.other-seed",
    "seed_commitment",
    "this is not the hash of the seed that is sealed here; no draw could be made",
)
OVERTAKEN = Reason("ledger.overtaken", "", "someone else was first; look again and try anew")
BUSY = Reason("screening.busy", "", "too many people ask for a number; try again")


def now() -> datetime:
    """The server's clock, the only one that counts."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is where the trial is run."""
    return now().astimezone(ZoneInfo(home.study().identity.timezone)).date()


def folds() -> reading.DatabaseFolds:
    """What is true now."""
    return reading.DatabaseFolds(home.study(), LEDGER)


def _luck() -> Luck:
    return Luck(home.secret("seed"))


def perform(
    act: Act,
    by: str,
    happened: date | None = None,
    subject_id: str = "",
    once: Once | None = None,
) -> Entry:
    """Record the act and bring the subject's row up to date, in one transaction.

    :param once: the key of the request; with it the same request again gives the entry it made
    :raises Refused: with every reason why not
    """
    study = home.study()
    if isinstance(act, OpenTrial) and act.seed_commitment != _luck().commitment:
        raise Refused((NOT_OUR_SEED(),))
    with LEDGER.writing(*_streams(act, subject_id)):
        if once and (made := once.before(by, LEDGER)):
            return made
        # The clock is read while the streams are held, so that they are in the order of time.
        state, stamp = folds(), Stamp(by=by, at=now(), happened=happened or today())
        try:
            entry = trial.perform(
                study, LEDGER, act, stamp, subject_id=subject_id, luck=_luck(), folds=state
            )
        except Overtaken as error:
            raise Refused((OVERTAKEN(),)) from error
        if subject_id:
            reading.keep(study, state.subject(subject_id))
        if once:
            once.note(by, entry, stamp.at)
    return entry


def enter_screening(
    by: str, site: str, happened: date | None = None, once: Once | None = None
) -> Subject:
    """Give the next free number at a site; two who ask at once get two numbers."""
    for _ in range(TRIES):
        subject_id = trial.next_subject_id(home.study(), LEDGER, site)
        try:
            entry = perform(EnterScreening(site=site), by, happened, subject_id, once)
        except Refused as refused:
            if {refusal.code for refusal in refused.refusals} - {"screening.number-taken"}:
                raise
        else:
            return folds().subject(entry.stream)
    raise Refused((BUSY(),))


def _streams(act: Act, subject_id: str) -> tuple[str, ...]:
    if act.stream == "subject":
        return (subject_id,)
    return (act.stream, subject_id) if subject_id else (act.stream,)
