"""The proof of a participant's consent, or of the draw, for those who may read the entry itself."""

import io
import zipfile

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry
from equipoise.web import door, proofs, tree_store
from equipoise.web.viewer import Viewer
from equipoise.web.views.page import Page, for_people
from equipoise.web.votes import withheld

__all__ = ["proof", "proved"]

KINDS = {"consent": GiveConsent.kind, "draw": Randomise.kind}


@require_safe
@for_people
def proof(page: Page, subject_id: str, what: str) -> HttpResponse:
    """The two files of a proof, together."""
    subject = page.subject(subject_id)
    entry = _entries(page.viewer, subject).get(what)
    found = proofs.proof_of(entry) if entry else None
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
    entries = _entries(viewer, subject)
    return [
        what
        for what, e in entries.items()
        if (leaf := tree_store.leaf_of(e.stream, e.seq)) and tree_store.best_head(leaf.index)
    ]


def _entries(viewer: Viewer, subject: Subject) -> dict[str, Entry]:
    """The newest consent and the draw, where the viewer may have the entry letter by letter."""
    own = list(door.LEDGER.entries(subject.subject_id))
    others = list(door.LEDGER.concerning(subject.subject_id))
    kept_back = withheld(viewer, subject, [*own, *others])
    voided = {(subject.subject_id, one.entry) for one in subject.voided}
    found = {}
    for entry in (*own, *others):
        for what, kind in KINDS.items():
            if entry.kind == kind and (entry.stream, entry.seq) not in kept_back | voided:
                found[what] = entry
    return found
