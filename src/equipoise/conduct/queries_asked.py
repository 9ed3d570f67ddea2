"""For whom an amendment opens queries of rules, or settles them: what is recorded is judged too."""

from collections.abc import Collection, Iterator

from equipoise.conduct.affected import Effect
from equipoise.conduct.queries import OPEN, queries
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["queries_asked"]

OPENED = Phrase("Queries of checks are opened, of what was recorded before")
SETTLED = Phrase("Queries of checks are asked no longer")


def queries_asked(before: Study, now: Study, subjects: Collection[Subject]) -> Iterator[Effect]:
    """Whom a check asks something that it did not, and whom it asks no longer."""
    if _rules(before) == _rules(now):
        return
    opened, settled = [], []
    for subject in subjects:
        was, is_ = _open(before, subject), _open(now, subject)
        opened += [subject.subject_id] if is_ - was else []
        settled += [subject.subject_id] if was - is_ else []
    for phrase, whom in ((OPENED, opened), (SETTLED, settled)):
        if whom:
            yield Effect(phrase(), tuple(whom))


def _open(study: Study, subject: Subject) -> set[str]:
    return {one.key for one in queries(study, subject) if one.rule and one.state in OPEN}


def _rules(study: Study) -> list[object]:
    """Everything that a check, or that something is not asked, may rest on."""
    of_items = [
        (item.id, item.retired, item.since, item.until, item.shown_when, item.formula, item.checks)
        for item in study.items.values()
    ]
    of_forms = [(form.id, form.since, form.until, form.checks) for form in study.forms]
    return [of_items, of_forms, [(one.id, one.formula) for one in study.derived]]
