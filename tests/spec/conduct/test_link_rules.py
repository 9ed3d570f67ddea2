"""A row names a row of another form: picked from what is there, and told when that is gone."""

import pytest

from equipoise.conduct.chapter import FormAt
from equipoise.conduct.chapters import agenda
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.links import namers
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.support import DAY, Trial, a_study, a_trial

GIVEN = {"id": "given_for", "label": {"en": "Given for it"}, "kind": "link",
         "to": "medicines.medicine"}  # fmt: skip


def with_items(*items):
    forms = [form.model_dump() for form in a_study().forms]
    forms[1]["items"] = [*forms[1]["items"], *items]
    return forms


@pytest.fixture
def asking() -> Trial:
    """First steps, where a measurement names a medicine of the list."""
    return a_trial(a_study(forms=with_items(GIVEN)))


def medicines(reason: str = "", *names: str) -> SaveForm:
    rows = [{"medicine": name, "lowers_pressure": "no"} for name in names]
    return SaveForm(form="person", visit="screening", values={"medicines": rows}, reason=reason)


def names(text: str) -> SaveForm:
    return SaveForm(form="pressure", visit="screening", values={"given_for": text})


def gone(asking: Trial, someone: str) -> list[str]:
    found = agenda(asking.study, asking.subject(someone), DAY)
    at = FormAt("pressure", "screening", 1)
    return [
        due.what.values["name"] for due in found if due.where == at and "name" in due.what.values
    ]


def test_a_name_is_picked_from_what_is_there(asking: Trial) -> None:
    someone = asking.enter()
    assert asking.refusals(names("tea"), someone)[0].because == (
        "Given for it: nothing is recorded yet that could be named"
    )
    asking.do(medicines("", "tea", "coffee"), someone)
    assert asking.refusals(names("milk"), someone)[0].because == (
        "Given for it: there is no milk among tea, coffee"
    )
    asking.do(names("tea"), someone)


def test_both_ends_know_of_it_and_what_is_gone_is_told(asking: Trial) -> None:
    someone = asking.enter()
    listed = asking.do(medicines("", "tea"), someone)
    asking.do(names("tea"), someone)
    subject = asking.subject(someone)
    (one,) = namers(asking.study, subject, subject.forms.records["person@screening#1"])
    assert (one.name, one.record.form, one.where) == ("tea", "pressure", "given_for")
    assert gone(asking, someone) == []
    asking.do(medicines("mistyped", "green tea"), someone)
    assert gone(asking, someone) == ["tea"]
    asking.do(medicines("it was tea", "tea"), someone)
    assert gone(asking, someone) == []
    for entry in (*range(listed.seq + 2, listed.seq + 4), listed.seq):
        asking.do(VoidEntry(entry=entry, reason="of somebody else"), someone)
    assert gone(asking, someone) == ["tea"], "a name stands though what it named was voided"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"to": "medicines.medicin"}, "did you mean 'medicines.medicine'"),
        ({"to": "systolic"}, "a row is named by words or by a choice"),
        ({"to": ""}, "a link needs `to`"),
        ({"kind": "text"}, "only a link has `to`"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(more: dict, told: str) -> None:
    study = a_study(forms=with_items({**GIVEN, **more}))
    found = [problem.message for problem in consistency(study, Places(), set())]
    assert any(told in message for message in found), found
