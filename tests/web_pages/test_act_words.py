"""The words of acts at the doors: one declaration serves page, REST and audit, in each language."""

import json
import re
from datetime import date
from typing import Annotated, Any, ClassVar

import msgspec
import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from equipoise.conduct.act import Act
from equipoise.conduct.consent import SCOPES
from equipoise.conduct.follow_up import PLACES
from equipoise.conduct.panel import AskPanel
from equipoise.conduct.schedule import Planned
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import ACTS
from equipoise.conduct.words import Ask, Choices, Words, asks
from equipoise.study.reason import places
from equipoise.web import adopted, tokens, write_service
from equipoise.web.models import Account
from equipoise.web.views import acts
from equipoise.web.views.act_forms import NONE, PAGES, ActForm, act_made, form_for
from equipoise.web.views.act_forms import address_of as address_below
from equipoise.web.views.act_words import field_texts, line_text
from equipoise.web.views.audit_words import kind_label
from equipoise.web.views.next_act import visit_words
from equipoise.web.views.page import page_of
from equipoise.web.views.problems import Problems
from tests import web_trial
from tools.messages import found

DATE = ("day", "month", "year")
pytestmark = pytest.mark.django_db
ONE = "participants/<str:subject_id>"
READERS = {"reader-1": "Anna Achterberg", "reader-2": "Bram Buiten"}


@pytest.fixture(autouse=True)
def _open_trial() -> None:
    web_trial.open_house()


def fields_by_rest() -> dict[str, Any]:
    """The fields of every kind of act, as a program is told them."""
    account = Account.objects.get(person_id="doctor-01")
    key = tokens.make_token(account, "a test")
    told = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/acts")
    return {one["kind"]: one["fields"]["properties"] for one in json.loads(told.content)}


def test_every_text_that_an_act_declares_is_in_the_catalogue_of_translations():
    catalogue = {key.text for key in found()}
    for act in ACTS.values():
        words = [getattr(act.words, name) for name in Words.__slots__ if name != "address"]
        for ask in asks(act).values():
            words += [ask.question, ask.label, ask.needed, ask.hint]
            words += ask.choices.values() if isinstance(ask.choices, Choices) else ()
        texts = {text for text in words if isinstance(text, str) and text}
        assert texts <= catalogue, act.kind


def test_every_kind_of_act_is_named_in_both_languages_and_never_by_its_code():
    for language in ("en", "nl"):
        with override(language):
            named = {kind: kind_label(kind) for kind in ACTS}
        assert set(named.values()).isdisjoint(ACTS) and len(set(named.values())) == len(ACTS)


@pytest.mark.parametrize("first", ["question", "drawn"])
def test_the_readers_drawn_are_hidden_by_name_whatever_the_order_of_the_fields(first):
    hints = {name: AskPanel.__annotations__[name] for name in ("scan_on", "question", "drawn")}
    order = sorted(hints, key=lambda name: (name == "scan_on", name != first))
    made = type(
        "AskedOtherwise",
        (Act,),
        {
            "__annotations__": {name: hints[name] for name in order},
            "__module__": AskPanel.__module__,
            "kind": AskPanel.kind,
            "words": AskPanel.words,
        },
        frozen=True,
        kw_only=True,
    )
    act = made(scan_on=date(2026, 3, 2), question="Left lobe?", drawn=list(READERS))
    study = adopted.study()
    said = dict(field_texts(act, study, READERS, {"drawn"}))
    assert said == {"Question": "Left lobe?"}
    opened = dict(field_texts(act, study, READERS))
    assert opened["Readers drawn, in this order"] == "Anna Achterberg, Bram Buiten"


class Sealed(Act, frozen=True, kw_only=True):
    """An act whose line would tell what is sealed."""

    kind: ClassVar[str] = "test.sealed"
    words: ClassVar[Words] = Words(
        name="Told", title="Tell", line="Told: {what}", sealed_line="Told, sealed"
    )
    what: Annotated[str, Ask("What?")]
    remark: Annotated[str, Ask("Remark")] = ""


def test_a_line_that_would_tell_what_is_sealed_is_another_one_for_whom_it_is_closed():
    act = Sealed(what="a secret", remark="open")
    study = adopted.study()
    assert line_text(Sealed, act, study, {}) == "Told: a secret"
    assert line_text(Sealed, act, study, {}, {"what"}) == "Told, sealed"
    assert list(field_texts(act, study, {}, {"what"})) == [("Remark", "open")]


