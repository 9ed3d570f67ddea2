"""The day of a form: what is long before screening, or outside its window, is asked back."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.act import Context
from equipoise.conduct.schedule import numbered, window_missed
from equipoise.conduct.state.forms import Record
from equipoise.study.forms import Form
from equipoise.study.reason import Reason, Refusal

__all__ = ["day_refusals"]

TOO_LONG_BEFORE = Reason(
    "form.too-long-before",
    "happened",
    "{form} cannot be of {day}: the participant entered screening on {entered}",
)
WELL_BEFORE_ENTRY = Reason(
    "form.well-before",
    "happened",
    "{form} of {day} lies more than a year before the participant entered screening, on {entered}: "
    "mend it, or give the reason why it is right",
)
OUTSIDE = Reason(
    "form.outside-window",
    "happened",
    "{form} of {day} lies outside the window of {visit}, {first} to {last}: mend the date, or give "
    "the reason why it is right",
)
WELL_BEFORE, LONG_BEFORE = 366, 20 * 366  # days before screening


def day_refusals(
    context: Context, form: Form, record: Record | None, visit: str, now: date
) -> Iterator[Refusal]:
    """What stands against the day that a form is given, unless it has that day already."""
    if record is None or record.on != context.stamp.on:
        yield from _well_before(context, form)
        yield from _outside_window(context, form, visit, now)


def _well_before(context: Context, form: Form) -> Iterator[Refusal]:
    """A form long before the participant came is mistyped, unless someone says why not."""
    entered, on = context.subject.entered_on, context.stamp.on
    if entered is None:
        return
    days = (entered - on).days
    if days > LONG_BEFORE:
        yield TOO_LONG_BEFORE(form=form.title, day=on, entered=entered)
    elif days > WELL_BEFORE:
        yield WELL_BEFORE_ENTRY(form=form.title, day=on, entered=entered)


def _outside_window(context: Context, form: Form, visit: str, now: date) -> Iterator[Refusal]:
    """A form outside the window of its visit is mistyped, unless someone says why not."""
    study, on = context.study, context.stamp.on
    missed = window_missed(study, context.subject, visit, on, now, context.facts(now))
    if missed:
        first, last = missed
        label = numbered(study.visit_keyed[visit], visit)
        yield OUTSIDE(form=form.title, day=on, visit=label, first=first, last=last)
