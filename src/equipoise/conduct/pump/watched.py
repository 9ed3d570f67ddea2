"""What presses of a pump: until when it must be emptied, when it runs dry, what went wrong.

A visit at which a pump with a drug in it should have been emptied and was not is no late visit: the
drug runs on. What is in a pump is watched until somebody records that it came out, whatever else
the participant still takes part in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from equipoise.conduct.chapter import Due, Turn
from equipoise.conduct.pump.acts import RefillPump
from equipoise.conduct.pump.emptying import more_out
from equipoise.conduct.pump.scans_due import scans_due
from equipoise.conduct.state.pump import as_decimal
from equipoise.conduct.state.pump_flow import Content, content_of, on_the_wall
from equipoise.conduct.state.pump_record import Pump
from equipoise.conduct.subject import Subject
from equipoise.logic.watched import unwatched
from equipoise.study.facts import labels_of
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Given, Phrase
from equipoise.study.sections.pump import Pump as Section
from equipoise.study.sections.pump import PumpModel

__all__ = ["agenda", "deviates", "went_wrong"]

DRUG_RUNS_ON = Phrase(
    "Empty the pump by {day}, {time}: {substance} runs on at {a_day} a day, until the pump is dry "
    "on {dry}, {dry_time}"
)
REFILL = Phrase("Refill the pump by {day}, {time}; it is dry on {dry}, {dry_time}")
RUNS_DRY = Phrase("The pump is dry on {day}, {time}: fill it with {instead}")
EMPTY = Phrase("The pump is empty since {day}, {time}: fill it with {instead}")
WRONG_WAY = Phrase("{substance} went in where it may not go ({port}): {because}")
MORE_OUT = Phrase(
    "{out} was taken out of the pump, and {went_in} had gone in on {day}: find out which is wrong, "
    "or what else came out"
)
UNRELEASED = Phrase("{substance} went in, and no perfusion scan had released the pump")
POCKET = Phrase(
    "{volume} neither went into the pump nor came back: it may lie in the pocket around the pump"
)
OFF_HOLD = Phrase(
    "The flow of the pump is {percent} off its card: no drug before pump and catheter were "
    "looked at; fill it with {instead}"
)
OFF_QUERY = Phrase("The flow of the pump is {percent} off its card: look into it")
TOO_FAST = Phrase("{substance} was nearly gone before it was to be emptied: {volume} was left")


@dataclass(frozen=True, slots=True)
class _Now:
    """The pump that is in place and what is in it; the section and model by which it is judged."""

    study: Study
    subject: Subject
    section: Section
    model: PumpModel
    pump: Pump
    content: list[Content]

    @property
    def last(self) -> Content:
        return self.content[-1]

    @property
    def instead(self) -> Given:
        substance = self.section.substance(self.section.instead)
        return substance.label if substance else self.section.instead


def agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What is to be done about the pump that is in place; nothing once they died."""
    now = _now(study, subject)
    if now is None or subject.died_on:
        return
    today = unwatched(on)
    if not now.last.fills:
        yield _empty(now)
    else:
        yield _emptied_by(now, today)
        yield _dry(now, today)
    for what in _wrong(now):
        yield Due(urgency="alarm", what=what, when=now.last.filling.on, where=RefillPump)
    yield from scans_due(section=now.section, pump=now.pump, today=today)
    if off := _query(now):
        yield Due(urgency="due", what=off, where=RefillPump)


def went_wrong(study: Study, subject: Subject, seq: int) -> bool:
    """Whether the filling of an entry alarms as soon as it is recorded, and still does."""
    now = _now(study, subject)
    if now is None or now.last.filling.seq != seq:
        return False
    return not now.last.fills or any(_wrong(now))


def _now(study: Study, subject: Subject) -> _Now | None:
    section, pump = study.pump, subject.pump.inside
    model = section.model(pump.implanted.model) if section and pump else None
    if section is None or pump is None or model is None:
        return None
    return _Now(study, subject, section, model, pump, content_of(pump, study))


def _empty(now: _Now) -> Due:
    """A pump in which nothing is clots."""
    wall = on_the_wall(now.last.since, now.study)
    what = EMPTY(day=wall.date(), time=f"{wall:%H:%M}", instead=now.instead)
    return Due(urgency="alarm", what=what, when=wall.date(), where=RefillPump)


