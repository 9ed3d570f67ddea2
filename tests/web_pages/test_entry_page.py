"""Form entry: what was typed becomes one act; what is refused is told where it can be mended."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from equipoise.conduct.answers import canonical_answers
from equipoise.study.parts import say
from equipoise.web import adopted, write_service
from equipoise.web.jinja import date_parts
from equipoise.web.views.form_data import compact, form_values, number_entered
from equipoise.web.views.problems import partial_from_parts
from equipoise.web.views.spoken import partial_text
from tests.web_trial import open_house, signed_in

pytestmark = pytest.mark.django_db
LAB = "/participants/{}/form/laboratory/screening/1/"
DEMOGRAPHY = "/participants/{}/form/demography/screening/1/"
IMAGING = "/participants/{}/form/imaging/screening/1/"


@pytest.fixture
def someone() -> str:
    """A participant who has just got a number."""
    open_house()
    return write_service.enter_screening("nurse-01", "01").subject_id


def on_today(**answers: str) -> dict[str, str]:
    """The answers of a form dated today."""
    today = write_service.today()
    parts = {"day": today.day, "month": today.month, "year": today.year}
    dated = {f"happened.{part}": str(number) for part, number in parts.items()}
    return {**dated, **{name.replace("__", "."): text for name, text in answers.items()}}


def value(subject_id: str, form: str, item: str) -> object:
    record = write_service.folds().subject(subject_id).forms.records.get(f"{form}@screening#1")
    return record.now(item) if record else None


@pytest.mark.parametrize(
    ("typed", "language", "kept"),
    [
        ("12,5", "nl", "12.5"),
        ("12.5", "nl", "12.5"),
        ("12,5", "en", "12.5"),
        ("< 0,5", "nl", "<0.5"),
        ("≥90", "en", ">=90"),
        ("0,125", "en", "0.125"),
        ("1,5 mg", "nl", "1,5 mg"),
        ("150 000", "nl", "150000"),
        ("1 500,5", "en", "1500.5"),
        ("7 5", "nl", "7 5"),
        ("1 2", "en", "1 2"),
        ("12 50", "en", "12 50"),
        (">= 5", "en", ">=5"),
    ],
)
def test_a_decimal_comma_is_read_as_a_point(typed, language, kept):
    assert number_entered(typed, language) == kept


@pytest.mark.parametrize(("typed", "language"), [("1,500", "en"), ("1.500", "nl")])
def test_a_number_that_may_mean_thousands_is_asked_again(typed, language, someone):
    answer = signed_in("nurse-01", language).post(LAB.format(someone), on_today(platelets=typed))
    assert answer.status_code == 422
    assert "1500" in answer.content.decode() and f'value="{typed}"' in answer.content.decode()


def test_what_may_be_two_days_or_two_numbers_is_asked_again_in_a_row_too(someone):
    nurse = signed_in("nurse-01")
    form = on_today(**{"started.text": "26-04-03"}, extrahepatic__1__size="1,500")
    assert "Is 1,500 a decimal number, or 1500?" in text(nurse.post(IMAGING.format(someone), form))
    born = on_today(**{"birth_date.text": "26-04-03"})
    page = text(nurse.post(DEMOGRAPHY.format(someone), born))
    assert "Is 26-04-03 26 Apr 2003, or 3 Apr 2026?" in page and 'value="26-04-03"' in page
    dated = on_today() | {"happened.text": "26-04-03"}
    assert "or 3 Apr 2026?" in text(nurse.post(LAB.format(someone), dated))
    assert not write_service.folds().subject(someone).forms.records


def text(answer) -> str:
    return unescape(answer.content.decode())


def test_a_form_is_saved_by_one_act_with_units_and_limits(someone):
    form = on_today(hb="9,5", hb__unit="g/dL", bilirubin="12", bilirubin__uln="17")
    answer = signed_in("nurse-01").post(LAB.format(someone), form)
    assert answer.status_code == 302
    assert value(someone, "laboratory", "hb") == "9.5"
    assert value(someone, "laboratory", "hb.unit") == "g/dL"
    assert value(someone, "laboratory", "bilirubin.uln") == "17"
    assert value(someone, "laboratory", "platelets") is None


def test_every_refusal_stands_at_its_field_and_in_the_summary_and_nothing_typed_is_lost(someone):
    form = {"hb": "plenty", "platelets": "99999", "cea": "3,2"}
    answer = signed_in("nurse-01").post(LAB.format(someone), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    for where in ("happened", "hb", "platelets"):
        assert f'href="#{where}"' in text and f'id="{where}-error"' in text
    for typed in form.values():
        assert f'value="{typed}"' in text
    assert value(someone, "laboratory", "cea") is None


def test_refusals_are_said_in_the_readers_language(someone):
    answer = signed_in("nurse-01", "nl").post(LAB.format(someone), on_today(hb="veel"))
    assert "Hemoglobine moet een getal zijn" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "told"), [("en", "INR 16 is above 15: "), ("nl", "INR 16 ligt boven 15: ")]
)
def test_what_is_refused_is_told_with_the_digits_that_were_typed(language, told, someone):
    answer = signed_in("nurse-01", language).post(LAB.format(someone), on_today(inr="16"))
    assert told in answer.content.decode()


def test_the_units_of_a_refusal_are_written_as_people_write_them(someone):
    answer = signed_in("nurse-01", "nl").post(LAB.format(someone), on_today(platelets="9999,5"))
    assert "Trombocyten 9999,5 ×10⁹/L ligt boven " in answer.content.decode()


def test_rows_are_added_and_removed_without_saving(someone):
    client = signed_in("nurse-01")
    row = on_today(extrahepatic__1__size="6", add="extrahepatic")
    text = client.post(IMAGING.format(someone), row).content.decode()
    assert 'name="extrahepatic.2.size"' in text and 'value="6"' in text
    gone = on_today(extrahepatic__1__size="6", extrahepatic__2__size="8", remove="extrahepatic.1")
    text = client.post(IMAGING.format(someone), gone).content.decode()
    assert 'value="8"' in text and 'value="6"' not in text
    assert value(someone, "imaging", "extrahepatic") is None


def test_a_row_more_is_where_one_goes_on_typing_and_no_row_is_left_out(someone):
    rows = {f"extrahepatic__{n}__size": str(n) for n in range(1, 61)}
    row = on_today(**rows, add="extrahepatic")
    text = signed_in("nurse-01").post(IMAGING.format(someone), row).content.decode()
    assert all(f'name="extrahepatic.{n}.size"' in text for n in range(1, 62))
    assert text.count("data-added") == 1 and '<tr id="extrahepatic.61" data-added>' in text
    assert 'formaction="#extrahepatic.62"' in text, "there without JavaScript too"


def test_a_date_is_typed_in_one_box_and_stands_there_as_typed_when_it_is_none(someone):
    client = signed_in("nurse-01")
    wrong = client.post(LAB.format(someone), {"happened.text": "31-2-26", "hb": "7"})
    assert wrong.status_code == 422 and 'name="happened.text" type="text" value="31-2-26"' in (
        wrong.content.decode()
    )
    assert (
        client.post(LAB.format(someone), {"happened.text": "today", "hb": "7"}).status_code == 302
    )
    record = write_service.folds().subject(someone).forms.records["laboratory@screening#1"]
    assert record.on == write_service.today()
    partial = {"happened.text": "vandaag", "birth_date.text": "UN-4-1960"}
    told = text(client.post(DEMOGRAPHY.format(someone), partial))
    assert "Of Year of birth the year alone is recorded" in told and 'value="UN-4-1960"' in told
    assert (
        "The year alone, such as 1961" in told
        and "the year, or month and year, will do" not in told
    )
    client.post(DEMOGRAPHY.format(someone), partial | {"birth_date.text": "UN-UN-1960"})
    assert value(someone, "demography", "birth_date") == "1960"


def test_a_form_leads_to_the_same_form_of_the_participants_before_and_after(someone):
    after = write_service.enter_screening("nurse-01", "01").subject_id
    text = signed_in("nurse-01").get(LAB.format(someone)).content.decode()
    assert f'href="{LAB.format(after)}"' in text and "Previous participant" not in text
    text = signed_in("nurse-01").get(LAB.format(after)).content.decode()
    assert f'href="{LAB.format(someone)}"' in text and "Next participant" not in text


def test_that_there_are_none_is_an_answer_of_its_own(someone):
    client = signed_in("nurse-01")
    client.post(IMAGING.format(someone), on_today(extrahepatic__none="yes"))
    record = write_service.folds().subject(someone).forms.records["imaging@screening#1"]
    assert record.values["extrahepatic"][-1].value == []


def test_rows_and_none_together_are_refused(someone):
    form = on_today(extrahepatic__none="yes", extrahepatic__1__size="6")
    answer = signed_in("nurse-01").post(IMAGING.format(someone), form)
    assert answer.status_code == 422 and 'id="extrahepatic-error"' in answer.content.decode()


def test_a_question_that_comes_up_by_an_answer_is_asked_after_saving_too(someone):
    client = signed_in("nurse-01")
    page = client.get(IMAGING.format(someone)).content.decode()
    assert 'name="ligation_planned"' not in page
    answer = client.post(IMAGING.format(someone), on_today(accessory_arteries="yes"))
    assert answer["Location"] == IMAGING.format(someone)
    assert 'name="ligation_planned"' in client.get(answer["Location"]).content.decode()


def test_htmx_gets_the_questions_and_the_criteria_that_an_answer_changes(someone):
    client = signed_in("nurse-01")
    form = on_today(accessory_arteries="yes", extrahepatic__none="yes")
    answer = client.post(IMAGING.format(someone), form, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert 'id="ligation_planned-place" hx-swap-oob="true"' in text
    assert 'id="eligibility"' in text and "<html" not in text and "eq-tag--met" in text
    assert value(someone, "imaging", "accessory_arteries") is None


def test_what_is_no_longer_asked_stays_recorded_and_is_told_so(someone):
    client, url = signed_in("nurse-01"), IMAGING.format(someone)
    client.post(url, on_today(accessory_arteries="yes"))
    shown = {"shown": "ligation_planned", "ligation_planned": "yes"}
    client.post(url, on_today(accessory_arteries="yes", **shown))
    changed = on_today(accessory_arteries="no", **shown)
    refused = client.post(url, changed)
    assert refused.status_code == 422 and 'id="reason-error"' in refused.content.decode()
    client.post(url, {**changed, "reason": "read again"})
    assert value(someone, "imaging", "accessory_arteries") == "no"
    assert value(someone, "imaging", "ligation_planned") == "yes"
    assert "No longer asked" in client.get(url).content.decode()


def test_another_copy_of_the_form_does_not_decide_what_this_one_asks(someone):
    """A correction of the day leaves the answers alone, whatever other copies say."""
    client, asked = signed_in("nurse-01"), "/participants/{}/form/quality_of_life/{}/1/"
    first, second = (asked.format(someone, visit) for visit in ("baseline", "evaluation.1"))
    missed = {"questionnaires_completed": "no", "shown": "questionnaires_missed"}
    missed["questionnaires_missed"] = "declined"
    assert client.post(first, on_today(**missed)).status_code == 302
    client.post(second, on_today(questionnaires_completed="yes"))
    assert 'name="questionnaires_missed"' in client.get(first).content.decode()
    moved = {**on_today(**missed), "happened.day": "1", "happened.month": "1", "reason": "mistyped"}
    assert client.post(first, moved).status_code == 302
    record = write_service.folds().subject(someone).forms.records["quality_of_life@baseline#1"]
    assert (record.on.day, record.now("questionnaires_missed")) == (1, "declined")


def test_each_thing_that_is_asked_back_is_asked_at_its_place_and_answered_there(someone):
    """One answer excuses one thing, and that as it stood when it was asked."""
    client, url = signed_in("nurse-01"), LAB.format(someone)
    typed = on_today(inr="16", hb="20")

    def asked(page: str) -> dict[str, str]:
        found = re.findall(r'name="(why-right[^"]*)"[^>]*? value="([^"]*)"', page)
        return {name: text for name, text in found if name.startswith("why-right-of")}

    told = client.post(url, typed)
    of = asked(told.content.decode())
    assert told.status_code == 422 and set(of) == {
        f"why-right-of:item.implausible:{place}" for place in ("inr", "hb")
    }
    why = "why-right:item.implausible:"
    told = client.post(url, {**typed, **of, f"{why}inr": "three times", "reason": "all is well"})
    page = told.content.decode()
    assert told.status_code == 422 and 'id="hb-error"' in page and 'id="inr-error"' not in page
    assert 'value="three times"' in page
    both = {**of, f"{why}inr": "three times", f"{why}hb": "dried out"}
    told = client.post(url, {**typed, **both, "inr": "17"})
    page = told.content.decode()
    assert told.status_code == 422 and 'id="inr-error"' in page and 'id="hb-error"' not in page
    assert client.post(url, {**typed, **both}).status_code == 302
    record = write_service.folds().subject(someone).forms.records["laboratory@screening#1"]
    said = {name: record.values[name][-1].reason for name in ("inr", "hb")}
    assert said == {"inr": "three times", "hb": "dried out"}


def test_a_soft_check_asks_as_one_leaves_the_field_and_what_was_typed_first_is_kept(someone):
    """The page knows no rule: the trial is asked, and asks again when the form is saved."""
    client, url = signed_in("nurse-01"), DEMOGRAPHY.format(someone)
    old = on_today(**{"birth_date.year": "1899"})
    left = client.post(url, old, headers={"HX-Request": "true"}).content.decode()
    (beside,) = re.findall(r'<div id="birth_date-beside" hx-swap-oob.*?</div>\s*</div>', left, re.S)
    assert "more than 120 years ago" in beside and "Why this is right" in beside
    assert value(someone, "demography", "birth_date") is None
    carried = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', beside))
    assert carried.pop("told:birth_date") and len(carried) == 2
    again = {
        **old,
        **carried,
        "told:birth_date": re.findall(r'told:birth_date" value="([^"]*)"', left)[0],
    }
    assert (
        "birth_date-beside"
        not in client.post(url, again, headers={"HX-Request": "true"}).content.decode()
    )
    told = client.post(url, old)
    assert told.status_code == 422 and "Why this is right" in told.content.decode()
    mended = on_today(**{"birth_date.year": "1959"}) | carried
    left = client.post(url, mended | {"told:birth_date": "x"}, headers={"HX-Request": "true"})
    assert "typed-first" in left.content.decode() and "why-right-of" not in left.content.decode()
    assert client.post(url, mended).status_code == 302
    record = write_service.folds().subject(someone).forms.records["demography@screening#1"]
    version = record.versions("birth_date")[-1]
    assert (version.value, version.first, len(version.checks)) == ("1959", "1899", 1)
    page = client.get(url).content.decode()
    assert "first 1899" in page and "more than 120 years ago" in page


def test_a_check_of_the_whole_form_stands_at_its_top_and_its_reason_falls_with_any_value(someone):
    client, url = signed_in("nurse-01"), DEMOGRAPHY.format(someone)
    typed = on_today(height="175", weight="178")
    left = text(client.post(url, typed, headers={"HX-Request": "true"}))
    (top,) = re.findall(r'<div id="form-checks" hx-swap-oob.*', left, re.S)
    assert "they may have been exchanged" in top and 'href="#height-place"' in top
    page = text(client.post(url, typed))
    (question,) = re.findall(r'name="why-right:(item.soft-check:check-\w+)"', page)
    assert f'href="#{question.partition(":")[2]}"' in page, "the summary leads there"
    (of,) = re.findall(rf'name="why-right-of:{question}" value="(\w+)"', page)
    said = typed | {f"why-right:{question}": "measured twice", f"why-right-of:{question}": of}
    assert client.post(url, said | {"height": "176"}).status_code == 422
    assert value(someone, "demography", "height") is None
    assert client.post(url, said).status_code == 302
    page = text(signed_in("monitor").get(url))
    assert "they may have been exchanged" in page and "measured twice" in page


def test_why_a_value_is_changed_is_asked_beside_it_and_chosen_or_written(someone):
    """One of the usual reasons is kept by its code, and read in everybody's own language."""
    client, url = signed_in("nurse-01", "nl"), DEMOGRAPHY.format(someone)
    client.post(url, on_today(height="170", weight="70"))
    seen = {"seen": str(write_service.folds().subject(someone).seq)}
    changed = on_today(height="171", weight="70") | seen
    left = client.post(url, changed, headers={"HX-Request": "true"}).content.decode()
    assert 'name="why-changed:height"' in left and "why-changed:weight" not in left
    assert client.post(url, changed).status_code == 422
    assert client.post(url, changed | {"why-changed:height": "Typefout"}).status_code == 302
    record = write_service.folds().subject(someone).forms.records["demography@screening#1"]
    assert record.versions("height")[-1].reason == "typing-error"
    assert "Typing error" in signed_in("nurse-01").get(url).content.decode()


