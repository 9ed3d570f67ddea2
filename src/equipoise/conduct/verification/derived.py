"""How a value that is worked out from others stands: by the answers that it rests on.

It is not compared with a source itself. It is verified while every answer is that it rests on, and
falls with the first of them.
"""

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import Subject
from equipoise.conduct.verification.verdicts import VerdictState, verdicts
from equipoise.conduct.worked_out import items_worked_out
from equipoise.logic.truth import Truth
from equipoise.study.model import Study

__all__ = ["of_derived"]


def of_derived(study: Study, subject: Subject, record: Record) -> dict[str, VerdictState]:
    """The state of each value that is worked out on one copy of a form, by item."""
    form = study.form_of.get(record.form)
    items = items_worked_out(study, subject, form, record.on) if form else []
    return {item.id: _state(study, subject, record, item.formula) for item in items}


def _state(study: Study, subject: Subject, record: Record, formula: str) -> VerdictState:
    names = [name for name in study.items_read(formula) if not study.items[name].formula]
    found = [_of_answer(study, subject, record, name) for name in names]
    if "fallen" in found:
        return "fallen"
    return "verified" if found and set(found) == {"verified"} else "open"


def _of_answer(study: Study, subject: Subject, record: Record, name: str) -> VerdictState:
    """How the answer stands that this copy knows: its own, or the last one of another form."""
    form, facts = study.form_asking[name].id, SubjectFacts(study, subject, record.on)
    known = [
        one
        for one in ([record] if form == record.form else subject.forms.of(form))
        if one.on <= record.on
        and one.answers(name)
        and facts.asks(study.items[name], one) is Truth.TRUE
    ]
    if not known:
        return "open"
    last = sorted(known, key=lambda one: one.on)[-1]  # of one day that which was begun last
    place = last.form, last.visit, last.number
    return next((v.state for v in verdicts(study, subject, place) if v.item == name), "open")
