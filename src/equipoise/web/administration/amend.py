"""Adopting an amendment: the office reads what it changes and for whom, says why, and decides."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct.act import Refused
from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.unverified import UNCONFIRMED
from equipoise.study.model import Study
from equipoise.study.reason import Refusal
from equipoise.web import amending, write_service
from equipoise.web.administration.texts import comparison_text
from equipoise.web.proof import Proof, besides_proof, proof_of
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people

__all__ = ["amend"]

MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Affected:
    """What changes, for how many, and the first of them."""

    wording: str
    count: int
    whom: tuple[str, ...]
    more: int


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def amend(page: Page) -> HttpResponse:
    """What the folder's text changes, for whom, and what keeps it out; one POST adopts it."""
    if not page.viewer.may(AdoptAmendment.kind):
        raise Http404
    problems, because = Problems(), ""
    found = amending.proposed(s for s in amending.everyone() if page.viewer.may_see_subject(s))
    proof = _proof(page, found.text)
    if page.request.method == "POST":
        because = page.request.POST.get("because", "").strip()
        if _adopted(page, because, proof, problems):
            return redirect("people")
    return page.render(
        "people/amend.jinja",
        422 if problems else 200,
        problems=problems,
        proof=proof,
        because=because,
        text=found.text,
        same=found.text is not None and found.text.digest == page.study.digest,
        comparison=comparison_text(found.comparison) if found.comparison else None,
        worked_out=found.worked_out,
        effects=[_affected(effect) for effect in found.effects],
        lost=[f"{digest[:16]}…" for digest in found.lost],
        stated_lost=page.request.POST.get("earlier_texts", ""),
        unconfirmed=any(one.reason is UNCONFIRMED for one in found.against),
        against=[_wording(refusal) for refusal in found.against],
    )


def _proof(page: Page, text: Study | None) -> Proof | None:
    """What is asked before the text is adopted: by the one that holds now, or by the new one."""
    texts = [page.study] if text is None else [page.study, text]
    lines = [f"{one.version} {one.digest}" for one in texts]
    proofs = (proof_of(page.request, one, AdoptAmendment, lines) for one in texts)
    return next(filter(None, proofs), None)


def _adopted(page: Page, because: str, proof: Proof | None, problems: Problems) -> bool:
    """Whether the text that was shown is adopted; one that changed meanwhile is refused."""
    posted = page.request.POST
    if not because:
        problems.add("because", gettext("Say why the study is amended"))
        return False
    act = AdoptAmendment(
        version=posted.get("version", ""),
        digest=posted.get("digest", ""),
        because=because,
        earlier_texts="lost" if posted.get("earlier_texts") == "lost" else "",
    )
    how = proof.given(page.request, problems) if proof else PLAINLY
    try:
        write_service.perform(act, page.viewer.person_id, once=page.once, how=how)
    except Refused as refused:
        problems.take(besides_proof(refused.refusals))
        return False
    page.tell(gettext("The trial runs under version %(version)s") % {"version": act.version})
    return True


def _affected(effect: amending.Effect) -> Affected:
    count = len(effect.whom)
    return Affected(
        HERE.written(effect.wording), count, effect.whom[:MOST_NAMED], max(0, count - MOST_NAMED)
    )


def _wording(refusal: Refusal) -> str:
    return refusal.wording(HERE)
