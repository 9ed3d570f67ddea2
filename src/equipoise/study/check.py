"""Whether a study holds together: every name exists, every expression can be read and answered."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from equipoise.logic.facts import Vocabulary
from equipoise.logic.language import Unreadable, parse
from equipoise.logic.needed import facts_needed
from equipoise.logic.typing_check import Shape, problems
from equipoise.logic.units import counts_as, is_unit, nearest_unit
from equipoise.study.blocks import Criterion
from equipoise.study.forms import Column
from equipoise.study.model import Study
from equipoise.study.places import Key, Places, Problem
from equipoise.study.vocabulary import ANCHORS

__all__ = ["consistency", "open_points"]


@dataclass(frozen=True, slots=True)
class _Said:
    """An expression, where it stands, and what it should give (None: anything)."""

    key: Key
    text: str
    gives: Shape | None = "yes or no"
    anchors: tuple[str, ...] = ANCHORS


def consistency(study: Study, places: Places, acts: Collection[str]) -> list[Problem]:
    """Everything that does not hold together, each with its place.

    :param acts: the kinds of act that there are, for what roles may do
    """
    found: list[Problem] = []

    def report(key: Key, message: str) -> None:
        found.append(Problem(places.place(key), places.path(key), message))

    _twice(study, report)
    _names(study, report, acts)
    _units(study, report)
    _formulas(study, report)
    if not found:
        _expressions(study, study.vocabulary, report)
        _asked(study, report)
    return sorted(found, key=lambda p: (p.place.file, p.place.line, p.message))


def open_points(study: Study) -> list[tuple[str, str]]:
    """What the protocol leaves open, as (where, the point), for the sponsor to settle."""
    found = [("study", point) for point in study.points]
    for side, criteria in (
        ("inclusion", study.criteria.inclusion),
        ("exclusion", study.criteria.exclusion),
    ):
        for criterion in _all(criteria):
            found += [(f"{side} {criterion.id}", point) for point in criterion.points]
    found += [("panel", point) for point in study.panel.points] if study.panel else []
    found += [("randomisation", point) for point in study.randomisation.points]
    return found


Report = Callable[[Key, str], None]


def _all(criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    for criterion in criteria:
        yield criterion
        yield from _all(criterion.parts)


def _twice(study: Study, report: Report) -> None:
    items = [item.id for form in study.forms for item in form.items]
    lists = {
        "arms": [arm.id for arm in study.arms],
        "sites": [site.id for site in study.sites],
        "roles": [role.id for role in study.roles],
        "visits": [visit.id for visit in study.visits],
        "forms": [form.id for form in study.forms],
        "criteria": [leaf.id for leaf in _all(study.criteria.inclusion + study.criteria.exclusion)],
        "derived": [derived.id for derived in study.derived],
    }
    for block, ids in lists.items():
        for name in _doubled(ids):
            report((block,), f"{name!r} stands twice; every id stands once")
    for name in _doubled(items + lists["derived"]):
        report(("forms",), f"the item {name!r} stands twice; an item is also a fact")


def _doubled(ids: list[str]) -> list[str]:
    return [name for name, count in Counter(ids).items() if count > 1]


def _names(study: Study, report: Report, acts: Collection[str]) -> None:
    arms, epochs = set(study.arm_of), {epoch.id for epoch in study.epochs}
    for n, visit in enumerate(study.visits):
        at: Key = ("visits", n)
        _known(report, (*at, "epoch"), "epoch", [visit.epoch], epochs)
        _known(report, (*at, "forms"), "form", visit.forms, set(study.form_of))
        _known(report, (*at, "arms"), "arm", visit.arms, arms)
        dates = {i.id for i in study.items.values() if i.kind == "date"}
        anchors = {*ANCHORS, *dates, *(f"{form}_done" for form in study.form_of)}
        _known(report, (*at, "anchor"), "anchor", [visit.anchor], anchors)
    for n, role in enumerate(study.roles):
        _known(report, ("roles", n, "may"), "act", role.may, set(acts))
    if study.panel:
        roles = set(study.role_of)
        _known(report, ("panel", "role"), "role", [study.panel.role], roles)
        _known(report, ("panel", "chair"), "role", [study.panel.chair], roles)
    ratio = sum(arm.ratio for arm in study.arms)
    for size in study.randomisation.block_sizes:
        if size % ratio:
            report(
                ("randomisation", "block_sizes"),
                f"a block of {size} cannot hold the arms in their ratio; a multiple of {ratio} can",
            )
    if study.randomisation.method == "blocks" and not study.randomisation.block_sizes:
        report(("randomisation",), "blocks need block_sizes")
    if study.randomisation.method == "minimisation" and not study.randomisation.factors:
        report(("randomisation",), "minimisation needs factors")


def _known(
    report: Report, key: Key, what: str, names: Iterable[str], known: Collection[str]
) -> None:
    for name in names:
        if name not in known:
            listed = ", ".join(sorted(known))
            report(key, f"there is no {what} {name!r}; there are {listed}")


def _units(study: Study, report: Report) -> None:
    for f, form in enumerate(study.forms):
        for i, item in enumerate(form.items):
            at: Key = ("forms", f, "items", i)
            for key, asked in ((at, item), *(((*at, "columns"), c) for c in item.columns)):
                _unit(key, asked, report)


def _unit(key: Key, asked: Column, report: Report) -> None:
    """Every unit is known, and converts to the item's own unit or is declared to count as it."""
    units = [u for u in (asked.unit, *asked.units, *asked.equivalents) if u]
    for unit in (u for u in units if not is_unit(u)):
        hint = f" Did you mean {nearest_unit(unit)!r}?" if nearest_unit(unit) else ""
        report((*key, "unit"), f"{unit!r} is not a unit that is known.{hint}")
    for unit in asked.units:
        if is_unit(unit) and counts_as(unit, asked.unit, asked.equivalents, asked.analyte) is None:
            message = f"{unit} does not convert to {asked.unit}; name the analyte, or leave it out"
            report((*key, "units"), message)
    if asked.kind == "quantity" and not asked.unit:
        report(key, "a quantity needs a unit; '1' for a ratio")
    if asked.kind == "choice" and not asked.choices:
        report(key, "a choice needs choices")


