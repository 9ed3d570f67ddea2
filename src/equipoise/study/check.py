"""Whether a study holds together: every name exists, every expression can be read and answered."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from equipoise.logic.facts import Vocabulary
from equipoise.logic.language import Unreadable, parse
from equipoise.logic.needed import circular, facts_needed
from equipoise.logic.sorts import Shape
from equipoise.logic.typing_check import problems
from equipoise.logic.units import counts_as, is_other_size, is_unit, nearest_unit
from equipoise.study.amended import amended
from equipoise.study.answerable import answerable
from equipoise.study.cdash import misnamed
from equipoise.study.dangers import dangers
from equipoise.study.declared import WORKED_OUT, idle, leads, worked_out
from equipoise.study.earlier import misplaced
from equipoise.study.forms import Column, Form, Item
from equipoise.study.known_names import known
from equipoise.study.languages import languages, unnamed
from equipoise.study.model import Study
from equipoise.study.places import Key, Places, Problem
from equipoise.study.runnable import Report, keyed_criteria, keyed_items, runnable
from equipoise.study.tables_checked import decision_tables
from equipoise.study.visits_checked import visits_named
from equipoise.study.vocabulary import ANCHORS

__all__ = ["UNPROVED", "consistency", "doubts", "open_points"]

UNPROVED = {
    "study.open": "before the trial is open nobody has a password to give",
    "study.text": "the trial does this itself, and has no password",
}
"""Acts before which nobody can be asked who they are, and why."""

_NAMED = (
    "amendments", "arms", "epochs", "sites", "roles", "tables", "visits", "forms", "endpoints",
)  # fmt: skip
"""The blocks whose parts have an id."""


@dataclass(frozen=True, slots=True)
class _Said:
    """An expression, where it stands, and what it should give (None: anything)."""

    key: Key
    text: str
    gives: Shape | None = "yes or no"
    anchors: tuple[str, ...] = ANCHORS
    unit: str = ""
    check_of: Form | None = None  # the form of which it is a check
    measured: bool = False  # whether a plain number will not do in place of one with a unit


def consistency(study: Study, places: Places, acts: Collection[str]) -> list[Problem]:
    """Everything that does not hold together, each with its place.

    :param acts: the kinds of act that there are, for what roles may do
    """
    found: list[Problem] = []

    def report(key: Key, message: str) -> None:
        found.append(Problem(places.place(key), places.path(key), message))

    _twice(study, report)
    _names(study, report, acts)
    visits_named(study, report)
    _sections(study, report)
    _messages(study, report)
    _proofs(study, report, acts)
    _units(study, report)
    misnamed(study, report)
    runnable(study, report)
    languages(study, places, report)
    if _formulas_read(study, report):
        for name in circular(study.vocabulary):
            key = next(key for key, one, _ in _formulas(study) if one == name)
            report(key, f"{name!r} follows from itself; it would never be known")
        _expressions(study, report)
        decision_tables(study, report)
        _asked(study, report)
        _askable(study, report)
        answerable(study, report)
        amended(study, report)
        dangers(study, report)
    return sorted(found, key=lambda p: (p.place.file, p.place.line, p.message))


def _sections(study: Study, report: Report) -> None:
    """Names that a section speaks of and the study does not know; each section says which."""
    for name in type(study).model_fields:
        strangers = getattr(getattr(study, name), "strangers", None)
        for key, message in strangers(study) if strangers else ():
            report((name, *key), message)


def _messages(study: Study, report: Report) -> None:
    """Whoever is told of a participant may see participants."""
    seeing = {role.id for role in study.roles if "subjects" in role.sees}
    for n, rule in enumerate(study.messages):
        known(report, ("messages", n, "roles"), "role that sees participants", rule.roles, seeing)


def open_points(study: Study) -> list[tuple[str, str]]:
    """What the protocol leaves open, as (where, the point), for the sponsor to settle."""
    found = [("study", point) for point in study.points]
    for key, criterion in keyed_criteria(study):
        found += [(f"{key[1]} {criterion.id}", point) for point in criterion.points]
    found += [("panel", point) for point in study.panel.points] if study.panel else []
    found += [("randomisation", point) for point in study.randomisation.points]
    return found


def doubts(study: Study) -> list[str]:
    """What can be run and should be thought of again."""
    found, gives = [], [role for role in study.roles if "role.give" in role.may]
    seeing = [role for role in study.roles if "results-by-arm" in role.sees]
    for role in (role for role in gives if role in seeing):
        found.append(f"roles.{role.id}: who gives roles may see results by arm")
    for role, other in ((role, other) for role in gives for other in seeing if role != other):
        if other.id not in study.kept_apart(role.id):
            told = f"nothing excludes that one person holds {role.id} and {other.id}"
            found.append(f"roles.{role.id}: {told}, which sees results by arm; see `excludes`")
    if seeing and not {"results.ask", "results.agree"} <= {a for r in study.roles for a in r.may}:
        found.append("roles: nobody may ask and agree (results.ask, results.agree) to open results")
    for language, number in unnamed(study).items():
        told = f"{number} texts are given in {language!r} too, which is not named here"
        found.append(f"identity.languages: {told}; so nothing shows whether every text is")
    return found


def _proofs(study: Study, report: Report, acts: Collection[str]) -> None:
    """Of every act that is to ask who does it there is someone to be asked."""
    known(report, ("step_up",), "act", study.step_up, set(acts))
    verified = study.verification.acts if study.verification else ()
    known(report, ("verification", "acts"), "act", verified, set(acts))
    for n, kind in enumerate(study.step_up):
        if kind in UNPROVED:
            report(("step_up", n), f"{kind!r} cannot ask for a password: {UNPROVED[kind]}")


def _twice(study: Study, report: Report) -> None:
    """Every id stands once; items and derived facts share their names, for both are facts."""
    items = [(key, item.id) for key, item in keyed_items(study)]
    derived = [(("derived", n), fact.id) for n, fact in enumerate(study.derived)]
    criteria = [(key, criterion.id) for key, criterion in keyed_criteria(study)]
    for key, name in [*_again(criteria), *_again([*items, *derived])]:
        report(key, f"{name!r} stands twice; every id stands once")
    for block in _NAMED:
        ids = [((block, n), part.id) for n, part in enumerate(getattr(study, block))]
        for key, name in _again(ids):
            report(key, f"{name!r} stands twice; every id stands once")
    signed = enumerate(study.consent.versions)
    for key, name in _again((("consent", "versions", n), one.version) for n, one in signed):
        report(key, f"{name!r} stands twice; every version stands once")


def _again(ids: Iterable[tuple[Key, str]]) -> Iterator[tuple[Key, str]]:
    """The ids that stood before."""
    seen: set[str] = set()
    for key, name in ids:
        if name in seen:
            yield key, name
        seen.add(name)


def _names(study: Study, report: Report, acts: Collection[str]) -> None:
    for n, role in enumerate(study.roles):
        known(report, ("roles", n, "may"), "act", role.may, set(acts))
        others = set(study.role_of) - {role.id}
        known(report, ("roles", n, "excludes"), "other role", role.excludes, others)
    if study.panel:
        roles = set(study.role_of)
        known(report, ("panel", "role"), "role", [study.panel.role], roles)
        known(report, ("panel", "chair"), "role", [study.panel.chair], roles)
    if not study.sites_taking:
        report(("sites",), "every hospital is retired, so that nobody could enter the trial")
    if len(study.arms_drawn) < 2:
        report(("arms",), "fewer than two arms are left that are not retired; no arm can be drawn")
    ratio = sum(arm.ratio for arm in study.arms_drawn) or 1
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


def _units(study: Study, report: Report) -> None:
    for n, derived in enumerate(study.derived):
        if derived.unit and not is_unit(derived.unit):
            report(("derived", n, "unit"), _unknown(derived.unit))
    for f, form in enumerate(study.forms):
        if form.none and not form.repeats:
            report(("forms", f, "none"), "only of a form that `repeats` there can be none so far")
    for at, item in keyed_items(study):
        _unit(at, item, report)
        for because in worked_out(item):
            report((*at, "formula"), because)
        for place, asked in (
            (at, item),
            *(((*at, "columns", n), column) for n, column in enumerate(item.columns)),
        ):
            for because in leads(study, asked):
                report((*place, "to"), because)
        for n, column in enumerate(item.columns):
            _unit((*at, "columns", n), column, report)


def _unit(key: Key, asked: Column, report: Report) -> None:
    """Every unit is known, and converts to the item's own unit or is declared to count as it."""
    units = [u for u in (asked.unit, *asked.units, *asked.equivalents) if u]
    for unit in (u for u in units if not is_unit(u)):
        report((*key, "unit"), _unknown(unit))
    for unit in asked.units:
        if is_unit(unit) and counts_as(unit, asked.unit, asked.equivalents, asked.analyte) is None:
            message = f"{unit} does not convert to {asked.unit}; name the analyte, or leave it out"
            report((*key, "units"), message)
    for unit in asked.equivalents:
        if is_other_size(unit, asked.unit, asked.analyte):
            message = f"{unit} and {asked.unit} are of another size: none is the other, one for one"
            report((*key, "equivalents"), message)
    for left_out in (*asked.of_kind.misdeclared(asked), *idle(asked)):
        report(key, left_out)


