"""What the study text recalls or assumes: what is confirmed, by what, and what waits.

Whoever may confirm sees beside the text that holds the one in the study's folder, which is adopted
only once what it recalls is confirmed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.assumptions import ConfirmValue, TakeBackConfirmation
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.state.assumptions import Confirmation
from equipoise.conduct.subject import Subject
from equipoise.conduct.unverified import confirmation_of
from equipoise.study.model import Study
from equipoise.study.provenance import Sourced
from equipoise.web import adopted, write_service
from equipoise.web.administration.assumption_words import called, section_of, section_text
from equipoise.web.proof import Proof, besides_proof, proof_of
from equipoise.web.views.act_forms import ActForm, act_made, form_for
from equipoise.web.views.acts import beforehand, checked, days_in, form_data_of
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.sources import source_text

__all__ = ["assumptions", "confirm"]

NOBODY = Subject(subject_id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One value that needs the sponsor's word, and whether it has it."""

    value: Sourced
    name: str
    confirmed: Confirmation | None
    confirm: str  # where this reader may confirm it; empty where they may not
    take_back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines of one section of the study file."""

    id: str
    label: str
    lines: list[Line]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.lines)

    @property
    def waiting(self) -> int:
        """How many nobody has confirmed."""
        return sum(one.confirmed is None for one in self.lines)


@require_safe
@for_people
def assumptions(page: Page) -> HttpResponse:
    """Every value of the text that needs the sponsor's word, what is recalled first."""
    if not page.viewer.roles:
        raise Http404
    new = _proposed(page)
    return page.render(
        "people/assumptions.jinja",
        recalled=_grouped(_lines(page, page.study, "recalled")),
        assumed=_grouped(_lines(page, page.study, "assumed")),
        proposed=_grouped(_changed(page, new)) if new else [],
        new=new,
    )


def _proposed(page: Page) -> Study | None:
    """The text in the study's folder, for whoever may confirm, where it is another one."""
    if not page.viewer.may(ConfirmValue.kind):
        return None
    try:
        new = adopted.proposal()
    except Refused:
        return None  # the page of the amendment tells what is wrong with it
    return new if new.digest != page.study.digest else None


def _grouped(lines: Iterable[Line]) -> list[Group]:
    """By the section in which they stand, in the order of the study file."""
    found: dict[str, list[Line]] = {}
    for one in lines:
        found.setdefault(section_of(one.value), []).append(one)
    return [Group(id=name, label=section_text(name), lines=of) for name, of in found.items()]


def _lines(page: Page, study: Study, tag: str) -> Iterator[Line]:
    viewer, text = page.viewer, "" if study is page.study else f"?text={study.digest}"
    may_confirm, may_take_back = (viewer.may(act.kind) for act in (ConfirmValue, _BACK))
    for value in study.sourced.values():
        if value.source.tag == tag:
            found = confirmation_of(viewer.trial_state.assumptions, value)
            confirm = act_page(ConfirmValue.kind, value.path) + text
            yield Line(
                value=value,
                name=called(study, value),
                confirmed=found,
                confirm=confirm if may_confirm and not found else "",
                take_back=act_page(_BACK.kind, str(found.seq)) if found and may_take_back else "",
            )


_BACK: type[Act] = TakeBackConfirmation


def _changed(page: Page, new: Study) -> Iterator[Line]:
    """What a text recalls that the one which holds does not, or says otherwise."""
    for line in _lines(page, new, "recalled"):
        before = page.study.sourced.get(line.value.path)
        same = before and before.source.tag == "recalled" and before.digest == line.value.digest
        if not same:
            yield line


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def confirm(page: Page, path: str) -> HttpResponse:
    """One value as it stands, and the document that says so; one POST confirms it."""
    study, value = _named(page, path)
    given = {"path": path, "value": value.digest, "text": study.digest}
    form = form_for(page, ConfirmValue, NOBODY, given)
    form = replace(form, concerns=called(study, value))
    problems, form_data = Problems(), beforehand(form, page.draft)
    lines = (form.title, form.concerns, value.path, value.digest)
    proof = proof_of(page.request, page.study, ConfirmValue, lines)
    if page.request.method == "POST":
        form_data = form_data_of(form, page.request.POST)
        if _confirmed(page, form, form_data, given, proof, problems):
            page.tell(form.done)
            return redirect("assumptions")
    return page.render(
        "people/confirm_value.jinja",
        422 if problems else 200,
        form=form,
        form_data=form_data,
        draft=page.draft,
        value=value,
        tag=source_text(value.source),
        problems=problems,
        proof=proof,
        back=reverse("assumptions"),
    )


def _named(page: Page, path: str) -> tuple[Study, Sourced]:
    """The value that the address names, and its text: the one that holds, or the one proposed.

    :raises Http404: when there is no such value, or it needs nobody's word, or not this reader's
    """
    digest = page.request.GET.get("text", page.study.digest)
    study = page.study if digest == page.study.digest else _proposed(page)
    value = study.sourced.get(path) if study and study.digest == digest else None
    if not study or not value or not value.source.unverified:
        raise Http404
    if not page.viewer.may(ConfirmValue.kind):
        raise Http404
    return study, value


def _confirmed(
    page: Page,
    form: ActForm,
    form_data: dict[str, object],
    given: dict[str, str],
    proof: Proof | None,
    problems: Problems,
) -> bool:
    """Whether what was typed is recorded; else what is wrong with it."""
    on = checked(form, form_data, problems)
    how = proof.given(page.request, problems) if proof and not problems else PLAINLY
    if problems:
        return False
    act = act_made(ConfirmValue, form_data | days_in(form, form_data), given)
    try:
        write_service.perform(act, page.viewer.person_id, on, once=page.once, how=how)
    except Refused as refused:
        problems.take(besides_proof(refused.refusals))
    return not problems
