"""Heads and witnesses: how far others know the ledger, for readers of the audit of the trial."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from equipoise.conduct.witnesses import AdoptPolicy
from equipoise.web import write_service
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.signed_in import for_people
from equipoise.web.witness import newest_head, sequencer, tree_store
from equipoise.web.witness.witness_state import state_of

__all__ = ["letter", "witnesses"]


@require_safe
@for_people
def witnesses(page: Page) -> HttpResponse:
    """The newest head, and who signed it."""
    viewer = page.viewer
    if not viewer.sees_whole_audit:
        raise Http404
    note, key = tree_store.head(), sequencer.log_key()
    return page.render(
        "witnesses.jinja",
        state=state_of(viewer.trial_state, write_service.now()),
        head=newest_head.newest(),
        note=note.written if note else "",
        key=key.vkey if key else "",
        name_them=act_page(AdoptPolicy.kind) if viewer.may(AdoptPolicy.kind) else "",
    )


@require_safe
@for_people
def letter(page: Page) -> HttpResponse:
    """The newest head on one sheet, to print and to send."""
    if not page.viewer.sees_whole_audit:
        raise Http404
    head = newest_head.newest()
    note = tree_store.head(head.size) if head else None
    return page.render(
        "letter.jinja",
        head=head,
        note=note.written if note else "",
        who=page.people[page.viewer.person_id],
    )
