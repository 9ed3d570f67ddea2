"""No amendment changes what was recorded; what is asked no longer retires."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analysis.frames import frame, subjects_as_of
from equipoise.conduct import form_values
from equipoise.conduct.act import Refused
from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.adoption import broken_promises
from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.schedule import visits
from equipoise.conduct.study_text import recording
from equipoise.study.load import digest_of, load
from tests import before
from tests.before import edited
from tests.support import DAY, a_study, a_trial, person, pressure

LABORATORY, STUDY = "forms/laboratory.yaml", "study.yaml"
TRADED = "study.label-traded"
ANEW = "  - id: alat\n    label: {en: ALT, nl: ALAT}\n    kind: quantity\n    unit: ukat/L\n"
HAEMATOCRIT = 'unit: "%"\n    lowest: 10\n    highest: 70'
CHANGES = {
    "% becomes 10*-3": (LABORATORY, 'unit: "%"', 'unit: "10*-3"', "study.unit-changed"),
    "U/L becomes ukat/L": (LABORATORY, "unit: U/L", "unit: ukat/L", "study.unit-changed"),
    "the unit of a column": (LABORATORY, "unit: mg\n", "unit: g\n", "study.unit-changed"),
    "another analyte": (LABORATORY, "analyte: glucose", "analyte: urea", "study.unit-changed"),
    "an item taken out": (LABORATORY, "id: alt", "id: alat", "study.removed"),
    "a code taken out": (LABORATORY, "      eaten:", "      fed:", "study.code-removed"),
    "a number becomes a text": (
        *("forms/3-cups.yaml", "kind: number\n    lowest: 0\n    highest: 20", "kind: text"),
        "study.kind-changed",
    ),
    "an arm taken out": (STUDY, "- id: water", "- id: cold-water", "study.removed"),
    "a hospital taken out": (STUDY, '- id: "02"', '- id: "03"', "study.removed"),
    "a visit taken out": (STUDY, "- id: weeks", "- id: months", "study.removed"),
    "a visit fewer": (STUDY, "times: 3", "times: 2", "study.removed"),
    "a consent taken out": (STUDY, '- version: "1"', '- version: "2"', "study.removed"),
    "another number of participants": (
        STUDY,
        "prefix: TEA",
        "prefix: TEE",
        "study.identity-changed",
    ),
    "another zone": (STUDY, "Europe/Amsterdam", "Asia/Tokyo", "study.identity-changed"),
    "an arm called as another was": (
        *(STUDY, "label: {en: Hibiscus tea, nl", "label: {en: Rooibos tea, nl"),
        "study.label-traded",
    ),
    "an arm called as another was, in Dutch alone": (
        *(STUDY, "tea, nl: Hibiscusthee}", "tea, nl: Rooibosthee}"),
        "study.label-traded",
    ),
    "a role called as another was": (STUDY, "nl: Praktijkassistent", "nl: Arts", TRADED),
    "a visit called as another was": (STUDY, "nl: Vierwekelijks bezoek", "nl: Screening", TRADED),
    "an item called as another was": (
        LABORATORY,
        "en: ALT, nl: ALAT",
        "en: ALT, nl: Glucose",
        TRADED,
    ),
    "choices that trade their labels": (
        LABORATORY,
        "nl: Meer dan acht uur geleden",
        "nl: Minder dan acht uur geleden",
        TRADED,
    ),
    "a retired item asked anew": (
        LABORATORY,
        "unit: U/L\n",
        f"unit: U/L\n    retired: true\n{ANEW}",
        "",
    ),
    "another word": (LABORATORY, "en: Haematocrit", "en: Packed cell volume", ""),
    "another label of a code": (LABORATORY, "More than eight", "Over eight", ""),
    "another unit beside": (LABORATORY, HAEMATOCRIT, f'{HAEMATOCRIT}\n    units: ["1"]', ""),
    "another plausible range": (LABORATORY, "highest: 70", "highest: 75", ""),
    "an item retired": (LABORATORY, "unit: U/L", "unit: U/L\n    retired: true", ""),
    "other blocks": (STUDY, "block_sizes: [4, 8]", "block_sizes: [8]", ""),
}
VALUES = {
    **{"haematocrit": "44", "alt": "40", "alt.uln": "45", "glucose": "95"},
    **{"glucose.unit": "mg/dL", "fasting": "fasting", "doses": [{"vitamin": "C", "dose": "80"}]},
}


@pytest.fixture(scope="module")
def old():
    return load(before.STUDY)


@pytest.fixture(scope="module")
def changed(old, tmp_path_factory):
    """The study after each change, which knows the text before it."""
    found = {}
    for n, (name, (file, was, now, _)) in enumerate(CHANGES.items()):
        folder = before.copied(tmp_path_factory.mktemp("amended") / str(n))
        edited(folder, STUDY, 'version: "1.0"', f'version: "1.{n + 1}"')
        edited(folder, file, was, now)
        found[name] = load(folder)
    return found


def lived(study):
    """A trial in which someone's laboratory is recorded."""
    made = a_trial(study)
    made.do(recording(study), by=TRIAL)
    subject_id = made.enter()
    made.do(person(), subject_id)
    made.do(SaveForm(form="laboratory", visit="screening", values=VALUES), subject_id)
    return made, subject_id


def adopting(study):
    return AdoptAmendment(version=study.version, digest=study.digest, because="so it is asked")


def amend(made, texts, new):
    """Adopt a text that knows those before it; whether it was taken."""
    text = new.knowing(texts.get)
    try:
        made.do(adopting(text), by="office-1", study=text)
    except Refused:
        return False
    made.study = texts[new.digest] = text
    return True


