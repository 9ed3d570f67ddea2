"""The trial so far as a forecast sees it: hospitals, days of entry, and follow-up without arms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from equipoise.analysis.endpoints import at_risk_subjects, follow_up
from equipoise.analysis.frames import subjects_as_of
from equipoise.analysis.progress import primary
from equipoise.conduct import folding, trial
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.design.problems import Problem, refuse
from equipoise.ledger import Ledger
from equipoise.study.model import Study

__all__ = ["Followed", "Observed", "ObservedSite", "observed_data"]


@dataclass(frozen=True, slots=True)
class ObservedSite:
    """A hospital: the day it opened or will open, and the days on which it randomised."""

    name: str
    opens: date
    randomised: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """A participant: day of entry, last day known, and whether that day ended it.

    `event` is the event that the trial counts; `left` means that no more will be known.
    """

    entered: date
    until: date
    event: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Everything up to and with the day `on`."""

    on: date
    sites: tuple[ObservedSite, ...]
    followed: tuple[Followed, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """What cannot be."""
        if not self.sites:
            yield Problem("sites", "no hospital is known", self.sites, "Name the day one opens.")
        for site in self.sites:
            days = site.randomised
            if days and (min(days) < site.opens or max(days) > self.on):
                because = f"it randomised before {site.opens} or after {self.on}"
                yield Problem(f"sites.{site.name}", because, str(min(days)), "Mend the days.")
        for person in self.followed:
            if not person.entered <= person.until <= self.on:
                because = "follow-up runs from entry to the day of the forecast at the latest"
                yield Problem("followed", because, str(person), "Mend the days.")

    @property
    def randomised(self) -> tuple[date, ...]:
        """All days of entry, in order."""
        return tuple(sorted(day for site in self.sites for day in site.randomised))

    @property
    def events(self) -> int:
        """How many have had the event."""
        return sum(person.event for person in self.followed)


def observed_data(
    study: Study,
    ledger: Ledger,
    on: date,
    opens: Mapping[str, date] | None = None,
    *,
    reported_at_once: bool = False,
) -> Observed:
    """What the ledger tells by the end of this day, where the trial is run.

    :param opens: the days on which hospitals that are not open yet will be
    :param reported_at_once: take everyone who is followed and not known dead as alive on the day
    :raises BadDesign: when the days contradict one another
    """
    zone = ZoneInfo(study.identity.timezone)
    as_of = datetime.combine(on + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
    trial_state = folding.catch_up_trial(TrialState(), ledger, trial.moment(as_of))
    subjects = subjects_as_of(ledger, as_of)
    entered: dict[str, list[date]] = {}
    for subject in subjects:
        if subject.randomised_on:
            entered.setdefault(subject.site, []).append(subject.randomised_on)
    opened = {**(opens or {}), **trial_state.sites}
    sites = tuple(
        ObservedSite(name, day, tuple(sorted(entered.get(name, []))))
        for name, day in sorted(opened.items())
    )
    found = Observed(
        on=on,
        sites=sites,
        followed=tuple(_followed(study, subjects, on, reported_at_once)),
    )
    refuse(found.problems())
    return found


def _followed(
    study: Study, subjects: list[Subject], on: date, reported_at_once: bool
) -> Iterator[Followed]:
    endpoint = primary(study)
    if endpoint is None:
        return
    for subject in at_risk_subjects(endpoint, subjects):
        known = follow_up(study, endpoint, [subject])
        if not subject.randomised_on or not len(known):
            continue
        event = bool(known.events[0])
        left = not event and subject.consent.ends() is not None
        until = date.fromordinal(subject.randomised_on.toordinal() + int(known.days[0]))
        if reported_at_once and not event and not left:
            until = on
        yield Followed(subject.randomised_on, min(until, on), event, left)
