"""One invented participant: from the first visit to the last, as a script of acts.

A trajectory is a generator. It yields the next step and is resumed when that step has been done, so
that thousands of them can be played in the order of the simulated clock.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain

from equipoise.conduct import eligibility, follow_up, panel, schedule
from equipoise.conduct.act import Act
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.coverage import visit_asked
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.not_done import SayNotDone, Why
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.screening import EnterScreening, FailScreening, Register
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.consenting import signs_again, version_signed
from equipoise.design.rehearsal.event_times import NEVER, EventTimes, event_times
from equipoise.design.rehearsal.habits import HABITS, Stay, Step
from equipoise.design.rehearsal.synthetic_trial import SyntheticTrial as Trial
from equipoise.design.rehearsal.values import answers, copied_of
from equipoise.design.rehearsal.values_drawn import pick
from equipoise.design.rehearsal.visits import Coming
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.sections.visits import Visit
from equipoise.study.vocabulary import ENDS

__all__ = ["Steps", "trajectory"]

Steps = Generator[Step, None, None]
MOVED = {"form.outside-window": {"happened": "the appointment was moved"}}
TOLD = 0.5  # the share of missed visits of which somebody says so
WHYS: tuple[Why, ...] = ("declined", "unwell", "impossible", "overlooked")


def trajectory(
    trial: Trial, subject_id: str, site: str, arrival: datetime, chance: Chance
) -> Steps:
    """All the steps of one participant, in the order of time.

    :param chance: this participant's own; whatever happens to them draws from a stream below it
    """
    return _Trajectory(trial, subject_id, arrival, chance).steps(site)


class _Clock:
    """The participant's own time, always in working hours."""

    def __init__(self, now: datetime, chance: Chance) -> None:
        self.now, self._chance = now, chance

    def days(self, what: str, least: int, most: int) -> None:
        """Let some days pass before something."""
        self.to(self.now.date() + timedelta(days=self._chance.of(what).whole(least, most)))

    def to(self, day: date) -> None:
        """Go to a day that has not passed; a weekend waits until Monday."""
        start = max(day, self.now.date())
        start += timedelta(days=(7 - start.weekday()) % 7 if start.weekday() > 4 else 0)
        if start > self.now.date():
            minute = self._chance.of("hour", start).whole(0, 9 * 60 - 1)
            self.now = self.now.replace(
                year=start.year, month=start.month, day=start.day, hour=7, minute=0, second=0
            ) + timedelta(minutes=minute)
        else:
            self.soon()

    def apart(self) -> "_Clock":
        """A clock of what goes on from here while the participant comes and goes."""
        return _Clock(self.now, self._chance)

    def soon(self) -> None:
        """A few minutes later."""
        # Found by the moment itself: nothing that happens later shifts what happens now.
        self.now += timedelta(seconds=self._chance.of("soon", str(self.now)).whole(30, 299))


class _Beside:
    """What goes on beside the visits: while the panel reads a scan, the participant still comes."""

    def __init__(self) -> None:
        self._going_on: dict[str, tuple[Step, Iterator[Step]]] = {}

    def is_going_on(self, what: str) -> bool:
        return what in self._going_on

    def begin(self, what: str, steps: Iterator[Step]) -> None:
        if (step := next(steps, None)) is not None:
            self._going_on[what] = step, steps

    def until(self, moment: datetime) -> Iterator[Step]:
        """The steps up to a moment."""
        while self._going_on:
            what = min(self._going_on, key=lambda name: self._going_on[name][0].at)
            step, steps = self._going_on[what]
            if step.at > moment:
                return
            del self._going_on[what]
            yield step
            self.begin(what, steps)

    def along(self, steps: Steps) -> Iterator[Step]:
        """The steps of a trajectory and those beside it, in the order of time."""
        last = datetime.min.replace(tzinfo=UTC)
        for step in steps:
            for one in chain(self.until(step.at), (step,)):
                last = max(last, one.at)
                yield replace(one, at=last)