def test_a_question_that_did_not_stand_on_the_page_is_not_answered_by_saving_it(someone):
    client, url = signed_in("nurse-01"), IMAGING.format(someone)
    yes = on_today(accessory_arteries="yes", ligation_planned="yes")
    client.post(url, {**yes, "shown": "ligation_planned"})
    client.post(url, on_today(accessory_arteries="yes"))
    assert value(someone, "imaging", "ligation_planned") == "yes"


def test_a_form_shows_what_was_recorded_in_the_readers_way_of_writing(someone):
    signed_in("nurse-01").post(LAB.format(someone), on_today(hb="7.5"))
    assert 'value="7,5"' in signed_in("nurse-01", "nl").get(LAB.format(someone)).content.decode()


def test_every_form_of_every_visit_can_be_shown_in_both_languages(someone):
    study = adopted.study()
    for language in ("en", "nl"):
        client = signed_in("nurse-01", language)
        for visit in study.visits:
            for form in visit.forms:
                key = visit.id if visit.times == 1 else f"{visit.id}.1"
                answer = client.get(f"/participants/{someone}/form/{form}/{key}/1/")
                text = answer.content.decode()
                assert answer.status_code == 200, (form, key)
                for item in study.form_of[form].items:
                    if not item.shown_when:
                        label = say(item.label, language).replace("'", "&#39;")
                        assert label in text, (form, item.id)


