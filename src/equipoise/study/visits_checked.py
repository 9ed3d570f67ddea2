"""Whether the visits of a study have a day: that of an anchor, or that of a cycle."""

from collections.abc import Iterator

from equipoise.study.known_names import known
from equipoise.study.model import Study
from equipoise.study.places import Key
from equipoise.study.runnable import Report
from equipoise.study.sections.visits import Visit
from equipoise.study.vocabulary import ANCHORS, EVENTS

__all__ = ["visits_named"]


def visits_named(study: Study, report: Report) -> None:
    """Report what visits and cycles name and does not exist."""
    arms, epochs, forms = set(study.arm_of), {one.id for one in study.epochs}, set(study.form_of)
    dates = {one.id for one in study.items.values() if one.of_kind.anchor and not one.formula}
    anchors = {*ANCHORS, *EVENTS, *dates, *(f"{form}_done" for form in forms)}
    for n, visit in enumerate(study.visits):
        at: Key = ("visits", n)
        known(report, (*at, "epoch"), "epoch", [visit.epoch], epochs)
        known(report, (*at, "forms"), "form", visit.forms, forms)
        known(report, (*at, "arms"), "arm", visit.arms, arms)
        if visit.anchor or not visit.cycles:
            known(report, (*at, "anchor"), "anchor", [visit.anchor], anchors)
        known(report, (*at, "stops_after"), "day", visit.stops_after, anchors - {*ANCHORS})
        for message in _cycles(study, visit):
            report((*at, "cycles"), message)
    _of_treatment(study, report, anchors - {"today"})


def _cycles(study: Study, visit: Visit) -> Iterator[str]:
    """A visit with cycles has no other day, and its regimens share a clock."""
    regimens = study.treatment.regimen_of if study.treatment else {}
    yield from (f"no regimen named {name!r}" for name in visit.cycles if name not in regimens)
    named = [regimens[name] for name in visit.cycles if name in regimens]
    if visit.cycles and (visit.anchor or visit.day or visit.every or visit.before):
        yield "it has its day from its cycle; leave out `anchor`, `day`, `every` and `before`"
    if len({one.clock for one in named}) > 1:
        yield "they are not on one clock; give those `beside` another a visit of their own"
    most = max((one.times for one in named), default=0)
    if named and visit.times < most:
        yield f"there are {most} cycles and {visit.times} visits; let `times` be {most}"


def _of_treatment(study: Study, report: Report, anchors: set[str]) -> None:
    """The days from which first cycles, pauses and the end of treatment count."""
    if study.treatment is None:
        return
    days = anchors - {*ANCHORS}
    for r, regimen in enumerate(study.treatment.regimens):
        for n, first in enumerate(regimen.first):
            at: Key = ("treatment", "regimens", r, "first", n, "anchor")
            known(report, at, "anchor", [first.anchor], anchors)
    for n, pause in enumerate(study.treatment.pauses):
        known(report, ("treatment", "pauses", n, "after"), "day", [pause.after], days)
    known(report, ("treatment", "stops_after"), "day", study.treatment.stops_after, days)
