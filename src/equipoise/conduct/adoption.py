"""What an amendment may not change: the meaning of anything that is or may be recorded.

Texts alone are compared, whether there are data yet or not, so that the newest text judges all data
and the old ones serve words and replay. What is asked no longer is retired and stays in the text.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from equipoise.conduct.draw_rules import read_otherwise
from equipoise.conduct.traded import traded_labels
from equipoise.conduct.trial_state import TrialState
from equipoise.study.forms import Column, Item
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.amendments import Period
from equipoise.study.sections.criteria import Criterion
from equipoise.study.sections.pump import PumpModel, Substance
from equipoise.study.sections.treatment import DosePart, Drug, Regimen

__all__ = ["broken_promises", "keeps_out", "lost_texts"]

SAME_TEXT = Reason("study.same-text", "", "the trial runs under this study text already")
LOST = Reason(
    "study.earlier-lost",
    "earlier_texts",
    "the study text {digest}, adopted before, is not in the ledger, so that nothing shows that "
    "this one keeps the meaning of what was recorded under it: bring it in by "
    "`equipoise study-text`, or state that it is lost",
)
NOTHING_LOST = Reason(
    "study.nothing-lost", "earlier_texts", "every earlier study text is in the ledger; none is lost"
)
GONE = Reason(
    "study.removed", "", "{what} '{id}' stands in an adopted text: retire it, do not remove it"
)
MOVED = Reason("study.moved", "", "item '{id}' was asked on form '{before}', not on '{now}'")
KIND = Reason("study.kind-changed", "", "item '{id}' was of kind {before}, not {now}")
UNIT = Reason("study.unit-changed", "", "item '{id}' was recorded in '{before}', not in '{now}'")
READ_OTHERWISE = Reason(
    "study.unit-changed", "", "item '{id}' would read values in '{unit}' otherwise than before"
)
IN_USE = Reason(
    "study.removed",
    "",
    "{what} '{id}' stands in an adopted text and may be in somebody: leave it in the text",
)
NO_LONGER_DRUG = Reason(
    "study.kind-changed", "", "substance '{id}' is a drug, of which an overdose is told"
)
DOSED_OTHERWISE = Reason(
    "study.unit-changed", "", "drug '{id}' was dosed in '{before}', not in '{now}'"
)
OTHER_TABLET = Reason(
    "study.unit-changed", "", "a tablet '{id}' that was counted held {before}, not {now}"
)
OTHER_DRUG = Reason("study.kind-changed", "", "dose '{id}' was of drug '{before}', not of '{now}'")
IDENTITY = Reason(
    "study.identity-changed", "", "the study's {what} was '{before}' and stays so, not '{now}'"
)
APART = Reason(
    "study.exclusion-removed",
    "",
    "the roles '{one}' and '{other}' excluded each other in an adopted text, and still must",
)
BOTH_HELD = Reason(
    "study.both-held",
    "",
    "the roles '{one}' and '{other}' would exclude each other, and both are held by {people}: end "
    "one of the two first",
)
ORDER = Reason(
    "study.amendments-order",
    "",
    "the amendments of an adopted text come first, in their order: {amendments}",
)
ASKED_BEFORE = Reason(
    "study.period-changed",
    "",
    "{what} '{id}' was asked before, and would be asked only since '{now}'",
)
ACTIVE = Reason(
    "study.active-changed",
    "",
    "{what} '{id}': hospitals work by amendment '{amendment}', so that its `{field}` stays "
    "'{before}'",
)
CODE = Reason(
    "study.code-removed", "", "item '{id}' had the choice '{code}', which may stand in data"
)


def lost_texts(trial_state: TrialState, new: Study) -> list[str]:
    """The digests of earlier texts that are found nowhere, so that none can be compared."""
    return [digest for digest in dict.fromkeys(trial_state.adopted) if new.under(digest) is None]


def keeps_out(trial_state: TrialState, new: Study, *, stated_lost: bool) -> Iterator[Refusal]:
    """Why a text can not be adopted after those that the trial ran under.

    :param stated_lost: whether the office states that earlier texts are lost
    """
    lost = lost_texts(trial_state, new)
    if not stated_lost:
        yield from (LOST(digest=f"{digest[:16]}…") for digest in lost)
    elif not lost:
        yield NOTHING_LOST()
    if new.digest == trial_state.study_digest:
        yield SAME_TEXT()
    yield from _both_held(trial_state, new)
    earlier = [text for text in map(new.under, trial_state.adopted) if text]
    yield from broken_promises(earlier, new)
    active = {name for own in trial_state.amendments.active.values() for name in own}
    for before in earlier[-1:] if active else ():
        yield from _of_active(before, new, active)


def broken_promises(earlier: Iterable[Study], new: Study) -> Iterator[Refusal]:
    """Everything in a new text that would change what was recorded under an earlier one."""
    found = [refusal for before in earlier for refusal in _against(before, new)]
    yield from {refusal.because: refusal for refusal in found}.values()


def _against(before: Study, new: Study) -> Iterator[Refusal]:
    for what, old, kept in (
        ("form", before.form_of, new.form_of),
        ("visit", before.visit_keyed, new.visit_keyed),
        ("arm", before.arm_of, new.arm_of),
        ("site", before.site_of, new.site_of),
        ("item", before.items, new.items),
        ("consent version", _versions(before), _versions(new)),
        ("amendment", before.amendment_of, new.amendment_of),
        ("panel category", _categories(before), _categories(new)),
    ):
        for name in old:
            if name not in kept:
                yield GONE(what=what, id=name)
    yield from _treatment(before, new)
    yield from _identity(before, new)
    yield from traded_labels(before, new)
    yield from read_otherwise(before, new)
    yield from _kept_apart(before, new)
    yield from _amendments(before, new)
    for name, item in before.items.items():
        if name in new.items:
            yield from _item(name, item, new.items[name])
            form, now = before.form_asking[name].id, new.form_asking[name].id
            if form != now:
                yield MOVED(id=name, before=form, now=now)


def _treatment(before: Study, new: Study) -> Iterator[Refusal]:
    """What somebody was given, or has in them, keeps its name, its drug and its unit."""
    for what, old, kept in (
        ("pump model", _models(before), _models(new)),
        ("substance", _substances(before), _substances(new)),
        ("regimen", _regimens(before), _regimens(new)),
        ("dose", _parts(before), _parts(new)),
        ("tablet", _tablets(before), _tablets(new)),
    ):
        yield from (IN_USE(what=what, id=name) for name in old if name not in kept)
    substances, parts, drugs = _substances(new), _parts(new), _drugs(new)
    for name, substance in _substances(before).items():
        if substance.drug and name in substances and not substances[name].drug:
            yield NO_LONGER_DRUG(id=name)
    for name, part in _parts(before).items():
        if name in parts and parts[name].drug != part.drug:
            yield OTHER_DRUG(id=name, before=part.drug, now=parts[name].drug)
    tablets = _tablets(new)
    for name, amount in _tablets(before).items():
        if tablets.get(name, amount) != amount:
            yield OTHER_TABLET(id=name, before=amount, now=tablets[name])
    for name, drug in _drugs(before).items():
        if name in drugs and drugs[name].unit != drug.unit:
            yield DOSED_OTHERWISE(id=name, before=drug.unit, now=drugs[name].unit)


def _models(study: Study) -> Mapping[str, PumpModel]:
    return {one.id: one for one in study.pump.models} if study.pump else {}


def _substances(study: Study) -> Mapping[str, Substance]:
    return {one.id: one for one in study.pump.substances} if study.pump else {}


def _regimens(study: Study) -> Mapping[str, Regimen]:
    return study.treatment.regimen_of if study.treatment else {}


def _parts(study: Study) -> Mapping[str, DosePart]:
    return study.treatment.part_of if study.treatment else {}


def _tablets(study: Study) -> Mapping[str, str]:
    return {one.id: one.amount for drug in _drugs(study).values() for one in drug.tablets}


def _drugs(study: Study) -> Mapping[str, Drug]:
    return study.treatment.drug_of if study.treatment else {}


def _amendments(before: Study, new: Study) -> Iterator[Refusal]:
    """The amendments keep their order, and nothing that was asked is bound to one of later."""
    order = list(before.amendment_of)
    if [name for name in new.amendment_of if name in order] != list(new.amendment_of)[: len(order)]:
        yield ORDER(amendments=tuple(order))
    for what, name, was, now in _of_both(before, new):
        if now.since and not was.since:
            yield ASKED_BEFORE(what=what, id=name, now=now.since)


def _of_active(before: Study, new: Study, active: Collection[str]) -> Iterator[Refusal]:
    """What an amendment asks stays, once a hospital works by it."""
    for what, name, was, now in _of_both(before, new):
        for field in Period._fields:
            old, other = getattr(was, field), getattr(now, field)
            held = old if old in active else other if other in active else ""
            if old != other and held:
                values = {"id": name, "amendment": held, "field": field, "before": old}
                yield ACTIVE(what=what, **values)
    for name in sorted(active & before.amendment_of.keys() & new.amendment_of.keys()):
        one, other = before.amendment_of[name], new.amendment_of[name]
        for field in ("from_on", "consent", "also_past"):
            old = getattr(one, field)
            if old != getattr(other, field):
                values = {"id": name, "amendment": name, "field": field, "before": str(old)}
                yield ACTIVE(what="amendment", **values)


def _of_both(before: Study, new: Study) -> Iterator[tuple[str, str, Period, Period]]:
    """What stands in both texts and may be bound to amendments: its sort, its id, its period."""
    for what, old, other in (
        ("item", before.items, new.items),
        ("form", before.form_of, new.form_of),
        ("visit", before.visit_of, new.visit_of),
        ("criterion", _criteria(before), _criteria(new)),
    ):
        for name in old.keys() & other.keys():
            was, now = old[name], other[name]
            yield what, name, Period(was.since, was.until), Period(now.since, now.until)
    old_columns, new_columns = _columns(before), _columns(new)
    for name in old_columns.keys() & new_columns.keys():
        yield "column", name, Period(old_columns[name].since), Period(new_columns[name].since)


def _columns(study: Study) -> dict[str, Column]:
    return {f"{i.id}.{one.id}": one for i in study.items.values() for one in i.columns}


def _criteria(study: Study) -> dict[str, Criterion]:
    return {criterion.id: criterion for _, criterion in study.criteria.leaves()}


def _identity(before: Study, new: Study) -> Iterator[Refusal]:
    """Participant numbers and recorded days are read with these."""
    for what in ("id", "prefix", "timezone"):
        was, now = getattr(before.identity, what), getattr(new.identity, what)
        if was != now:
            yield IDENTITY(what=what, before=was, now=now)


def _kept_apart(before: Study, new: Study) -> Iterator[Refusal]:
    """What keeps the office from a role is not taken away by the office."""
    for role in before.roles:
        lost = before.kept_apart(role.id) - new.kept_apart(role.id)
        for other in sorted(lost & new.role_of.keys()):
            if role.id in new.role_of and role.id < other:
                yield APART(one=role.id, other=other)


def _both_held(trial_state: TrialState, new: Study) -> Iterator[Refusal]:
    """Nobody holds both of two roles once they exclude each other: that is settled before."""
    for role in new.roles:
        for other in sorted(other for other in new.kept_apart(role.id) if role.id < other):
            holding = [
                person.person_id
                for person in trial_state.people.values()
                if {role.id, other} <= {held.role for held in person.roles}
            ]
            if holding:
                yield BOTH_HELD(one=role.id, other=other, people=tuple(sorted(holding)))


def _item(name: str, before: Item, now: Item) -> Iterator[Refusal]:
    yield from _column(name, before, now)
    columns = {column.id: column for column in now.columns}
    for column in before.columns:
        place = f"{name}.{column.id}"
        if column.id in columns:
            yield from _column(place, column, columns[column.id])
        else:
            yield GONE(what="column", id=place)


def _column(place: str, before: Column, now: Column) -> Iterator[Refusal]:
    if before.kind != now.kind:
        yield KIND(id=place, before=before.kind, now=now.kind)
    if before.unit != now.unit:
        yield UNIT(id=place, before=before.unit, now=now.unit)
    # Of a row of a list no unit but its own could be chosen, whatever an earlier text named.
    units = before.units if isinstance(before, Item) else ()
    lost = {*units, *before.equivalents} - {*now.units, *now.equivalents}
    otherwise = lost | (set(before.equivalents) ^ set(now.equivalents)) & {*units}
    for unit in sorted(otherwise):
        yield READ_OTHERWISE(id=place, unit=unit)
    if before.analyte and before.analyte != now.analyte:
        yield READ_OTHERWISE(id=place, unit=before.unit)
    for code in before.choices:
        if code not in now.choices:
            yield CODE(id=place, code=code)


def _versions(study: Study) -> Mapping[str, object]:
    return {version.version: version for version in study.consent.versions}


def _categories(study: Study) -> Mapping[str, object]:
    return {category.id: category for category in study.panel.categories} if study.panel else {}
