"""Where words that must not stand here are looked for, of one participant, and taken out for good.

First they are typed, and every place of this participant that holds them is shown; then those that
are ticked are taken out, by an act for each entry, all or none. What was typed is kept nowhere: no
draft, no digest, no log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct.act import Refused
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.redaction import SEALED, SHORTEST, RedactEntry
from equipoise.conduct.restating import MARK, spans, texts_of, without
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import asks
from equipoise.ledger import Entry, is_redaction, stated
from equipoise.web import read_model, write_service
from equipoise.web.administration.access_words import kind_text
from equipoise.web.jinja import moment
from equipoise.web.proof import Proof, besides_proof, proof_of
from equipoise.web.redaction.copies import copies_since
from equipoise.web.sealed import closed
from equipoise.web.views.act_words import wording
from equipoise.web.views.audit_words import kind_label
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import place_text

__all__ = ["redact"]

WORDS = "must-go"  # the field with the words; of its content no digest is kept (`once`)
MOST = 500  # entries that are looked through for other participants with the same words
LONGEST = 120  # characters around the words that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One text of one entry that holds the words."""

    entry: int
    pointer: str
    what: str
    by: str
    at: str
    before: str
    """What stands there, as far as it is shown."""
    after: str
    """The same once the words are taken out."""

    @property
    def name(self) -> str:
        """By which it is ticked."""
        return f"{self.entry}:{self.pointer}"


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def redact(page: Page, subject_id: str) -> HttpResponse:
    """Type the words, look at every place that holds them, and take them out."""
    subject, posted = page.subject(subject_id), page.request.POST
    if not page.may(RedactEntry.kind, subject):
        raise Http404
    problems, words = Problems(), posted.get(WORDS, "").strip()
    if page.request.method == "POST" and len(words) < SHORTEST:
        problems.add(WORDS, gettext("Type the words, as they stand there"))
    found = list(_places(page, subject, words)) if words and not problems else []
    if words and not found and not problems:
        problems.add(WORDS, gettext("These words stand nowhere in what people typed here"))
    ticked = posted.getlist("ticked") if posted.get("step") == "do" else [p.name for p in found]
    proof = _proof(page, subject_id, found)
    if found and posted.get("step") == "do":
        chosen = [one for one in found if one.name in ticked]
        if _taken_out(page, subject, chosen, words, proof, problems):
            page.tell(gettext("It is taken out, and nowhere recorded what it was"))
            return redirect("participant", subject_id)
    return page.render(
        "redaction/redact.jinja",
        subject=subject,
        problems=problems,
        words=words,
        words_name=WORDS,
        found=found,
        ticked=ticked,
        reason=posted.get("reason", ""),
        reason_ask=wording(asks(RedactEntry)["reason"].question),
        reason_hint=wording(str(asks(RedactEntry)["reason"].hint)),
        title=wording(RedactEntry.words.title),
        button=wording(RedactEntry.words.button),
        proof=proof,
        elsewhere=sorted(_elsewhere(page, subject_id, words)) if found else [],
        copies=[
            (kind_text(kind), count)
            for kind, count in copies_since(subject_id, [one.entry for one in found]).items()
        ],
    )


def _proof(page: Page, subject_id: str, found: list[Place]) -> Proof | None:
    """What is shown to who proves who they are: the places, and never the words."""
    title = wording(RedactEntry.words.title)
    lines = (title, subject_id, *(f"{one.entry} {one.what}" for one in found))
    return proof_of(page.request, page.study, RedactEntry, lines)


def _taken_out(
    page: Page,
    subject: Subject,
    chosen: list[Place],
    words: str,
    proof: Proof | None,
    problems: Problems,
) -> bool:
    """Whether it was done; else it is told what stands against it."""
    acts = list(_acts(chosen, words, page.request.POST.get("reason", "").strip()))
    by, subject_id = page.viewer.person_id, subject.subject_id
    if not acts:
        problems.add("ticked", gettext("Tick where it is taken out"))
        return False
    how = proof.given(page.request, problems) if proof else PLAINLY
    if problems:
        problems.beside(write_service.try_out(acts[0], by, subject_id=subject_id))
        return False
    first, *more = acts
    try:
        write_service.perform(first, by, subject_id=subject_id, once=page.once, more=more, how=how)
    except Refused as refused:
        problems.take(besides_proof(refused.refusals))
    return not problems


def _acts(chosen: list[Place], words: str, reason: str) -> Iterator[RedactEntry]:
    for entry in dict.fromkeys(one.entry for one in chosen):
        places = [one.pointer for one in chosen if one.entry == entry]
        yield RedactEntry(entry=entry, fields=places, text=words, reason=reason)


def _places(page: Page, subject: Subject, words: str) -> Iterator[Place]:
    """Every text of this participant's own entries that holds the words, as far as it is open."""
    for entry in stated(write_service.LEDGER.entries(subject.subject_id)):
        for pointer, text in _holding(page, subject, entry, words):
            yield _place(page, entry, pointer, text, words)


def _elsewhere(page: Page, subject_id: str, words: str) -> set[str]:
    """The other participants whom this viewer sees, where people typed the same words."""
    holding = {
        entry.stream
        for entry in write_service.LEDGER.holding(_plain_part(words), MOST)
        if entry.stream != subject_id and any(_holding(page, _whose(page, entry), entry, words))
    }
    rows = page.viewer.visible(read_model.rows(page.study, page.viewer.on))
    seen = rows.filter(subject_id__in=holding)
    return set(seen.values_list("subject_id", flat=True))


def _holding(page: Page, subject: Subject, entry: Entry, words: str) -> Iterator[tuple[str, str]]:
    """Every text of an entry that holds the words and is open to this viewer, by its place."""
    shut = closed(page.viewer, subject, entry)
    texts = texts_of(entry.kind, msgspec.json.decode(entry.payload))
    for pointer, text in texts.items():
        if any(spans(text, words)) and pointer.split("/")[1] not in shut:
            yield pointer, text


def _whose(page: Page, entry: Entry) -> Subject:
    """Whom an entry is of, where something of it may be sealed still."""
    seals = entry.kind in SEALED or is_redaction(entry)
    return page.folds.subject(entry.stream) if seals else Subject(subject_id=entry.stream)


def _plain_part(words: str) -> str:
    """The longest part of the words that a database finds in capitals or not: it has no accent."""
    parts = "".join(sign if sign.isascii() else "\0" for sign in words).split("\0")
    longest = max(parts, key=len)
    return longest if len(longest) >= SHORTEST else words


def _place(page: Page, entry: Entry, pointer: str, text: str, words: str) -> Place:
    first, end = next(spans(text, words))
    at = max(0, first - LONGEST // 2)
    part = text[at : end + LONGEST // 2]
    return Place(
        entry=entry.seq,
        pointer=pointer,
        what=f"{kind_label(entry.kind)}: {place_text(page.study, pointer)}",
        by=page.people[entry.by],
        at=moment(datetime.fromisoformat(entry.at)),
        before=part,
        after=without(part, words).replace(MARK, gettext("[redacted]")),
    )
