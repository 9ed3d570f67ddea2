"""None so far: an answer of its own of a form that repeats, dated as any other.

It stands on a copy of the form as `none`, which then says nothing else. What happens later has a
copy of its own, and what was true on that day stays so.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from equipoise.conduct.state.forms import NONE, Record, Value
from equipoise.conduct.subject import Subject
from equipoise.study.forms import Form
from equipoise.study.reason import Reason, Refusal

__all__ = ["NONE", "none_refusals"]

NO_NONE = Reason("item.none", "", "of {form} it cannot be said that there is none so far")
YES = Reason("item.none", "", "of {form}: none so far is yes, or left open")
NOT_BOTH = Reason("item.none", "", "{form}: either none so far, or what there was; not both")
THERE_WAS = Reason("item.none", "", "{form}: there was one before, on {day}")


def none_refusals(
    form: Form,
    subject: Subject,
    record: Record | None,
    values: Mapping[str, Value],
    before: Mapping[str, Value],
    on: date,
) -> Iterator[Refusal]:
    """What is wrong with saying that there is none so far."""
    if NONE in values and not form.none:
        yield NO_NONE(NONE, form=form.title)
        return
    after = {**before, **values}
    if after.get(NONE, "") == "":
        return
    if after[NONE] != "yes":
        yield YES(NONE, form=form.title)
    elif any(value != "" for name, value in after.items() if name != NONE):
        yield NOT_BOTH(NONE, form=form.title)
    elif values.get(NONE) and (earlier := _earlier(form, subject, record, on)):
        yield THERE_WAS(NONE, form=form.title, day=earlier)


def _earlier(form: Form, subject: Subject, record: Record | None, on: date) -> date | None:
    """The day of the first copy that says there was one, up to a day."""
    copies = (one for one in subject.forms.of(form.id) if one is not record and not one.is_none)
    return min((one.on for one in copies if one.on <= on), default=None)
