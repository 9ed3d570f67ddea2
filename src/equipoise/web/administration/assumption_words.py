"""What the values of a study text are called where somebody confirms them, and where they stand."""

from collections.abc import Mapping

from django.utils.translation import gettext

from equipoise.conduct.chapters import CHAPTERS
from equipoise.study.facts import labels_of
from equipoise.study.model import Study
from equipoise.study.provenance import Sourced
from equipoise.study.sections.pump import Passage
from equipoise.study.sections.treatment import DosePart
from equipoise.study.sections.treatment_rules import Modification, Stop
from equipoise.web.jinja import say
from equipoise.web.reader import HERE

__all__ = ["called", "section_of", "section_text"]


def called(study: Study, value: Sourced) -> str:
    """A value by what people call it, where the text calls it by a code alone."""
    part = value.part
    if isinstance(part, DosePart) and study.treatment:
        regimen = study.treatment.regimen_of.get(value.path.split(".")[2])
        name = say(study.treatment.called(part))
        return f"{say(regimen.label)}: {name}" if regimen else name
    if isinstance(part, Modification):
        return _modification(study, part) or say(value.said)
    if isinstance(part, Stop):
        return say(part.because)
    if isinstance(part, Passage) and study.pump:
        return _passage(study, part)
    return say(value.said) or value.path


def _modification(study: Study, part: Modification) -> str:
    table = next((one for one in study.tables if one.id == part.table), None)
    return say(part.because) if part.because else say(table.label) if table else ""


def _passage(study: Study, part: Passage) -> str:
    substance = study.pump.substance(part.substance) if study.pump else None
    models = study.pump.models if study.pump else ()
    ports: Mapping[str, Mapping[str, str]] = {
        name: text for model in models for name, text in labels_of(model, "ports").items()
    }
    named = {
        "substance": say(substance.label) if substance else part.substance,
        "port": say(ports.get(part.port, {"en": part.port})),
    }
    if part.allowed:
        return gettext("%(substance)s may go through %(port)s") % named
    return gettext("%(substance)s may not go through %(port)s") % named


def section_of(value: Sourced) -> str:
    """The section of the study file in which it stands."""
    return value.path.partition(".")[0]


def section_text(section: str) -> str:
    """A section of the study file in the reader's words; of a chapter, what its table is called."""
    tables = next((one.tables for one in CHAPTERS if one.name == section), ())
    own = HERE.written(tables[0].label()) if tables else section
    return {
        "identity": gettext("The trial"),
        "arms": gettext("Arms"),
        "epochs": gettext("Parts of the trial"),
        "sites": gettext("Sites"),
        "roles": gettext("Roles"),
        "consent": gettext("Consent"),
        "amendments": gettext("Amendments"),
        "criteria": gettext("Criteria"),
        "derived": gettext("Values that are worked out"),
        "tables": gettext("Decision tables"),
        "panel": gettext("Panel"),
        "randomisation": gettext("Randomisation"),
        "treatment": gettext("Treatment"),
        "stopping": gettext("Stopping rules"),
        "pump": gettext("Pump"),
        "laboratory": gettext("Laboratory"),
        "verification": gettext("Source data verification"),
        "signing": gettext("Signatures"),
        "recist": gettext("Tumour response"),
        "visits": gettext("Visits"),
        "forms": gettext("Forms"),
        "endpoints": gettext("Endpoints"),
        "public": gettext("Public pages"),
        "messages": gettext("Messages"),
        "design": gettext("Design"),
    }.get(section, own)
