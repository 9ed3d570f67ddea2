"""What happens when, in plain words: the visits of each arm, those of all, and those before."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from equipoise.logic.figures import with_unit
from equipoise.study.expected import Expected, course, rhythm
from equipoise.study.model import Study
from equipoise.study.sections.arms import Arm
from equipoise.study.sections.visits import Visit
from equipoise.web.jinja import say
from equipoise.web.public.words import anchor_text
from equipoise.web.reader import HERE

__all__ = ["Line", "after_treatment", "before_the_draw", "in_words", "of_arm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of visits, as a participant reads it."""

    label: str
    plain: str
    when: str
    days: tuple[int, ...]


def of_arm(study: Study, arm: Arm) -> list[Line]:
    """What happens in one arm from the draw to the end of treatment, by the days expected."""
    after = _last_epoch(study)
    rows = (one for one in course(study, arm.id) if one.days and one.visit.epoch != after)
    return _lines(study, rows)


def before_the_draw(study: Study) -> list[Line]:
    """What everyone has before the draw."""
    return _lines(study, (one for one in _of_any(study) if not one.days))


def after_treatment(study: Study) -> list[Line]:
    """What everyone has once the treatment is over, where the study has such a stretch."""
    after = _last_epoch(study)
    return _lines(study, (one for one in _of_any(study) if one.days and one.visit.epoch == after))


def in_words(study: Study, visit: Visit) -> str:
    """How often and when, in plain words."""
    row = rhythm(study, visit)
    values = {"anchor": anchor_text(study, row.anchor), "every": _length(row.every)}
    after = _length(row.day)
    if row.times == 1:
        words = gettext("once, %(after)s after %(anchor)s")
        if row.day == 0:
            words = gettext("once, around %(anchor)s")
        return words % {**values, "after": after}
    words = gettext("%(times)s times, every %(every)s, from %(after)s after %(anchor)s")
    if row.day == 0:
        words = gettext("%(times)s times, every %(every)s, from %(anchor)s")
    return words % {**values, "times": row.times, "after": after}


def _of_any(study: Study) -> list[Expected]:
    """The rows of all arms, each once, in the order of the file."""
    found = {one.visit.id: one for arm in study.arms_drawn for one in course(study, arm.id)}
    return [found[visit.id] for visit in study.visits if visit.id in found]


def _last_epoch(study: Study) -> str:
    """The stretch after the treatment; none where the study tells two stretches or fewer."""
    return study.epochs[-1].id if len(study.epochs) > 2 else ""


def _lines(study: Study, rows: Iterable[Expected]) -> list[Line]:
    """Where the study says what visits are to participants, those that are nothing to them go."""
    says = any(visit.plain for visit in study.visits)
    return [
        Line(
            label=say(one.visit.label),
            plain=say(one.visit.plain or one.visit.label),
            when=in_words(study, one.visit),
            days=one.days,
        )
        for one in rows
        if one.visit.plain or not says
    ]


def _length(days: int) -> str:
    """Days as people count them: 3 weeks, 12 months."""
    if days >= 84 and days % 7 or days > 182:
        return with_unit(str(round(days / 30.4375)), "mo", HERE.translator)
    if days and days % 7 == 0:
        return with_unit(str(days // 7), "wk", HERE.translator)
    return with_unit(str(days), "d", HERE.translator)
