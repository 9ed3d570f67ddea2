"""The rehearsed trial: its ledger, its simulated clock, its people, and one act after another."""

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from statistics import NormalDist

import msgspec

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Act, Refusal, Refused, Stamp
from equipoise.conduct.administration import GiveRole, OpenSite, OpenTrial
from equipoise.conduct.authorisation import LIKE, TRIAL
from equipoise.conduct.confirmed import SOFT_CHECK
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.random_source import RandomSource, commitment
from equipoise.conduct.study_text import recording
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import WARNS, PlanCycle
from equipoise.conduct.trial_state import TrialState
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.habits import Step
from equipoise.design.rehearsal.plan import Plan, Votes
from equipoise.design.rehearsal.stops import Stops
from equipoise.design.rehearsal.visits import Moving, moving
from equipoise.ledger import Entry, Ledger
from equipoise.study.model import Study

__all__ = ["ReaderModel", "SyntheticTrial", "open_synthetic_trial", "sealed_seed"]

FOUNDER = "office-1"


class ReaderModel:
    """How panel members read a case: a latent score, cut into categories.

    The score has variance 1: the case's share, the reader's bias (fixed for each reader), and the
    rest for chance. The cut-points are the normal quantiles of the categories' shares.
    """

    def __init__(self, votes: Votes, chance: Chance) -> None:
        self._votes, self._chance = votes, chance
        self._leaning: dict[str, float] = {}

    def case(self, chance: Chance) -> float:
        """How far a new case leans towards the last category, before anyone reads it."""
        spread = math.sqrt(self._votes.case_variance)
        return spread * chance.normal()

    def vote(self, reader: str, case: float, later: bool, chance: Chance) -> str:
        """The category that this reader names for this case."""
        tau = float(self._votes.surgeon_sd)
        if reader not in self._leaning:
            self._leaning[reader] = tau * self._chance.of("leaning", reader).normal()
        rest = math.sqrt(max(1 - float(self._votes.case_variance) - tau**2, 0.0))
        score = case + self._leaning[reader] + rest * chance.normal()
        return _category(self._votes.later if later else self._votes.first, score)

    def days(self, chance: Chance) -> float:
        """How many days a reader takes."""
        spread = math.exp(float(self._votes.days_sigma) * chance.normal())
        return float(self._votes.days_median) * spread


def _category(shares: Mapping[str, Decimal], score: float) -> str:
    below, total = 0.0, float(sum(shares.values()))
    for category, share in shares.items():
        below += float(share) / total
        if below >= 1 - 1e-9 or score < NormalDist().inv_cdf(below):
            return category
    return list(shares)[-1]


