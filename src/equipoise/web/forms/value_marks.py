"""What was made of one value beside answering it: compared with the source, and queried."""

from dataclasses import dataclass

from equipoise.conduct import folding
from equipoise.conduct.act import Act
from equipoise.conduct.digests import FormOf, digests_of_form
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.queries import ACTS, OPEN, AskQuery, Query, TurnKind, queries
from equipoise.conduct.state.done import Done
from equipoise.conduct.subject import Subject
from equipoise.conduct.verification import TakeBack, VerifyItems
from equipoise.ledger import Entry
from equipoise.web import write_service
from equipoise.web.forms.queries_beside import query_here
from equipoise.web.forms.value_versions import Answered, Who, record_of, who
from equipoise.web.jinja import say
from equipoise.web.views.act_words import wording
from equipoise.web.views.page import Page

__all__ = ["QueryLine", "Verification", "queries_of", "verifications_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """That a value was compared with the source, or that this was taken back."""

    name: str
    who: Who
    reason: str
    entry: int
    error: bool
    fell: Who | None
    """By whom and when what had been verified became something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLine:
    """One thing that somebody said of a query."""

    name: str
    text: str
    who: Who


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLine:
    """One query on the value, with what was said to it."""

    text: str
    state: str
    tag: str
    about: str
    url: str
    turns: tuple[TurnLine, ...]


def verifications_of(page: Page, found: Answered, item: str) -> list[Verification]:
    """Every act of source verification of one item, the first first."""
    return [_verification(page, found, item, *one) for one in _acts(found, item)]


def _verification(
    page: Page, found: Answered, item: str, act: VerifyItems | TakeBack, entry: Entry
) -> Verification:
    error, fell = entry.seq in found.voided, None
    if isinstance(act, VerifyItems) and not error:
        digest = dict(zip(act.items, act.digests, strict=True))[item]
        fell = _fell(found, item, digest, entry.seq)
    return Verification(
        name=wording(act.words.name),
        who=who(page, found.subject, folding.stamp_of(entry).done, entry.kind),
        reason=act.reason if isinstance(act, TakeBack) else "",
        entry=entry.seq,
        error=error,
        fell=who(page, found.subject, fell, SaveForm.kind) if fell else None,
    )


def _acts(found: Answered, item: str) -> list[tuple[VerifyItems | TakeBack, Entry]]:
    acts = []
    for kind in (VerifyItems.kind, TakeBack.kind):
        for entry in write_service.LEDGER.of_kind(kind, (found.subject.subject_id,)):
            act = folding.read(entry)
            if not isinstance(act, VerifyItems | TakeBack):
                continue
            if act.place == found.place and item in act.items:
                acts.append((act, entry))
    return sorted(acts, key=lambda one: one[1].seq)


def _fell(found: Answered, item: str, digest: str, seq: int) -> Done | None:
    """By which save, void or redaction what was verified became another; None while it stands."""
    for one in found.subject.redaction.redacted:
        if one.seq > seq and _is_here(found, one.entry) and one.takes_out_of(item):
            return one
    saves: list[Done] = [stamp.done for _, stamp in found.saved]
    voids = [one.done for entry, one in found.voided.items() if _is_here(found, entry)]
    later = [one for one in (*saves, *voids) if one.seq > seq]
    others = [
        one
        for one in sorted(later, key=lambda one: one.seq)
        if _digest(found, item, one.seq) != digest
    ]
    return others[0] if others and others[-1] is max(later, key=lambda one: one.seq) else None


def _is_here(found: Answered, entry: int) -> bool:
    return any(stamp.seq == entry for _, stamp in found.saved)


def _digest(found: Answered, item: str, until: int) -> str:
    """The digest of the item as it stood after an entry."""
    record = record_of(
        (act, stamp)
        for act, stamp in found.saved
        if stamp.seq <= until
        and (stamp.seq not in found.voided or found.voided[stamp.seq].done.seq > until)
    )
    return digests_of_form(record).get(item, "") if record else ""


def queries_of(page: Page, subject: Subject, place: FormOf, item: str) -> list[QueryLine]:
    """Every query on one question, those that were put right and closed too."""
    return [
        _query(page, subject, one)
        for one in queries(page.study, subject)
        if (one.form, one.visit, one.number) == place and one.item == item
    ]


def _query(page: Page, subject: Subject, query: Query) -> QueryLine:
    here = query_here(page, subject, query)
    return QueryLine(
        text=here.text,
        state=here.state,
        tag=here.tag if query.state in (*OPEN, "answered") else "neutral",
        about=here.about,
        url=here.url,
        turns=tuple(
            _turn(page, subject, turn, turn.text, turn.to, _act_of(turn.kind))
            for turn in query.turns
        ),
    )


def _act_of(turn: TurnKind) -> type[Act]:
    return AskQuery if turn == "ask" else ACTS[turn]


def _turn(
    page: Page, subject: Subject, turn: Done, text: str, role: str, act: type[Act]
) -> TurnLine:
    """One thing that was said, and to which role."""
    to = next((say(one.label) for one in page.study.roles if one.id == role), role)
    return TurnLine(
        name=wording(act.words.name),
        text=" · ".join(part for part in (text, to) if part),
        who=who(page, subject, turn, act.kind),
    )
