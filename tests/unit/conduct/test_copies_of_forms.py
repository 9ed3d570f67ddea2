"""The copies of forms are sorted once, and sorted on when another is begun."""

from datetime import date

from equipoise.conduct.state.forms import FormsState, Record


def begun(forms, form, number):
    record = Record(form=form, visit="", number=number, on=date(2026, 3, 2))
    forms.records[f"{form}@#{number}"] = record
    return record


def test_a_copy_that_is_begun_is_among_the_others_and_nobody_else_gets_it():
    forms = FormsState()
    first, cups = begun(forms, "pressure", 1), begun(forms, "cups", 1)
    before = forms.by_form()
    assert before == {"pressure": [first], "cups": [cups]}
    assert forms.by_form() is before
    second = begun(forms, "pressure", 2)
    assert forms.by_form() == {"pressure": [first, second], "cups": [cups]}
    assert before == {"pressure": [first], "cups": [cups]}
    assert forms.of("pressure") == [first, second] and forms.of("nothing") == []
    del forms.records["cups@#1"]
    assert forms.by_form() == {"pressure": [first, second]}
