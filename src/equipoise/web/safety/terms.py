"""Terms of MedDRA for an event: searched in the user's own copy, and taken over to be recorded.

The copy lies in the home, by its version (`equipoise meddra`). Without one the codes are typed.
"""

from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from equipoise.conduct.safety import CodeEvent
from equipoise.conduct.safety.choices import words_of_terms
from equipoise.exchange import meddra
from equipoise.web import home
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["terms"]

MOST_WORDS = 100


@require_safe
@for_people
def terms(page: Page, subject_id: str, event: int) -> HttpResponse:
    """What the copy has for some words; each leads to the act with its fields filled in."""
    subject = page.subject(subject_id)
    found, safety = subject.safety.of(event), page.study.safety
    if found is None or safety is None or safety.meddra is None:
        raise Http404
    if not page.may(CodeEvent.kind, subject):
        raise Http404
    term = words_of_terms(page.study).get(found.now.term, found.now.term)
    known = _loaded(safety.meddra.version)
    words = page.request.GET.get("q", HERE.written(term))[:MOST_WORDS]
    code_page = reverse(CodeEvent.kind, args=(subject_id, event))
    hits = [(one, f"{code_page}?{_filled(one)}") for one in meddra.search(known, words)]
    return page.render(
        "safety/terms.jinja",
        subject=subject,
        term=term,
        version=safety.meddra.version,
        loaded=bool(known),
        words=words,
        hits=hits,
        by_hand=code_page,
    )


def _filled(term: meddra.Term) -> str:
    return urlencode({name: getattr(term, name) for name in meddra.Term.__slots__})


def _loaded(version: str) -> list[meddra.Term]:
    """The copy of that version; none where it is not loaded."""
    path = home.folder() / "licensed" / "meddra" / version / meddra.FILE
    try:
        found = path.stat()
    except OSError:
        return []
    return _read(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1)
def _read(path: Path, changed: int, size: int) -> list[meddra.Term]:
    return meddra.read(path)
