"""Heads and witnesses: how far others know the ledger, for readers of the audit of the trial."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from equipoise.conduct.witnesses import AdoptPolicy
from equipoise.web import door, sequencer, tree_store
from equipoise.web.views.page import Page, act_page, for_people
from equipoise.web.witness_state import state_of

__all__ = ["witnesses"]


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
        state=state_of(viewer.whole, door.now()),
        head=note.written if note else "",
        key=key.vkey if key else "",
        name_them=act_page(AdoptPolicy.kind) if viewer.may(AdoptPolicy.kind) else "",
    )
