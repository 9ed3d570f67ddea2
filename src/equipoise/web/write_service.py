"""The one step from a request to the trial: who asks, when it is, and what the trial answers.

It decides nothing. It knows the clock, the person and the sealed seed, and passes them on.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from django.db import DatabaseError

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Act, Copy, Refused, Stamp, WrongSeed
from equipoise.conduct.administration import AdoptAmendment, OpenTrial
from equipoise.conduct.assumptions import ConfirmValue
from equipoise.conduct.authorisation import MAY_NOT
from equipoise.conduct.clock import RanAhead, recorded_at
from equipoise.conduct.how import PLAINLY, How
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.restored import SayRestored, ShowHead
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.subject import Subject
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import Entry, Overtaken
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.web import adopted, copies, home, read_model, secrets_kept, seen
from equipoise.web.follow_through import follow_through
from equipoise.web.jobs import table
from equipoise.web.mail import occasions
from equipoise.web.once import Once
from equipoise.web.redaction import wiped
from equipoise.web.store import DatabaseLedger
from equipoise.web.unable import NO_SEED, unable
from equipoise.web.witness import sequencer

__all__ = ["enter_screening", "folds", "now", "perform", "today"]

_log = logging.getLogger(__name__)
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
    return _day(now(), adopted.study())


def _day(moment: datetime, study: Study) -> date:
    return moment.astimezone(ZoneInfo(study.identity.timezone)).date()


def folds(study: Study | None = None) -> read_model.DatabaseFolds:
    """What is true now.

    :param study: the adopted study, where the request has asked for it already
    """
    return read_model.DatabaseFolds(study or adopted.study(), LEDGER)


def _random_source() -> RandomSource | None:
    """The sealed source of draws; None where it is lost, so that all but draws goes on."""
    try:
        return RandomSource(secrets_kept.seed())
    except home.SecretLost as lost:
        _log.error("%s", lost)
        return None


def perform(
    act: Act,
    by: str,
    happened: date | None = None,
    subject_id: str = "",
    once: Once | None = None,
    seen: int | None = None,
    void: VoidEntry | None = None,
    proposed: Path | None = None,
    more: Sequence[Act] = (),
    how: How = PLAINLY,
    known: read_model.DatabaseFolds | None = None,
) -> Entry:
    """Record the act and bring the subject's row up to date, in one transaction.

    :param once: the key of the request; with it the same request again gives the entry it made
    :param seen: the last entry of the participant's own stream that the person knew of
    :param void: voids the entry in whose place the act is put; both are recorded, or neither
    :param more: further acts on the same participant, recorded with it or not at all
    :param how: by which key it is done, or what was shown to whoever proved who they are
    :param known: what the request has folded already, to which only what was recorded since is
        added; not to be used again when the act is refused
    :param proposed: the folder of the text that is adopted, or of which a value is confirmed; the
        study's own when not told
    :raises Refused: with every reason why not
    """
    adopts = isinstance(act, (OpenTrial, AdoptAmendment))
    amends = isinstance(act, AdoptAmendment)
    if amends and not trial.may(adopted.study(), folds().trial_state(), by, act.kind, ""):
        raise Refused((MAY_NOT(),))  # before it is found out, in seconds, whether the text is fit
    if adopts:
        study = adopted.fit(adopted.proposal(proposed))
    else:
        # The act is refused if another text was adopted since the request asked for it.
        study = known.study if known else adopted.study()
    if isinstance(act, ConfirmValue) and _of_a_proposal(study, act, by):
        study = adopted.knowing_also(study, proposed)
    if isinstance(act, OpenTrial):
        random_source = _random_source()
        if random_source is None or act.seed_commitment != random_source.commitment:
            raise Refused((NOT_OUR_SEED(),))
    state = known or read_model.DatabaseFolds(study, LEDGER)
    try:
        return _recorded(study, act, by, happened, subject_id, once, seen, void, more, how, state)
    except WrongSeed as error:
        _log.error("%s", error)
        raise Refused((NO_SEED(),)) from error
    except DatabaseError as error:
        if (refusal := unable(error)) is None:
            raise
        raise Refused((refusal,)) from error


def _of_a_proposal(study: Study, act: ConfirmValue, by: str) -> bool:
    """Whether the value is of a text that is yet to be adopted; nobody else has it read."""
    if study.under(act.text) is not None:
        return False
    return trial.may(study, folds().trial_state(), by, act.kind, "")


def try_out(
    act: Act | type[Act],
    by: str,
    happened: date | None = None,
    subject_id: str = "",
    seen: int | None = None,
    known: read_model.DatabaseFolds | None = None,
) -> tuple[Refusal, ...]:
    """Everything that the trial has against the act, told beside what the page itself sees.

    Nothing is held or recorded. How who does it proves who they are is asked when it is done.

    :param act: its kind, where what was typed makes no act yet
    :param known: what the request has folded already
    """
    clock, state = now(), known or folds()
    study = state.study
    invented = home.is_demonstration()
    stamp = Stamp(by=by, at=clock, happened=happened or _day(clock, study), invented=invented)
    return trial.try_out(
        study,
        LEDGER,
        act,
        stamp,
        subject_id=subject_id,
        folds=state,
        seen=seen,
        copy_of=_copy_of(act),
    )


def _recorded(
    study: Study,
    act: Act,
    by: str,
    happened: date | None,
    subject_id: str,
    once: Once | None,
    seen: int | None,
    void: VoidEntry | None,
    more: Sequence[Act],
    how: How,
    state: read_model.DatabaseFolds,
) -> Entry:
    streams = trial.streams_of(act, subject_id)
    with LEDGER.writing(*streams):
        if once and (made := once.before(by, LEDGER)):
            return made
        # The clock is read while the streams are held, so that they are in the order of time.
        clock = now()
        act, at = _at(act, clock, streams, state)
        stamp = Stamp(
            by=by,
            at=at,
            happened=happened or _day(clock, study),
            how=how,
            live=True,
            invented=home.is_demonstration(),
        )
        try:
            entry = _entry(study, act, stamp, subject_id, seen, void, more, state)
        except Overtaken as error:
            raise Refused((OVERTAKEN(),)) from error
        if isinstance(act, (OpenTrial, AdoptAmendment)):
            adopted.record(study, stamp.at)
        follow_through(act, state.trial_state, clock)
        wiped.follow((act, *more), entry)
        if subject_id:
            read_model.keep(study, state.subject(subject_id), _day(clock, study))
        if act.writes_trial == "amendments":
            # Rows are of the amendments that were active; lists and `verify` find them made anew.
            active = folding.as_active(study, LEDGER)
            read_model.make_current(active, LEDGER, _day(clock, study))
        if once:
            once.note(by, entry, clock)
        letters = occasions.after(study, state, entry, clock)
        later = (*sequencer.after(entry, clock), *wiped.after(entry, clock))
        table.write((*letters, *later), clock)
    return entry


def _entry(
    study: Study,
    act: Act,
    stamp: Stamp,
    subject_id: str,
    seen: int | None,
    void: VoidEntry | None,
    more: Sequence[Act],
    state: read_model.DatabaseFolds,
) -> Entry:
    """The act in the ledger: in the place of another entry, with further acts, or alone."""
    if void:
        return trial.replace(study, LEDGER, void, act, stamp, subject_id=subject_id, folds=state)[1]
    if more:
        acts = (act, *more)
        return trial.together(study, LEDGER, acts, stamp, subject_id=subject_id, folds=state)[-1]
    return trial.perform(
        study,
        LEDGER,
        act,
        stamp,
        subject_id=subject_id,
        random_source=_random_source() if type(act).settled is not Act.settled else None,
        folds=state,
        seen=seen,
        copy_of=_copy_of(act),
    )


def _copy_of(act: Act | type[Act]) -> Copy | None:
    """The copy that this installation was restored from, where the act must know."""
    if not act.gives_number and not isinstance(act, (SayRestored, ShowHead)):
        return None
    copies.notice()  # a standby may have taken the database's place since the server started
    seen.note_when_done()
    return copies.marked()


def _at(
    act: Act, clock: datetime, streams: tuple[str, ...], state: read_model.DatabaseFolds
) -> tuple[Act, datetime]:
    """When it is recorded; what states that the clock had run ahead is told until when."""
    newest = LEDGER.newest()
    if not newest or clock >= datetime.fromisoformat(newest):
        return act, clock
    ahead = state.trial_state().clock.ahead
    if isinstance(act, RanAhead):
        act, ahead = msgspec.structs.replace(act, until=newest), newest
    try:
        return act, recorded_at(clock, newest, LEDGER.last_moment(streams), ahead)
    except Refused as refused:
        _log.error("%s", refused)
        raise


def enter_screening(
    by: str,
    site: str,
    happened: date | None = None,
    once: Once | None = None,
    how: How = PLAINLY,
) -> Subject:
    """Give the next free number at a site; two who ask at once get two numbers."""
    for _ in range(TRIES):
        given = folds().trial_state().restored.numbers.get(site, 0)
        subject_id = trial.next_subject_id(adopted.study(), LEDGER, site, given)
        try:
            entry = perform(EnterScreening(site=site), by, happened, subject_id, once, how=how)
        except Refused as refused:
            if {refusal.code for refusal in refused.refusals} - {"screening.number-taken"}:
                raise
        else:
            return folds().subject(entry.stream)
    raise Refused((BUSY(),))
