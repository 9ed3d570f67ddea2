"""The bar that stays in sight on every page about one participant."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from equipoise.conduct import schedule
from equipoise.conduct.deviations import deviations
from equipoise.conduct.missing_days import missing_days
from equipoise.conduct.status import Status, status
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.web import write_service
from equipoise.web.jinja import day, say
from equipoise.web.outlooks import ASKED, NOT_ASKED, panel_standing
from equipoise.web.views.status_words import status_word
from equipoise.web.views.waiting import fact_word

__all__ = ["Bar", "bar_of", "panel_word"]

BORN = "birth_date"  # the item that holds the day of birth, where a study asks it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What is always said of a participant."""

    subject_id: str
    status: Status
    status_word: str
    facts: tuple[tuple[str, str], ...]
    deviations: int


def bar_of(study: Study, subject: Subject) -> Bar:
    """The bar of one participant."""
    now = status(subject)
    facts = [
        (gettext("Born"), born(study, subject)),
        (gettext("Consent"), _consent(subject)),
        (gettext("Panel"), panel_word(study, panel_standing(study, subject))),
        (gettext("Arm"), _arm(study, subject)),
        (
            gettext("Randomised in error"),
            subject.randomisation.draw_error.reason if subject.randomisation.draw_error else "",
        ),
        (gettext("Not recorded"), _missing(study, subject)),
        (gettext("Data"), _locked(subject)),
    ]
    return Bar(
        subject_id=subject.subject_id,
        status=now,
        status_word=status_word(now),
        facts=tuple((label, text) for label, text in facts if text),
        deviations=len(deviations(study, subject, write_service.today())),
    )


PARTS = {
    "treatment": gettext_noop("no treatment"),
    "questionnaires": gettext_noop("no questionnaires"),
    "contact": gettext_noop("not to be contacted"),
    "further-use": gettext_noop("no further use"),
    "follow-up": gettext_noop("no follow-up"),
}
"""What someone withdrew from, as the bar tells it in a few words."""


def born(study: Study, subject: Subject) -> str:
    """The year of birth; nothing where it is not asked or not known."""
    form = study.form_asking.get(BORN)
    for record in subject.forms.of(form.id) if form else ():
        value = record.now(BORN)
        if isinstance(value, str):
            return value[:4]
    return ""


def _consent(subject: Subject) -> str:
    if any(withdrawal.scope == "everything" for withdrawal in subject.consent.withdrawals):
        return gettext("withdrawn")
    last = max(subject.consent.given, key=lambda given: given.on, default=None)
    given = f"{day(last.on)}, v{last.version}" if last else gettext("none yet")
    scopes = dict.fromkeys(withdrawal.scope for withdrawal in subject.consent.withdrawals)
    parts = [gettext(PARTS[scope]) for scope in scopes if scope in PARTS]
    return " · ".join((given, *parts))


def panel_word(study: Study, standing: str) -> str:
    """What the panel last concluded, or how many votes are in.

    :param standing: as a row keeps it
    """
    if study.panel is None:
        return ""
    votes, counted, seats = standing.partition(ASKED)
    if counted:
        return gettext("%(votes)s of %(asked)s votes in") % {"votes": votes, "asked": seats}
    if standing == NOT_ASKED:
        return gettext("not asked yet")
    labels = {category.id: category.label for category in study.panel.categories}
    return say(labels[standing]) if standing in labels else ""


def _locked(subject: Subject) -> str:
    lock = subject.locks.participant
    if lock is None:
        return ""
    locked = lock.grade == "lock"
    since = gettext("locked since %(day)s") if locked else gettext("frozen since %(day)s")
    return since % {"day": day(lock.on)}


def _missing(study: Study, subject: Subject) -> str:
    """What visits wait for and nobody recorded."""
    on = write_service.today()
    planned = schedule.visits(study, subject, on)
    found = missing_days(study, subject, planned, on)
    return ", ".join(fact_word(study, missing.name) for missing in found)


def _arm(study: Study, subject: Subject) -> str:
    arm = study.arm_of.get(subject.arm)
    return say(arm.label) if arm else ""