class Begun(Act, frozen=True, kw_only=True):
    """An act that asks a day of which only the month or the year may be known."""

    kind: ClassVar[str] = "test.begun"
    words: ClassVar[Words] = Words(name="Begun", title="Say when it began", happened="When")
    begin: Annotated[str, Ask("Began on", kind="partial")]
    end: Annotated[str, Ask("Ended on", kind="partial")] = ""


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        (("12", "3", "2026"), "2026-03-12", "12 Mar 2026"),
        (("", "3", "2026"), "2026-03", "Mar 2026"),
        (("", "", "2026"), "2026", "2026"),
        (("31", "2", "2026"), "", ""),
        (("12", "", "2026"), "", ""),
        (("", "", ""), "", ""),
    ],
)
def test_a_day_of_an_act_may_be_known_by_its_month_or_year(typed, kept, shown):
    request = RequestFactory().get("/")
    request.user = Account.objects.get(person_id="doctor-01")
    form = form_for(page_of(request), Begun, Subject(subject_id=""), {})
    parts = {f"begin.{part}": text for part, text in zip(DATE, typed, strict=True)}
    day = {"happened.day": "2", "happened.month": "4", "happened.year": "2026"}
    answers, problems = typed_into(form, **parts, **day)
    assert bool(problems) is not bool(kept)
    if kept:
        act = act_made(Begun, answers | acts.days_in(form, answers), {})
        assert (act.begin, act.end) == (kept, "")
        assert dict(field_texts(act, adopted.study(), {})) == {"Began on": shown}


class Seen(Act, frozen=True, kw_only=True):
    """An act whose day and number may be left open."""

    kind: ClassVar[str] = "test.seen"
    words: ClassVar[Words] = Words(name="Seen", title="Say what was seen", happened="When")
    place: Annotated[str, Ask("Where?", PLACES)] = "liver"
    since: Annotated[date | None, Ask("Since", kind="day")] = None
    size: Annotated[int, Ask("How many?")] = 1
    remark: Annotated[str, Ask("Remark")]


def typed_into(form: ActForm, **answers: str) -> tuple[dict[str, Any], Problems]:
    posted = MultiValueDict({name: [text] for name, text in answers.items()})
    typed, problems = acts.form_data_of(form, posted), Problems()
    acts.checked(form, typed, problems)
    return typed, problems


class Filled(Act, frozen=True, kw_only=True):
    """An act of which one choice must be made and another may be left open."""

    kind: ClassVar[str] = "test.filled"
    words: ClassVar[Words] = Words(name="Filled", title="Say what went in", happened="When")
    what: Annotated[str, Ask("What?", PLACES, none="Nothing", needed="Say what")] = ""
    where: Annotated[str, Ask("Where?", PLACES)] = ""


def test_that_it_was_none_of_them_is_an_answer_that_somebody_gives_and_stands_in_no_field_before():
    request = RequestFactory().get("/")
    request.user = Account.objects.get(person_id="doctor-01")
    form = form_for(page_of(request), Filled, Subject(subject_id=""), {})
    none = {text: code for field in form.fields for code, text in field.choices}
    for field in form.fields:
        assert acts.beforehand(form, None)[field.name] not in dict(field.choices)
    day = {"happened.day": "2", "happened.month": "3", "happened.year": "2026"}
    _, problems = typed_into(form, **day)
    assert [problem.because for problem in problems] == ["Say what"]
    answers = {"what": none["Nothing"], "where": none["None of these"]}
    typed, problems = typed_into(form, **answers, **day)
    assert not problems
    assert act_made(Filled, typed, {}) == Filled()


def test_what_may_be_left_open_is_then_as_the_act_has_it_and_what_is_wrong_is_said_beside_it():
    request = RequestFactory().get("/")
    request.user = Account.objects.get(person_id="doctor-01")
    form = form_for(page_of(request), Seen, Subject(subject_id=""), {})
    day = {"happened.day": "2", "happened.month": "3", "happened.year": "2026"}
    typed, problems = typed_into(form, remark="-", **day)
    assert not problems
    assert act_made(Seen, typed | acts.days_in(form, typed), {}) == Seen(remark="-")
    _, problems = typed_into(form, size="two", place="moon", **{"since.day": "31"}, **day)
    assert {problem.where for problem in problems} == {"size", "place", "since"}


class Doubt(Act, frozen=True, kw_only=True):
    """An act that concerns one entry, which its address names."""

    kind: ClassVar[str] = "test.doubt"
    words: ClassVar[Words] = Words(
        name="Doubted", title="Doubt an entry", address="doubt/{stream}/{number}"
    )
    stream: Annotated[str, Ask("Stream")]
    number: Annotated[int, Ask("Entry", kind="entry")]
    because: Annotated[str, Ask("Why?", kind="area", needed="Say why")]


