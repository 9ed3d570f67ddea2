"""Playing a rehearsal: every trajectory in the order of one simulated clock, until a day."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from equipoise.conduct import follow_up, trial
from equipoise.conduct.act import Refused, Stamp
from equipoise.conduct.administration import CloseAccrual
from equipoise.conduct.amendments import ActivateAmendment
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.status import status
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.closing import lock_everything
from equipoise.design.rehearsal.habits import Step
from equipoise.design.rehearsal.plan import Activating, Plan
from equipoise.design.rehearsal.stops import Stops
from equipoise.design.rehearsal.synthetic_trial import FOUNDER, SyntheticTrial, open_synthetic_trial
from equipoise.design.rehearsal.trajectory import Steps, trajectory
from equipoise.design.rehearsal.unused import Unused, unused
from equipoise.design.rehearsal.values_drawn import pick
from equipoise.ledger import Ledger
from equipoise.logic.days import DAYS_PER_MONTH
from equipoise.study.model import Study

__all__ = ["Hopeless", "Rehearsed", "rehearse"]

Progress = Callable[[int, int], None]


class Hopeless(Exception):
    """So few are randomised that the rehearsal would never end."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal came to."""

    screened: int
    randomised: int
    acts: int
    last_on: date
    stops: Stops
    unused: Unused

    @property
    def refused(self) -> int:
        """How many trajectories stopped because an act was refused."""
        return self.stops.trajectories

    def told(self) -> Iterator[str]:
        """What kept people out, why lives stopped, and what of the study was never used."""
        yield from self.stops.told()
        for kind, names in self.unused.by_kind():
            yield f"{kind} never used: {', '.join(names)}"


def rehearse(
    study: Study,
    plan: Plan,
    ledger: Ledger,
    participants: int,
    seed: int,
    until: date | None = None,
    progress: Progress | None = None,
) -> Rehearsed:
    """Play the trial until so many are randomised and followed, or until a day.

    The same arguments give the same ledger, byte for byte.

    :param progress: told how many are randomised, of how many
    :raises Hopeless: when hardly anyone who comes can be randomised
    """
    synthetic = open_synthetic_trial(study, plan, ledger, seed)
    stage = _Stage(synthetic, participants, until, progress)
    stage.play()
    stage.last_contacts()
    if plan.locked and until is None:
        stage.now = lock_everything(synthetic, stage.now + timedelta(minutes=5))
    stamp = Stamp(by=FOUNDER, at=stage.now + timedelta(hours=1))
    trial.checkpoint(study, ledger, stamp)
    return Rehearsed(
        screened=stage.screened,
        randomised=stage.randomised,
        acts=synthetic.acts,
        last_on=stage.now.date(),
        stops=synthetic.stops,
        unused=unused(study, ledger.everything()),
    )


