"""The response of a tumour in the reader's words, with the arithmetic that it follows from."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from equipoise.conduct.recist import Best, Evaluation, Sums, best_responses, evaluations
from equipoise.conduct.recist.chapter import WORDS, percent
from equipoise.conduct.recist.response import GREW, GREW_BY, SHRUNK
from equipoise.conduct.subject import Subject
from equipoise.logic.figures import inner
from equipoise.study.model import Study
from equipoise.web.jinja import day
from equipoise.web.views.act_words import wording
from equipoise.web.views.next_act import form_page
from equipoise.web.views.spoken import number_text

__all__ = ["ResponseLine", "Responses", "gives_response", "response_of", "responses"]

_HARD = "\u00a0"
"""Between a number and its unit no line ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseLine:
    """One evaluation: its day and page, what it was worked out from, and what follows."""

    day: str
    url: str
    sum: str
    from_baseline: str
    from_smallest: str
    target: str
    target_code: str
    other: str
    other_code: str
    new: str
    overall: str
    is_progression: bool
    strange: str

    @property
    def lesions(self) -> str:
        """What the response follows from, in the abbreviations of RECIST."""
        parts = (
            (gettext("target %(response)s"), self.target_code),
            (gettext("non-target %(response)s"), self.other_code),
            (gettext("new lesions: %(response)s"), inner(self.new)),
        )
        return "; ".join(text % {"response": response} for text, response in parts if response)

    @property
    def rule(self) -> str:
        """From where on a sum is a response, or progression."""
        text = gettext(
            "Partial response from %(less)s of the baseline; progression from %(more)s and %(by)s "
            "above the smallest sum."
        )
        return text % {
            "less": f"{_signed(100 * (SHRUNK - 1))}{_HARD}%",
            "more": f"{_signed(100 * (GREW - 1))}{_HARD}%",
            "by": f"{_signed(GREW_BY)}{_HARD}mm",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """Every evaluation of a participant, the last first, and the best response so far."""

    lines: list[ResponseLine]
    best: str
    confirmed: str
    """The best response that a later scan confirms; empty where the study asks no second scan."""


def responses(study: Study, subject: Subject) -> Responses:
    """What the participant's page tells of them."""
    found = evaluations(study, subject)
    best = best_responses(study, subject, found)
    return Responses(
        lines=[_line(subject, one) for one in reversed(found)],
        best=_best(best.seen) if best else "",
        confirmed=_best(best.confirmed) if best and best.confirmed else "",
    )


def _best(best: Best) -> str:
    """`Partial response (PR), 12 March 2026`, and which scan confirmed it."""
    text = f"{_response(best.response)}, {day(best.on)}"
    if best.confirmed_on is None:
        return text
    texts = {"response": text, "day": day(best.confirmed_on)}
    return gettext("%(response)s, confirmed %(day)s") % texts


def response_of(
    study: Study, subject: Subject, form: str, visit: str, number: int
) -> ResponseLine | None:
    """That of one copy of a form; None where it tells of no lesions, or nothing is told yet."""
    if not gives_response(study, form):
        return None
    found = evaluations(study, subject)
    at = (visit, number)
    return next((_line(subject, one) for one in found if (one.visit, one.number) == at), None)


def gives_response(study: Study, form: str) -> bool:
    """Whether the response follows from what a form asks."""
    return study.recist is not None and study.form_asking[study.recist.measured].id == form


def _line(subject: Subject, one: Evaluation) -> ResponseLine:
    sums = one.sums
    return ResponseLine(
        day=day(one.on),
        url=form_page(subject.subject_id, one.form, one.visit, one.number),
        sum=_sum(sums) if sums else "",
        from_baseline=_compared(sums, sums.baseline) if sums else "",
        from_smallest=_compared(sums, sums.smallest) if sums else "",
        target=_response(one.target),
        target_code=one.target or "",
        other=_response(one.other),
        other_code=one.other or "",
        new="" if one.new is None else gettext("Yes") if one.new else gettext("No"),
        overall=_response(one.overall) or gettext("Not known yet"),
        is_progression=one.overall == "PD",
        strange=", ".join(one.strange),
    )


def _response(response: str | None) -> str:
    return wording(WORDS[response]) if response else ""


def _sum(sums: Sums) -> str:
    """`36 + 25 = 61 mm`; where a lesion was not measured, no sum and which those are."""
    parts = " + ".join(_number(size) for _, size in sums.parts)
    if sums.now is not None:
        total = f"{parts} = {_number(sums.now)}" if len(sums.parts) > 1 else parts or "0"
        return f"{total}{_HARD}mm"
    texts = {"lesions": ", ".join(sums.missing), "sizes": f"{parts}{_HARD}mm"}
    if not parts:
        return gettext("No sum: %(lesions)s not measured") % texts
    return gettext("No sum: %(lesions)s not measured (the others: %(sizes)s)") % texts


def _compared(sums: Sums, then: Decimal | None) -> str:
    """`90 mm: −29 mm, −32.2 %`; where there is no sum now, only what it was before, and by how
    much the rest alone lies above it where that decides."""
    if then is None:
        return ""
    before = f"{_number(then)}{_HARD}mm"
    now = sums.rest if sums.now is None and sums.grew else sums.now
    if now is None or (sums.now is None and now < then):
        return before
    change = percent((now - then) / then) if then else None
    share = f", {_signed(change)}{_HARD}%" if change is not None else ""
    texts = {"before": before, "change": f"{_signed(now - then)}{_HARD}mm{share}"}
    if sums.now is None:
        return gettext("%(before)s: at least %(change)s") % texts
    return f"{before}: {texts['change']}"


def _signed(number: Decimal) -> str:
    sign = "+" if number > 0 else "−" if number < 0 else ""  # noqa: RUF001 (a minus, no hyphen)
    return f"{sign}{_number(abs(number))}"


def _number(number: Decimal) -> str:
    return number_text(f"{number.normalize():f}")