def _emptied_by(now: _Now, today: date) -> Due:
    """Coming, then due, and from the moment on an alarm."""
    one = now.last
    by, dry = on_the_wall(one.empty_by, now.study), on_the_wall(one.dry_at, now.study)
    when: dict[str, Given] = {
        "day": by.date(),
        "time": f"{by:%H:%M}",
        "dry": dry.date(),
        "dry_time": f"{dry:%H:%M}",
    }
    what = REFILL(**when)
    if one.substance and one.substance.drug:
        a_day = _amount(one.a_day, "mg")
        what = DRUG_RUNS_ON(substance=one.substance.label, a_day=a_day, **when)
    soon = by.date() - timedelta(days=int(now.section.ahead))
    turns = (
        Turn(date.min, "coming", by.date()),
        Turn(soon, "due", by.date()),
        Turn(by.date(), "alarm", by.date(), one.empty_by),
    )
    return _turned(what, turns, today, one.empty_by)


def _dry(now: _Now, today: date) -> Due:
    """From the moment on at which it runs dry an alarm of its own."""
    wall = on_the_wall(now.last.dry_at, now.study)
    what = RUNS_DRY(day=wall.date(), time=f"{wall:%H:%M}", instead=now.instead)
    on, at = wall.date(), now.last.dry_at
    turns = (Turn(date.min, "coming", on), Turn(on, "due", on), Turn(on, "alarm", on, at))
    return _turned(what, turns, today, at)


def _turned(what: Given, turns: tuple[Turn, ...], today: date, at: datetime) -> Due:
    """What is due as it presses when the day begins, and how later."""
    now = max(n for n, turn in enumerate(turns) if turn.has_come(today, None))
    return Due(
        urgency=turns[now].urgency or "due",
        what=what,
        when=turns[now].when,
        at=at,
        where=RefillPump,
        later=turns[now + 1 :],
        one_of="pump",
    )


def _wrong(now: _Now) -> Iterator[Given]:
    """What went wrong at the last emptying and filling; it stands until the next."""
    filling, last = now.last.filling, now.last
    more = more_out(now.study, now.pump, filling.withdrawn, last.since) if filling.withdrawn else ()
    if more:
        yield MORE_OUT(out=more[0], went_in=more[1], day=more[2])
    if filling.all_the_same == "yes" and last.substance and not (more and _may_pass(now)):
        port = labels_of(now.model, "ports").get(filling.port, filling.port)
        yield WRONG_WAY(substance=last.substance.label, port=port, because=filling.because)
    unreleased = now.section.release and not now.pump.released(filling.on)
    if unreleased and last.substance and last.substance.drug:
        yield UNRELEASED(substance=last.substance.label)
    if last.unaccounted is not None and last.unaccounted > Fraction(now.model.unaccounted):
        yield POCKET(volume=_amount(last.unaccounted, "mL"))
    for before in now.content[-2:-1]:
        if before.level == "hold":
            yield OFF_HOLD(percent=_percent(before), instead=now.instead)
        if before.too_fast and before.substance:
            volume = _amount(before.residual or Fraction(0), "mL")
            yield TOO_FAST(substance=before.substance.label, volume=volume)


def _may_pass(now: _Now) -> bool:
    """Whether what is in the pump went in where it may go, with a needle that may be used."""
    filling = now.last.filling
    passage = now.section.passage(now.model.id, filling.substance, filling.port)
    needles = passage.needles if passage else ()
    return bool(passage and passage.allowed and (not needles or filling.needle in needles))


def _query(now: _Now) -> Given | None:
    for before in now.content[-2:-1]:
        if before.level == "query":
            return OFF_QUERY(percent=_percent(before))
    return None


def _percent(content: Content) -> Amount:
    return deviates(content) or Amount(as_decimal(Fraction(0)), "%")


def deviates(content: Content) -> Amount | None:
    """The deviation of the flow, to one place and with its sign."""
    if content.deviation is None:
        return None
    percent = as_decimal(content.deviation, 1)
    return Amount(percent, "%", "+" if percent > 0 else "")


def _amount(number: Fraction, unit: str) -> Amount:
    """A number with its unit, to two places."""
    return Amount(as_decimal(number, 2), unit)
