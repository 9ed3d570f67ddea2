"""What a rehearsal never used: forms, items, acts and visits of the study that nobody came to.

What nobody lived through was not tried. Anything named here is either a part of the study that the
plan of the rehearsal passes by, or one that no participant can come to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from equipoise.conduct.forms import SaveForm
from equipoise.conduct.state.forms import Value
from equipoise.ledger import Entry
from equipoise.study.forms import Form
from equipoise.study.model import Study

__all__ = ["Unused", "unused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """The names that never occurred, in the order of the study file. A column is `list.column`."""

    acts: tuple[str, ...]
    visits: tuple[str, ...]
    forms: tuple[str, ...]
    items: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.acts or self.visits or self.forms or self.items)

    def by_kind(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The kinds of which something is left, each with its names."""
        for kind in ("acts", "visits", "forms", "items"):
            if names := getattr(self, kind):
                yield kind, names


def unused(study: Study, entries: Iterable[Entry]) -> Unused:
    """What the study has and these entries never speak of."""
    acts: set[str] = set()
    visits: set[str] = set()
    left = {form.id: dict.fromkeys(_asked(form)) for form in study.forms}
    forms: set[str] = set()
    decoder = msgspec.json.Decoder(SaveForm)
    for entry in entries:
        acts.add(entry.kind)
        if entry.kind == SaveForm.kind:
            saved = decoder.decode(entry.payload)
            visits.add(saved.visit)
            forms.add(saved.form)
            if wanted := left.get(saved.form):
                for name in _answered(saved.values):
                    wanted.pop(name, None)
    may = dict.fromkeys(act for role in study.roles for act in role.may)
    return Unused(
        acts=tuple(act for act in may if act not in acts),
        visits=tuple(
            key for key, visit in study.visit_keyed.items() if visit.forms and key not in visits
        ),
        forms=tuple(form for form in study.form_of if form not in forms),
        items=tuple(name for names in left.values() for name in names),
    )


def _answered(values: dict[str, Value]) -> Iterator[str]:
    """Items that were answered, and the columns of their rows."""
    for name, value in values.items():
        if value != "":
            yield name
        if isinstance(value, list):
            yield from (f"{name}.{cell}" for row in value for cell, text in row.items() if text)


def _asked(form: Form) -> Iterator[str]:
    for item in form.items:
        if not item.formula:  # that is worked out, and answered by nobody
            yield item.id
        yield from (f"{item.id}.{column.id}" for column in item.columns)
