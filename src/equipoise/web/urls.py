"""Where each address leads. The page on which an act is done is named by the act's kind."""

from allauth.mfa.totp.views import activate_totp, deactivate_totp
from django.db import transaction
from django.urls import URLPattern, include, path, re_path

from equipoise.web import middleware
from equipoise.web.accounts import forgotten, hospital_accounts, keys, me, second_factor, session
from equipoise.web.accounts.hospital_accounts import first_proved
from equipoise.web.accounts.second_factor import add_key
from equipoise.web.administration import (
    access,
    amend,
    amendments,
    assumptions,
    audit,
    audit_entry,
    audit_reviews,
    mails,
    people_sites,
    registered,
    stopping,
    texts,
    trial_status,
    witnesses,
)
from equipoise.web.design import forecast as design_forecast
from equipoise.web.design import pages as design
from equipoise.web.finder import lists, registry_api
from equipoise.web.finder import pages as found
from equipoise.web.forms import entry, not_done, value_history
from equipoise.web.panel import pages as panel_pages
from equipoise.web.participants import (
    checklist,
    deviations,
    participant,
    participants,
    proofs,
    today,
)
from equipoise.web.public import pages as public
from equipoise.web.queries import bulk, listed, one
from equipoise.web.randomisation import pages as randomise
from equipoise.web.redaction import pages as redactions
from equipoise.web.rest.api import api
from equipoise.web.safety import terms
from equipoise.web.signing import form as signed_form
from equipoise.web.signing import listed as records
from equipoise.web.signing import participant as signed
from equipoise.web.treatment import cycle as treatment_cycle
from equipoise.web.treatment import give as treatment_give
from equipoise.web.treatment import plan as treatment_plan
from equipoise.web.views import acts, tables
from equipoise.web.views.act_forms import PAGES, address_of
from equipoise.web.views.error_pages import closed
from equipoise.web.views.lazy_views import on_first_use

__all__ = ["PAGES_OF_OURS", "urlpatterns"]

ONE = "participants/<str:subject_id>/"
SWEEPS = "equipoise.web.design.sweeps"
HOSPITAL = "equipoise.web.accounts.hospital_sign_in"

handler403 = "equipoise.web.views.error_pages.not_allowed"
handler404 = "equipoise.web.views.error_pages.not_found"
handler500 = "equipoise.web.views.error_pages.went_wrong"

# Of the ready-made sign-in only what this trial uses is open: nobody signs up, and a forgotten
# password has pages of our own, for we keep no address in the clear to look a person up by.
OPEN_ACCOUNTS = r"(?:login|logout|inactive|reauthenticate|password/change)/?$|2fa/"