def test_an_act_may_take_what_it_concerns_from_its_address_and_shows_it():
    assert address_below(Doubt) == f"{ONE}/doubt/<str:stream>/<int:number>/"
    subject = web_trial.consented()
    request = RequestFactory().get("/")
    request.user = Account.objects.get(person_id="doctor-01")
    page = page_of(request)
    given = {"stream": subject.subject_id, "number": 2}
    form = form_for(page, Doubt, subject, given)
    assert re.fullmatch(r"\d+ \w+ \d{4}, .+: Consent signed, version 1\.0", form.concerns)
    assert [field.name for field in form.fields] == ["because"]
    made = act_made(Doubt, {"because": "mistyped"}, given)
    assert made == Doubt(stream=subject.subject_id, number=2, because="mistyped")
    other = web_trial.consented()
    for wrong in ({"stream": other.subject_id, "number": 1}, given | {"number": 10**30}):
        with pytest.raises(Http404):
            form_for(page, Doubt, subject, wrong)


def answers_shown(name: str, text: str) -> set[str]:
    """The answers that a page offers to a question, one by one or in one list.

    That it is none of them is "" in REST; on a page "" is no answer yet, and that one has a mark.
    """
    found = set(re.findall(f'name="{name}" type="[a-z]+" value="([^"]*)"', text))
    for options in re.findall(f'<select[^>]* name="{name}".*?</select>', text, re.DOTALL):
        found |= set(re.findall('<option[^>]* value="([^"]*)"', options)) - {""}
    return {"" if code == NONE else code for code in found}


def test_page_and_rest_ask_the_same_questions_and_offer_the_same_choices(amended):
    subject = web_trial.randomised()
    schemas = fields_by_rest()
    for kind, act in PAGES.items():
        who = web_trial.somebody_who(kind)
        if who is None:
            continue  # no role at this hospital is given to anybody here
        client = web_trial.signed_in(who)
        named = places(act.words.address)
        page = client.get(web_trial.address_of(kind, subject.subject_id))
        text = page.content.decode().replace("&#39;", "'")
        for name, ask in asks(act).items():
            described = schemas[kind][name]
            if ask.by_trial or name in named:
                assert f'name="{name}' not in text, (kind, name)
                continue
            assert described["title"] in text, (kind, name)
            if "oneOf" in described.get("items", described):
                offered = {one["const"] for one in described.get("items", described)["oneOf"]}
                shown = answers_shown(name, text)
                assert shown and shown <= offered, (kind, name)
                assert shown == offered or ask.fits is not None, (kind, name)


def test_rest_tells_the_meaning_of_each_code():
    told = fields_by_rest()
    scope = told["consent.withdraw"]["scope"]["oneOf"]
    assert {one["const"]: one["title"] for one in scope} == dict(SCOPES)
    assert told["panel.ask"]["drawn"]["readOnly"] is True


def test_a_form_that_is_called_as_its_visit_is_named_once():
    subject = web_trial.randomised()
    client, address = web_trial.signed_in("doctor-01"), f"/participants/{subject.subject_id}/"
    text = client.get(address).content.decode()
    assert "Start of treatment" in text
    assert "Start of treatment: Start of treatment" not in text
    form = client.get(f"{address}form/treatment_start/start/1/").content.decode()
    assert "Start of treatment</h1>" in form and "govuk-caption-l" not in form
    other = client.get(f"{address}form/laboratory/screening/1/").content.decode()
    assert '<span class="govuk-caption-l">Screening</span>' in other


def test_a_form_that_is_called_as_its_repeated_visit_is_named_once_with_its_number():
    study = adopted.study()
    title = study.form_of["vital_signs"].title
    planned = Planned(
        visit=study.visit_of["haip"].model_copy(update={"label": title}),
        key="haip.3",
        number=3,
        on=None,
        first=None,
        last=None,
        state="due",
        filled=(),
        open=("vital_signs", "laboratory"),
    )
    assert visit_words(study, planned) == f"{title['en']} 3, Laboratory"
    alone = msgspec.structs.replace(planned, open=("vital_signs",))
    assert visit_words(study, alone) == f"{title['en']} 3"


def test_an_act_of_the_whole_trial_has_its_page_and_its_link_too():
    office = web_trial.signed_in("office")
    assert 'href="/trial/close-accrual/"' in office.get("/people/").content.decode()
    today = write_service.today()
    day = {f"happened.{part}": str(getattr(today, part)) for part in ("day", "month", "year")}
    silent = office.post("/trial/close-accrual/", day)
    assert silent.status_code == 422 and "Say why accrual is closed" in silent.content.decode()
    done = office.post("/trial/close-accrual/", {"because": "enough", **day})
    assert done.status_code == 302 and write_service.folds().trial_state().closed_on == today
    assert web_trial.signed_in("doctor-01").get("/trial/close-accrual/").status_code == 404
