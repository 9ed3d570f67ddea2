"""That somebody was screened again, where one looks at the number that they had before.

The link stands in the stream of the new number; it is looked for only of who could come again.
"""

from equipoise.conduct.screened_before import ScreenAgain, is_ended
from equipoise.conduct.subject import Subject
from equipoise.web import write_service
from equipoise.web.store import Filters
from equipoise.web.views.page import Page

__all__ = ["screened_again"]

MOST = 20


def screened_again(page: Page, subject: Subject) -> tuple[bool, str]:
    """Whether they were screened again, and under which number, where this viewer may see that."""
    if not is_ended(subject):
        return False, ""
    naming = Filters(kind=ScreenAgain.kind, item=subject.subject_id)
    for _, entry in write_service.LEDGER.recent(MOST, filters=naming):
        later = page.folds.subject(entry.stream)
        if later.screening.again_of == subject.subject_id:  # else it was voided since
            return True, later.subject_id if page.viewer.may_see_subject(later) else ""
    return False, ""
