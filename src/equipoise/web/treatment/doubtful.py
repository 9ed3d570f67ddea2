"""Which doses rest on what is recalled and not confirmed."""

from equipoise.study.sections.treatment import DosePart, Regimen, Treatment
from equipoise.web.views.page import Page

__all__ = ["doubtful_parts"]


def doubtful_parts(page: Page) -> frozenset[str]:
    """The parts of regimens of which something is unverified, by their ids."""
    treatment = page.study.treatment
    if treatment is None:
        return frozenset()
    return frozenset(
        part.id
        for regimen in treatment.regimens
        for part in regimen.parts
        if _is_doubtful(page, treatment, regimen, part)
    )


def _is_doubtful(page: Page, treatment: Treatment, regimen: Regimen, part: DosePart) -> bool:
    """Whether a dose, its drug, its regimen, or what makes it lower is unverified."""
    lower = (one for one in treatment.modifications if part.drug in one.drugs)
    rests_on = (part, regimen, treatment.drug_of[part.drug], *lower)
    return any(page.unverified.uses(one) for one in rests_on)
