"""Forms: what was asked of one subject at one visit, and every version of every answer.

Values are canonical text typed by the study: 12.5, <5, yes, 2026-11-23, a choice's code. A value
that is recorded again keeps its history and needs a reason. An empty text takes a value back. What
looks mistyped is asked, and each question needs an answer of its own.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar, Self
from zoneinfo import ZoneInfo

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.answers import (
    LIMITS,
    REQUIRED,
    answer_refusals,
    canonical_answers,
    with_units,
)
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.checks import (
    HARD,
    answered_anew,
    answered_first,
    asked_of,
    asked_of_others,
    failed_checks,
    failed_form_checks,
)
from equipoise.conduct.confirmed import (
    CONFIRMABLE,
    Confirmed,
    answered,
    no_questions,
    numbers_in,
    only_confirmable,
)
from equipoise.conduct.copied import copied_refusals, really_copied
from equipoise.conduct.coverage import cells_waiting, without_waiting
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.form_agenda import LATE, agenda, unfinished
from equipoise.conduct.form_days import day_refusals
from equipoise.conduct.form_period import (
    amended_refusals,
    column_refusals,
    item_is_over,
)
from equipoise.conduct.form_values import VALUES
from equipoise.conduct.hospital_limits import hospital_limits
from equipoise.conduct.links import link_refusals
from equipoise.conduct.none_so_far import none_refusals
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.reasons import change_refusals, reason_refusals, reasons_kept
from equipoise.conduct.schedule import applies
from equipoise.conduct.state.forms import FormsState, Record, Save, Value, record_key
from equipoise.conduct.subject import Subject
from equipoise.conduct.told_answers import called, told_value
from equipoise.conduct.unanswered import ABSENT, withdrawn_whys
from equipoise.conduct.withdrawal import What, withdrawn
from equipoise.conduct.words import Ask, Words, forms_of, items_of, visits_of
from equipoise.conduct.worked_out import WORKED_OUT
from equipoise.logic.truth import Truth
from equipoise.study.forms import Form
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.visits import Visit

__all__ = ["LIMITS", "MOST_COPIES", "SaveForm", "as_entered", "today"]

NO_FORM = Reason("form.unknown", "form", "there is no form '{form}'")
NO_VISIT = Reason("form.no-visit", "visit", "there is no visit '{visit}'")
NOT_HERE = Reason("form.not-here", "visit", "{form} is not asked at {visit}")
OTHER_ARM = Reason("form.other-arm", "visit", "{visit} is not planned for this participant")
AFTER_DRAW = Reason(
    "form.after-draw", "happened", "{visit} comes before randomisation, which was on {day}"
)
RETIRED = Reason("form.retired", "form", "{form} is filled no longer")
ONCE = Reason("form.once", "number", "{form} is filled once")
TOO_OFTEN = Reason(
    "form.too-often",
    "number",
    "{form} is filled at most {number} time at one visit",
    several="{form} is filled at most {number} times at one visit",
)
NOT_ASKED = Reason("item.not-asked", "", "{item} is not asked, given the other answers")

MEANWHILE = Reason(
    "form.changed-meanwhile",
    "",
    "{item} was recorded as {value} after you looked: keep that, or save again to record yours",
)
SEEN_NEVER = Reason(
    "form.never-seen", "seen", "nobody has seen entry {seen}: the last one is {last}; look again"
)
DATED_MEANWHILE = Reason(
    "form.changed-meanwhile",
    "happened",
    "the form was dated {day} after you looked: keep that, or save again to record yours",
)
MOST_COPIES = 99  # of one form at one visit


class SaveForm(Act, frozen=True, kw_only=True):
    """The answers of one form, as far as they are known; dated by the day it happened."""

    kind: ClassVar[str] = "forms.save"
    writes: ClassVar[str] = "forms"
    words: ClassVar[Words] = Words(
        name="Form saved",
        title="Fill in a form",
        line="{form}[, {visit}]",
    )
    form: Annotated[str, Ask("Form", forms_of)]
    visit: Annotated[str, Ask("Visit", visits_of)] = ""
    number: Annotated[int, Ask("Copy of this form")] = 1
    values: Annotated[dict[str, Value], Ask("Answers", kind="answers")]
    reason: Annotated[
        str,
        Ask("Reason, if you change something", label="Reason for the change", words=True),
    ] = ""
    reasons: Annotated[dict[str, str], Ask("Why values are changed", kind="changes")] = {}
    """Why each value is changed, by its item: one of the usual reasons by its code, or in words."""
    confirmed: Annotated[Confirmed, Ask("Why this is right", kind="confirmed")] = {}
    """Why what is asked back is right, by the code of the question and its place."""
    first: Annotated[Confirmed, Ask("Answered first", kind="first")] = {}
    """What was typed first, of which it was asked back; kept where the trial would have asked."""
    checks: Annotated[
        dict[str, list[str]], Ask("Checks that asked", kind="checks", by_trial=True)
    ] = {}
    """The conditions of the soft checks that asked, by item, of what was typed first or stands."""
    copied: Annotated[
        tuple[str, ...], Ask("Copied from the last visit", items_of, kind="several")
    ] = ()
    """The items that were copied; kept are those of which the answer is that of the last visit."""

    def canonical(self, study: Study) -> Self:
        form = study.form_of.get(self.form)
        if form is None:
            return self
        return msgspec.structs.replace(self, values=canonical_answers(form, self.values))

    def form_place(self, subject: Subject) -> tuple[str, str, int]:
        return self.form, self.visit, self.number

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from no_questions(self.confirmed)
        yield from numbers_in(self.confirmed)
        form = context.study.form_of.get(self.form)
        if form is None:
            yield NO_FORM(form=self.form)
            return
        for refusal in self._against(context, form):
            if not answered(self.confirmed, refusal) or asked_of_others(context, self, refusal):
                yield refusal

    def _against(self, context: Context, form: Form) -> Iterator[Refusal]:
        """Everything against the save, with what is only asked back."""
        record, now = self._record(context), today(context.study, context.stamp)
        before = _recorded(record)
        yield from self._place(context, form, record, now)
        what: What = "questionnaire" if form.questionnaire else "data"
        yield from withdrawn(context.study, context.subject, context.stamp.on, what)
        yield from day_refusals(context, form, record, self.visit, now)
        yield from self._meanwhile(context, record)
        yield from reason_refusals(self)
        values = {**self.values, **self._limits(context, form, record, before)}
        at = (context.study, context.subject, form, record)
        early = cells_waiting(*at, self.values, context.stamp.on) if form.has_later_columns else ()
        yield from column_refusals(context, early)
        due_form = without_waiting(*at, context.stamp.on)
        wrong = list(answer_refusals(due_form, values, before, now))
        yield from wrong
        on = context.stamp.on
        yield from none_refusals(form, context.subject, record, self.values, before, on)
        yield from copied_refusals(form, self.copied)
        yield from change_refusals(context, form, record, self)
        if all(answered(self.confirmed, refusal) for refusal in wrong):
            # What is not an answer can not be judged together with the others.
            yield from self._together(context, form, before, now)
            if form.links:
                then = as_entered(context, self, ())
                yield from link_refusals(context.study, then, form, self.values, before)
        elif all(refusal.code in CONFIRMABLE for refusal in wrong):
            # Nobody is asked why an answer is right that is refused beside another.
            found = self._together(context, form, before, now)
            yield from (refusal for refusal in found if refusal.code == HARD.code)

    def no_answers(self, context: Context) -> set[str]:
        """The items of which what is given is no answer, as a word where a number is asked."""
        form, record = context.study.form_of[self.form], self._record(context)
        now, before = today(context.study, context.stamp), _recorded(record)
        values = {**self.values, **self._limits(context, form, record, before)}
        due_form = without_waiting(context.study, context.subject, form, record, context.stamp.on)
        found = answer_refusals(due_form, values, before, now)
        return {one.where.partition(".")[0] for one in found if not answered(self.confirmed, one)}

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        """With the unit of each number beside it, and the limits that the hospital gives.

        Both whichever way it came.
        """
        form, record = context.study.form_of[self.form], self._record(context)
        before, confirmed = _recorded(record), self.confirmed
        values = with_units(form, self.values, before)
        values |= withdrawn_whys(form, values, before)
        values |= self._limits(context, form, record, before)
        against = list(self._against(context, form)) if confirmed else []
        confirmed = only_confirmable(confirmed, against)
        first, then = self._answered_first(context, form, before) if self.first else ({}, [])
        kept = [one for one in against if answered(confirmed, one)]
        return msgspec.structs.replace(
            self,
            values=values,
            confirmed=confirmed,
            reasons=reasons_kept(context, form, record, self),
            first=first,
            checks=asked_of(form, [*then, *kept]),
            copied=really_copied(context, self, form, record, values),
        )

    def _answered_first(
        self, context: Context, form: Form, before: Mapping[str, Value]
    ) -> tuple[Confirmed, list[Refusal]]:
        """What was typed first and would have been asked back, with the questions."""
        first = answered_first(form, self.first, before, self.values)
        entered = {where: text for places in first.values() for where, text in places.items()}
        then = msgspec.structs.replace(self, values=self.values | entered, confirmed=first)
        questions = [one for one in then._against(context, form) if answered(first, one)]
        return only_confirmable(first, questions), questions

    def _limits(
        self, context: Context, form: Form, record: Record | None, before: Mapping[str, Value]
    ) -> dict[str, Value]:
        """The hospital's limits beside the answers, which nobody has to give again."""
        if not form.asks_limits:
            return {}
        return hospital_limits(context, form, record, with_units(form, self.values, before))

    def apply(self, state: FormsState, stamp: Stamp) -> None:
        key, on = record_key(self.form, self.visit, self.number), stamp.on
        record = state.records.get(key)
        if record is None:
            record = Record(form=self.form, visit=self.visit, number=self.number, on=on)
            state.records[key] = record
        if record.on != on or not record.dates:
            record.on = on
            record.dates.append(stamp.done)
        # Named one by one: most of a fold is made here, and a mapping takes twice as long.
        record.saves.append(
            Save(
                by=stamp.by,
                at=stamp.at,
                on=on,
                seq=stamp.seq,
                values=self.values,
                reason=self.reason,
                reasons=self.reasons,
                confirmed=self.confirmed,
                first=self.first,
                checks=self.checks,
                copied=self.copied,
            )
        )

    def _place(
        self, context: Context, form: Form, record: Record | None, now: date
    ) -> Iterator[Refusal]:
        visit = context.study.visit_keyed.get(self.visit)
        if self.visit and visit is None:
            yield NO_VISIT(visit=self.visit)
        if visit and form.id not in visit.forms and record is None:
            yield NOT_HERE(form=form.title, visit=visit.label)
        if visit and record is None:
            yield from self._planned(context, visit, now)
        if record is None and context.study.amendments:
            yield from amended_refusals(context, visit, form, self.visit)
        if record is None and (form.retired or (visit and visit.retired)):
            yield RETIRED(form=form.title)
        if self.number < 1 or (self.number > 1 and not form.repeats):
            yield ONCE(form=form.title)
        elif self.number > MOST_COPIES:
            yield TOO_OFTEN(form=form.title, number=MOST_COPIES)

    def _planned(self, context: Context, visit: Visit, now: date) -> Iterator[Refusal]:
        """What is recorded for the first time belongs to a visit that the participant has."""
        drawn = context.subject.randomised_on
        facts = context.facts(now)
        has = applies(context.study, context.subject, visit, now, facts, self.visit)
        if has is Truth.FALSE:
            yield OTHER_ARM(visit=visit.label)
        if visit.before and drawn and context.stamp.on > drawn:
            yield AFTER_DRAW(visit=visit.label, day=drawn)

    def _meanwhile(self, context: Context, record: Record | None) -> Iterator[Refusal]:
        """What somebody recorded otherwise since the person looked: it is shown, and asked."""
        seen, last_seq = context.seen, context.subject.seq
        if seen is not None and not 0 <= seen <= last_seq:
            yield SEEN_NEVER(seen=seen, last=last_seq)
        if record is None or seen is None:
            return
        for name, value in self.values.items():
            versions = record.versions(name)
            last = versions[-1] if versions else None
            if last and last.seq > seen and last.value != value:
                given = told_value(context, name, last.value, record.now(f"{name}.unit"))
                yield MEANWHILE(name, item=called(context, name), value=given)
        if record.dated > seen and record.on != context.stamp.on:
            yield DATED_MEANWHILE(day=record.on)

    def _record(self, context: Context) -> Record | None:
        return context.subject.forms.records.get(record_key(self.form, self.visit, self.number))

    def _record_of(self, subject: Subject) -> Record:
        """This copy of the form, on a participant as they would stand."""
        return subject.forms.records[record_key(self.form, self.visit, self.number)]

    def _together(
        self, context: Context, form: Form, before: Mapping[str, Value], now: date
    ) -> Iterator[Refusal]:
        """Items that must be answered, and edit checks, on the answers as they will stand."""
        subject, on = as_entered(context, self, ()), context.stamp.on
        record = self._record_of(subject)
        stood_before = self._record(context)
        dated = stood_before is not None and stood_before.on != on
        anew = answered_anew(stood_before, dated, before, self.values)
        # Other copies, of other visits, would be taken for what is being answered now.
        copies = {**context.subject.forms.by_form(), form.id: [record]}
        facts, after = SubjectFacts(context.study, subject, on, copies=copies), record.current
        if form.id in context.study.looking_back:
            facts.on_copy_of(subject, record)
        asking = facts
        if now != on:
            asking = SubjectFacts(context.study, subject, now, copies=copies)
        for item in form.items:
            stood, answer = before.get(item.id, ""), self.values.get(item.id, "")
            gone = stood == "" and (item.retired or item_is_over(context, item.id))
            is_asked = not gone and asking.asks(item, record) is Truth.TRUE
            absent = self.values.get(f"{item.id}.{ABSENT}", "")
            new_absent = absent != "" and absent != before.get(f"{item.id}.{ABSENT}", "")
            if not is_asked and (answer not in ("", stood) or new_absent):
                yield NOT_ASKED(item.id, item=item.label)
            is_answered = after.get(item.id, "") != ""
            is_left = not record.settles(item.id) and not record.is_none
            if item.required and is_asked and is_left:
                yield REQUIRED(item.id, item=item.label)
            if item.checks and is_answered and asking.asks(item, record) is not Truth.FALSE:
                yield from failed_checks(context.study, facts, item, anew)
        yield from failed_form_checks(context.study, facts, form, record, anew)


def _recorded(record: Record | None) -> Mapping[str, Value]:
    """What a copy of a form says already."""
    return record.current if record else {}


def as_entered(context: Context, act: SaveForm, wrong: Collection[str]) -> Subject:
    """The subject as it would stand with what is answered so far.

    :param wrong: the items that are left out, as those of which what is given is no answer
    """
    if wrong:
        good = {n: value for n, value in act.values.items() if n.partition(".")[0] not in wrong}
        act = msgspec.structs.replace(act, values=good)
    key = record_key(act.form, act.visit, act.number)
    before = context.subject.forms.records.get(key)
    copy = context.subject.with_records(dict(context.subject.forms.records))
    if before is not None:
        copy.forms.records[key] = before.copy()
    act.leave(copy, context.stamp)
    return copy


def today(study: Study, stamp: Stamp) -> date:
    """The day on which something is recorded, where the trial is run."""
    zone = _zone(study.identity.timezone)
    return stamp.at.astimezone(zone).date() if stamp.at.tzinfo else stamp.on


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


CHAPTER = Chapter(
    name="forms",
    acts=(SaveForm,),
    agenda=agenda,
    unfinished=unfinished,
    tables=(VALUES, WORKED_OUT),
    tells=(LATE,),
)