def _unknown(unit: str) -> str:
    hint = f" Did you mean {nearest_unit(unit)!r}?" if nearest_unit(unit) else ""
    return f"{unit!r} is not a unit that is known.{hint}"


def _formulas_read(study: Study, report: Report) -> bool:
    """Whether the vocabulary can be built: no expression can be checked without it."""
    read = True
    for key, _, formula in _formulas(study):
        try:
            parse(formula)
        except Unreadable as error:
            report(key, str(error))
            read = False
    return read


def _formulas(study: Study) -> Iterator[tuple[Key, str, str]]:
    """Each formula: where it stands, of which fact, and its text."""
    for n, derived in enumerate(study.derived):
        yield ("derived", n, "formula"), derived.id, derived.formula
    for key, item in keyed_items(study):
        if item.formula:
            yield (*key, "formula"), item.id, item.formula


def _expressions(study: Study, report: Report) -> None:
    for said in _said(study):
        try:
            node = parse(said.text)
        except Unreadable as error:
            report(said.key, str(error))
            continue
        if wrong := list(misplaced(study, said.check_of, node)):
            for because in wrong:
                report(said.key, because)
            continue
        words = study.check_words if said.check_of else study.vocabulary
        for problem in problems(
            node, words, said.anchors, expected=said.gives, unit=said.unit, measured=said.measured
        ):
            hint = f" {problem.suggestion}" if problem.suggestion else ""
            report(said.key, f"{problem.message}{hint} (column {problem.column})")