def test_a_form_that_is_not_asked_at_a_visit_does_not_exist(someone):
    assert (
        signed_in("nurse-01").get(f"/participants/{someone}/form/surgery/screening/1/").status_code
        == 404
    )


def test_nobody_reads_or_fills_the_forms_of_another_hospital(someone):
    client = signed_in("doctor-02")
    assert client.get(LAB.format(someone)).status_code == 404
    assert client.post(LAB.format(someone), on_today(hb="7")).status_code == 404


def test_who_may_only_read_cannot_save(someone):
    client = signed_in("monitor")
    assert "disabled" in client.get(LAB.format(someone)).content.decode()
    assert client.post(LAB.format(someone), on_today(hb="7")).status_code == 404


def test_whoever_is_not_signed_in_sees_no_form(someone):
    assert Client().get(LAB.format(someone)).status_code == 302


def test_a_date_is_typed_in_three_fields_and_may_be_partial_where_the_study_allows_it():
    form = adopted.study().form_of["medication"]
    flat, counts = compact(
        form,
        {
            "systemic_therapies.1.therapy": "capecitabine",
            "systemic_therapies.1.therapy_started_on.month": "3",
            "systemic_therapies.1.therapy_started_on.year": "2020",
        },
    )
    rows = form_values(form, flat, counts, "en")["systemic_therapies"]
    assert rows == [{"therapy": "capecitabine", "therapy_started_on": "2020-03"}]
    assert Decimal(number_entered("7,5", "nl")) == Decimal("7.5")


