"""What people are told of by mail: each chapter says of what, the study file to whom besides.

A message names a participant by number and leads to a page; it tells nothing of anyone's health
and no arm. To whom it goes is asked when it is caused and again when it is sent.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.conduct.act import Act
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["Message", "hearers", "own_hospital", "staff", "waits_for_morning"]

About = str
"""A name within a participant: a query, an event, the entry of a question."""
Concerned = Callable[[Study, TrialState, Subject, About], Iterable[str]]


def _nobody(study: Study, trial_state: TrialState, subject: Subject, about: About) -> Iterable[str]:
    return ()


def _entry(subject: Subject, entry: Entry) -> About:
    return str(entry.seq)


def _always(study: Study, subject: Subject, about: About, on: date) -> bool:
    return True


def _any_role(study: Study, subject: Subject, about: About) -> Collection[str]:
    return study.role_of


def _no_arm(study: Study, subject: Subject, about: About) -> bool:
    return False


def own_hospital(study: Study, subject: Subject, about: About) -> bool:
    """What presses may be a visit that not every arm has."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing that people are told of, with places for `trial` and `subject`."""

    name: str
    title: Phrase
    heading: Phrase
    text: Phrase
    after: tuple[type[Act], ...] = ()
    """The acts that may cause it."""
    after_others: tuple[str, ...] = ()
    """The acts of other chapters that may, by their kinds."""
    after_any: bool = False
    """Whether any act of a participant may cause it."""
    presses: Literal["alarm", "overdue", "expiring", ""] = ""
    """It is caused by whatever of its chapter comes to press so, and told in the morning."""
    about: Callable[[Subject, Entry], About] = _entry
    """What an entry causes it for; empty: for nothing."""
    several: Callable[[Subject, Entry], Iterable[About]] | None = None
    """The same where one entry may cause it for several things."""
    once: bool = True
    """Whether it is told once of the same thing; otherwise once after each act."""
    holds: Callable[[Study, Subject, About, date], bool] = _always
    """Whether there is still something to tell."""
    to: Concerned = _nobody
    """Whom it concerns, whatever the study file says."""
    answers: Callable[[Study, Subject, About], Collection[str]] = _any_role
    """The roles that can do something about it; others are not told."""
    tells_arm: Callable[[Study, Subject, About], bool] = _no_arm
    """Whether that it is told at all tells something of an arm: then its own hospital alone."""
    page: type[Act] | Literal["", "query", "record"] = ""
    """The act's own page to which it leads, that of a query, or of all that was recorded; empty:
    that of the participant."""
    urgent: bool = False
    """Whether it waits for no morning, whatever its readers chose."""
    reminds: Callable[[Study], Iterable[int]] | None = None
    """After how many days it is said again, while it holds."""
    reminder: "Message | None" = None

    def abouts(self, subject: Subject, entry: Entry) -> Iterable[About]:
        """What an entry causes it for."""
        if self.several:
            return self.several(subject, entry)
        return filter(None, [self.about(subject, entry)])


def hearers(
    message: Message,
    study: Study,
    trial_state: TrialState,
    subject: Subject,
    about: About,
    on: date,
) -> set[str]:
    """The ids of everyone who is to be told, as it stands on a day."""
    if not message.holds(study, subject, about, on):
        return set()
    if subject.locked_on and not message.urgent:
        return set()  # nobody can do anything about it
    roles = {role for rule in study.messages if rule.about == message.name for role in rule.roles}
    roles &= set(message.answers(study, subject, about)) if roles else set()
    sites = {subject.site} if message.tells_arm(study, subject, about) else {subject.site, ""}
    readers = _holding(trial_state, roles, sites)
    if message.urgent and roles and not readers:
        readers = _instead(study, trial_state, subject, about)
    return readers | set(message.to(study, trial_state, subject, about))


def _holding(trial_state: TrialState, roles: Collection[str], sites: Collection[str]) -> set[str]:
    return {
        person.person_id
        for person in trial_state.people.values()
        if any(held.role in roles and held.site in sites for held in person.roles)
    }


def _instead(study: Study, trial_state: TrialState, subject: Subject, about: About) -> set[str]:
    """Who is told of what is urgent where nobody there holds a role that the study file names.

    All at that hospital who see the participant; where there are none, whoever sees all of them.
    """
    seeing = {role.id for role in study.roles if "subjects" in role.sees}
    return set(staff(study, trial_state, subject, about)) or _holding(trial_state, seeing, {""})


def waits_for_morning(message: Message, study: Study, roles: Collection[str]) -> bool:
    """Whether holders of these roles are told in one mail each morning, by the study file."""
    if message.urgent:
        return False
    rules = [
        r for r in study.messages if r.about == message.name and not set(r.roles).isdisjoint(roles)
    ]
    return bool(message.presses) or (bool(rules) and all(rule.daily for rule in rules))


def staff(study: Study, trial_state: TrialState, subject: Subject, about: About) -> Iterable[str]:
    """Everyone of the participant's own hospital whose role there sees participants."""
    for person in trial_state.people.values():
        for held in person.roles:
            role = study.role_of.get(held.role)
            if role and held.site and held.site == subject.site and "subjects" in role.sees:
                yield person.person_id
                break
