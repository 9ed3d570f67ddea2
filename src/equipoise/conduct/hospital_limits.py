"""Limits of normal that the trial fills in beside a value: the hospital's, of that day and unit.

What a person typed is left alone. What the trial had filled in follows the sample: when it gets
another day or another unit, it gets the limits of these, or none.
"""

from collections.abc import Mapping

from equipoise.conduct.act import Context
from equipoise.conduct.state.forms import Record, Value
from equipoise.study.forms import Form, Item

__all__ = ["hospital_limits"]

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
    known = context.trial_state.laboratory.range_on(context.subject.site, item.id, context.stamp.on)
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