def test_of_two_who_save_one_form_the_later_is_told_what_the_other_recorded(someone):
    nurse, doctor, url = signed_in("nurse-01"), signed_in("doctor-01"), LAB.format(someone)
    nurse.post(url, on_today(hb="8,1", platelets="200"))
    opened = {
        "seen": str(write_service.folds().subject(someone).seq),
        "dated": str(write_service.today()),
    }
    first = on_today(hb="8.4", platelets="200", reason="read again") | opened
    assert doctor.post(url, first).status_code == 302
    other = on_today(hb="8.1", platelets="210", reason="counted again") | opened
    answer = nurse.post(url, other, follow=True)
    assert value(someone, "laboratory", "hb") == "8.4", "what was not touched is not put back"
    assert value(someone, "laboratory", "platelets") == "210"
    assert "Meanwhile someone else recorded Haemoglobin" in answer.content.decode()


def test_the_same_question_answered_by_two_is_shown_and_asked(someone):
    nurse, doctor, url = signed_in("nurse-01"), signed_in("doctor-01"), LAB.format(someone)
    nurse.post(url, on_today(hb="8.1", platelets="200"))
    opened = {
        "seen": str(write_service.folds().subject(someone).seq),
        "dated": str(write_service.today()),
    }
    changed = on_today(hb="8.4", platelets="220", reason="read again") | opened
    doctor.post(url, changed)
    mine = on_today(hb="8.6", platelets="200", reason="mistyped") | opened
    asked = nurse.post(url, mine)
    text = asked.content.decode()
    assert asked.status_code == 422 and "recorded as 8.4 mmol/L after you looked" in text
    assert 'value="8.6"' in text and 'value="220"' in text, "theirs stands where I touched nothing"
    again = {"seen": str(write_service.folds().subject(someone).seq), "platelets": "220"}
    assert nurse.post(url, mine | again).status_code == 302
    assert value(someone, "laboratory", "hb") == "8.6"
    assert value(someone, "laboratory", "platelets") == "220"


