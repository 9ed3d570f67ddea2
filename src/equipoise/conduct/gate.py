"""The gate that every act passes: who may do it, on which day, of whom, under which study text.

What is peculiar to one kind of act stands with the act itself.
"""

from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from equipoise.conduct import office, screening
from equipoise.conduct.act import Act, Refusal, Scene, Stamp
from equipoise.conduct.bounds import is_day, unfit
from equipoise.conduct.whole import Whole
from equipoise.study.model import Study

__all__ = ["all_refusals", "dated", "may"]


def all_refusals(act: Act, scene: Scene) -> Iterator[Refusal]:
    """Every reason against an act, the general ones first.

    Of an act that would tell of sealed votes, whoever may not do it hears that alone.
    """
    closed = tuple(_permission(act, scene))
    yield from closed
    if closed and act.sealed:
        return
    yield from _times(scene)
    yield from unfit(act)
    if act.stream != "study":
        yield from _presence(act, scene)
    yield from _study_text(act, scene)
    yield from act.refusals(scene)


def _study_text(act: Act, scene: Scene) -> Iterator[Refusal]:
    """The trial is open, and runs under this very text."""
    whole = scene.whole
    if act.kind == office.OpenTrial.kind:
        return
    if not whole.opened_on:
        yield Refusal("study.not-open", "the trial has not been opened")
    elif act.kind != office.AdoptAmendment.kind and whole.study_digest != scene.study.digest:
        yield Refusal(
            "study.not-adopted",
            f"the study file is not the text that the trial runs under (version "
            f"{whole.study_version}); the trial office adopts it as an amendment first",
        )


def _permission(act: Act, scene: Scene) -> Iterator[Refusal]:
    # An act of the trial's own stream is done where it says, whomever it is said to concern.
    site = scene.subject.site if act.stream != "study" else ""
    site = site or getattr(act, "site", "")
    by = scene.stamp.by
    if may(scene.study, scene.whole, by, act.kind, site):
        return
    person = scene.whole.people.get(by)
    if person is None or not person.roles:
        yield Refusal("role.may-not", "you have no role in this trial")
    else:
        known = scene.study.site_of.get(site)
        where = f" at {known.name}" if known else ""
        yield Refusal("role.may-not", f"your role does not allow this{where}")


def _times(scene: Scene) -> Iterator[Refusal]:
    stamp = scene.stamp
    if stamp.at.tzinfo is None:
        yield Refusal("time.no-zone", "the moment of recording needs its time zone")
    elif stamp.on > stamp.at.astimezone(_zone(scene.study.identity.timezone)).date():
        yield Refusal("time.future", f"{stamp.on:%-d %B %Y} lies in the future", "happened")
    if not is_day(stamp.on):
        yield Refusal("time.out-of-range", f"{stamp.on} is too long ago to be right", "happened")


def _presence(act: Act, scene: Scene) -> Iterator[Refusal]:
    entering = act.kind == screening.EnterScreening.kind
    if not entering and scene.subject.entered_on is None:
        number = scene.subject.subject_id
        because = f"there is no participant {number}" if number else "no participant is named"
        yield Refusal("subject.unknown", because)
    if scene.subject.death and scene.stamp.on > scene.subject.death.on:
        yield Refusal(
            "subject.died",
            f"the participant died on {scene.subject.death.on:%-d %B %Y}; nothing happens after",
            "happened",
        )


def may(study: Study, whole: Whole, person_id: str, kind: str, site: str) -> bool:
    """Whether the study file lets this person do this kind of act at this site."""
    person = whole.people.get(person_id)
    if not whole.people:
        # Nobody has a role yet: anyone may open the trial, and who did may give the first role.
        first = person_id == whole.opened_by and kind == office.GiveRole.kind
        return first or (kind == office.OpenTrial.kind and not whole.opened_on)
    if person is None:
        return False
    for held in person.roles:
        role = study.role_of.get(held.role)
        if role and kind in role.may and (role.scope == "trial" or held.site == site):
            return True
    return False


def dated(study: Study, stamp: Stamp) -> Stamp:
    """A day that is not told is the day it is where the trial is run."""
    if stamp.happened or stamp.at.tzinfo is None:
        return stamp
    local = stamp.at.astimezone(_zone(study.identity.timezone)).date()
    return msgspec.structs.replace(stamp, happened=local)


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
