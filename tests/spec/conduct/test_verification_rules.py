"""Source verification: bound to what was shown, item by item, and fallen when a value changes."""

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.digests import digests_of_form
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.sight import EVERYTHING, Sight
from equipoise.conduct.verification import (
    TakeBack,
    VerifyItems,
    all_places,
    count_open,
    of_derived,
    verdicts,
)
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.sections.verification import Verification, drawn
from tests.support import DAY, a_study, a_trial, days, pressure

PLACE = ("pressure", "screening", 1)
KINDS = ("verification.items", "verification.take-back", "entry.void")
PLAN = {"items": ["systolic"], "source": "assumed: for tests"}


def a_text(**plan):
    """The office verifies, by a plan."""
    plain = a_study().model_dump(exclude={"digest"})
    for role in plain["roles"]:
        role["may"] = (*role["may"], *(KINDS if role["scope"] == "trial" else ("entry.void",)))
    return a_study(**plain | {"verification": {**PLAN, **plan}})


def made_with(**plan):
    made = a_trial(a_text(**plan))
    return made, made.eligible()


def digests(made, who, place=PLACE):
    form, visit, number = place
    return digests_of_form(made.subject(who).forms.records[f"{form}@{visit}#{number}"])


def verify(made, who, *items, place=PLACE, **more):
    form, visit, number = place
    here = digests(made, who, place) | more
    found = [here[item] for item in items]
    return VerifyItems(form=form, visit=visit, number=number, items=list(items), digests=found)


def change(name, value, form="pressure"):
    return SaveForm(form=form, visit="screening", values={name: value}, reason="misread")


def test_as_many_are_open_as_a_monitor_has_something_to_do_about():
    for plan in ({}, {"forms": ["pressure"]}, {"percent": 40}, {"items": [], "eligibility": True}):
        made, who = made_with(**plan)
        made.do(verify(made, who, "systolic", "diastolic"), who)
        made.do(change("systolic", "141"), who)
        for place in all_places(made.subject(who)):
            found = [one.is_open for one in verdicts(made.study, made.subject(who), place)]
            assert count_open(made.study, made.subject(who), place) == sum(found), (plan, place)


def states(made, who, place=PLACE):
    return {one.item: one.state for one in verdicts(made.study, made.subject(who), place)}


def verified():
    """Both pressures of somebody were verified, at once."""
    made, who = made_with()
    made.do(verify(made, who, "systolic", "diastolic"), who)
    return made, who


def test_many_values_are_verified_at_once_and_each_falls_by_itself_when_it_changes():
    made, who = verified()
    assert states(made, who) == {
        "happened": "open",
        "systolic": "verified",
        "diastolic": "verified",
    }
    made.do(change("systolic", "139"), who)
    assert states(made, who) == {"happened": "open", "systolic": "fallen", "diastolic": "verified"}
    made.do(verify(made, who, "systolic"), who)
    assert states(made, who)["systolic"] == "verified"


def test_a_value_that_is_changed_and_changed_back_was_changed():
    made, who = verified()
    made.do(change("systolic", "139"), who)
    made.do(change("systolic", "140"), who)
    assert states(made, who)["systolic"] == "fallen"


def test_a_save_that_says_the_same_changes_nothing_that_was_verified():
    made, who = verified()
    made.do(change("systolic", "140"), who)
    assert states(made, who)["systolic"] == "verified"


def test_a_voided_save_takes_its_verification_with_it_and_a_voided_change_gives_it_back():
    made, who = verified()
    first = made.subject(who).seq - 1
    change_entry = made.do(change("systolic", "139"), who)
    made.do(VoidEntry(entry=change_entry.seq, reason="of another"), who, by="doctor-01")
    assert states(made, who)["systolic"] == "verified"
    made.do(VoidEntry(entry=first, reason="of another"), who, by="doctor-01")
    assert states(made, who) == {"systolic": "fallen", "diastolic": "fallen"}
    assert not any(one.is_open for one in verdicts(made.study, made.subject(who), PLACE))


def test_a_value_that_is_taken_back_has_its_verification_fall_and_is_to_be_verified_again():
    made, who = verified()
    made.do(change("diastolic", ""), who)
    (fallen,) = [one for one in verdicts(made.study, made.subject(who), PLACE) if one.is_open]
    assert (fallen.item, fallen.state) == ("diastolic", "fallen")


def test_another_day_of_the_form_lets_the_verified_day_fall_and_no_value():
    made, who = made_with()
    made.do(verify(made, who, "happened", "systolic"), who)
    moved = SaveForm(form="pressure", visit="screening", values={}, reason="misread")
    made.do(moved, who, on=made.subject(who).entered_on.replace(day=3))
    assert states(made, who)["happened"] == "fallen"
    assert states(made, who)["systolic"] == "verified"