def _formulas(study: Study, report: Report) -> None:
    for n, derived in enumerate(study.derived):
        try:
            parse(derived.formula)
        except Unreadable as error:
            report(("derived", n, "formula"), str(error))


def _expressions(study: Study, words: Vocabulary, report: Report) -> None:
    for said in _said(study):
        try:
            node = parse(said.text)
        except Unreadable as error:
            report(said.key, str(error))
            continue
        for problem in problems(node, words, said.anchors, expected=said.gives):
            hint = f" {problem.suggestion}" if problem.suggestion else ""
            report(said.key, f"{problem.message}{hint} (column {problem.column})")


def _said(study: Study) -> Iterator[_Said]:
    for side in ("inclusion", "exclusion"):
        for n, criterion in enumerate(getattr(study.criteria, side)):
            yield from _criterion(criterion, ("criteria", side, n))
    for n, factor in enumerate(study.randomisation.factors):
        yield _Said(("randomisation", "factors", n, "of"), factor.of, gives="code")
    for n, derived in enumerate(study.derived):
        yield _Said(("derived", n, "formula"), derived.formula, gives=None)
    for f, form in enumerate(study.forms):
        for i, item in enumerate(form.items):
            key: Key = ("forms", f, "items", i)
            if item.shown_when:
                yield _Said((*key, "shown_when"), item.shown_when)
            for c, check in enumerate(item.checks):
                yield _Said((*key, "checks", c, "that"), check.that)


def _criterion(criterion: Criterion, key: Key) -> Iterator[_Said]:
    if not criterion.parts:
        yield _Said((*key, "when"), criterion.when)
    for n, part in enumerate(criterion.parts):
        yield from _criterion(part, (*key, "parts", n))


def _asked(study: Study, report: Report) -> None:
    """Every fact that a criterion needs is asked on a form that some visit asks."""
    asked = {form for visit in study.visits for form in visit.forms}
    words = study.vocabulary
    for side in ("inclusion", "exclusion"):
        for n, criterion in enumerate(getattr(study.criteria, side)):
            for said in _criterion(criterion, ("criteria", side, n)):
                for fact in sorted(facts_needed(parse(said.text), words)):
                    form = study.form_asking.get(fact)
                    if form and form.id not in asked:
                        report(said.key, f"{fact!r} is asked on {form.id!r}, which no visit asks")
