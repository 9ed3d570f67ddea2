"""Whether a study that can be read can be run: nothing in it stands still, or breaks one day."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from equipoise.study.forms import Item
from equipoise.study.model import Study
from equipoise.study.parts import Figure
from equipoise.study.places import Key
from equipoise.study.sections.criteria import Criterion
from equipoise.study.vocabulary import ANCHORS

__all__ = ["Report", "keyed_criteria", "keyed_items", "runnable"]

Report = Callable[[Key, str], None]

_NEEDED = (
    "role.give",
    "site.open",
    "screening.enter",
    "consent.give",
    "consent.withdraw",
    "forms.save",
    "registration.register",
    "randomisation.randomise",
)
_OPEN_LABEL = ("none", "open", "no masking", "unmasked", "not masked", "unblinded")
_MASKED = re.compile(r"mask|blind")
_UNMASKED = re.compile(r"(un|not |no |non-)(mask|blind)\w*")
_OTHER_MODEL = re.compile(r"cross-?over|cluster|factorial|single|sequential|stepped|n-of-1")
_NO_DRAW = re.compile(r"non-?\s?random|not random|^n/?a\b|none")
_OF_AGE = Decimal(18)  # the age at which people consent for themselves, if the study says no other
_A_YEAR = {"a": Decimal(1), "mo": Decimal(12), "wk": Decimal(52), "d": Decimal(365)}
_OF_EVENT = {
    "death": "event.death",
    "progression": "event.progression",
    "resection": "event.resection",
}


def runnable(study: Study, report: Report) -> None:
    """Report what would let the trial open and then stand still."""
    _visits(study, report)
    _masking(study, report)
    _design(study, report)
    _minors(study, report)
    _endpoints(study, report)
    _shapes(study, report)
    _allowed(study, report)


def _visits(study: Study, report: Report) -> None:
    for n, visit in enumerate(study.visits):
        if visit.anchor == "today":
            report(("visits", n, "anchor"), "a visit cannot count from today; it would never come")
        earlier = ("screening", "consent", "registration")[: 2 + (visit.before != "registration")]
        if visit.before and (visit.anchor not in earlier or visit.arms):
            because = f"what is filled before {visit.before} counts from {' or '.join(earlier)}"
            report(("visits", n, "before"), f"{because}, and for all arms")
        if visit.times > 1 and not (visit.every or visit.cycles):
            report(("visits", n, "times"), "visits that come several times need `every`, in days")


def _masking(study: Study, report: Report) -> None:
    """Pages and lists of this version show each participant's arm to who treats them."""
    for name, fact in study.identity.facts.items():
        said = str(fact.value).strip().lower()
        if not _MASKED.search(name.lower()) or not said or fact.value is False:
            continue
        if not said.startswith(_OPEN_LABEL) or _MASKED.search(_UNMASKED.sub("", said)):
            because = (
                f"the study says that it is masked ({said!r}); this version cannot run it: it "
                "shows the arm to those who treat and judge. 'none, open label' can be run"
            )
            report(("identity", "facts", name), because)


def _design(study: Study, report: Report) -> None:
    """Every participant is drawn once, by themselves, to one of the arms beside each other."""
    for name, of in (("model", _OTHER_MODEL), ("allocation", _NO_DRAW)):
        fact = study.identity.facts.get(name)
        said = str(fact.value).strip().lower() if fact else ""
        if of.search(said):
            because = (
                f"the study says {said!r}; this version cannot run it: it draws each participant "
                "once, to one of the arms side by side"
            )
            report(("identity", "facts", name), because)


def _minors(study: Study, report: Report) -> None:
    """A consent here is that of the participant alone; who is too young for it needs more."""
    facts = study.identity.facts
    lowest, own = facts.get("minimum_age"), facts.get("age_of_consent")
    if lowest is None or "assent" in facts:
        return
    age, needed = _years(lowest), (_years(own) if own else _OF_AGE) or _OF_AGE
    if age is None or age < needed:
        told = f"{lowest.value} {lowest.unit}".strip()
        because = (
            f"the lowest age is {told}, and who is younger than {needed} years cannot consent "
            "alone; this version knows no parents' consent and no child's assent. Say under "
            "`assent` how these are taken and kept, or under `age_of_consent` that it is another"
        )
        report(("identity", "facts", "minimum_age"), because)


def _years(age: Figure) -> Decimal | None:
    """An age in years; None where that is not what stands there."""
    if isinstance(age.value, Decimal) and age.unit in _A_YEAR:
        return age.value / _A_YEAR[age.unit]
    return None


def _endpoints(study: Study, report: Report) -> None:
    origins = [anchor for anchor in ANCHORS if anchor != "today"]
    for n, endpoint in enumerate(study.endpoints):
        if endpoint.origin not in origins:
            because = (
                f"an endpoint cannot count from {endpoint.origin!r}; from {', '.join(origins)}"
            )
            report(("endpoints", n, "origin"), because)
        if endpoint.kind != "time to event":
            because = (
                f"this version cannot compute an endpoint that is a {endpoint.kind!r}; only a "
                "'time to event' has results here"
            )
            report(("endpoints", n, "kind"), because)
        elif not endpoint.events:
            report(("endpoints", n, "events"), "an endpoint needs an event")


def _shapes(study: Study, report: Report) -> None:
    for key, criterion in keyed_criteria(study):
        if bool(criterion.when.strip()) == bool(criterion.parts):
            report(key, f"the criterion {criterion.id!r} needs `when` or `parts`, one of the two")
    for key, item in keyed_items(study):
        for column in item.columns:
            if column.of_kind.rows:
                report((*key, "columns"), f"the column {column.id!r} cannot be a list itself")
            if column.of_kind.many:
                because = f"the column {column.id!r} has one value a row: a choice, or a yes or no"
                report((*key, "columns"), because)
        if bool(item.columns) != item.of_kind.rows:
            report(key, f"the item {item.id!r}: a list has columns, and only a list has")


def _allowed(study: Study, report: Report) -> None:
    """Every act without which the trial cannot run is allowed to someone."""
    needed = set(_NEEDED)
    needed |= {_OF_EVENT[e] for end in study.endpoints for e in end.events if e in _OF_EVENT}
    needed |= {"panel.ask"} if study.panel else set()
    for act in sorted(needed - {act for role in study.roles for act in role.may}):
        report(("roles",), f"no role may do {act!r}, without which the trial cannot run")
    if study.panel:
        for name, act in ((study.panel.role, "panel.vote"), (study.panel.chair, "panel.conclude")):
            role = study.role_of.get(name)
            if role and act not in role.may:
                report(("panel",), f"the role {name!r} may not do {act!r}; let it, under roles")


def keyed_items(study: Study) -> Iterator[tuple[Key, Item]]:
    """Every item with its path in the whole."""
    for f, form in enumerate(study.forms):
        for i, item in enumerate(form.items):
            yield ("forms", f, "items", i), item


def keyed_criteria(study: Study) -> Iterator[tuple[Key, Criterion]]:
    """Every criterion and part of one, with its path in the whole."""
    for side in ("inclusion", "exclusion"):
        for n, criterion in enumerate(getattr(study.criteria, side)):
            yield from _within(criterion, ("criteria", side, n))


def _within(criterion: Criterion, key: Key) -> Iterator[tuple[Key, Criterion]]:
    yield key, criterion
    for n, part in enumerate(criterion.parts):
        yield from _within(part, (*key, "parts", n))
