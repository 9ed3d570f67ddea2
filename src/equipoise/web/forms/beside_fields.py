"""What is told beside a field as soon as one leaves it: what would refuse it, what asks of it.

The trial judges, as it will again when the form is saved; the page knows no rule. What does not
change is not sent again, so that nothing is put in the place of an answer that is being typed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from equipoise.conduct.answers import REQUIRED
from equipoise.conduct.forms import MEANWHILE, NOT_ASKED
from equipoise.conduct.state.forms import Value
from equipoise.study.reason import Refusal
from equipoise.web.forms.asked_back import Back
from equipoise.web.forms.sheet import Sheet, as_seen
from equipoise.web.views.spoken import reason_text

__all__ = ["Beside", "beside_fields", "told_beside"]

LATER = (REQUIRED.code, NOT_ASKED.code, MEANWHILE.code)
"""What is said when the form is saved, and not while somebody is on their way through it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside one item."""

    sentences: tuple[str, ...]
    back: tuple[Back, ...]
    changes: bool
    """Whether what stands here is another answer than was recorded."""
    reason: str = ""

    @property
    def mark(self) -> str:
        """By which it is seen whether it changed."""
        questions = (f"{one.name} {one.of}" for one in self.back if one.asks)
        changes = ["changed"] if self.changes else []
        return " · ".join([*self.sentences, *questions, *changes])


def beside_fields(
    sheet: Sheet, answers: Mapping[str, Value], refusals: Collection[Refusal]
) -> Iterator[Refusal]:
    """What the trial has against what was typed so far, each at the field that was answered."""
    entered = {name for name, value in answers.items() if value and value != as_seen(sheet, name)}
    items = {name.partition(".")[0] for name in entered}
    study = sheet.page.study
    of_forms = {
        code: study.items_read(one.that) for code, (_, one) in study.checks_of_forms.items()
    }
    for refusal in refusals:
        about = of_forms.get(refusal.where, {refusal.where.partition(".")[0]})
        if not items.isdisjoint(about) and refusal.code not in LATER:
            yield refusal


def told_beside(
    sheet: Sheet,
    answers: Mapping[str, Value],
    back: Mapping[str, list[Back]],
    errors: Mapping[str, list[str]],
) -> dict[str, Beside]:
    """What stands beside each item, with that of its limits and rows.

    :param errors: the sentences, where they do not stand in the field itself
    """
    found, changed = {}, _changed(sheet, answers)
    for item in sheet.form.items:
        own = (item.id, f"{item.id}.lln", f"{item.id}.uln", f"{item.id}.reason")
        found[item.id] = Beside(
            sentences=tuple(
                text
                for where, texts in errors.items()
                if where.partition(".")[0] == item.id
                for text in texts
            ),
            back=tuple(one for where in own for one in back.get(where, [])),
            changes=item.id in changed,
            reason=reason_text(sheet.reasons.get(item.id, "")),
        )
    return found


def _changed(sheet: Sheet, answers: Mapping[str, Value]) -> set[str]:
    """The items that were answered, and are answered otherwise now."""
    return {
        name.partition(".")[0]
        for name, value in answers.items()
        if as_seen(sheet, name) not in ("", value)
    }