def test_who_typed_an_answer_that_is_not_asked_is_told_that_it_is_not_saved(someone):
    """Without JavaScript a question stays on the page after the answer that takes it away."""
    address = f"/participants/{someone}/form/quality_of_life/baseline/1/"
    client, shown = signed_in("nurse-01"), ["questionnaires_missed", "questionnaires_by"]
    typed = on_today(questionnaires_completed="yes", questionnaires_missed="declined")
    text = client.post(address, typed | {"shown": shown}, follow=True).content.decode()
    assert "Not saved, as it is not asked, given the other answers: Why not" in text
    record = write_service.folds().subject(someone).forms.records["quality_of_life@baseline#1"]
    assert set(record.values) == {"questionnaires_completed"}
    text = client.post(address, on_today() | {"shown": shown}, follow=True).content.decode()
    assert "Not saved" not in text


@pytest.mark.parametrize(
    ("item", "typed"),
    [
        ("primary_diagnosed_on", ("31", "2", "2026")),
        ("primary_diagnosed_on", ("29", "2", "2025")),
        ("primary_diagnosed_on", ("14", "3", "0026")),
        ("primary_diagnosed_on", ("14", "3", "20260")),
        ("birth_date", ("60", "2", "1960")),
        ("birth_date", ("", "13", "1960")),
        ("birth_date", ("14", "", "1960")),
    ],
)
def test_a_date_that_does_not_exist_is_never_cut_back_to_one_that_does(someone, item, typed):
    form = "demography" if item == "birth_date" else "disease"
    sent = on_today() | {f"{item}.text": "-".join(typed)}
    address = f"/participants/{someone}/form/{form}/screening/1/"
    answer = signed_in("nurse-01").post(address, sent)
    text, head = answer.content.decode(), write_service.LEDGER.head(someone)
    assert answer.status_code == 422 and head.seq == 1
    field = re.search(rf'<input[^>]*name="{item}.text"[^>]*>', text)
    assert field and f'value="{"-".join(typed)}"' in field[0]


