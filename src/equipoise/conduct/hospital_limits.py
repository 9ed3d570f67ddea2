"""Limits of normal that the trial fills in beside a value: the hospital's, of that day and unit.

What a person typed is left alone. What the trial had filled in follows the sample: when it gets
another day or another unit, it gets the limits of these, or none. Limits for people of a sex or an
age go before those for everybody; where it is not known whose limits they are, none are filled in.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from equipoise.conduct.act import Context
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.forms import Record, Value
from equipoise.conduct.state.laboratory import ReferenceRange
from equipoise.logic.truth import Truth
from equipoise.study.forms import Form, Item
from equipoise.study.model import Study

__all__ = ["fitting", "hospital_limits"]

PARTS = ("lln", "uln")


def hospital_limits(
    context: Context, form: Form, record: Record | None, values: Mapping[str, Value]
) -> dict[str, Value]:
    """The limits that were left open beside the answers, as the hospital set them.

    :param record: what this copy of the form says already
    :param values: what is answered now, with its units
    """
    found: dict[str, Value] = {}
    for item in form.items:
        if item.limits:
            found |= _of(context, item, record, values)
    return found


def _of(
    context: Context, item: Item, record: Record | None, values: Mapping[str, Value]
) -> dict[str, Value]:
    unit, parts = f"{item.id}.unit", [f"{item.id}.{part}" for part in PARTS]
    names = (item.id, unit, *parts)
    stood = {name: (record.now(name) if record else "") or "" for name in names}
    after = {name: values.get(name, stood[name]) for name in names}
    filled_in = record is not None and _is_hospitals(context, item, record, stood)
    entered = any(values[p] if p in values else stood[p] and not filled_in for p in parts)
    moved = filled_in and record is not None and record.on != context.stamp.on
    if not after[item.id] or entered or not (moved or any(after[n] != stood[n] for n in names[:2])):
        return {}
    given = context.trial_state.laboratory.ranges_on(
        context.subject.site, item.id, context.stamp.on
    )
    known = given and fitting(
        context.study, context.facts(context.stamp.on), given, context.stamp.on
    )
    fits = known if known and known.unit == (after[unit] or item.unit) else None
    limits = (fits.lln, fits.uln) if fits else ("", "")
    return {part: limit for part, limit in zip(parts, limits, strict=True) if limit != stood[part]}


def _is_hospitals(context: Context, item: Item, record: Record, stood: Mapping[str, Value]) -> bool:
    """Whether the limits stand there as the hospital had set them for that day and unit.

    It may have set others since, also from an earlier day on.
    """
    unit, limits = stood[f"{item.id}.unit"] or item.unit, [stood[f"{item.id}.{p}"] for p in PARTS]
    return any(
        one.from_on <= record.on and one.unit == unit and limits == [one.lln, one.uln]
        for one in context.trial_state.laboratory.ranges_of(context.subject.site, item.id)
    )


def fitting(
    study: Study, facts: SubjectFacts, given: list[ReferenceRange], on: date
) -> ReferenceRange | None:
    """Those limits that are the participant's own; None where it is not known which are.

    :param given: the limits of one item that hold on the day of the sample, `on`
    """
    for narrowness in (2, 1, 0):
        judged = [
            (one, _is_of(study, facts, one, on)) for one in given if one.narrowness == narrowness
        ]
        if any(truth is Truth.UNKNOWN for _, truth in judged):
            return None
        fit = [one for one, truth in judged if truth is Truth.TRUE]
        if fit:
            # Two that both fit, as of a sex and of an age, say different things: none is guessed.
            return fit[0] if len(fit) == 1 else None
    return None


def _is_of(study: Study, facts: SubjectFacts, one: ReferenceRange, on: date) -> Truth:
    """Whether limits hold for this participant, by sex and by age on the day of the sample."""
    if not one.narrowness:
        return Truth.TRUE
    named = study.laboratory
    if named is None or (one.sex and not named.sex) or (any(one.whose[1:]) and not named.birth):
        return Truth.UNKNOWN  # an amendment has taken away by what they are told apart
    return facts.holds(" and ".join(_conditions(named.sex, named.birth, one, on)))


def _conditions(sex: str | None, birth: str | None, one: ReferenceRange, on: date) -> Iterator[str]:
    """In the language of rules, so that a birth year that is all that is known is no age."""
    if one.sex:
        yield f"{sex} == '{one.sex}'"
    for sign, age in ((">=", one.from_age), ("<", one.below_age)):
        if age:
            yield f"years({birth}, {on.isoformat()}) {sign} {age} years"