def _said(study: Study) -> Iterator[_Said]:
    for key, criterion in keyed_criteria(study):
        if not criterion.parts:
            yield _Said((*key, "when"), criterion.when)
    for n, factor in enumerate(study.randomisation.factors):
        yield _Said(("randomisation", "factors", n, "of"), factor.of, gives="code")
    for n, derived in enumerate(study.derived):
        yield _Said(("derived", n, "formula"), derived.formula, gives=None, unit=derived.unit)
    for n, visit in enumerate(study.visits):
        if visit.when:
            yield _Said(("visits", n, "when"), visit.when)
    yield from _said_by_sections(study)
    for key, item in keyed_items(study):
        yield from _said_of(key, item, study.form_asking[item.id])
    for f, form in enumerate(study.forms):
        for c, check in enumerate(form.checks):
            yield _Said(("forms", f, "checks", c, "that"), check.that, check_of=form)


def _said_by_sections(study: Study) -> Iterator[_Said]:
    """What a section itself names (`expressions`)."""
    for name in type(study).model_fields:
        expressions = getattr(getattr(study, name), "expressions", None)
        for one in expressions() if expressions else ():
            yield _Said(
                (name, *one.key), one.text, one.gives, unit=one.unit, measured=bool(one.unit)
            )


def _said_of(key: Key, item: Item, form: Form) -> Iterator[_Said]:
    if item.shown_when:
        yield _Said((*key, "shown_when"), item.shown_when)
    if item.formula:
        shape = WORKED_OUT.get(item.of_kind.name)
        yield _Said((*key, "formula"), item.formula, gives=shape, unit=item.unit)
    for c, check in enumerate(item.checks):
        yield _Said((*key, "checks", c, "that"), check.that, check_of=form)


def _asked(study: Study, report: Report) -> None:
    """Every fact that a criterion or a factor needs is asked on a form that some visit asks."""
    asked = {form for visit in study.visits for form in visit.forms}
    for said in _said(study):
        if said.key[0] not in ("criteria", "randomisation"):
            continue
        for fact in sorted(_needed(said.text, study.vocabulary)):
            form = study.form_asking.get(fact)
            if form and form.id not in asked:
                report(said.key, f"{fact!r} is asked on {form.id!r}, which no visit asks")


def _askable(study: Study, report: Report) -> None:
    """No item is asked under a condition that rests, by whatever way, on the item itself."""
    rests = {
        item.id: _needed(item.shown_when, study.vocabulary)
        for item in study.items.values()
        if item.shown_when
    }
    for key, item in keyed_items(study):
        seen: set[str] = set()
        waiting = set(rests.get(item.id, ()))
        while waiting:
            seen |= waiting
            waiting = {far for near in waiting for far in rests.get(near, ())} - seen
        if item.id in seen:
            report((*key, "shown_when"), f"{item.id!r} is asked only once it is answered itself")


def _needed(text: str, words: Vocabulary) -> frozenset[str]:
    try:
        return facts_needed(parse(text), words)
    except Unreadable:
        return frozenset()
