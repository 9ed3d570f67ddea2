"""The page of a form: its fields as they stand, what is said of each, and what stands around."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpResponse

from equipoise.conduct.forms import SaveForm
from equipoise.conduct.input_limits import LONGEST_LIST
from equipoise.conduct.state.forms import Value
from equipoise.conduct.unanswered import PARTS
from equipoise.conduct.worked_out import Copy, worked_out
from equipoise.logic.evaluate import Calculated
from equipoise.logic.figures import opening
from equipoise.web.forms.asked_back import asked_back, asked_first
from equipoise.web.forms.beside_fields import told_beside
from equipoise.web.forms.beside_form import (
    again,
    as_asked,
    limits_page,
    locked,
    locks_over,
    may_type,
    no_longer,
    not_done,
    place,
    ranges,
    recorded,
    side,
    version,
)
from equipoise.web.forms.companions import accompanied
from equipoise.web.forms.copying import last_copy
from equipoise.web.forms.fields import Field, fields_of
from equipoise.web.forms.form_checks import form_checks
from equipoise.web.forms.form_history import history_of, saves_of
from equipoise.web.forms.linked import named_by
from equipoise.web.forms.neighbours import beside_participants
from equipoise.web.forms.queries_beside import at_fields
from equipoise.web.forms.sheet import (
    Sheet,
    asked_now,
    day_of,
    unitless,
)
from equipoise.web.jinja import say
from equipoise.web.proof import Proof, proof_of
from equipoise.web.reader import HERE
from equipoise.web.recist.responses import ResponseLine, gives_response, response_of
from equipoise.web.views.next_act import form_page
from equipoise.web.views.signed_in import UPON
from equipoise.web.views.spoken import reason_text, usual_reasons

__all__ = ["proof_asked", "rendered"]


def rendered(
    sheet: Sheet, given: Mapping[str, Value], status: int = 200, add: str = ""
) -> HttpResponse:
    """The page of a form, or the part of it that a typed answer changes."""
    page, form_ = sheet.page, sheet.form
    sheet.first = asked_first(sheet.first, sheet.problems, given)
    editable = may_type(sheet, closed := locks_over(sheet))
    template = "entry_parts.jinja" if page.partial and not add else "entry.jinja"
    errors = _errors(sheet)
    rows = {
        name: min(max(count + (name == add), _least(sheet, name)), LONGEST_LIST)
        for name, count in sheet.counts.items()
    }
    fields = accompanied(
        sheet,
        fields_of(
            as_asked(sheet, day_of(sheet)),
            sheet.flat,
            rows,
            errors,
            sheet.hidden,
            ranges(sheet),
            unitless(sheet),
            _worked_out(sheet),
            add,
        ),
    )
    back = asked_back(sheet.problems, sheet.whys, partial(asked_now, sheet), sheet.first)
    at_top = form_checks(sheet, back, errors)
    return page.render(
        template,
        status,
        subject=sheet.subject,
        form=form_,
        fields=fields,
        sheet=sheet,
        errors=errors,
        back=back,
        at_top=at_top,
        **_around(sheet),
        beside=told_beside(sheet, given, back, errors if page.partial else {}),
        told_before=page.request.POST,
        closed=closed,
        editable=editable,
        visit_words=place(sheet),
        proof=proof_asked(sheet) if editable else None,
        targets={"happened", "reason", "proof", "none", *_targets(fields)}
        | {one.code for one in at_top.checks},
        **_response(sheet),
        named_by=named_by(sheet),
        last=last_copy(sheet),
        beside_participants=beside_participants(sheet),
        draft=sheet.draft,
        upon=page.request.POST.get(UPON, version(sheet.record)),
        record=recorded(sheet),
        locked=locked(sheet),
        visible_before=set(page.request.POST.getlist("shown")),
        here=form_page(sheet.subject.subject_id, form_.id, sheet.visit, sheet.number),
    )


def _errors(sheet: Sheet) -> dict[str, list[str]]:
    """What is said beside each field."""
    errors: dict[str, list[str]] = {}
    for refusal in sheet.problems:
        errors.setdefault(refusal.where, []).append(opening(refusal.because))
    return errors


def _worked_out(sheet: Sheet) -> dict[str, Calculated]:
    """What is worked out of what stands here, typed or recorded."""
    copy = Copy(form=sheet.form, visit=sheet.visit, number=sheet.number, on=day_of(sheet))
    subject = sheet.as_entered or sheet.subject
    return worked_out(sheet.page.study, subject, copy, HERE.translator)


def _around(sheet: Sheet) -> dict[str, Any]:
    """What stands beside the fields and below them."""
    page, form_, record = sheet.page, sheet.form, sheet.record
    place_ = (form_.id, sheet.visit, sheet.number)
    return {
        "at_fields": {} if page.partial else at_fields(page, sheet.subject, place_, form_.item_of),
        "side": side(sheet),
        "usual_reasons": usual_reasons(),
        "reason": reason_text(sheet.reason),
        "history": history_of(page, form_, sheet.subject, record) if record else [],
        "saves": saves_of(page, sheet.subject, record) if record else [],
        "no_longer": no_longer(sheet),
        "again": again(sheet),
        "not_done": not_done(sheet),
        "limits": limits_page(sheet),
    }


def _response(sheet: Sheet) -> dict[str, ResponseLine | bool | None]:
    """What follows from the lesions as they are typed so far, on the form that asks for them."""
    study, subject = sheet.page.study, sheet.as_entered or sheet.subject
    return {
        "gives_response": gives_response(study, sheet.form.id),
        "response": response_of(study, subject, sheet.form.id, sheet.visit, sheet.number),
    }


def _least(sheet: Sheet, name: str) -> int:
    """A list opens with a row to fill in, unless someone ticked that there are none."""
    return 0 if sheet.flat.get(f"{name}.none") else 1


def _targets(fields: list[Field]) -> list[str]:
    inner = [cell.name for one in fields for row in one.rows for cell in row]
    limits = [
        f"{one.name}.{part}" for one in fields if one.uln is not None for part in ("lln", "uln")
    ]
    absent = [f"{one.name}.{part}" for one in fields if one.unanswered for part in PARTS]
    return [one.name for one in fields if one.visible] + inner + limits + absent


def proof_asked(sheet: Sheet) -> Proof | None:
    """What is asked before a form is saved, where the study file asks it."""
    lines = (say(sheet.form.title), sheet.subject.subject_id, sheet.visit, str(sheet.number))
    return proof_of(sheet.page.request, sheet.page.study, SaveForm, lines)