@pytest.mark.parametrize(
    "place", ["screening/0", "screening/100", "screening.1/1", "screening./1", "nowhere/1"]
)
def test_a_form_that_could_not_be_saved_is_not_there_to_be_filled_in(place, someone):
    client = signed_in("nurse-01")
    address = f"/participants/{someone}/form/laboratory/{place}/"
    assert client.get(address).status_code == 404
    assert client.get(LAB.format(someone)).status_code == 200


def test_what_stands_at_a_visit_that_asks_it_no_longer_can_still_be_put_right(someone, monkeypatch):
    client, study = signed_in("nurse-01"), adopted.study()
    client.post(LAB.format(someone), on_today(cea="3"))
    told = study.model_dump(exclude={"digest"})
    for visit in told["visits"]:
        visit["forms"] = [form for form in visit["forms"] if form != "laboratory"]
    amended = type(study).model_validate(told).model_copy(update={"digest": study.digest})
    monkeypatch.setattr(adopted, "study", lambda *_: amended)
    page = client.get(LAB.format(someone))
    assert page.status_code == 200 and 'value="3"' in page.content.decode()
    other = write_service.enter_screening("nurse-01", "01").subject_id
    assert client.get(LAB.format(other)).status_code == 404


def test_what_is_not_known_of_a_date_is_typed_as_un_and_shown_again_as_it_is_kept():
    form = adopted.study().form_of["demography"]
    field = {"birth_date.day": "14", "birth_date.month": "un", "birth_date.year": "1960"}
    flat, counts = compact(form, field)
    kept = canonical_answers(form, form_values(form, flat, counts, "nl"))
    assert kept["birth_date"] == "1960-UN-14"
    assert date_parts("1960-UN-14") == {"day": "14", "month": "UN", "year": "1960"}
    left_open = {"day": "UN", "month": "UN", "year": "2026"}
    assert partial_from_parts(left_open) == "2026", "of an act as of a form"
    assert partial_from_parts(left_open | {"year": "UN"}) == ""
    assert partial_text("1960-UN-14") == "1960-UN-14"


def test_an_address_in_the_reason_is_asked_back_beside_it_and_what_was_typed_stays(someone):
    nurse, url = signed_in("nurse-01"), LAB.format(someone)
    nurse.post(url, on_today(hb="8.1"))
    typed = on_today(hb="8.4", reason="lab@hospital.example says so")
    page = nurse.post(url, typed)
    shown = page.content.decode()
    assert page.status_code == 422 and "there is an e-mail address in it" in shown
    assert 'value="lab@hospital.example says so"' in shown
    name = "text.personal:reason"
    assert f'name="why-right:{name}"' in shown
    (of,) = re.findall(rf'name="why-right-of:{name}" value="([^"]*)"', shown)
    answer = {f"why-right:{name}": "an office", f"why-right-of:{name}": of}
    assert nurse.post(url, typed | answer).status_code == 302
    assert value(someone, "laboratory", "hb") == "8.4"
