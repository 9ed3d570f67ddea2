"""What an amendment means and for whom, from the two texts alone: no trial need be there.

For whom it changes something today, by name, is told by `affected`, of the participants there are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from equipoise.conduct.chapters import ACTS
from equipoise.conduct.differences import CHAPTERS
from equipoise.study.forms import Form, Item
from equipoise.study.model import Study
from equipoise.study.reason import Given, Phrase, Wording
from equipoise.study.sections.amendments import Amendment
from equipoise.study.sections.criteria import Criterion
from equipoise.study.sections.visits import Visit

__all__ = ["ABOUT", "Consequence", "consequences"]

AMENDMENT = Phrase("Amendment {amendment} is new")
DRAWS_WAIT = Phrase("Nobody is randomised without amendment {amendment}")
AGAIN = Phrase("{version} belongs to amendment {amendment}")
ENDS = Phrase("{what} ends")
ENDS_ON = Phrase("{form} ends to ask {items}")
VERSION = Phrase("{version} is new")
CRITERION_NEW = Phrase("{id} is new: {text}")
CRITERION_GONE = Phrase("{id} is no longer asked: {text}")
CRITERION_OTHER = Phrase("{id} is judged by another condition: {text}")
VISIT_NEW = Phrase("{visit} is new")
VISIT_RETIRED = Phrase("{visit} is planned no longer")
VISIT_MOVED = Phrase("{visit} is planned on other days, or for others")
ASKED_AT = Phrase("{visit} asks {forms} too")
NOT_AT = Phrase("{visit} asks {forms} no longer")
FORM_NEW = Phrase("{form} is new, with {items}")
FORM_RETIRED = Phrase("{form} is filled no longer")
GAINS = Phrase("{form} gains {items}")
LOSES = Phrase("{form} asks no longer {items}")
MUST = Phrase("{form}: from now on must be answered {items}")
NEED_NOT = Phrase("{form}: need no longer be answered {items}")
CHECKED = Phrase("{form} is checked anew: {checks}")
UNCHECKED = Phrase("{form} is checked no longer: {checks}")
ARM_OPENED = Phrase("{arm} is opened")
ARM_CLOSED = Phrase("{arm} is closed")
SITE_NEW = Phrase("{hospital} is new")
SITE_CLOSED = Phrase("{hospital} takes no new participants")
GIVEN_RIGHTS = Phrase("{role} may record from now on: {acts}")
TAKEN_RIGHTS = Phrase("{role} may record no longer: {acts}")
SIGHT = Phrase("{role} sees other parts of the trial")

NOWHERE_YET = Phrase("Nobody, until the trial office activates it at a hospital")
NOT_DRAWN_YET = Phrase("Whoever is not randomised yet, until it is activated at their hospital")
COVERED = Phrase("Whoever amendment {amendment} covers, from that day on")
COVERED_PAST = Phrase("Whoever amendment {amendment} covers, of days before it too")
ALL_AGAIN = Phrase(
    "Whoever is in already consents again, within {days} days of activation at their hospital"
)
SCREENED_AGAIN = Phrase(
    "Whoever is in screening consents again, within {days} days of activation at their hospital"
)
DRAWN_AGAIN = Phrase(
    "Whoever was randomised consents again, within {days} days of activation at their hospital"
)
NONE_AGAIN = Phrase("Whoever enters after activation at their hospital; nobody consents again")
SIGNING = Phrase("Whoever signs from {day} on")
NOT_REGISTERED = Phrase("Whoever is not registered yet")
WHO_HAS_IT = Phrase("Whoever comes to it; what was recorded stays")
IN_ARMS = Phrase("Participants in {arms}, who come to it")
FILLING = Phrase("Whoever fills it from now on; what was recorded stays")
JUDGED_TOO = Phrase("Whoever fills it; what was recorded is judged too, and queries may come")
JUDGED_NO_MORE = Phrase("Whoever fills it; what it asked of what was recorded goes")
NOT_DRAWN = Phrase("Whoever is randomised from now on")
GIVEN_IT = Phrase("Whoever was given it stays in it; nobody new is")
NEW_THERE = Phrase("Whoever would enter there; those who were randomised there stay")
TO_BE_OPENED = Phrase("Nobody, until the trial office opens it")
HOLDING = Phrase("Whoever holds this role")


@dataclass(frozen=True, slots=True)
class Consequence:
    """What is otherwise, what it is about, and for whom."""

    about: str
    id: str
    wording: Wording
    whom: Wording


def consequences(before: Study, now: Study) -> list[Consequence]:
    """What a text means, and for whom, after the one before it."""
    return [found for about, those in _KINDS.items() for found in those(about, before, now)]


def _amendments(about: str, before: Study, now: Study) -> Iterator[Consequence]:
    for name, amendment in now.amendment_of.items():
        if name not in before.amendment_of:
            wording = AMENDMENT(amendment=amendment.title)
            yield Consequence(about, name, wording, NOWHERE_YET())
        earlier = before.amendment_of.get(name)
        if amendment.before_draws and not (earlier and earlier.before_draws):
            wording = DRAWS_WAIT(amendment=amendment.title)
            yield Consequence(about, name, wording, NOT_DRAWN_YET())


def _consent(about: str, before: Study, now: Study) -> Iterator[Consequence]:
    known = {version.version for version in before.consent.versions}
    belongs = {one.consent: one for one in now.amendments if one.consent}
    for version in now.consent.versions:
        amendment = belongs.get(version.version)
        earlier = before.amendment_of.get(amendment.id) if amendment else None
        if amendment and _asked_again(earlier) != _asked_again(amendment):
            wording = AGAIN(version=version.label, amendment=amendment.title)
            yield Consequence(about, version.version, wording, _again(amendment))
        elif version.version not in known:
            whom = SIGNING(day=version.from_on)
            yield Consequence(about, version.version, VERSION(version=version.label), whom)


def _asked_again(amendment: Amendment | None) -> tuple[str, str, int]:
    if amendment is None:
        return "", "", 0
    return amendment.consent, amendment.consent_again, amendment.consent_within


def _again(amendment: Amendment) -> Wording:
    """Who must consent again."""
    if amendment.consent_again == "none":
        return NONE_AGAIN()
    phrase = {"all": ALL_AGAIN, "in_screening": SCREENED_AGAIN, "randomised": DRAWN_AGAIN}
    return phrase[amendment.consent_again](days=amendment.consent_within)


def _covered(study: Study, name: str, otherwise: Wording) -> Wording:
    """Whom something is asked of that is asked since an amendment, or until one."""
    amendment = study.amendment_of.get(name)
    if amendment is None:
        return otherwise
    return (COVERED_PAST if amendment.also_past else COVERED)(amendment=amendment.title)


def _until(study: Study, name: str) -> Wording:
    """For whom something ends with an amendment: never of days before it."""
    amendment = study.amendment_of.get(name)
    return COVERED(amendment=amendment.title if amendment else name)


def _criteria(about: str, before: Study, now: Study) -> Iterator[Consequence]:
    was, are = _leaves(before), _leaves(now)
    for name, one in {**was, **are}.items():
        phrase: Phrase | None = None
        if name not in was:
            phrase = CRITERION_NEW
        elif name not in are:
            phrase = CRITERION_GONE
        elif (was[name][0], was[name][1].when) != (one[0], one[1].when):
            phrase = CRITERION_OTHER
        if phrase:
            wording = phrase(id=name, text=one[1].text)
            whom = _covered(now, one[1].since, NOT_REGISTERED())
            yield Consequence(about, name, wording, whom)
        if name in was and one[1].until and one[1].until != was[name][1].until:
            yield Consequence(about, name, ENDS(what=name), _until(now, one[1].until))


def _leaves(study: Study) -> dict[str, tuple[str, Criterion]]:
    return {one.id: (side, one) for side, one in study.criteria.leaves()}


def _visits(about: str, before: Study, now: Study) -> Iterator[Consequence]:
    for name, visit in now.visit_of.items():
        was = before.visit_of.get(name)
        phrase: Phrase | None = None
        if was is None or (was.retired and not visit.retired):
            phrase = VISIT_NEW
        elif visit.retired and not was.retired:
            phrase = VISIT_RETIRED
        elif _plan(visit) != _plan(was):
            phrase = VISIT_MOVED
        whom = _covered(now, visit.since, _who_has(visit, now))
        if phrase:
            yield Consequence(about, name, phrase(visit=visit.label), whom)
        if was and visit.until and visit.until != was.until:
            yield Consequence(about, name, ENDS(what=visit.label), _until(now, visit.until))
        for at, forms in ((ASKED_AT, _more(was, visit)), (NOT_AT, _more(visit, was))):
            for since in dict.fromkeys(_since(now, form) for form in forms if was):
                those = [form for form in forms if _since(now, form) == since]
                wording = at(visit=visit.label, forms=_titles(now, those))
                yield Consequence(about, name, wording, _covered(now, since, whom))


def _plan(visit: Visit) -> dict[str, object]:
    """When it is planned, and for whom: all but what it is called and asks."""
    others = {"label", "plain", "epoch", "forms", "retired", "source", "since", "until"}
    return visit.model_dump(exclude=others)


def _more(fewer: Visit | None, visit: Visit | None) -> list[str]:
    """The forms of a visit that another lacks."""
    return [form for form in visit.forms if fewer and form not in fewer.forms] if visit else []


def _since(study: Study, form: str) -> str:
    return study.form_of[form].since if form in study.form_of else ""


def _titles(study: Study, forms: list[str]) -> tuple[Given, ...]:
    return tuple(study.form_of[name].title if name in study.form_of else name for name in forms)


def _who_has(visit: Visit, study: Study) -> Wording:
    if not visit.arms:
        return WHO_HAS_IT()
    labels = (study.arm_of[arm].label for arm in visit.arms if arm in study.arm_of)
    return IN_ARMS(arms=tuple(labels))


def _forms(about: str, before: Study, now: Study) -> Iterator[Consequence]:
    for name, form in now.form_of.items():
        was = before.form_of.get(name)
        if was is None or (was.retired and not form.retired):
            items = _labels(item for item in form.items if not item.retired)
            wording = FORM_NEW(form=form.title, items=items)
            yield Consequence(about, name, wording, _covered(now, form.since, FILLING()))
        elif form.retired and not was.retired:
            yield Consequence(about, name, FORM_RETIRED(form=form.title), FILLING())
        elif not form.retired:
            if form.until and form.until != was.until:
                yield Consequence(about, name, ENDS(what=form.title), _until(now, form.until))
            yield from _gained(about, was, form, now)
            yield from _items(about, was, form)
            yield from _checks(about, was, form)


def _gained(about: str, was: Form, form: Form, now: Study) -> Iterator[Consequence]:
    """The questions that come, and those that end, by the amendment that brings or ends them."""
    old, new = _asked_by(was), _asked_by(form)
    come = [item for name, item in new.items() if name not in old]
    for since in dict.fromkeys(item.since or form.since for item in come):
        items = [item for item in come if (item.since or form.since) == since]
        wording = GAINS(form=form.title, items=_labels(items))
        yield Consequence(about, form.id, wording, _covered(now, since, FILLING()))
    end = [item for name, item in new.items() if name in old and item.until != old[name].until]
    for until in dict.fromkeys(item.until for item in end if item.until):
        items = [item for item in end if item.until == until]
        wording = ENDS_ON(form=form.title, items=_labels(items))
        yield Consequence(about, form.id, wording, _until(now, until))


def _items(about: str, was: Form, form: Form) -> Iterator[Consequence]:
    old, new = _asked_by(was), _asked_by(form)
    stayed = [item for name, item in new.items() if name in old]
    for phrase, items in (
        (LOSES, [item for name, item in old.items() if name not in new]),
        (MUST, [item for item in stayed if item.required and not old[item.id].required]),
        (NEED_NOT, [item for item in stayed if old[item.id].required and not item.required]),
    ):
        if items:
            wording = phrase(form=form.title, items=_labels(items))
            yield Consequence(about, form.id, wording, FILLING())


def _checks(about: str, was: Form, form: Form) -> Iterator[Consequence]:
    old, new = ({check.that: check for check in one.every_check} for one in (was, form))
    for phrase, whom, those, others in (
        (CHECKED, JUDGED_TOO, new, old),
        (UNCHECKED, JUDGED_NO_MORE, old, new),
    ):
        checks = tuple(check.because for that, check in those.items() if that not in others)
        if checks:
            yield Consequence(about, form.id, phrase(form=form.title, checks=checks), whom())


def _asked_by(form: Form) -> dict[str, Item]:
    return {item.id: item for item in form.items if not item.retired}


def _labels(items: "Iterator[Item] | list[Item]") -> tuple[Given, ...]:
    return tuple(item.label for item in items)


def _arms(about: str, before: Study, now: Study) -> Iterator[Consequence]:
    was, are = ({arm.id: arm for arm in text.arms_drawn} for text in (before, now))
    for name, arm in {**was, **are}.items():
        if name not in was:
            yield Consequence(about, name, ARM_OPENED(arm=arm.label), NOT_DRAWN())
        elif name not in are:
            yield Consequence(about, name, ARM_CLOSED(arm=arm.label), GIVEN_IT())


def _sites(about: str, before: Study, now: Study) -> Iterator[Consequence]:
    was, are = ({site.id: site for site in text.sites_taking} for text in (before, now))
    for name, site in {**was, **are}.items():
        if name not in was:
            yield Consequence(about, name, SITE_NEW(hospital=site.name), TO_BE_OPENED())
        elif name not in are:
            yield Consequence(about, name, SITE_CLOSED(hospital=site.name), NEW_THERE())


def _roles(about: str, before: Study, now: Study) -> Iterator[Consequence]:
    for name, role in {**before.role_of, **now.role_of}.items():
        old, new = before.role_of.get(name), now.role_of.get(name)
        had, has = ((set(one.may) if one else set()) for one in (old, new))
        for phrase, acts in ((GIVEN_RIGHTS, has - had), (TAKEN_RIGHTS, had - has)):
            if acts:
                wording = phrase(role=role.label, acts=_names_of(acts))
                yield Consequence(about, name, wording, HOLDING())
        if old and new and {*old.sees} != {*new.sees}:
            yield Consequence(about, name, SIGHT(role=role.label), HOLDING())


def _names_of(kinds: set[str]) -> tuple[Given, ...]:
    """What these acts are called; of an act that this version does not know, its kind."""
    return tuple(
        Phrase(ACTS[kind].words.name)() if kind in ACTS else kind for kind in sorted(kinds)
    )


_KINDS: Mapping[str, Callable[[str, Study, Study], Iterator[Consequence]]] = {
    "amendments": _amendments,
    "consent": _consent,
    "criteria": _criteria,
    "visits": _visits,
    "forms": _forms,
    "arms": _arms,
    "sites": _sites,
    "roles": _roles,
}

ABOUT = {about: CHAPTERS[about] for about in _KINDS}
"""What a consequence is about, in the order in which they are told."""
