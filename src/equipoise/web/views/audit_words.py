"""What an entry of the ledger says to people: a line, and its fields as label and value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from equipoise.conduct import consent, follow_up, forms, office, panel, randomisation, screening
from equipoise.conduct.act import Act
from equipoise.conduct.trial import read
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.web.views.spoken import (
    category_label,
    cause_label,
    day,
    label,
    place_label,
    reasons_said,
    record_said,
    residual_label,
    rule_label,
    scope_label,
    strata_said,
    treatment_label,
)

__all__ = ["KINDS", "Said", "entry_said", "kind_label"]

Names = dict[str, str]
Fields = Iterator[tuple[str, str]]

KINDS = (
    "screening.enter",
    "screening.fail",
    "registration.register",
    "consent.give",
    "consent.withdraw",
    "forms.save",
    "panel.ask",
    "panel.vote",
    "panel.conclude",
    "randomisation.randomise",
    "event.death",
    "event.progression",
    "event.resection",
    "contact.alive",
    "study.open",
    "study.amend",
    "study.close-accrual",
    "site.open",
    "role.give",
    "role.end",
    "ledger.checkpoint",
)


def kind_label(kind: str) -> str:
    """What sort of act an entry is."""
    return {
        "screening.enter": gettext("Screening started"),
        "screening.fail": gettext("Screening failed"),
        "registration.register": gettext("Registered"),
        "consent.give": gettext("Consent signed"),
        "consent.withdraw": gettext("Consent withdrawn"),
        "forms.save": gettext("Form saved"),
        "panel.ask": gettext("Panel asked"),
        "panel.vote": gettext("Vote cast"),
        "panel.conclude": gettext("Panel concluded"),
        "randomisation.randomise": gettext("Randomised"),
        "event.death": gettext("Death"),
        "event.progression": gettext("Progression"),
        "event.resection": gettext("Local treatment"),
        "contact.alive": gettext("Known alive"),
        "study.open": gettext("Trial opened"),
        "study.amend": gettext("Study amended"),
        "study.close-accrual": gettext("Accrual closed"),
        "site.open": gettext("Site opened"),
        "role.give": gettext("Role given"),
        "role.end": gettext("Role ended"),
        "ledger.checkpoint": gettext("Checkpoint of the ledger"),
    }.get(kind, kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry for people: a line, and its fields as label and value."""

    line: str
    fields: tuple[tuple[str, str], ...] = ()


def entry_said(
    study: Study, entry: Entry, names: Names, *, open_votes: bool, open_draws: bool
) -> Said:
    """What an entry says to people.

    :param open_votes: whether this reader may see the vote, and who was drawn
    :param open_draws: whether this reader may see what an arm was drawn from
    """
    act = read(entry)
    if act is None:
        return Said(line=gettext("Checkpoint: the state of every record was bound together"))
    if isinstance(act, panel.CastVote) and not open_votes:
        return Said(line=gettext("A sealed vote; it opens when the panel has concluded"))
    line, fields = LINES.get(type(act)), FIELDS.get(type(act))
    told = [(name, text) for name, text in fields(study, act, names) if text] if fields else []
    if isinstance(act, panel.AskPanel) and not open_votes:
        told = told[:-1]
    if isinstance(act, randomisation.Randomise) and not open_draws:
        told = list(strata_said(study, act.strata))
    return Said(line=line(study, act, names) if line else kind_label(act.kind), fields=tuple(told))


# --- lines ---


def _consent_line(study: Study, act: consent.GiveConsent, names: Names) -> str:
    return gettext("Consent signed, version %(version)s") % {"version": act.version}


def _withdrawal_line(study: Study, act: consent.WithdrawConsent, names: Names) -> str:
    return f"{gettext('Consent withdrawn')}: {scope_label(act.scope)}"


def _form_line(study: Study, act: forms.SaveForm, names: Names) -> str:
    form = study.form_of.get(act.form)
    visit_id, _, number = act.visit.partition(".")
    visit = study.visit_of.get(visit_id)
    title = label(form.title) if form else act.form
    where = f"{label(visit.label)} {number}".rstrip() if visit else ""
    return title if where in ("", title) else f"{title}, {where}"


def _ask_line(study: Study, act: panel.AskPanel, names: Names) -> str:
    return gettext("Panel asked about the scan of %(day)s") % {"day": day(act.scan_on)}


def _vote_line(study: Study, act: panel.CastVote, names: Names) -> str:
    return f"{gettext('Vote')}: {category_label(study, act.category)}"


def _conclusion_line(study: Study, act: panel.Conclude, names: Names) -> str:
    return f"{gettext('Conclusion')}: {category_label(study, act.category)}"


def _draw_line(study: Study, act: randomisation.Randomise, names: Names) -> str:
    arm = study.arm_of.get(act.arm)
    said = {"number": act.number, "arm": label(arm.label) if arm else act.arm}
    return gettext("Randomised as number %(number)s: %(arm)s") % said


