"""What would tell who a participant is: refused, or asked back, wherever words are typed."""

import pytest

from equipoise.conduct.answers import answer_refusals
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.restored import SayRestored
from equipoise.conduct.safety.acts import RecordEvent
from equipoise.conduct.words import asks
from equipoise.study.forms import Form
from equipoise.study.kinds.personal import has_bsn
from tests.support import DAY, Trial, a_study, a_trial, person

BSN, OTHER = "111222333", "111222334"  # the first is the one that examples everywhere are made with


def passes(number: int) -> bool:
    """The eleven-test as the law words it: nine times the first digit, less the last one."""
    digits = [int(sign) for sign in f"{number:09}"]
    total = sum((9 - at) * digit for at, digit in enumerate(digits[:8])) - digits[8]
    return number > 0 and total % 11 == 0


def asking(**more: object) -> Form:
    item = {"id": "note", "label": "Note", "kind": "text", **more}
    source = {"tag": "assumed", "where": "a test"}
    return Form.model_validate({"id": "f", "title": "F", "items": [item], "source": source})


def codes(text: str, **more: object) -> list[str]:
    return [one.code for one in answer_refusals(asking(**more), {"note": text}, {}, DAY)]


def noting() -> Trial:
    """First steps, whose form about the person has a field for words."""
    study = a_study()
    forms = [form.model_dump() for form in study.forms]
    note = {"id": "note", "label": {"en": "Note", "nl": "Notitie"}, "kind": "text"}
    forms[0]["items"] = [*forms[0]["items"], note]
    return a_trial(a_study(forms=forms))


def test_a_number_of_nine_digits_is_taken_for_a_bsn_when_it_passes_the_eleven_test():
    for number in range(123_456_700, 123_457_000, 7):
        assert has_bsn(f"see {number}.") is passes(number), number
    assert passes(int(BSN)) and not passes(int(OTHER)) and not has_bsn("000000000")


@pytest.mark.parametrize(
    "text",
    [BSN, f"BSN{BSN}x", f"her number: {BSN}.", "1112.22.333", "1112 22 333", "111 222 333",
     "111-222-333", "111.222.333", f"{OTHER} and {BSN}", "(111222333)",
     "\uff11\uff11\uff11\uff12\uff12\uff12\uff13\uff13\uff13"],
)  # fmt: skip
def test_a_bsn_is_refused_however_it_is_written(text):
    assert codes(text) == ["text.bsn"]


@pytest.mark.parametrize(
    "text",
    ["", OTHER, f"1{BSN}", f"{BSN}1", "0.111222333", "111222333,5", "23-11-2026 10:30",
     "lot 2026-11-23", "TEA-01-0007", "5-FU 2400 mg/m2", "=SUM(A1)", "a@b", "since 2019"],
)  # fmt: skip
def test_what_is_no_bsn_address_or_telephone_number_is_taken(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    ["write to jan.jansen@ziekenhuis.example", "call 0612345678", "06-12345678", "020 512 34 56",
     "+31 6 12345678", "+31612345678", "0031612345678", "+49 30 1234567"],
)  # fmt: skip
def test_an_address_or_a_telephone_number_is_asked_back(text):
    assert codes(text) == ["text.personal"]


def test_a_serial_number_is_looked_at_by_no_eleven_test():
    assert codes(f"pump {BSN}", serial=True) == []
    assert codes("jan@ziekenhuis.example", serial=True) == ["text.personal"]


def test_in_a_form_the_words_the_reason_and_the_answers_to_questions_are_looked_at():
    made = noting()
    someone = made.enter()
    answers = person().values
    note = SaveForm(form="person", visit="screening", values={**answers, "note": f"bsn {BSN}"})
    assert [(one.where, one.code) for one in made.refusals(note, someone)] == [("note", "text.bsn")]
    seen = SaveForm(form="person", visit="screening", values={**answers, "note": "seen"})
    made.do(seen, someone)
    mine = {"note": "seen again"}
    made_reason = SaveForm(form="person", visit="screening", values=mine, reason=f"{BSN} says so")
    assert made.codes(made_reason, someone) == ["text.bsn"]
    mail = SaveForm(form="person", visit="screening", values=mine, reason="a@hospital.example says")
    [told] = made.refusals(mail, someone)
    assert (told.where, told.code) == ("reason", "text.personal")
    why = {"text.personal": {"reason": f"a colleague, {BSN}"}}
    answered = SaveForm(
        form="person", visit="screening", values=mine, reason=mail.reason, confirmed=why
    )
    assert made.codes(answered, someone) == ["text.bsn"]


def test_words_that_must_stand_are_taken_with_the_reason_and_the_reason_is_kept():
    made = noting()
    someone = made.enter()
    note = {**person().values, "note": "the trial office: 020 512 34 56"}
    why = {"text.personal": {"note": "an office, nobody's own"}}
    made.do(SaveForm(form="person", visit="screening", values=note, confirmed=why), someone)
    record = made.subject(someone).forms.records["person@screening#1"]
    assert record.versions("note")[-1].reason == "an office, nobody's own"


def test_what_was_recorded_before_stays_and_is_not_asked_again_while_it_is_not_touched():
    form, before = asking(), {"note": BSN}
    assert list(answer_refusals(form, {"note": BSN}, before, DAY)) == []


def test_no_act_takes_a_bsn_in_its_free_words():
    made = a_trial()
    someone = made.enter()
    made.do(GiveConsent(version="1"), someone)
    withdrawal = WithdrawConsent(scope="treatment", reason=f"called about {BSN}")
    assert made.codes(withdrawal, someone) == ["text.bsn"]
    assert asks(RecordEvent)["term"].free_words
    assert not asks(SayRestored)["numbers"].free_words, "numbers that were given, and no words"
