"""What amendments ask of a form that is filled in: not before its day, nor once it ended."""

from collections.abc import Iterable, Iterator

from equipoise.conduct.act import Context
from equipoise.conduct.coverage import begins, is_over
from equipoise.conduct.schedule import planned_at
from equipoise.study.forms import Column, Form
from equipoise.study.reason import Given, Reason, Refusal
from equipoise.study.sections.visits import Visit

__all__ = ["amended_refusals", "column_refusals", "item_is_over"]

NOT_SINCE = Reason(
    "form.not-asked-yet",
    "happened",
    "{what} is asked since amendment {amendment}, which does not cover this participant on {day}",
)
NO_LONGER = Reason(
    "form.asked-no-longer",
    "happened",
    "{what} is asked no longer since amendment {amendment}, which covers this participant on {day}",
)


def amended_refusals(
    context: Context, visit: Visit | None, form: Form, key: str
) -> Iterator[Refusal]:
    """What amendments hold against the day of a copy that is begun.

    :param key: the visit as the form is kept under it
    """
    study, subject, on = context.study, context.subject, context.stamp.on
    named: list[tuple[Visit | Form, Given]] = [(form, form.title)]
    named += [(visit, visit.label)] if visit else []
    for one, what in named:
        if one.since and begins(study, subject, one.since, on) is None:
            yield NOT_SINCE(what=what, day=on, amendment=one.since)
        elif is_over(study, subject, one.until, on) and not _is_open(context, key, form):
            yield NO_LONGER(what=what, day=on, amendment=one.until)


def _is_open(context: Context, key: str, form: Form) -> bool:
    """Whether the visit's own day was before something ended, and its form was left open."""
    if key not in context.study.visit_keyed:
        return False
    planned = planned_at(context.study, context.subject, key, context.stamp.on)
    return planned is not None and form.id in planned.open


def column_refusals(context: Context, cells: Iterable[tuple[str, Column]]) -> Iterator[Refusal]:
    """Cells that are filled in of columns that are not asked yet on the day of the form."""
    for where, column in cells:
        day = context.stamp.on
        yield NOT_SINCE(where, what=column.label, day=day, amendment=column.since)


def item_is_over(context: Context, item: str) -> bool:
    """Whether an amendment ended an item by the day of the form."""
    study, period = context.study, context.study.item_period.get(item)
    return period is not None and is_over(study, context.subject, period.until, context.stamp.on)
