"""How each act on a participant is asked: its questions, its words, and the act that follows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext

from equipoise.conduct import consent, eligibility, follow_up, panel, screening
from equipoise.conduct.act import Act
from equipoise.conduct.subject import Subject
from equipoise.logic.truth import Truth
from equipoise.web import door
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems, typed_day
from equipoise.web.views.spoken import (
    cause_label,
    label,
    place_label,
    residual_label,
    scope_label,
    treatment_label,
)

__all__ = ["FORMS", "ActForm", "Field"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of an act. `kind`: day, radios, checkboxes, area or text."""

    name: str
    kind: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    value: Any = ""
    needed: str = ""  # what to say when it is left open


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """How one act is asked."""

    title: str
    fields: tuple[Field, ...]
    button: str
    done: str
    happened: str  # what the day of the act is
    intro: str = ""
    warning: str = ""
    open_today: bool = True  # whether today is filled in beforehand


Ask = Callable[[Page, Subject], ActForm]
Make = Callable[[dict[str, Any]], Act]


def _consent(page: Page, subject: Subject) -> ActForm:
    given = {done.version for done in subject.consents}
    versions = [v for v in page.study.consent.versions if v.version not in given]
    versions = versions or list(page.study.consent.versions)
    return ActForm(
        title=gettext("Record a signed consent"),
        happened=gettext("Day on which the participant signed"),
        fields=(
            Field(
                name="version",
                kind="radios",
                label=gettext("Which form was signed?"),
                choices=tuple((v.version, label(v.label)) for v in versions),
                value=versions[-1].version if versions else "",
                needed=gettext("Choose the form that was signed"),
            ),
        ),
        button=gettext("Record the consent"),
        done=gettext("The consent is recorded"),
    )


def _withdraw(page: Page, subject: Subject) -> ActForm:
    scopes = ("treatment", "follow-up", "everything")
    return ActForm(
        title=gettext("Record that consent is withdrawn"),
        intro=gettext("What was recorded before stays recorded. Nobody has to give a reason."),
        happened=gettext("Day on which the participant said so"),
        fields=(
            Field(
                name="scope",
                kind="radios",
                label=gettext("What is withdrawn?"),
                choices=tuple((scope, scope_label(scope)) for scope in scopes),
                needed=gettext("Choose what is withdrawn"),
            ),
            Field(
                name="reason",
                kind="area",
                label=gettext("Reason, if one was given"),
                hint=gettext("No names here, nor anything else that tells who it is."),
            ),
        ),
        button=gettext("Record the withdrawal"),
        done=gettext("The withdrawal is recorded"),
    )


def _fail(page: Page, subject: Subject) -> ActForm:
    today = door.today()
    lines = eligibility.checklist(page.study, subject, today, page.language)
    return ActForm(
        title=gettext("Record that screening failed"),
        intro=gettext("The criteria that are not met today are ticked already."),
        happened=gettext("Day on which this was decided"),
        fields=(
            Field(
                name="criteria",
                kind="checkboxes",
                label=gettext("Which criteria keep the participant out?"),
                choices=tuple(
                    (line.criterion.id, f"{line.criterion.id} {label(line.criterion.text)}")
                    for line in lines
                ),
                value=[line.criterion.id for line in lines if line.stands is Truth.FALSE],
            ),
            Field(
                name="note",
                kind="area",
                label=gettext("Another reason, or a note"),
                hint=gettext("For example: chose another hospital. No names here."),
            ),
        ),
        button=gettext("Record the screening failure"),
        done=gettext("The screening failure is recorded"),
    )


def _register(page: Page, subject: Subject) -> ActForm:
    return ActForm(
        title=gettext("Register"),
        intro=gettext(
            "The windows of the criteria count back from the day of registration. "
            "After it the participant can be randomised."
        ),
        happened=gettext("Day of registration"),
        fields=(),
        button=gettext("Register the participant"),
        done=gettext("The participant is registered"),
    )