def _death_line(study: Study, act: follow_up.RecordDeath, names: Names) -> str:
    return f"{gettext('Death')}: {cause_label(act.cause)}"


def _progression_line(study: Study, act: follow_up.RecordProgression, names: Names) -> str:
    return f"{gettext('Progression')}: {place_label(act.place)}"


def _resection_line(study: Study, act: follow_up.RecordResection, names: Names) -> str:
    return f"{treatment_label(act.what)}, {residual_label(act.residual)}"


def _version_line(study: Study, act: Any, names: Names) -> str:
    said = {"kind": kind_label(act.kind), "version": act.version}
    return gettext("%(kind)s: version %(version)s") % said


def _site_line(study: Study, act: office.OpenSite, names: Names) -> str:
    site = study.site_of.get(act.site)
    return f"{kind_label(act.kind)}: {act.site} {site.name if site else ''}".strip()


def _role_line(study: Study, act: Any, names: Names) -> str:
    role = study.role_of.get(act.role)
    place = gettext(", site %(site)s") % {"site": act.site} if act.site else ""
    what = label(role.label) if role else act.role
    return f"{kind_label(act.kind)}: {names[act.person]}, {what}{place}"


# --- fields ---


def _reason(study: Study, act: Any, names: Names) -> Fields:
    yield gettext("Reason"), act.reason


def _because(study: Study, act: Any, names: Names) -> Fields:
    yield gettext("Reason"), act.because


def _failure_fields(study: Study, act: screening.FailScreening, names: Names) -> Fields:
    texts = {leaf.id: label(leaf.text) for _, leaf in study.criteria.leaves()}
    yield from ((criterion, texts.get(criterion, "")) for criterion in act.criteria)
    yield gettext("Note"), act.note


def _form_fields(study: Study, act: forms.SaveForm, names: Names) -> Fields:
    yield from record_said(study, act.values)
    yield gettext("Reason for the change"), act.reason


def _ask_fields(study: Study, act: panel.AskPanel, names: Names) -> Fields:
    yield gettext("Question"), act.question
    readers = ", ".join(names[reader] for reader in act.drawn)
    yield gettext("Readers drawn, in this order"), readers


def _vote_fields(study: Study, act: panel.CastVote, names: Names) -> Fields:
    yield gettext("Reasons"), reasons_said(study, act.reasons)
    yield gettext("Remark"), act.remark


def _conclusion_fields(study: Study, act: panel.Conclude, names: Names) -> Fields:
    yield gettext("How it was reached"), rule_label(act.rule)
    yield gettext("Advice"), act.advice


def _draw_fields(study: Study, act: randomisation.Randomise, names: Names) -> Fields:
    yield from strata_said(study, act.strata)
    chances, draw = act.basis.get("probabilities"), act.basis.get("draw")
    if isinstance(chances, dict):
        arms = {arm.id: label(arm.label) for arm in study.arms}
        said = "; ".join(f"{arms.get(arm, arm)} {chance}" for arm, chance in chances.items())
        yield gettext("Chances of the draw"), said
    if isinstance(draw, str):
        yield gettext("The draw"), draw


def _progression_fields(study: Study, act: follow_up.RecordProgression, names: Names) -> Fields:
    yield gettext("Seen on"), act.basis


def _opening_fields(study: Study, act: office.OpenTrial, names: Names) -> Fields:
    yield gettext("Digest of the study text"), act.digest
    yield gettext("Commitment to the sealed seed"), act.seed_commitment


LINES: dict[type[Act], Callable[[Study, Any, Names], str]] = {
    consent.GiveConsent: _consent_line,
    consent.WithdrawConsent: _withdrawal_line,
    forms.SaveForm: _form_line,
    panel.AskPanel: _ask_line,
    panel.CastVote: _vote_line,
    panel.Conclude: _conclusion_line,
    randomisation.Randomise: _draw_line,
    follow_up.RecordDeath: _death_line,
    follow_up.RecordProgression: _progression_line,
    follow_up.RecordResection: _resection_line,
    office.OpenTrial: _version_line,
    office.AdoptAmendment: _version_line,
    office.OpenSite: _site_line,
    office.GiveRole: _role_line,
    office.EndRole: _role_line,
}
FIELDS: dict[type[Act], Callable[[Study, Any, Names], Fields]] = {
    consent.WithdrawConsent: _reason,
    screening.FailScreening: _failure_fields,
    forms.SaveForm: _form_fields,
    panel.AskPanel: _ask_fields,
    panel.CastVote: _vote_fields,
    panel.Conclude: _conclusion_fields,
    randomisation.Randomise: _draw_fields,
    follow_up.RecordProgression: _progression_fields,
    office.OpenTrial: _opening_fields,
    office.AdoptAmendment: _because,
    office.CloseAccrual: _because,
}
