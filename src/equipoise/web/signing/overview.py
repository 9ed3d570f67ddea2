"""How far verification, review, signature and lock are: of each form, and of each participant."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct.digests import FormOf, by_itself, form_places
from equipoise.conduct.signatures import Hold, held, holds
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.subject import Subject
from equipoise.conduct.verification import ALONE, all_places, called_here, verdicts
from equipoise.study.model import Study
from equipoise.web.jinja import day, moment, say
from equipoise.web.views.act_words import wording
from equipoise.web.views.lock_words import lock_text
from equipoise.web.views.next_act import visit_beside
from equipoise.web.views.page import Page

__all__ = ["Counts", "FormLine", "SignedLine", "counts_of", "form_lines", "signed_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One copy of a form, or an entry that is verified by itself."""

    title: str
    where: str
    url: str
    """Its page; empty where it has none."""
    alone: bool
    voided: bool
    """Whether nothing stands there any more, since all that was recorded was in error."""
    place: FormOf
    total: int
    verified: int
    open: int
    fallen: int
    reviewed: bool | None
    """None where the study asks no review of it."""
    signed: bool | None
    lock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLine:
    """One review or signature, as it is told on the screen and on paper."""

    name: str
    by: str
    at: str
    meaning: str
    holds: bool
    entry: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much is left of one participant."""

    verify: int
    fallen: int
    review: int
    sign: int
    lock: str
    """freeze, lock, or nothing."""

    @property
    def left(self) -> bool:
        """Whether anything is left to do."""
        return bool(self.verify or self.review or self.sign)


def form_lines(page: Page, subject: Subject) -> list[FormLine]:
    """Every copy of a form that was begun, and what is verified by itself."""
    return list(_lines(page, subject))


def _lines(page: Page, subject: Subject) -> Iterator[FormLine]:
    study, rules = page.study, page.study.signing
    reviewed, signed = held(subject)
    titles, plan = called_here(study), study.verification
    for place in all_places(subject):
        form, visit, number = place
        known, alone = study.form_of.get(form), form in ALONE
        found = verdicts(study, subject, place)
        if alone and not (plan and form in plan.acts) and not any(one.last for one in found):
            continue
        at = (subject.subject_id, form, visit or "-", number)
        here = record_key(*place) in subject.forms.records
        yield FormLine(
            title=say(titles.get(form, {"en": form})),
            where=_where(study, subject, place),
            url=reverse("record-form", args=at) if here and known else "",
            alone=alone,
            voided=not here,
            place=place,
            total=len(found),
            verified=sum(one.state == "verified" for one in found),
            open=sum(one.is_open for one in found),
            fallen=sum(one.state == "fallen" for one in found),
            reviewed=place in reviewed if known and rules and rules.reviews(form) else None,
            signed=place in signed if known and rules and rules.signs(form) else None,
            lock=lock_text(subject.locks.forms.get(record_key(*place))),
        )


def _where(study: Study, subject: Subject, place: FormOf) -> str:
    """At which visit, and which copy; of an entry by itself its day."""
    form, visit, number = place
    if form not in study.form_of:
        done = by_itself(subject, form, number)
        return day(done.on) if done else ""
    copy = gettext("copy %(number)s") % {"number": number} if number > 1 else ""
    return " · ".join(filter(None, (visit_beside(study, form, visit), copy)))


def signed_lines(page: Page, subject: Subject, place: FormOf) -> list[SignedLine]:
    """Reviews and signatures of one copy of a form, or of everything, the newest first."""
    mine = [h for h in holds(subject) if (h.signed.form, h.signed.visit, h.signed.number) == place]
    return [_signed(page, one) for one in reversed(mine)]


def _signed(page: Page, hold: Hold) -> SignedLine:
    one, review = hold.signed, hold.what == "review"
    kind = "review.form" if review else "signature.form" if one.form else "signature.participant"
    return SignedLine(
        name=gettext("Reviewed") if review else gettext("Signed"),
        by=page.people[one.by],
        at=moment(one.at),
        meaning=wording(one.meaning),
        holds=hold.state == "holds",
        entry=one.seq,
        kind=kind,
    )


def counts_of(study: Study, subject: Subject, closed: frozenset[str] = frozenset()) -> Counts:
    """How much of a participant is left to verify, to review and to sign.

    :param closed: visits of which nothing is counted, since their number would tell the arm
    """
    rules = study.signing
    reviewed, signed = held(subject) if rules else (set(), set())
    found = [
        one
        for place in all_places(subject)
        if place[1] not in closed
        for one in verdicts(study, subject, place)
    ]
    forms = [place for place, _ in form_places(subject) if place[0] in study.form_of]
    forms = [place for place in forms if place[1] not in closed]
    lock = subject.locks.participant
    return Counts(
        verify=sum(one.is_open for one in found),
        fallen=sum(one.is_open and one.state == "fallen" for one in found),
        review=sum(rules.reviews(one[0]) and one not in reviewed for one in forms) if rules else 0,
        sign=sum(rules.signs(one[0]) and one not in signed for one in forms) if rules else 0,
        lock=lock.grade if lock else "",
    )
