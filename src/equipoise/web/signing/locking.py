"""What is asked before something is frozen or locked: the reason, and what is left open."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from equipoise.conduct.chapters import unfinished
from equipoise.conduct.digests import FormOf
from equipoise.conduct.locks import CODES, LockParticipant
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import asks
from equipoise.web import write_service
from equipoise.web.reader import HERE
from equipoise.web.views.act_words import choice_labels
from equipoise.web.views.next_act import form_page
from equipoise.web.views.page import Page

__all__ = ["LockFields", "Point", "left_open", "lock_fields"]

LEFT = "left-"  # the field of why something is left open, with the code of the point
MOST_LISTED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One sort of thing that is left to do."""

    code: str
    name: str
    value: str
    several: tuple[tuple[str, str], ...]
    """What, and where it is done."""
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockFields:
    """What stands in the fields of a lock."""

    grades: tuple[tuple[str, str], ...]
    grade: str
    reason: str
    points: tuple[Point, ...]


def lock_fields(page: Page, subject: Subject, place: FormOf | None = None) -> LockFields:
    """The list to be empty before a lock, of one copy of a form or of everything."""
    posted = page.request.POST
    found = list(unfinished(page.study, subject, write_service.today()))
    left = [one for one in found if place is None or one.form == place]
    points = []
    for code, name in CODES.items():
        mine = [one for one in left if one.code == code]
        if mine:
            several = [
                (HERE.written(one.what), _address(page, subject, one.form))
                for one in mine[:MOST_LISTED]
            ]
            points.append(
                Point(
                    code=code,
                    name=gettext(name),
                    value=posted.get(LEFT + code, ""),
                    several=tuple(several),
                    more=len(mine) - len(several),
                )
            )
    return LockFields(
        grades=tuple(choice_labels(asks(LockParticipant)["grade"], page.study).items()),
        grade=posted.get("grade", ""),
        reason=posted.get("reason", ""),
        points=tuple(points),
    )


def left_open(posted: Mapping[str, str]) -> dict[str, str]:
    """What is left open knowingly, where a reason was given."""
    found = {code: posted.get(LEFT + code, "").strip() for code in CODES}
    return {code: why for code, why in found.items() if why}


def _address(page: Page, subject: Subject, place: FormOf | None) -> str:
    """Where a form stands; nothing where it is no form."""
    if place is None or place[0] not in page.study.form_of:
        return ""
    return form_page(subject.subject_id, *place)