PAGES_OF_OURS: list[URLPattern] = [
    path("", public.trial, name="public"),
    path("for-doctors/", public.for_doctors, name="for-doctors"),
    path("check/", public.check, name="pre-check"),
    path("trials/", found.search, name="trials"),
    path("trials/compare/", found.compare, name="trials-compared"),
    path("trials/places/", found.places, name="trials-by-location"),
    path("trials/list.<str:suffix>", lists.listed, name="trials-list"),
    path("trials/<str:nct>/", found.trial, name="found-trial"),
    path("trials/<str:nct>/<slug:of>/", found.part, name="found-trial-part"),
    path("me/", me.me, name="me"),
    path("password/", forgotten.forgotten, name="password-forgotten"),
    path("password/<str:number>/<str:token>/", forgotten.new_password, name="password-new"),
    path("me/keys/", keys.keys, name="keys"),
    path("me/hospital/", hospital_accounts.own, name="hospital-accounts"),
    path("sign-in/<slug:name>/", on_first_use(HOSPITAL, "sign_in"), name="hospital-sign-in"),
    path("sign-in/<slug:name>/answer/", on_first_use(HOSPITAL, "answer"), name="hospital-answer"),
    path(middleware.ASKING, session.session, name="session"),
    path("design/", design.design, name="design"),
    path("design/forecast/", design_forecast.forecast, name="design-forecast"),
    path("design/sweeps/", on_first_use(SWEEPS, "sweeps"), name="sweeps"),
    path("design/sweeps/new/", on_first_use(SWEEPS, "new"), name="new-sweep"),
    path("design/sweeps/<slug:name>/", on_first_use(SWEEPS, "sweep"), name="sweep"),
    path("design/sweeps/<slug:name>/go-on/", on_first_use(SWEEPS, "go_on"), name="sweep-go-on"),
    path("design/sweeps/<slug:name>/stop/", on_first_use(SWEEPS, "stop"), name="sweep-stop"),
    path(
        "design/sweeps/<slug:name>/<str:file_name>",
        on_first_use(SWEEPS, "file"),
        name="sweep-file",
    ),
    path("today/", today.today, name="today"),
    path("witnesses/", witnesses.witnesses, name="witnesses"),
    path("witnesses/letter/", witnesses.letter, name="letter"),
    path("new-participant/", acts.enter, name="screening.enter"),
    *(path(address_of(act), acts.act_view(kind), name=kind) for kind, act in PAGES.items()),
    path(f"{ONE}randomise/", randomise.randomise, name="randomisation.randomise"),
    path(f"{ONE}randomised/", randomise.result, name="randomised"),
    path(f"{ONE}treatment/plan/", treatment_plan.plan, name="treatment.plan"),
    path(f"{ONE}treatment/give/", treatment_give.give, name="treatment.give"),
    path(f"{ONE}treatment/<int:plan>/", treatment_cycle.cycle, name="treatment-cycle"),
    path(
        f"{ONE}treatment/<int:plan>/sheet.pdf",
        on_first_use("equipoise.web.treatment.sheet", "sheet"),
        name="treatment-sheet",
    ),
    path("panel/", panel_pages.overview, name="panel"),
    path("panel/<str:subject_id>/", panel_pages.read_scan, name="panel.vote"),
    path("panel/<str:subject_id>/conclusion/", panel_pages.conclude, name="panel.conclude"),
    path("status/", trial_status.trial_status, name="trial-status"),
    path("status/watched/", stopping.stopping_rules, name="stopping-rules"),
    path("people/", people_sites.people_and_sites, name="people"),
    path("people/give/", people_sites.give_role, name="role.give"),
    path("people/<str:person>/<str:role>/<str:site>/end/", people_sites.end_role, name="role.end"),
    path("people/<str:person>/hospital/", hospital_accounts.of_another, name="hospital-of"),
    path("people/open/<str:site>/", people_sites.open_site, name="site.open"),
    path("people/record/", registered.beside_the_record, name="registered-record"),
    path("people/amend/", amend.amend, name="study.amend"),
    path("people/amendments/", amendments.amendments, name="amendments"),
    path("trial/assumptions/", assumptions.assumptions, name="assumptions"),
    path("trial/assumptions/confirm/<str:path>/", assumptions.confirm, name="assumption.confirm"),
    path("mail/", mails.mails, name="mail"),
    path("mail/<int:job_id>/again/", mails.again, name="mail-again"),
    path("audit/", audit.audit, name="audit"),
    path("audit/texts/", texts.texts, name="study-texts"),
    path("audit/reviews/", audit_reviews.reviews, name="audit-reviews"),
    path("audit/review/", audit_reviews.review, name="audit.review"),
    path("audit/<str:stream>/<int:seq>/", audit_entry.audit_entry, name="audit-entry"),
    path("access/", access.access, name="access"),
    path("lists/queries/", listed.listed_queries, name="queries"),
    path("lists/queries/checks/", listed.what_came_of_checks, name="checks"),
    path("lists/queries/several/", bulk.several, name="queries-several"),
    path("lists/record/", records.listed_records, name="records"),
    path("lists/record/several/", records.several, name="records-several"),
    path("lists/<slug:table>/", tables.listed_table, name="table"),
    path("deviations/", deviations.listed_deviations, name="deviations"),
    path("participants/", participants.participants, name="participants"),
    path(ONE, participant.participant, name="participant"),
    path(f"{ONE}query/<str:query>/", one.query_page, name="query"),
    path(f"{ONE}query/<str:query>/reply/", one.reply, name="query-reply"),
    path(f"{ONE}record/", signed.recorded, name="record"),
    path(
        f"{ONE}record/<str:form_id>/<str:visit>/<int:number>/",
        signed_form.recorded_form,
        name="record-form",
    ),
    path(f"{ONE}redact/", redactions.redact, name="entry.redact"),
    path(f"{ONE}history/", participant.history, name="history"),
    path(
        f"{ONE}history/<str:form_id>/<str:visit>/<int:number>/<str:item>/",
        value_history.value_history,
        name="value-history",
    ),
    path(f"{ONE}not-done/", not_done.several, name="not-done"),
    path(f"{ONE}proof/<slug:what>/", proofs.proof, name="proof"),
    path(f"{ONE}meddra/<int:event>/", terms.terms, name="meddra"),
    path(f"{ONE}checklist/", checklist.checklist, name="checklist"),
    path(f"{ONE}form/<str:form_id>/<str:visit>/<int:number>/", entry.form, name="form"),
]

urlpatterns = [
    re_path(rf"^accounts/(?!{OPEN_ACCOUNTS})", closed),
    path("accounts/", include("allauth.account.urls")),
    # Whoever has nothing by which allauth would ask them is asked by us, before a second step.
    path("accounts/2fa/totp/activate/", first_proved(activate_totp), name="mfa_activate_totp"),
    path("accounts/2fa/webauthn/add/", first_proved(add_key), name="mfa_add_webauthn"),
    # Taken away and noted, or neither.
    path(
        "accounts/2fa/totp/deactivate/",
        transaction.atomic(deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    # Before the ready-made ones of the same name, which ask less.
    path("accounts/2fa/", include(second_factor.urlpatterns)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("language/", include("django.conf.urls.i18n")),
    # The registry's own API, for its clients.
    path("api/v2/version", registry_api.version, name="api-version"),
    path("api/v2/studies", registry_api.studies, name="api-studies"),
    path("api/v2/studies/<str:number>", registry_api.study, name="api-study"),
    path("api/", api.urls),
    *PAGES_OF_OURS,
]
