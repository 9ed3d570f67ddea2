"""What a lock closes: every act of which it is not said that it may be done under it.

A freeze closes what changes data; queries, verification, review and signature go on. A lock closes
these too. Whichever way an act comes, it is asked here.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from equipoise.conduct.act import Act, Context
from equipoise.conduct.digests import FormOf
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.state.locks import Grade, Locked
from equipoise.conduct.subject import Subject
from equipoise.study.reason import Reason, Refusal

__all__ = ["Closing", "closed", "closings", "locks_more", "shuts"]

STUDY = Reason("lock.study", "", "the study is locked since {day}")
PARTICIPANT = Reason("lock.participant", "", "this participant's data are locked since {day}")
FROZEN = Reason("lock.participant-frozen", "", "this participant's data are frozen since {day}")
FORM = Reason("lock.form", "", "this form is locked since {day}")
FORM_FROZEN = Reason("lock.form-frozen", "", "this form is frozen since {day}")
OF_FORM: dict[Grade, Reason] = {"freeze": FORM_FROZEN, "lock": FORM}
OF_PARTICIPANT: dict[Grade, Reason] = {"freeze": FROZEN, "lock": PARTICIPANT}


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """One lock that closes an act."""

    of: Literal["study", "participant", "form"]
    lock: Locked
    place: FormOf | None = None
    because: Refusal


def closed(kind: type[Act], act: Act | None, context: Context) -> Iterator[Refusal]:
    """Why a lock closes an act; of a void, why it closes the entry that is voided."""
    named, study = context.named.act if context.named else None, context.trial_state.locks.locked
    yield from (one.because for one in closings(kind, act, context.subject, study, named))


def closings(
    kind: type[Act],
    act: Act | None,
    subject: Subject,
    study_lock: Locked | None,
    named: Act | None = None,
) -> Iterator[Closing]:
    """Every lock that closes an act of a participant, the widest first.

    :param act: None: its kind alone is asked of, which no lock of one form closes
    :param named: what is voided by it
    """
    state = subject.locks
    if study_lock and kind.stream != "study" and not kind.under_study_lock:
        yield Closing(of="study", lock=study_lock, because=STUDY(day=study_lock.on))
    if state.participant is None and not state.forms:
        return
    if named:
        kind, act = type(named), named
    if (everything := state.participant) and _shuts(everything, kind):
        because = OF_PARTICIPANT[everything.grade](day=everything.on)
        yield Closing(of="participant", lock=everything, because=because)
    place = act.form_place(subject) if act and state.forms else None
    lock = state.forms.get(record_key(*place)) if place else None
    if lock and _shuts(lock, kind):
        yield Closing(of="form", lock=lock, place=place, because=OF_FORM[lock.grade](day=lock.on))


def shuts(subject: Subject, kind: type[Act] | None, place: FormOf | None = None) -> bool:
    """Whether a lock closes a kind of act of a participant, or of one copy of a form.

    :param kind: None: nothing that anybody does, such as what is waited for
    """
    locks = [subject.locks.participant]
    if place:
        locks.append(subject.locks.forms.get(record_key(*place)))
    return any(lock and (kind is None or _shuts(lock, kind)) for lock in locks)


def locks_more(subject: Subject, place: FormOf | None = None) -> bool:
    """Whether something is left to freeze or lock, of a copy of a form or of everything."""
    held = subject.locks.forms.get(record_key(*place)) if place else subject.locks.participant
    return not (held and held.grade == "lock")


def _shuts(lock: Locked, kind: type[Act]) -> bool:
    done_under = {"freeze": ("freeze", "lock"), "lock": ("lock",)}
    return kind.under_lock not in done_under[lock.grade]