class _Stage:
    """The queue of all trajectories, and the end of the play."""

    def __init__(
        self,
        synthetic: SyntheticTrial,
        participants: int,
        until: date | None,
        progress: Progress | None,
    ) -> None:
        self.trial, self.participants, self.progress = synthetic, participants, progress
        self.screened, self.randomised = 0, 0
        self.end = until
        self.now = datetime.combine(synthetic.plan.start, time(9), tzinfo=UTC)
        self._order = count()
        self._queue: list[tuple[datetime, int, Step | None, str, Steps | None]] = []
        self._arrivals = _arrivals(synthetic.plan, self.now, synthetic.chance.of("arrivals"))

    def play(self) -> None:
        """Step after step in the order of time; a step of None is the next arrival."""
        self._push_arrival()
        self._push_activations()
        while self._queue:
            at, _, step, subject_id, script = heapq.heappop(self._queue)
            if self.end and at.date() > self.end:
                continue
            self.now = max(self.now, at)
            if step is None or script is None:
                self._arrive(at)
            else:
                self._do(step, subject_id, script)

    def last_contacts(self) -> None:
        """At the end of the play everyone who lives and is followed is seen once more."""
        day = self.end or self.now.date()
        at = max(datetime.combine(day, time(18), tzinfo=UTC), self.now)
        for n, subject_id in enumerate(trial.subject_ids(self.trial.ledger)):
            subject = self.trial.subject(subject_id)
            if status(subject) == "on study" and subject_id not in self.trial.lost:
                step = Step(at=at + timedelta(seconds=n), act=follow_up.RecordAlive())
                self.trial.perform(step, subject_id)
                self.now = step.at

    def _do(self, step: Step, subject_id: str, script: Steps) -> None:
        trial_state = self.trial.folds.trial_state()
        before = len(trial_state.draws)
        if trial_state.closed_on and isinstance(step.act, Randomise):
            script.close()  # the trial became full while they waited; nobody would draw
            return
        try:
            self.trial.perform(step, subject_id)
        except Refused:
            script.close()
            return
        if len(self.trial.folds.trial_state().draws) > before:
            self._drawn(step)
        self._next(subject_id, script)

    def _drawn(self, step: Step) -> None:
        self.randomised += 1
        if self.progress:
            self.progress(self.randomised, self.participants)
        if self.randomised < self.participants:
            return
        closing = CloseAccrual(because="everyone who was planned has been randomised")
        self.trial.perform(Step(at=step.at + timedelta(seconds=1), act=closing, by=FOUNDER))
        if self.end is None:
            months = self.trial.plan.follow_up_months
            self.end = step.at.date() + timedelta(days=round(months * DAYS_PER_MONTH))

    def _next(self, subject_id: str, script: Steps) -> None:
        step = next(script, None)
        if step is not None:
            heapq.heappush(self._queue, (step.at, next(self._order), step, subject_id, script))

    def _push_activations(self) -> None:
        """Each hospital takes up each amendment on a day of its own."""
        for amendment in self.trial.study.amendments:
            plan = self.trial.plan.amendments.get(amendment.id, Activating())
            first = max(amendment.from_on, self.now.date())
            for site in self.trial.study.sites_taking:
                own = self.trial.chance.of("amendment", amendment.id, site.id)
                day = first + timedelta(days=own.whole(*plan.within))
                at = datetime.combine(day, time(7), tzinfo=UTC)
                step = Step(at=at, act=ActivateAmendment(amendment=amendment.id, site=site.id))
                heapq.heappush(self._queue, (at, next(self._order), step, "", _alone()))

    def _push_arrival(self) -> None:
        heapq.heappush(self._queue, (next(self._arrivals), next(self._order), None, "", None))

    def _arrive(self, at: datetime) -> None:
        if self.randomised >= self.participants:
            return
        if self.screened >= 100 + 50 * (self.randomised + 1):
            raise Hopeless("\n".join(self._hopeless()))
        self.screened += 1
        chance = self.trial.chance.of("person", self.screened)
        sites = {site.id: Decimal(1) for site in self.trial.study.sites_taking}
        weights = self.trial.plan.site_weights or sites
        taking = {site: weight for site, weight in weights.items() if site in sites}
        site = pick(taking or sites, chance.of("site"))
        subject_id = trial.next_subject_id(self.trial.study, self.trial.ledger, site)
        script = trajectory(self.trial, subject_id, site, at, chance)
        step = next(script)
        # The number was just given out: the first step is taken before anyone else comes.
        self._do(step, subject_id, script)
        self._push_arrival()

    def _hopeless(self) -> Iterator[str]:
        yield (
            f"of {self.screened} people screened {self.randomised} were randomised; "
            "the plan must let more of them meet the criteria"
        )
        yield from self.trial.stops.told()


def _alone() -> Steps:
    """What follows a step that stands by itself."""
    yield from ()


def _arrivals(plan: Plan, start: datetime, chance: Chance) -> Iterator[datetime]:
    """Moments at which people come: a Poisson stream that grows during the ramp."""
    at = start
    while True:
        months = (at - start) / timedelta(days=DAYS_PER_MONTH)
        ramp = min(months / float(plan.accrual.ramp_months), 1.0) if plan.accrual.ramp_months else 1
        low, high = float(plan.accrual.from_per_month), float(plan.accrual.per_month)
        rate = low + (high - low) * ramp
        at += timedelta(days=chance.exponential() * DAYS_PER_MONTH / rate)
        day = at.date() + timedelta(days=(7 - at.weekday()) % 7 if at.weekday() > 4 else 0)
        minute = chance.whole(0, 8 * 60 - 1)
        at = max(at, datetime.combine(day, time(8), tzinfo=UTC) + timedelta(minutes=minute))
        yield at
