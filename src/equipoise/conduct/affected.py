"""For whom an amendment changes something: whose verdict, visits or forms are otherwise today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from equipoise.conduct.allocation import strata_of
from equipoise.conduct.coverage import again, draws_wait_for
from equipoise.conduct.eligibility import checklist, verdict
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.schedule import Planned, visits
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.logic.truth import Truth
from equipoise.study.forms import Item
from equipoise.study.model import Study
from equipoise.study.reason import Given, Phrase, Wording
from equipoise.study.sections.amendments import Activation

__all__ = ["Effect", "effects"]


VERDICT = Phrase("In screening, {was} becomes {now}")
ELIGIBLE = Phrase("eligible")
NOT_ELIGIBLE = Phrase("not eligible")
NOT_KNOWN = Phrase("not known yet")
VISIT_COMES = Phrase("The visit {visit} comes")
VISIT_GOES = Phrase("The visit {visit} goes")
VISIT_MOVES = Phrase("The visit {visit} is on another day")
FORM_WAITS = Phrase("{visit}: {form} is asked")
ITEM_WAITS = Phrase("{form} is filled, and does not answer what must be answered now: {items}")
FORM_STAYS = Phrase("{form} is retired, and what was filled stays")
ARM_STAYS = Phrase("{arm} is no longer drawn, and whoever was given it stays in it")
SITE_STAYS = Phrase("{hospital} takes no new participants, and its participants stay")
SITE_KEEPS_OUT = Phrase("{hospital} takes no new participants: they cannot enter any more")
AGAIN = Phrase("Consent again once amendment {amendment} is activated at their hospital")
DRAW_WAITS = Phrase("Registered, and not randomised before {factor} is known")
DRAW_WAITS_FOR = Phrase(
    "Registered, and not randomised before amendment {amendment} is activated at their hospital"
)
RIGHTS = Phrase("People whose rights change as {role}")
HELD_BEFORE = Phrase("Hold {one}, and held before what excludes it from now on: {other}")
_VERDICTS = {Truth.TRUE: ELIGIBLE, Truth.FALSE: NOT_ELIGIBLE, Truth.UNKNOWN: NOT_KNOWN}


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes, and for whom: numbers of participants, or ids of people of the trial."""

    wording: Wording
    whom: tuple[str, ...]


def effects(
    before: Study, now: Study, subjects: Iterable[Subject], trial_state: TrialState, on: date
) -> list[Effect]:
    """What changes on a day for those who are in the trial, each with whom."""
    found: dict[str, tuple[Wording, list[str]]] = {}
    everywhere = _active_everywhere(before, now, on)
    for subject in subjects:
        wordings = (*_of_subject(before, now, subject, on), *_consent(now, everywhere, subject))
        of_subject = {_key(wording): wording for wording in wordings}
        for key, wording in of_subject.items():
            found.setdefault(key, (wording, []))[1].append(subject.subject_id)
    for person in trial_state.people.values():
        for role in dict.fromkeys(held.role for held in person.roles):
            if _rights(before, role) != _rights(now, role):
                known = now.role_of.get(role) or before.role_of.get(role)
                wording = RIGHTS(role=known.label if known else role)
                found.setdefault(_key(wording), (wording, []))[1].append(person.person_id)
            for other in sorted(now.kept_apart(role) - before.kept_apart(role)):
                if other in person.had and not any(held.role == other for held in person.roles):
                    wording = HELD_BEFORE(
                        one=now.role_of[role].label, other=now.role_of[other].label
                    )
                    found.setdefault(_key(wording), (wording, []))[1].append(person.person_id)
    return [Effect(wording, tuple(whom)) for wording, whom in found.values()]


def _key(wording: Wording) -> str:
    return repr((wording.phrase.sentence, sorted(wording.values.items())))


def _of_subject(before: Study, now: Study, subject: Subject, on: date) -> Iterator[Wording]:
    yield from _missing_answers(before, now, subject, on)
    yield from _retired(before, now, subject)
    yield from _site_or_arm(before, now, subject)
    if subject.failed_on or subject.left_on or subject.died_on:
        return
    if not subject.registered_on:
        was, becomes = (verdict(checklist(text, subject, on)) for text in (before, now))
        if was is not becomes:
            yield VERDICT(was=_VERDICTS[was](), now=_VERDICTS[becomes]())
    yield from _draw(before, now, subject, on)
    yield from _visits(before, now, subject, on)


