"""Which version of the consent form invented people sign, and who consents again."""

from datetime import date

from equipoise.conduct.coverage import again, versions_barred
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan import Activating, Plan
from equipoise.study.model import Study

__all__ = ["signs_again", "version_signed"]


def version_signed(study: Study, subject: Subject, on: date) -> str:
    """The version that someone signs on a day: the newest that may be."""
    barred = versions_barred(study, subject, on)
    known = [one.version for one in study.consent.versions if one.from_on <= on]
    return [version for version in known if version not in barred][-1]


def signs_again(study: Study, plan: Plan, subject: Subject, chance: Chance | None) -> str:
    """The version that someone signs again now; empty where none is asked, or they do not.

    :param chance: without it everybody does: nobody is drawn without
    """
    needed = again(study, subject)
    if needed is None:
        return ""
    rates = plan.amendments.get(needed.amendment.id, Activating())
    drawn = chance.of("again", needed.amendment.id).random() if chance else 0.0
    return needed.amendment.consent if drawn < float(rates.signs_again) else ""