def test_a_value_that_changed_after_it_was_shown_is_not_verified():
    made, who = made_with()
    looked = verify(made, who, "systolic")
    made.do(change("systolic", "139"), who)
    (refusal,) = made.refusals(looked, who)
    assert refusal.code == "verification.changed-meanwhile"
    assert "recorded anew after you looked" in refusal.because


def test_two_who_verify_at_once_verify_once():
    made, who = made_with()
    both = verify(made, who, "systolic")
    made.do(both, who)
    assert made.codes(both, who) == ["verification.already"]


def test_what_was_verified_is_taken_back_with_a_reason_and_verified_again():
    made, who = verified()
    form = {"form": "pressure", "visit": "screening"}
    made.do(TakeBack(**form, items=["systolic"], reason="of another"), who)
    assert states(made, who)["systolic"] == "back"
    assert states(made, who)["diastolic"] == "verified"
    again = TakeBack(**form, items=["systolic", "x"], reason=" ")
    assert made.codes(again, who) == ["verification.no-reason", "verification.not-verified"]
    made.do(verify(made, who, "systolic"), who)
    assert states(made, who)["systolic"] == "verified"


def test_what_cannot_be_verified_is_refused_with_every_reason():
    made, who = made_with()
    form = {"form": "pressure", "visit": "screening"}
    codes = {
        "verification.nothing-there": VerifyItems(form="cups", items=["x"], digests=[""]),
        "verification.none": VerifyItems(**form, items=[], digests=[]),
        "verification.pairs": VerifyItems(**form, items=["systolic"], digests=[]),
        "verification.no-item": VerifyItems(**form, items=["x"], digests=[""]),
    }
    for code, act in codes.items():
        assert made.codes(act, who) == [code]
    assert made.codes(verify(made, who, "systolic"), who, by="doctor-01") == ["role.may-not"]


def test_a_consent_is_verified_by_itself_and_has_fallen_when_it_is_voided():
    made, who = made_with(acts=["consent.give"])
    place = next(one for one in all_places(made.subject(who)) if one[0] == "consent.give")
    (open_one,) = verdicts(made.study, made.subject(who), place)
    assert (open_one.state, open_one.planned) == ("open", True)
    table = frame(tables()["verification"], [made.subject(who)], made.study, sight=EVERYTHING)
    (digest,) = [row["digest"] for row in table.to_dicts() if row["form"] == "consent.give"]
    seq = place[2]
    act = VerifyItems(form="consent.give", number=seq, items=["entry"], digests=[digest])
    made.do(act, who)
    assert states(made, who, place) == {"entry": "verified"}
    made.do(VoidEntry(entry=seq, reason="of another"), who, by="doctor-01")
    assert states(made, who, place) == {"entry": "fallen"}


def test_the_plan_has_items_forms_the_first_of_a_hospital_and_a_sample_verified():
    who = "TEA-01-0007"
    study, place = a_text(), ("person", "screening", 1)

    def wholly(subject_id=who, **plan):
        return Verification(**{"source": "assumed: x", **plan}).has(study, subject_id, *place)

    assert not wholly() and wholly(forms=("person",)) and wholly(first=7) and not wholly(first=6)
    assert wholly(percent=100) and wholly(percent=100, of="participants")
    share = drawn(study.identity.id, who, "person@screening#1")
    assert not wholly(percent=int(share)) and wholly(percent=int(share) + 1)


def test_what_eligibility_rests_on_is_verified_up_to_registration_and_not_later():
    made = a_trial(a_text(items=(), eligibility=True))
    who = made.registered()

    def planned(place):
        found = verdicts(made.study, made.subject(who), place)
        return {one.item for one in found if one.planned}

    assert planned(PLACE) == {"systolic"}
    assert planned(("person", "screening", 1)) == {"birth_date", "medicines", "tea_unwise"}
    made.do(pressure("weeks.1"), who, on=DAY + days(28))
    assert planned(("pressure", "weeks.1", 1)) == set()


def test_the_sample_is_the_same_everywhere_and_of_the_share_that_was_asked():
    """SHA-256 of `verification pump-it PIT-01-0001 laboratory@cycle.1#1`, its first six bytes."""
    assert round(drawn("pump-it", "PIT-01-0001", "laboratory@cycle.1#1"), 6) == 3.731393
    units = [f"laboratory@cycle.{visit}#1" for visit in range(1, 21)]
    people = [f"PIT-01-{number:04}" for number in range(1, 201)]
    found = [drawn("pump-it", who, unit) < 20 for who in people for unit in units]
    assert 0.18 < sum(found) / len(found) < 0.22