def _draw(before: Study, now: Study, subject: Subject, on: date) -> Iterator[Wording]:
    """What the draw of who is registered waits for, and did not before: factors, and amendments."""
    if not subject.registered_on or subject.randomised_on:
        return
    waited = {one.id for one in draws_wait_for(before, subject.site, on)}
    for amendment in draws_wait_for(now, subject.site, on):
        if amendment.id not in waited:
            yield DRAW_WAITS_FOR(amendment=amendment.title)
    old, new = strata_of(before, subject, on), strata_of(now, subject, on)
    for factor in now.randomisation.factors:
        if not new[factor.id] and old.get(factor.id) != "":
            yield DRAW_WAITS(factor=factor.label)


def _visits(before: Study, now: Study, subject: Subject, on: date) -> Iterator[Wording]:
    old = {planned.key: planned for planned in visits(before, subject, on)}
    new = {planned.key: planned for planned in visits(now, subject, on)}
    for key, planned in {**old, **new}.items():
        name: Given = planned.visit.label
        if key not in new:
            yield VISIT_GOES(visit=name)
        elif key not in old:
            yield VISIT_COMES(visit=name)
        elif _days(old[key]) != _days(new[key]):
            yield VISIT_MOVES(visit=name)
        for form in new[key].open if key in new and key in old else ():
            if form not in old[key].visit.forms:
                yield FORM_WAITS(visit=name, form=now.form_of[form].title)


def _days(planned: Planned) -> tuple[date | None, ...]:
    return planned.on, planned.first, planned.last


def _active_everywhere(before: Study, now: Study, on: date) -> Study:
    """The new text as it will be once its new amendments are activated at every hospital."""
    new = [name for name in now.amendment_of if name not in before.amendment_of]
    activated = Activation(on, datetime.combine(on, time.min, UTC))
    return now.activated(
        {
            site.id: {**now.active.get(site.id, {}), **dict.fromkeys(new, activated)}
            for site in now.sites
        }
    )


def _consent(now: Study, everywhere: Study, subject: Subject) -> Iterator[Wording]:
    """To which amendment they consent again that they need not by what is active today."""
    needed, then = again(now, subject), again(everywhere, subject)
    if then and (needed is None or needed.amendment.id != then.amendment.id):
        yield AGAIN(amendment=then.amendment.title)


def _missing_answers(before: Study, now: Study, subject: Subject, on: date) -> Iterator[Wording]:
    facts = SubjectFacts(now, subject, on)
    for record in subject.forms.records.values():
        form = now.form_of.get(record.form)
        fresh = [
            item
            for item in (form.items if form else ())
            if _must(item)
            and not _must(before.items.get(item.id))
            and not record.settles(item.id)
            and facts.asks(item, record) is not Truth.FALSE
        ]
        if form and fresh:
            yield ITEM_WAITS(form=form.title, items=tuple(item.label for item in fresh))


def _must(item: Item | None) -> bool:
    return item is not None and item.required and not item.retired


def _retired(before: Study, now: Study, subject: Subject) -> Iterator[Wording]:
    for name in dict.fromkeys(record.form for record in subject.forms.records.values()):
        form, was = now.form_of.get(name), before.form_of.get(name)
        if form and was and form.retired and not was.retired:
            yield FORM_STAYS(form=form.title)


def _site_or_arm(before: Study, now: Study, subject: Subject) -> Iterator[Wording]:
    site = now.site_of.get(subject.site)
    earlier = before.site_of.get(subject.site)
    if site and site.retired and not (earlier and earlier.retired):
        entering = not (subject.randomised_on or subject.failed_on or subject.died_on)
        yield (SITE_KEEPS_OUT if entering else SITE_STAYS)(hospital=site.name)
    arm = now.arm_of.get(subject.arm)
    was = before.arm_of.get(arm.id) if arm else None
    if arm and arm.retired and not (was and was.retired):
        yield ARM_STAYS(arm=arm.label)


def _rights(study: Study, role: str) -> tuple[frozenset[str], frozenset[str]]:
    known = study.role_of.get(role)
    return (frozenset(known.may), frozenset(known.sees)) if known else (frozenset(), frozenset())
