"""The proof of a participant's consent, or of the draw, for those who may read the entry itself."""

import io
import zipfile

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from equipoise.conduct.subject import Subject
from equipoise.web import write_service
from equipoise.web.sealed import withheld
from equipoise.web.viewer import Viewer
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people
from equipoise.web.witness import proofs, tree_store

__all__ = ["proof", "proved"]

Place = tuple[str, int]


@require_safe
@for_people
def proof(page: Page, subject_id: str, what: str) -> HttpResponse:
    """The two files of a proof, together."""
    subject = page.subject(subject_id)
    place = _places(page.viewer, subject).get(what)
    found = proofs.proof_of(write_service.LEDGER.entry(*place)) if place else None
    if found is None:
        raise Http404
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        for name, text in found.files.items():
            files.writestr(name, text)
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{found.name}.zip"'
    return response


def proved(viewer: Viewer, subject: Subject) -> list[str]:
    """Of what this viewer can have a proof now: consent, draw."""
    newest = tree_store.newest()
    leaves = {what: tree_store.leaf_of(*p) for what, p in _places(viewer, subject).items()}
    return [what for what, leaf in leaves.items() if leaf and newest and leaf.index < newest.size]


def _places(viewer: Viewer, subject: Subject) -> dict[str, Place]:
    """The newest consent and the draw, where the viewer may have the entry letter by letter."""
    found = {}
    if subject.consent.given:
        place = subject.subject_id, subject.consent.given[-1].seq
        if not _tells_of_a_sealed_vote(viewer, subject, place):
            found["consent"] = place
    if (drawn := subject.randomisation.allocation) and viewer.sees_draws:
        found["draw"] = drawn.stream, drawn.seq
    return found


def _tells_of_a_sealed_vote(viewer: Viewer, subject: Subject, place: Place) -> bool:
    """Whether a vote that is closed to the viewer stands before it in its stream."""
    questions = [review.asked.seq for review in subject.panel.reviews]
    if place[1] < min([*questions, *(one.entry for one in subject.voiding.voided), place[1] + 1]):
        return False  # as nearly always; to look at every entry takes a while
    return place in withheld(viewer, subject, write_service.LEDGER.entries(subject.subject_id))