def test_a_table_tells_each_value_with_its_digest_and_no_arm_to_whom_arms_are_closed():
    made, who = verified()
    rows = frame(tables()["verification"], [made.subject(who)], made.study, sight=EVERYTHING)
    found = {row["item"]: row for row in rows.to_dicts() if row["form"] == "pressure"}
    assert found["systolic"]["digest"] == found["systolic"]["verified"]
    assert (found["systolic"]["planned"], found["diastolic"]["planned"]) == ("yes", "no")
    closed = frame(
        tables()["verification"], [made.subject(who)], made.study, sight=Sight(everywhere=True)
    )
    assert set(closed["form"]) == {"pressure", "person", "consent.give", "screening.enter"}


def test_a_plan_that_names_what_the_study_has_not_is_told_with_each_place():
    wrong = Verification(
        acts=("forms.save", "consent.give", "consent.give"),
        forms=("cups", "nothing"),
        items=("systolic", "systolic", "nothing", "cups_a_day"),
        source="assumed: x",
    )
    found = dict(wrong.strangers(a_study()))
    assert found[("forms", 1)] == "no form named 'nothing'"
    assert found[("items", 2)] == "no item named 'nothing'"
    assert "with the whole form 'cups'" in found[("items", 3)]
    assert found[("items", 1)] == "'systolic' stands twice"
    assert found[("acts", 2)] == "'consent.give' stands twice"
    assert "named under `forms` and `items`" in found[("acts", 0)]
    assert found[()] == "no role may do 'verification.items', so that nobody could verify anything"


def with_pulse(formula, *asked):
    """A value that is worked out on the form of the pressure; more is asked on one that repeats."""
    forms = [form.model_dump() for form in a_text().forms]
    for form in forms:
        if form["id"] == "pressure":
            pulse = {"id": "pulse", "label": "Pulse pressure", "kind": "number", "unit": "mm[Hg]"}
            form["items"] = (*form["items"], pulse | {"formula": formula})
        if form["id"] == "person":
            form |= {"items": (*form["items"], *asked), "repeats": True}
    return a_trial(a_study(**a_text().model_dump(exclude={"digest"}) | {"forms": forms}))


def test_a_value_that_is_worked_out_is_verified_with_all_it_rests_on_and_falls_with_it():
    made = with_pulse("systolic - diastolic")
    who = made.eligible()

    def state():
        record = made.subject(who).forms.records["pressure@screening#1"]
        table = frame(tables()["verification"], [made.subject(who)], made.study)
        (row,) = table.filter(table["item"] == "pulse").to_dicts()
        assert (row["planned"], row["digest"]) == ("no", None)
        assert of_derived(made.study, made.subject(who), record) == {"pulse": row["state"]}
        return row["state"]

    assert state() == "open"
    made.do(verify(made, who, "systolic"), who)
    assert state() == "open", "half of what it rests on"
    made.do(verify(made, who, "diastolic"), who)
    assert state() == "verified"
    assert "pulse" not in digests(made, who)
    made.do(change("diastolic", "84"), who)
    assert state() == "fallen"
    made.do(verify(made, who, "diastolic"), who)
    assert state() == "verified"
    back = TakeBack(form="pressure", visit="screening", items=["systolic"], reason="wrong letter")
    made.do(back, who)
    assert state() == "open"


def test_a_value_that_is_worked_out_rests_on_the_copy_whose_answer_counts():
    """Of two of one day on that which was begun last, and on none where it is not asked."""
    cuff = {"id": "cuff", "label": "Cuff", "kind": "yes-no"}
    error = {"id": "error", "label": "Error", "kind": "number", "unit": "mm[Hg]"}
    made = with_pulse("systolic - error", cuff, error | {"shown_when": "cuff"})
    who = made.eligible()

    def person(number, **values):
        made.do(SaveForm(form="person", visit="screening", number=number, values=values,
                         reason="misread"), who)  # fmt: skip
        record = made.subject(who).forms.records["pressure@screening#1"]
        return of_derived(made.study, made.subject(who), record)["pulse"]

    person(1, cuff="yes", error="2")
    made.do(verify(made, who, "systolic"), who)
    made.do(verify(made, who, "error", place=("person", "screening", 1)), who)
    assert person(2, cuff="yes") == "verified"
    assert person(2, error="3") == "open"
    assert person(2, cuff="no") == "verified"