def read(made):
    """What every recorded value says: unit, label and all."""
    return frame(form_values.VALUES, subjects_as_of(made.ledger), made.study).to_dicts()


@pytest.mark.parametrize("name", CHANGES)
def test_an_amendment_may_not_change_what_is_recorded(name, old, changed):
    made, _ = lived(old)
    new = changed[name].knowing({old.digest: old}.get)
    code = CHANGES[name][-1]
    if code:
        assert code in made.codes(adopting(new), by="office-1", study=new)
    else:
        made.do(adopting(new), by="office-1", study=new)


@given(names=st.lists(st.sampled_from(list(CHANGES)), max_size=5))
def test_no_amendment_changes_what_an_old_value_says(names, old, changed):
    made, _ = lived(old)
    texts, said = {old.digest: old}, read(made)
    for name in names:
        amend(made, texts, changed[name])
        assert read(made) == said


def test_a_unit_beside_that_no_row_could_be_recorded_in_may_be_taken_away(old):
    """Once a list could name them, and nobody could choose them; `equipoise check` tells it now."""
    told = old.model_dump(exclude={"digest"})
    (form,) = (form for form in told["forms"] if form["id"] == "laboratory")
    (doses,) = (item for item in form["items"] if item["id"] == "doses")
    doses["columns"][1]["units"] = ("g",)
    assert list(broken_promises([type(old).model_validate(told)], old)) == []


def test_an_item_that_is_taken_out_now_is_refused_though_no_data_know_it(old, changed):
    made = a_trial(old)
    new = changed["an item taken out"].knowing({old.digest: old}.get)
    (refusal,) = made.refusals(adopting(new), by="office-1", study=new)
    assert refusal.because == ("item 'alt' stands in an adopted text: retire it, do not remove it")


def test_what_is_retired_is_asked_no_longer_and_put_right_where_it_stands(old, changed):
    made, known = lived(old)
    assert amend(made, {old.digest: old}, changed["an item retired"])
    other = made.enter()
    made.do(person(), other)
    act = SaveForm(form="laboratory", visit="screening", values={"alt": "41"})
    assert made.codes(act, other) == ["item.not-asked"]
    mended = SaveForm(form="laboratory", visit="screening", values={"alt": "41"}, reason="misread")
    made.do(mended, known)


def test_a_retired_visit_or_form_is_not_planned_where_it_is_not_begun(old):
    made, known = lived(old)
    shut = [{**f.model_dump(), "retired": f.id == "laboratory"} for f in old.forms]
    gone = [{**v.model_dump(), "retired": v.id == "weeks"} for v in old.visits]
    told = {**old.model_dump(exclude={"digest"}), "forms": shut, "visits": gone}
    new = type(old).model_validate(told)
    other = made.enter()
    for subject_id, open_there in ((known, ("pressure",)), (other, ("person", "pressure"))):
        (planned,) = visits(new, made.subject(subject_id), DAY)
        assert (planned.key, planned.open) == ("screening", open_there)


def test_what_stands_at_a_visit_that_asks_it_no_longer_is_put_right_there_and_not_begun(old):
    made, known = lived(old)
    other = made.enter()
    fewer = [{**v.model_dump(), "forms": ["person", "pressure"]} for v in old.visits[:1]]
    fewer += [visit.model_dump() for visit in old.visits[1:]]
    told = {**old.model_dump(exclude={"digest"}), "visits": fewer}
    new = type(old).model_validate(told)
    new = new.model_copy(update={"digest": digest_of(new)}).knowing({old.digest: old}.get)
    made.do(adopting(new), by="office-1", study=new)
    made.study = new
    act = SaveForm(form="laboratory", visit="screening", values={"alt": "41"}, reason="misread")
    assert made.codes(act, other) == ["form.not-here"]
    made.do(act, known)


def test_what_can_not_be_compared_is_stated_to_be_lost_and_nothing_else_is(old, changed):
    made, _ = lived(old)
    new = changed["another word"]
    (refusal,) = made.refusals(adopting(new), by="office-1", study=new)
    assert refusal.code == "study.earlier-lost" and old.digest[:16] in refusal.because
    stated = AdoptAmendment(
        version=new.version, digest=new.digest, because="so", earlier_texts="lost"
    )
    known = new.knowing({old.digest: old}.get)
    assert made.codes(stated, by="office-1", study=known) == ["study.nothing-lost"]
    entry = made.do(stated, by="office-1", study=new)
    assert '"earlier_texts":"lost"' in entry.payload


def test_a_check_that_names_a_newer_question_says_nothing_of_those_who_were_not_asked_it():
    """One was seen before the amendment and one after it: the check holds for the second alone."""
    first = a_study()
    forms = [form.model_dump() for form in first.forms]
    blood = next(form for form in forms if form["id"] == "pressure")
    check = {"that": "standing <= systolic", "because": "it rises when standing: look again"}
    again = {"id": "standing", "label": "Standing", "kind": "quantity", "unit": "mm[Hg]"}
    blood["items"] = (*({**i, "checks": (check,)} for i in blood["items"][:1]), *blood["items"][1:])
    blood["items"] = (*blood["items"], {**again, "checks": (check,)})
    second = a_study(forms=forms, version="2")
    made = a_trial(first)
    earlier, later = made.enter(), made.enter()
    made.do(pressure(), earlier)
    assert amend(made, {first.digest: first}, second)
    mended = SaveForm(
        form="pressure", visit="screening", values={"systolic": "120"}, reason="misread"
    )
    made.do(mended, earlier)
    values = {"systolic": "120", "diastolic": "80", "standing": "130"}
    asked = SaveForm(form="pressure", visit="screening", values=values)
    assert made.codes(asked, later) == ["item.check"]