@dataclass(slots=True)
class SyntheticTrial:
    """Everything the invented people share."""

    study: Study
    plan: Plan
    ledger: Ledger
    chance: Chance
    random_source: RandomSource
    folds: "Remembered"
    readers: ReaderModel | None
    moving: Moving
    stops: Stops = field(default_factory=Stops)
    acts: int = 0
    actors: dict[tuple[str, str], str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def perform(self, step: Step, subject_id: str = "") -> None:
        """Do it by the one way in; a refusal is counted with its causes and passed on.

        :raises Refused: as the trial says
        """
        act = step.act if isinstance(step.act, Act) else step.act()
        if act is None:
            return
        happened = step.happened or step.at.date()
        site = self.folds.subject(subject_id).site if subject_id else ""
        site = site or getattr(act, "site", "")
        by = step.by or self.actor(act.kind, site)
        stamp = Stamp(by=by, at=step.at, happened=happened, invented=True)
        try:
            entry = trial.perform(
                self.study,
                self.ledger,
                act,
                stamp,
                subject_id=subject_id,
                random_source=self.random_source,
                folds=self.folds,
            )
        except Refused as refused:
            if (confirmed := _confirmed(act, refused.refusals)) is not None:
                self.perform(replace(step, act=confirmed), subject_id)
                return
            if step.tried is not None:
                step.tried.extend(refused.refusals)
                return
            self.stops.stopped(act, refused.refusals)
            raise
        self.folds.recorded(entry)
        self.stops.done(act)
        self.acts += 1

    @property
    def active(self) -> Study:
        """The study, as hospitals work by its amendments now."""
        if not self.study.amendments:
            return self.study
        return self.study.activated(self.folds.trial_state().amendments.active)

    def actor(self, kind: str, site: str) -> str:
        """Someone who may do this kind of act at this site: of the first role that lets them."""
        if (kind, site) not in self.actors:
            trial_state = self.folds.trial_state()
            able = (
                person.person_id
                for role in self.study.roles
                if LIKE.get(kind, kind) in role.may
                for person in trial_state.holders(role.id)
                if trial.may(self.study, trial_state, person.person_id, kind, site)
            )
            self.actors[kind, site] = next(able, FOUNDER)
        return self.actors[kind, site]

    def subject(self, subject_id: str) -> Subject:
        """A participant as they stand."""
        return self.folds.subject(subject_id)


def _confirmed(act: Act, refusals: tuple[Refusal, ...]) -> Act | None:
    """The same answers with a reason, where nothing but soft checks asks why they are right.

    A cycle is planned knowingly, where nothing but warnings is against it.
    """
    if isinstance(act, PlanCycle) and all(one.code == WARNS.code for one in refusals):
        seen = [str(one.values["warning"]) for one in refusals]
        return msgspec.structs.replace(act, acknowledged=[*act.acknowledged, *seen])
    if not isinstance(act, SaveForm) or any(one.code != SOFT_CHECK for one in refusals):
        return None
    reasons = {one.where: "seen twice in the source" for one in refusals}
    return msgspec.structs.replace(act, confirmed={**act.confirmed, SOFT_CHECK: reasons})


class Remembered:
    """Folds that look into the ledger only where something was recorded since they last looked.

    All that is recorded in a rehearsal is recorded by its synthetic trial, which says so.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._folds = folding.FreshFolds(ledger)
        self._trial_state: TrialState | None = None
        self._subjects: dict[str, Subject] = {}

    def trial_state(self) -> TrialState:
        """The whole trial as it stands now."""
        if self._trial_state is None:
            self._trial_state = self._folds.trial_state()
        return self._trial_state

    def subject(self, subject_id: str) -> Subject:
        """One participant as they stand now."""
        known = self._subjects.get(subject_id)
        if known is None:
            known = self._subjects[subject_id] = self._folds.subject(subject_id)
        return known

    def now(self, subject_id: str) -> tuple[TrialState, Subject]:
        """The whole trial and one participant as they stand now."""
        return self.trial_state(), self.subject(subject_id)

    def forget_kept(self) -> None:
        """Nothing to do: what it remembers was folded from the ledger."""

    def recorded(self, entry: Entry) -> None:
        """An entry was recorded: whatever it may have changed is looked up again."""
        for stream in (entry.stream, entry.subject):
            self._subjects.pop(stream, None)
        if entry.stream in folding.TRIAL_STREAMS:
            self._trial_state = None


def sealed_seed(seed: int) -> bytes:
    """The rehearsal's seed for its draws: not secret, so that a rehearsal can be repeated."""
    return hashlib.sha256(f"equipoise rehearsal {seed}".encode()).digest()


def open_synthetic_trial(study: Study, plan: Plan, ledger: Ledger, seed: int) -> SyntheticTrial:
    """A trial that has just opened, with all its sites and people."""
    sealed = sealed_seed(seed)
    chance = Chance(seed)
    synthetic = SyntheticTrial(
        study=study,
        plan=plan,
        ledger=ledger,
        chance=chance,
        random_source=RandomSource(sealed),
        folds=Remembered(ledger),
        readers=ReaderModel(plan.votes, chance.of("panel")) if plan.votes else None,
        moving=moving(study),
    )
    at = datetime.combine(plan.start, time(8), tzinfo=UTC)
    for n, act in enumerate(_opening(study, plan, sealed)):
        by = TRIAL if act.by_trial else FOUNDER
        synthetic.perform(Step(at=at + timedelta(seconds=n), act=act, by=by))
    return synthetic


def _opening(study: Study, plan: Plan, sealed: bytes) -> Iterator[Act]:
    yield OpenTrial(version=study.version, digest=study.digest, seed_commitment=commitment(sealed))
    if text := recording(study):
        yield text
    opener = next(role for role in study.roles if GiveRole.kind in role.may)
    yield GiveRole(person=FOUNDER, role=opener.id)
    for site in study.sites_taking:
        yield OpenSite(site=site.id)
    for role in study.roles:
        if role.id == opener.id:
            continue
        count = plan.people.get(role.id, 1)
        if role.scope == "site":
            for site in study.sites:
                for n in range(1, count + 1):
                    yield GiveRole(person=f"{role.id}-{site.id}-{n}", role=role.id, site=site.id)
        else:
            for n in range(1, count + 1):
                # People of the whole trial work somewhere too: a panel member's own hospital.
                site_id = study.sites[(n - 1) % len(study.sites)].id if count > 1 else ""
                yield GiveRole(person=f"{role.id}-{n}", role=role.id, site=site_id)