class _Trajectory:
    """One participant in the trial: their clock, their chance, and how their case leans."""

    def __init__(self, trial: Trial, subject_id: str, arrival: datetime, chance: Chance) -> None:
        self._trial, self._subject_id = trial, subject_id
        self._clock, self._chance = _Clock(arrival, chance.of("clock")), chance
        self._case = trial.readers.case(chance.of("case")) if trial.readers else 0.0
        self._beside = _Beside()

    @property
    def _study(self) -> Study:
        """As it is active at hospitals now."""
        return self._trial.active

    def steps(self, site: str) -> Steps:
        """From the first visit to the last."""
        clock, study = self._clock, self._study
        yield Step(at=clock.now, act=EnterScreening(site=site))
        clock.days("consent", 1, 5)
        version = version_signed(self._study, self._subject(), clock.now.date())
        yield Step(at=clock.now, act=GiveConsent(version=version))
        clock.days("screening", 0, 3)
        for visit in self._screening():
            yield from self._forms(visit, visit.id)
        if study.panel:
            yield from self._ask(clock, later=False)
        clock.days("register", 0, 2)
        entered = yield from self._enter()
        if entered:
            yield from self._beside.along(self._on_study())
        yield from self._afterwards()

    def _again(self, chance: Chance | None = None) -> Iterator[Step]:
        """They consent again where an amendment asks it, and some of those on study do not."""
        version = signs_again(self._study, self._trial.plan, self._subject(), chance)
        if version:
            self._clock.soon()
            yield Step(at=self._clock.now, act=GiveConsent(version=version))

    def _subject(self) -> Subject:
        """As they stand now."""
        return self._trial.subject(self._subject_id)

    def _screening(self) -> Iterator[Visit]:
        return (v for v in self._study.visits if v.anchor in ("screening", "consent"))

    def _forms(
        self,
        visit: Visit,
        key: str,
        number: int = 1,
        planned: schedule.Planned | None = None,
        dated: date | None = None,
    ) -> Iterator[Step]:
        """The forms of one visit, of the day on which they are filled in if of no other."""
        clock, saved = self._clock, tuple[str, ...]()
        asked = visit_asked(self._study, self._subject(), visit, dated or clock.now.date())
        for form_id in asked.forms if asked else ():
            form = self._study.form_of[form_id]
            subject, on = self._subject(), dated or clock.now.date()
            own = self._chance.of("form", key, form_id, number)
            values = answers(self._study, form, subject, on, self._trial.plan.values, own)
            clock.soon()
            if planned is None or self._trial.moving.by(saved):
                planned = schedule.planned_at(self._study, subject, key, clock.now.date())
            day = dated or clock.now.date()
            moved = planned is not None and schedule.is_outside(planned, day)
            yield Step(
                at=clock.now,
                act=SaveForm(
                    form=form_id,
                    visit=key,
                    number=number,
                    values=values,
                    confirmed=MOVED if moved else {},
                    copied=copied_of(form, subject, values, day),
                ),
                happened=dated,
            )
            saved = (form_id,)

    def _afterwards(self) -> Iterator[Step]:
        """What is asked once they have died, of that day, or screening has failed."""
        for visit in self._study.visits:
            if visit.anchor in ENDS:
                self._clock.days(f"after {visit.id}", 1, max(visit.late // 2, 1))
                subject, on = self._subject(), self._clock.now.date()
                if schedule.planned_at(self._study, subject, visit.id, on):
                    yield from self._forms(visit, visit.id, dated=subject.died_on)

    def _ask(self, clock: _Clock, *, later: bool) -> Steps:
        """The panel is asked, each reader answers in their own time, and the chair concludes."""
        rules, model = self._study.panel, self._trial.readers
        if rules is None or model is None:
            return
        scan = clock.now.date() - timedelta(days=2)
        yield Step(at=clock.now, act=panel.AskPanel(scan_on=scan))
        number = len(self._subject().panel.reviews)
        own = self._chance.of("review", number)
        while True:
            review = panel.open_review(self._subject())
            if review is None or not (waiting := panel.awaited(rules, review)):
                break
            # The readers work side by side: the slowest of them sets the pace.
            ready = sorted((model.days(own.of("days", reader)) / 2, reader) for reader in waiting)
            asked = clock.now.date()
            for days, reader in ready:
                clock.to(asked + timedelta(days=int(days)))
                category = model.vote(reader, self._case, later, own.of("vote", reader))
                yield Step(at=clock.now, act=panel.CastVote(category=category), by=reader)
        clock.days(f"conclusion {number}", 0, 2)
        review = panel.open_review(self._subject())
        if review is not None:
            order = [category.id for category in rules.categories].index
            named = sorted((vote.category for vote in review.votes), key=order)
            category = panel.majority(review.votes) or named[len(named) // 2]
            yield Step(at=clock.now, act=panel.Conclude(category=category))

    def _enter(self) -> Generator[Step, None, bool]:
        """Registered and randomised, or failed with the criteria that do not stand."""
        clock = self._clock
        for attempt in range(2, 4):
            on = clock.now.date()
            open_lines = list(
                eligibility.open_lines(self._study, self._subject(), on, registering=on)
            )
            if self._trial.folds.trial_state().closed_on:
                full = FailScreening(note="the trial has stopped taking participants")
                yield Step(at=clock.now, act=full)
                return False
            if not open_lines:
                yield from self._again()
                yield Step(at=clock.now, act=Register())
                clock.days("draw", 0, 3)
                if self._trial.folds.trial_state().closed_on:
                    return False
                yield from self._again()
                strata = strata_of(self._study, self._subject(), clock.now.date())
                yield Step(at=clock.now, act=Randomise(strata=strata))
                return True
            if any(line.satisfied is Truth.FALSE for line in open_lines):
                break
            clock.days(f"attempt {attempt}", 0, 2)
            yield from self._once_more(open_lines, attempt)
        failed = [line.criterion.id for line in open_lines]
        yield Step(at=clock.now, act=FailScreening(criteria=failed))
        return False

    def _once_more(self, lines: list[eligibility.Line], attempt: int) -> Iterator[Step]:
        """What is out of date or was never asked is recorded again, where a form may repeat."""
        wanted = {missing.name for line in lines for missing in line.missing}
        for visit in self._screening():
            for form_id in visit.forms:
                form = self._study.form_of[form_id]
                if form.repeats and wanted & {item.id for item in form.items}:
                    only = visit.model_copy(update={"forms": (form_id,)})
                    yield from self._forms(only, visit.id, attempt)

    def _on_study(self) -> Steps:
        """Visits, questions to the panel and events in the order of their days, until the end."""
        clock, chance, beside, plan = self._clock, self._chance, self._beside, self._trial.plan
        allocation = self._subject().randomisation.allocation
        if allocation is None:
            return
        times = event_times(plan, allocation.arm, chance.of("fate"))
        end = allocation.on + timedelta(days=min(times.ends, NEVER))
        progression = allocation.on + timedelta(days=times.progression)
        of_visit = partial(_day, chance, plan.visit_days)
        self._begin_habits(allocation.on, end, of_visit)
        coming = Coming(lambda: self._study, self._trial.moving, of_visit)
        while planned := coming.next(self._subject(), clock.now.date()):
            day = of_visit(planned, allocation.on)
            if day >= end:
                break
            visit, key = planned.visit, planned.key
            if progression <= day:
                yield self._progress(progression)
                progression = date.max
            clock.to(day)
            if clock.now.date() >= end:
                continue
            if chance.of("missed", key).random() < float(plan.visit_missed):
                yield from _not_held(key, clock, chance.of("not held", key))
                continue
            yield from self._beside.until(clock.now)  # who fills in a form knows of it
            yield from self._again(chance)
            yield from coming.held(self._subject(), planned, clock.now.date(), self._forms)
            coming.saved(visit.forms)
            enough = clock.now.date() + timedelta(days=40) < end
            if visit.id in plan.panel_visits and enough and not beside.is_going_on("panel"):
                beside.begin("panel", self._asked_again(clock.apart(), end))
        if progression < end:
            yield self._progress(progression)
        yield from self._end(times, end)
        if times.ends == times.lost:
            self._trial.lost.add(self._subject_id)

    def _begin_habits(
        self, since: date, until: date, day: Callable[[schedule.Planned, date], date]
    ) -> None:
        """What befalls them in each chapter that the plan has figures of."""

        def visit(name: str) -> date | None:
            planned = schedule.visits(self._study, self._subject(), since)
            return next((day(one, since) for one in planned if one.key == name and one.first), None)

        for name, plan in self._trial.plan.habits.items():
            stay = Stay(
                active=lambda: self._study,
                plan=plan,
                values=self._trial.plan.values,
                subject=self._subject,
                visit=visit,
                since=since,
                until=until,
                chance=self._chance.of("habit", name),
            )
            self._beside.begin(name, HABITS[name].steps(stay))

    def _asked_again(self, clock: _Clock, end: date) -> Steps:
        """The panel reads a scan, and some of those it holds operable are operated on."""
        yield from self._ask(clock, later=True)
        yield from self._treat(clock, end)

    def _treat(self, clock: _Clock, end: date) -> Iterator[Step]:
        """Some of those the panel holds operable are operated on, about four weeks later."""
        events, subject = self._trial.plan.events, self._subject()
        concluded = subject.panel.reviews[-1].conclusion if subject.panel.reviews else None
        operable = concluded is not None and concluded.category == events.local_treatment_when
        own = self._chance.of("treatment", len(subject.panel.reviews))
        day = clock.now.date() + timedelta(days=own.of("days").whole(14, 35))
        if not operable or subject.follow_up.resections or day >= end:
            return
        if own.of("chosen").random() < float(events.local_treatment_chance):
            clock.to(day)
            residual = pick(events.residual, own.of("residual"))
            act: Act = follow_up.RecordResection(residual=residual)  # type: ignore[arg-type]
            yield Step(at=clock.now, act=act)

    def _progress(self, day: date) -> Step:
        self._clock.to(day)
        place = pick(self._trial.plan.events.progression_places, self._chance.of("progression"))
        act: Act = follow_up.RecordProgression(place=place)  # type: ignore[arg-type]
        return Step(at=self._clock.now, act=act)

    def _end(self, times: EventTimes, end: date) -> Iterator[Step]:
        clock = self._clock
        if times.ends >= NEVER:
            yield from self._beside.until(datetime.max.replace(tzinfo=UTC))
        elif times.ends == times.death:
            happened, act = max(end, clock.now.date()), follow_up.RecordDeath(cause="disease")
            clock.to(happened)
            clock.days("death known", 0, 14)
            yield Step(at=clock.now, act=act, happened=happened)
        elif times.ends == times.withdrawal:
            clock.to(end)
            yield Step(at=clock.now, act=WithdrawConsent(scope="follow-up"))


def _not_held(key: str, clock: _Clock, chance: Chance) -> Iterator[Step]:
    """Of every second visit that was missed, somebody says that it was, and why."""
    if chance.of("told").random() < TOLD:
        why = WHYS[chance.of("why").whole(0, len(WHYS) - 1)]
        yield Step(at=clock.now, act=SayNotDone(visit=key, why=why))


def _day(
    chance: Chance, held: Mapping[str, tuple[int, int]], planned: schedule.Planned, since: date
) -> date:
    """The day on which somebody comes to a visit, chosen once within its window.

    :param held: days after the first of the window, of visits that are not held on any of it
    """
    first, last = planned.first or since, planned.last or since
    width = (last - first).days
    low, high = held.get(planned.visit.id, (0, width))
    days = chance.of("day", planned.key).whole(min(low, width), min(high, width))
    day = first + timedelta(days=days)
    friday, monday = (day + timedelta(days=n - day.weekday()) for n in (4, 7))
    if day.weekday() > 4 and monday > last and friday >= first:
        day = friday  # who waits until Monday comes too late
    return max(day, since)
