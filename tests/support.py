"""What the tests of conduct stand on: a small study, a trial that is open, and subjects by acts.

A subject is made by performing acts, never by setting its fields. The study is `first-steps`, or
that with a panel; `a_study(panel=…)` is the same study with a block put in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Act, Copy, Refusal, Refused, Stamp
from equipoise.conduct.administration import GiveRole, OpenSite, OpenTrial
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.conduct.random_source import RandomSource, commitment
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.screening import EnterScreening, Register
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry, MemoryLedger
from equipoise.study.load import digest_of, load
from equipoise.study.model import Study

STUDIES = Path(__file__).parents[1] / "studies"
SEED = b"a seed for tests, known to everyone"
OPENED = date(2026, 1, 5)
DAY = date(2026, 3, 2)
"""The Monday on which subjects of tests come."""

PANEL = {
    "name": "Tea Panel",
    "question": "Can this person drink tea?",
    "role": "reader",
    "chair": "chair",
    "categories": [
        {"id": "yes", "label": "Can drink tea"},
        {"id": "perhaps", "label": "May drink tea"},
        {"id": "no", "label": "Cannot drink tea"},
    ],
    "reasons": [{"id": "bitter", "label": "Too bitter"}],
    "source": "assumed: for tests",
}
PANEL_ROLES = [
    {"id": "reader", "label": "Reader", "scope": "trial", "may": ["panel.vote", "entry.void"]},
    {"id": "chair", "label": "Chair", "scope": "trial", "may": ["panel.conclude", "entry.void"]},
]


@lru_cache
def carried_study(name: str = "first-steps") -> Study:
    return load(STUDIES / name)


def a_study(name: str = "first-steps", /, **blocks: Any) -> Study:
    """A study of this repository; `blocks` are put in the place of its own."""
    study = carried_study(name)
    if not blocks:
        return study
    changed = Study.model_validate({**study.model_dump(exclude={"digest"}), **blocks})
    return changed.model_copy(update={"digest": digest_of(changed)})


@lru_cache
def a_panel_study(**rules: Any) -> Study:
    """The same with a panel, which the doctors may ask."""
    roles = [role.model_dump() for role in a_study().roles]
    for role in roles:
        if role["scope"] == "site":
            role["may"] = (*role["may"], "panel.ask", "event.progression", "event.resection")
    return a_study(panel={**PANEL, **rules}, roles=[*roles, *PANEL_ROLES])


def a_stamp(by: str = "doctor-01", on: date = DAY, at: datetime | None = None) -> Stamp:
    return Stamp(by=by, at=at or noon(on), happened=on)


FOUND_BY_DRAWING = {"randomisation.unsound"}


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), tzinfo=UTC)


@dataclass
class Trial:
    """An open trial in memory, in which every role is held by someone."""

    study: Study
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    random_source: RandomSource | None = field(default_factory=lambda: RandomSource(SEED))
    copy_of: Copy | None = None

    def __post_init__(self) -> None:
        self.folds = folding.FreshFolds(self.ledger)

    def do(
        self,
        act: Act,
        subject_id: str = "",
        *,
        by: str = "",
        on: date = DAY,
        at: datetime | None = None,
        study: Study | None = None,
    ) -> Entry:
        """Perform the act by whoever may; recorded at noon of the day it happened."""
        return trial.perform(
            study or self.study,
            self.ledger,
            act,
            a_stamp(by or self.actor(act, subject_id), on, at),
            subject_id=subject_id,
            random_source=self.random_source,
            folds=self.folds,
            copy_of=self.copy_of,
        )

    def refusals(self, act: Act, subject_id: str = "", **how: Any) -> tuple[Refusal, ...]:
        """Why the act is refused; it must be, and must leave no trace."""
        before, known = list(self.ledger.everything()), repr(self.folds.subject(subject_id))
        with pytest.raises(Refused) as refused:
            self.do(act, subject_id, **how)
        assert list(self.ledger.everything()) == before
        assert repr(self.folds.subject(subject_id)) == known
        found = refused.value.refusals
        if {refusal.code for refusal in found}.isdisjoint(FOUND_BY_DRAWING):
            assert self.tried(act, subject_id, **how) == found
        return found

    def tried(
        self,
        act: Act | type[Act],
        subject_id: str = "",
        *,
        by: str = "",
        on: date = DAY,
        at: datetime | None = None,
        study: Study | None = None,
    ) -> tuple[Refusal, ...]:
        """What the trial would have against the act, asked without doing it."""
        stamp = a_stamp(by or self.actor(act, subject_id), on, at)
        how: dict[str, Any] = {"folds": self.folds, "copy_of": self.copy_of}
        known = study or self.study
        return trial.try_out(known, self.ledger, act, stamp, subject_id=subject_id, **how)

    def codes(self, act: Act, subject_id: str = "", **how: Any) -> list[str]:
        """The codes of the refusals, each once, in order."""
        return list(dict.fromkeys(r.code for r in self.refusals(act, subject_id, **how)))

    def actor(self, act: Act | type[Act], subject_id: str) -> str:
        trial_state, site = self.folds.trial_state(), self.subject(subject_id).site
        site = site or getattr(act, "site", "")
        if isinstance(act, CastVote):
            reviews = self.subject(subject_id).panel.reviews
            drawn = reviews[-1].drawn if reviews else []
            voted = {vote.by for review in reviews[-1:] for vote in review.votes}
            return next((one for one in drawn if one not in voted), "reader-1")
        able = (
            p for p in trial_state.people if trial.may(self.study, trial_state, p, act.kind, site)
        )
        return next(able, "office-1")

    def subject(self, subject_id: str) -> Subject:
        return self.folds.subject(subject_id)

    def enter(self, site: str = "01", on: date = DAY) -> str:
        """A new subject in screening; its number."""
        given = self.folds.trial_state().restored.numbers.get(site, 0)
        subject_id = trial.next_subject_id(self.study, self.ledger, site, given)
        self.do(EnterScreening(site=site), subject_id, on=on)
        return subject_id

    def eligible(self, site: str = "01", on: date = DAY, **answers: Any) -> str:
        """A subject who consented and of whom every criterion is met."""
        subject_id = self.enter(site, on)
        self.do(GiveConsent(version="1"), subject_id, on=on)
        self.do(person(**answers), subject_id, on=on)
        self.do(pressure(**answers), subject_id, on=on)
        if self.study.panel:
            self.concluded(subject_id, "yes", on=on)
        return subject_id

    def concluded(self, subject_id: str, category: str, on: date = DAY) -> None:
        """The panel is asked, agrees, and concludes."""
        assert self.study.panel
        self.do(AskPanel(scan_on=on), subject_id, on=on)
        for _ in range(self.study.panel.first):
            self.do(CastVote(category=category), subject_id, on=on)
        self.do(Conclude(category=category), subject_id, on=on)

    def registered(self, site: str = "01", on: date = DAY, **answers: Any) -> str:
        subject_id = self.eligible(site, on, **answers)
        self.do(Register(), subject_id, on=on)
        return subject_id

    def randomised(self, site: str = "01", on: date = DAY, **answers: Any) -> str:
        subject_id = self.registered(site, on, **answers)
        self.do(self.draw(subject_id, on), subject_id, on=on)
        return subject_id

    def draw(self, subject_id: str, on: date = DAY) -> Randomise:
        """The act that randomises, with the factors as they stand."""
        return Randomise(strata=strata_of(self.study, self.subject(subject_id), on))


def a_trial(study: Study | None = None, readers: int = 6) -> Trial:
    """An open trial: an office, a doctor and an assistant at each site, readers and a chair."""
    study = study or a_study()
    made = Trial(study)
    acts: list[Act] = [
        OpenTrial(version=study.version, digest=study.digest, seed_commitment=commitment(SEED)),
        GiveRole(person="office-1", role="office"),
    ]
    acts += [OpenSite(site=site.id) for site in study.sites]
    for site in study.sites:
        for role in ("doctor", "assistant"):
            acts.append(GiveRole(person=f"{role}-{site.id}", role=role, site=site.id))
    if study.panel:
        acts += [
            GiveRole(person=f"reader-{n}", role="reader", site="02") for n in range(1, readers + 1)
        ]
        acts.append(GiveRole(person="chair-1", role="chair"))
    for act in acts:
        made.do(act, by="office-1", on=OPENED)
    return made


def a_subject(*acts: Act, study: Study | None = None) -> Subject:
    """A subject in screening to whom these acts happened, all on DAY."""
    made = a_trial(study)
    subject_id = made.enter()
    for act in acts:
        made.do(act, subject_id)
    return made.subject(subject_id)


def person(**answers: Any) -> SaveForm:
    values = {"birth_date": "1970-05-17", "medicines": [], "tea_unwise": "no"}
    values |= {name: value for name, value in answers.items() if name in values}
    return SaveForm(form="person", visit="screening", values=values)


MOVED = {"form.outside-window": {"happened": "the appointment was moved"}}
"""The answer to the question why a form lies outside the window of its visit."""


def pressure(visit: str = "screening", number: int = 1, **answers: Any) -> SaveForm:
    values = {"systolic": "140", "diastolic": "85"}
    values |= {name: value for name, value in answers.items() if name.split(".")[0] in values}
    # Tests are not always in the window of a visit; then somebody says why.
    moved = {} if visit == "screening" else MOVED
    return SaveForm(form="pressure", visit=visit, number=number, values=values, confirmed=moved)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of a table drawn with bars, by the names in its first line; blanks stay blank."""
    lines = [line.strip() for line in table.strip().splitlines()]
    names = [name.strip() for name in lines[0].split("|")]
    for line in lines[1:]:
        if not line or set(line) <= set("-+| "):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        assert len(cells) == len(names), line
        yield dict(zip(names, cells, strict=True))
