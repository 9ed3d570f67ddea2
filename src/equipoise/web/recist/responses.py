"""The response of a tumour in the reader's words, with the arithmetic that it follows from."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from equipoise.conduct.recist import Evaluation, Sums, evaluations
from equipoise.conduct.recist.chapter import WORDS, percent
from equipoise.conduct.recist.response import GREW, GREW_BY, SHRUNK
from equipoise.conduct.subject import Subject
from equipoise.logic.figures import inner
from equipoise.study.model import Study
from equipoise.web.jinja import day
from equipoise.web.views.act_words import wording
from equipoise.web.views.next_act import form_page
from equipoise.web.views.spoken import number_text

__all__ = ["ResponseLine", "gives_response", "responses", "response_of"]

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


def responses(study: Study, subject: Subject) -> list[ResponseLine]:
    """Every evaluation, the last first."""
    return [_line(subject, one) for one in reversed(evaluations(study, subject))]


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
    """`36 + 25 = 61 mm`, and which lesions are not in it."""
    parts = " + ".join(_number(size) for _, size in sums.parts)
    total = (
        f"{parts} = {_number(sums.now)}{_HARD}mm"
        if len(sums.parts) > 1
        else f"{parts or 0}{_HARD}mm"
    )
    if not sums.missing:
        return total
    without = gettext("%(sum)s, without %(lesions)s")
    return without % {"sum": total, "lesions": ", ".join(sums.missing)}


def _compared(sums: Sums, then: Decimal | None) -> str:
    """`90 mm: −29 mm, −32.2 %`; of a sum that lacks a lesion, only what it was before."""
    if then is None:
        return ""
    before = f"{_number(then)}{_HARD}mm"
    if sums.missing and sums.now < then:
        return before  # without a lesion it is no smaller sum
    change = percent((sums.now - then) / then) if then else None
    share = f", {_signed(change)}{_HARD}%" if change is not None else ""
    return f"{before}: {_signed(sums.now - then)}{_HARD}mm{share}"


def _signed(number: Decimal) -> str:
    sign = "+" if number > 0 else "−" if number < 0 else ""  # noqa: RUF001 (a minus, no hyphen)
    return f"{sign}{_number(abs(number))}"


def _number(number: Decimal) -> str:
    return number_text(f"{number.normalize():f}")