def _ask_panel(page: Page, subject: Subject) -> ActForm:
    rules = page.study.panel
    if rules is None:
        raise Http404
    told = {"first": rules.first, "more": rules.more}
    seen = gettext("The forms filled so far are shown to the readers. No names here.")
    if not subject.records:
        seen = gettext("No form is filled yet: the readers see only what you write. No names here.")
    return ActForm(
        title=gettext("Ask the %(panel)s") % {"panel": label(rules.name)},
        intro=gettext(
            "%(first)s readers from other hospitals are drawn and vote without seeing each other's "
            "votes; %(more)s more if they disagree."
        )
        % told,
        happened=gettext("Day on which you ask"),
        fields=(
            Field(name="scan_on", kind="day", label=gettext("Day on which the scan was made")),
            Field(
                name="question",
                kind="area",
                label=gettext("What the panel should know"),
                hint=seen,
            ),
        ),
        button=gettext("Ask the panel"),
        done=gettext("The panel is asked; the readers are drawn"),
    )


def _death(page: Page, subject: Subject) -> ActForm:
    causes = ("disease", "treatment", "other", "unknown")
    return ActForm(
        title=gettext("Record a death"),
        happened=gettext("Day of death"),
        open_today=False,
        fields=(
            Field(
                name="cause",
                kind="radios",
                label=gettext("Cause of death"),
                choices=tuple((cause, cause_label(cause)) for cause in causes),
                needed=gettext("Choose the cause; it may be not known"),
            ),
        ),
        button=gettext("Record the death"),
        done=gettext("The death is recorded"),
    )


def _progression(page: Page, subject: Subject) -> ActForm:
    places = ("liver", "elsewhere", "both")
    return ActForm(
        title=gettext("Record progression"),
        happened=gettext("Day on which it was seen"),
        open_today=False,
        fields=(
            Field(
                name="place",
                kind="radios",
                label=gettext("Where did the disease progress?"),
                choices=tuple((place, place_label(place)) for place in places),
                needed=gettext("Choose where"),
            ),
            Field(
                name="basis",
                kind="text",
                label=gettext("Seen on"),
                hint=gettext("For example: CT of the abdomen"),
            ),
        ),
        button=gettext("Record the progression"),
        done=gettext("The progression is recorded"),
    )


def _resection(page: Page, subject: Subject) -> ActForm:
    whats, residuals = ("resection", "ablation", "both"), ("R0", "R1", "R2")
    return ActForm(
        title=gettext("Record local treatment of the metastases"),
        happened=gettext("Day of the treatment"),
        open_today=False,
        fields=(
            Field(
                name="what",
                kind="radios",
                label=gettext("What was done?"),
                choices=tuple((what, treatment_label(what)) for what in whats),
                needed=gettext("Choose what was done"),
            ),
            Field(
                name="residual",
                kind="radios",
                label=gettext("What remained?"),
                choices=tuple((residual, residual_label(residual)) for residual in residuals),
                needed=gettext("Choose what remained"),
            ),
        ),
        button=gettext("Record the treatment"),
        done=gettext("The treatment is recorded"),
    )


def _alive(page: Page, subject: Subject) -> ActForm:
    return ActForm(
        title=gettext("Record that the participant is alive"),
        intro=gettext("For a day on which someone saw or spoke to the participant."),
        happened=gettext("Day of the contact"),
        fields=(),
        button=gettext("Record the contact"),
        done=gettext("The contact is recorded"),
    )


def _chosen(act: type[Act], *names: str) -> Make:
    """The act from what was typed under these names."""
    return lambda typed: act(**{name: typed[name] for name in names})


def _panel_act(typed: dict[str, Any]) -> Act:
    scan_on = typed_day(typed["scan_on"], "scan_on", Problems())
    return panel.AskPanel(scan_on=scan_on or date.max, question=typed["question"])


FORMS: dict[str, tuple[Ask, Make]] = {
    "consent.give": (_consent, _chosen(consent.GiveConsent, "version")),
    "consent.withdraw": (_withdraw, _chosen(consent.WithdrawConsent, "scope", "reason")),
    "screening.fail": (_fail, _chosen(screening.FailScreening, "criteria", "note")),
    "registration.register": (_register, _chosen(screening.Register)),
    "panel.ask": (_ask_panel, _panel_act),
    "event.death": (_death, _chosen(follow_up.RecordDeath, "cause")),
    "event.progression": (_progression, _chosen(follow_up.RecordProgression, "place", "basis")),
    "event.resection": (_resection, _chosen(follow_up.RecordResection, "residual", "what")),
    "contact.alive": (_alive, _chosen(follow_up.RecordAlive)),
}
