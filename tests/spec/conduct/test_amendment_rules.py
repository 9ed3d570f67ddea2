"""Amendments by hospital: what is asked follows from activation and the consent that was signed."""

import copy
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from equipoise.analysis.frames import frame
from equipoise.conduct import folding, trial
from equipoise.conduct.adoption import keeps_out
from equipoise.conduct.amendments import AMENDMENTS, ActivateAmendment, TakeBackActivation
from equipoise.conduct.chapters import agenda
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.coverage import again, coverage
from equipoise.conduct.deviations import deviations
from equipoise.conduct.digests import digest_of_form
from equipoise.conduct.eligibility import checklist
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.locks import LockForm
from equipoise.conduct.precheck import precheck
from equipoise.conduct.schedule import visits
from equipoise.conduct.screening import Register
from equipoise.conduct.signatures import SignForm
from equipoise.conduct.state.forms import Record
from equipoise.conduct.verification import of_derived
from equipoise.conduct.voiding import VoidEntry
from equipoise.conduct.worked_out import Copy, worked_out
from equipoise.ledger import EVERYTHING
from equipoise.logic.truth import Truth
from equipoise.study.amended import amended as hold_together
from equipoise.study.model import Study
from equipoise.study.published import as_published
from equipoise.study.reason import ENGLISH
from equipoise.study.sections.amendments import Activation
from tests.amended import amended, amended_blocks
from tests.support import DAY, OPENED, Trial, a_study, a_trial, noon, person, pressure

LATER = DAY + timedelta(days=30)


@pytest.fixture
def made() -> Trial:
    return a_trial(amended())


def activate(made: Trial, site: str = "01", amendment: str = "A1", on: date = DAY, **how) -> None:
    reason = how.pop("reason", "")
    act = ActivateAmendment(amendment=amendment, site=site, reason=reason)
    made.do(act, on=on, **how)


def with_pulse(visit: str, pulse: str) -> SaveForm:
    act = pressure(visit)
    return msgspec.structs.replace(act, values={**act.values, "pulse": pulse})


def known(made: Trial) -> Study:
    """The study as it is active at hospitals."""
    return made.study.activated(made.folds.trial_state().amendments.active)


def asked(made: Trial, subject_id: str, item: str, key: str) -> Truth:
    subject, study = made.subject(subject_id), known(made)
    record = subject.forms.records[key]
    return SubjectFacts(study, subject, LATER).asks(study.items[item], record)


def criteria(made: Trial, subject_id: str, on: date = DAY) -> set[str]:
    lines = checklist(known(made), made.subject(subject_id), on)
    return {line.criterion.id for line in lines}


def planned(made: Trial, subject_id: str, on: date = LATER) -> dict[str, tuple[str, ...]]:
    found = visits(known(made), made.subject(subject_id), on)
    return {one.key: (*one.filled, *one.open) for one in found}


def test_before_activation_nothing_of_an_amendment_is_asked_and_nothing_ends(made):
    someone = made.randomised()
    assert "pulse" not in made.subject(someone).forms.records["pressure@screening#1"].current
    assert "I4" not in criteria(made, someone) and "E2" in criteria(made, someone)
    assert planned(made, someone) == {
        "screening": ("person", "pressure"),
        **{f"weeks.{n}": ("pressure", "cups") for n in (1, 2, 3)},
    }
    assert made.codes(with_pulse("screening", "70"), someone) == ["item.not-asked"]


def test_an_activation_at_one_hospital_changes_nothing_at_the_other(made):
    here, there = made.enter("01"), made.enter("02")
    activate(made, "01")
    assert "I4" in criteria(made, here) and "I4" not in criteria(made, there)
    assert made.codes(GiveConsent(version="1"), here) == ["consent.superseded"]
    assert made.codes(GiveConsent(version="2"), there) == ["consent.not-active"]
    made.do(GiveConsent(version="2"), here)
    made.do(GiveConsent(version="1"), there)
    assert made.codes(pressure("screening"), here) == ["item.required"]
    made.do(pressure("screening"), there)


def test_of_whoever_signed_an_older_version_nothing_new_is_asked_until_they_consent_again(made):
    someone = made.randomised(on=DAY)
    activate(made, on=DAY + timedelta(days=20))
    first, second = DAY + timedelta(days=28), DAY + timedelta(days=56)
    assert made.codes(with_pulse("weeks.1", "70"), someone, on=first) == ["item.not-asked"]
    made.do(pressure("weeks.1"), someone, on=first)
    made.do(GiveConsent(version="2"), someone, on=DAY + timedelta(days=30))
    assert made.codes(pressure("weeks.2"), someone, on=second) == ["item.required"]
    made.do(with_pulse("weeks.2", "70"), someone, on=second)
    assert asked(made, someone, "pulse", "pressure@weeks.1#1") is Truth.FALSE
    assert asked(made, someone, "pulse", "pressure@weeks.2#1") is Truth.TRUE


def test_a_column_of_a_list_is_asked_since_its_amendment_and_what_was_filled_before_stays():
    blocks = amended_blocks()
    dose = {"id": "dose", "label": "Dose", "kind": "text", "required": True, "since": "A1"}
    form = next(one for one in blocks["forms"] if one["id"] == "person")
    medicines = next(item for item in form["items"] if item["id"] == "medicines")
    medicines["columns"] = [*medicines["columns"], dose]
    made = a_trial(a_study(**blocks))
    before, after = made.enter(), made.enter()
    row = {"medicine": "aspirin", "lowers_pressure": "no"}
    for someone in (before, after):
        made.do(GiveConsent(version="1"), someone)
    activate(made, on=DAY + timedelta(days=1))
    first, later = person(medicines=[row]), DAY + timedelta(days=2)
    given = person(medicines=[{**row, "dose": "80 mg"}])
    assert made.refusals(given, before)[0].where == "medicines.1.dose"
    assert made.codes(given, before) == ["form.not-asked-yet"]
    made.do(first, before)
    made.do(GiveConsent(version="2"), after, on=later)
    assert made.codes(first, after, on=later) == ["item.required"]
    made.do(given, after, on=later)
    # A copy of a day before asks it no more than it did, also once they consented.
    made.do(GiveConsent(version="2"), before, on=later)
    more = [row, {**row, "medicine": "statin"}]
    again = msgspec.structs.replace(person(medicines=more), reason="forgotten")
    made.do(again, before, at=noon(later))
    assert len(made.subject(before).forms.records["person@screening#1"].now("medicines")) == 2


def test_a_column_comes_with_an_amendment_that_there_is_and_after_its_list():
    for since, wrong in (("A9", "there is no amendment 'A9'"), ("A1", "is asked no earlier")):
        blocks = amended_blocks()
        form = next(one for one in blocks["forms"] if one["id"] == "person")
        medicines = next(item for item in form["items"] if item["id"] == "medicines")
        medicines["since"] = "A1"
        medicines["columns"] = [{**medicines["columns"][0], "since": since}]
        found: list[str] = []
        hold_together(a_study(**blocks), lambda key, because, found=found: found.append(because))
        assert any(wrong in because for because in found)


def test_visits_and_forms_come_with_the_day_of_coverage_and_go_with_it(made):
    someone = made.randomised(on=DAY)
    activate(made, on=DAY + timedelta(days=20))
    activate(made, amendment="A2", on=DAY + timedelta(days=40))
    assert planned(made, someone)["weeks.2"] == ("pressure",)  # no consent, and no more cups
    made.do(GiveConsent(version="2"), someone, on=DAY + timedelta(days=41))
    assert planned(made, someone, DAY + timedelta(days=42)) == {
        "screening": ("person", "pressure"),
        "weeks.1": ("pressure", "cups"),
        "weeks.2": ("pressure", "sleep"),
        "weeks.3": ("pressure", "sleep"),
        "call": ("sleep",),
    }
    early = SaveForm(form="sleep", visit="weeks.1", values={"slept": "8"})
    assert made.codes(early, someone, on=DAY + timedelta(days=30))[0] == "form.not-asked-yet"
    late = SaveForm(form="cups", visit="weeks.2", values={"cups_a_day": "3"})
    assert made.codes(late, someone, on=DAY + timedelta(days=56))[0] == "form.asked-no-longer"
    # A visit of before that is still open is filled in, however late.
    open_yet = SaveForm(form="cups", visit="weeks.1", values={"cups_a_day": "3"})
    made.do(open_yet, someone, on=DAY + timedelta(days=31), at=noon(DAY + timedelta(days=60)))


def test_a_visit_of_before_is_filled_in_whole_even_where_it_was_held_after_its_form_ended(made):
    someone = made.randomised(on=DAY)
    activate(made, amendment="A2", on=DAY + timedelta(days=29))
    held = SaveForm(form="cups", visit="weeks.1", values={"cups_a_day": "3"})
    made.do(held, someone, on=DAY + timedelta(days=30))
    assert asked(made, someone, "cups_a_day", "cups@weeks.1#1") is Truth.TRUE


def test_the_table_of_amendments_is_a_frame_with_a_row_for_each_that_is_active(made):
    someone = made.randomised()
    activate(made, on=DAY + timedelta(days=20))
    activate(made, amendment="A2", on=DAY + timedelta(days=40))
    found = frame(AMENDMENTS, [made.subject(someone)], known(made), LATER).to_dicts()
    assert [(one["amendment"], one["covers_on"], one["consent_again"]) for one in found] == [
        ("A1", None, True),
        ("A2", DAY + timedelta(days=40), False),
    ]


def test_a_new_participant_is_under_the_amendment_from_its_first_day(made):
    activate(made)
    someone = made.enter()
    made.do(GiveConsent(version="2"), someone)
    made.do(person(), someone)
    made.do(with_pulse("screening", "120"), someone)
    assert made.codes(Register(), someone) == ["criterion.not-met"]
    assert criteria(made, someone) >= {"I4", "E2"}


def test_a_criterion_that_ended_is_judged_no_longer_and_who_was_registered_stays_as_judged(made):
    before = made.registered()
    activate(made, amendment="A2", on=DAY + timedelta(days=1))
    after = made.enter(on=DAY + timedelta(days=2))
    assert "E2" not in criteria(made, after, DAY + timedelta(days=2))
    assert "E2" in criteria(made, before, DAY + timedelta(days=2))


@pytest.mark.parametrize(
    ("who", "asks_entering", "asks_drawn"),
    [
        ("all", True, True),
        ("in_screening", True, False),
        ("randomised", False, True),
        ("none", False, False),
    ],
)
def test_who_must_consent_again_is_told_and_kept_from_the_draw(who, asks_entering, asks_drawn):
    made = a_trial(amended(consent_again=who))
    drawn, entering = made.randomised(), made.registered()
    activate(made, on=DAY + timedelta(days=1))
    later = DAY + timedelta(days=16)
    for someone, asks in ((drawn, asks_drawn), (entering, asks_entering)):
        dues = agenda(known(made), made.subject(someone), later)
        again = [one for one in dues if one.where is GiveConsent]
        assert [one.urgency for one in again] == ["overdue"] * asks
    kept_out = made.tried(made.draw(entering), entering, on=DAY + timedelta(days=1))
    assert [one.code for one in kept_out] == ["consent.again"] * asks_entering


def test_consent_again_is_due_from_activation_and_late_after_its_days(made):
    someone = made.randomised()
    activate(made, on=DAY + timedelta(days=1))

    def urgency(days: int) -> list[str]:
        found = agenda(known(made), made.subject(someone), DAY + timedelta(days=days))
        return [one.urgency for one in found if one.where is GiveConsent]

    assert (urgency(1), urgency(15), urgency(16)) == (["due"], ["due"], ["overdue"])
    made.do(GiveConsent(version="2"), someone, on=DAY + timedelta(days=3))
    assert urgency(16) == []


def late_consents(made: Trial, someone: str, on: date) -> list[tuple[date, date, str]]:
    found = deviations(known(made), made.subject(someone), on)
    return [(d.on, d.known_on, ENGLISH.written(d.what)) for d in found if d.kind == "consent-late"]


def test_consent_again_after_its_days_is_a_deviation_until_a_day_in_time_is_recorded(made):
    """The limit is that of the study file, and so is whom it is asked of."""
    someone, gone, new = made.randomised(), made.randomised(), made.registered(site="02")
    activate(made, on=DAY + timedelta(days=1))
    made.do(WithdrawConsent(scope="everything"), gone, on=DAY + timedelta(days=9))
    last, late = DAY + timedelta(days=15), DAY + timedelta(days=20)
    assert late_consents(made, someone, last) == []
    text = f"version 2, by amendment A1, was to be signed by {ENGLISH.day(last)}"
    after = last + timedelta(days=1)
    assert late_consents(made, someone, after) == [(last, after, text)]
    assert not late_consents(made, gone, LATER) and not late_consents(made, new, LATER)
    first = made.do(GiveConsent(version="2"), someone, on=late)
    signed = f"{text}, and was on {ENGLISH.day(late)}"
    assert late_consents(made, someone, LATER) == [(last, after, signed)]
    made.do(VoidEntry(entry=first.seq, reason="another day"), someone, on=late)
    made.do(GiveConsent(version="2"), someone, on=last, at=noon(late))
    assert late_consents(made, someone, LATER) == []


def test_an_activation_of_a_day_long_gone_is_late_from_when_it_was_recorded():
    drawn, entering = [], []
    for who in ("in_screening", "randomised"):
        made = a_trial(amended(consent_again=who))
        one, other = made.randomised(), made.registered()
        activate(made, on=DAY + timedelta(days=1), at=noon(LATER))
        drawn.append([known for _, known, _ in late_consents(made, one, LATER)])
        entering.append([known for _, known, _ in late_consents(made, other, LATER)])
    assert drawn == [[], [LATER]] and entering == [[LATER], []]


def test_who_signed_none_of_two_new_versions_signs_the_last_by_the_days_of_the_first():
    """Even where the last asks it of nobody by itself: the one before cannot be signed any more."""
    blocks = amended_blocks()
    third = {**blocks["consent"]["versions"][1], "version": "3"}
    blocks["consent"] = {"versions": [*blocks["consent"]["versions"], third]}
    second = {**blocks["amendments"][1], "consent": "3", "consent_again": "none"}
    blocks["amendments"] = [blocks["amendments"][0], second]
    made = a_trial(a_study(**blocks))
    someone = made.randomised()
    activate(made, amendment="A2", on=DAY + timedelta(days=5))
    assert again(known(made), made.subject(someone)) is None
    activate(made, on=DAY + timedelta(days=1))
    needed = again(known(made), made.subject(someone))
    assert needed and (needed.amendment.id, needed.last) == ("A2", DAY + timedelta(days=15))
    day = DAY + timedelta(days=6)
    assert made.codes(GiveConsent(version="2"), someone, on=day) == ["consent.superseded"]
    made.do(GiveConsent(version="3"), someone, on=day)
    assert again(known(made), made.subject(someone)) is None
    assert coverage(known(made), made.subject(someone), "A1").on == day


def test_what_is_worked_out_since_an_amendment_is_worked_out_of_its_days_alone():
    blocks = amended_blocks()
    pressure_form = next(form for form in blocks["forms"] if form["id"] == "pressure")
    formula = {"id": "twice", "label": "Twice", "kind": "number", "formula": "2 * pulse"}
    pressure_form["items"] = [*pressure_form["items"], {**formula, "since": "A1"}]
    made = a_trial(a_study(**blocks))
    someone = made.enter()
    activate(made)

    def items(on: date) -> set[str]:
        form = made.study.form_of["pressure"]
        study, subject, place = known(made), made.subject(someone), ("screening", 1)
        copy = Copy(form=form, visit=place[0], number=place[1], on=on)
        record = Record(form=form.id, visit=place[0], number=place[1], on=on)
        found = set(worked_out(study, subject, copy))
        assert of_derived(study, subject, record).keys() == found, "nor is it verified"
        return found

    assert items(DAY) == {"twice"} and items(DAY - timedelta(days=1)) == set()


def test_an_activation_is_of_the_office_and_of_a_day_that_can_be(made):
    act = ActivateAmendment(amendment="A1", site="01")
    assert made.codes(act, by="doctor-01") == ["role.may-not"]
    assert made.codes(act, on=date(2026, 1, 31)) == ["amendment.too-early"]
    assert made.codes(act, on=DAY, at=noon(DAY - timedelta(days=1))) == ["time.future"]
    assert made.codes(ActivateAmendment(amendment="A9", site="01")) == ["amendment.unknown"]
    assert made.codes(ActivateAmendment(amendment="A1", site="09")) == ["amendment.site-not-open"]
    activate(made)
    assert made.codes(act) == ["amendment.same-day"]
    assert made.codes(act, on=DAY + timedelta(days=1)) == ["amendment.active-already"]
    assert made.codes(ActivateAmendment(amendment="A1", site="02", reason="no")) == [
        "amendment.nothing-put-right"
    ]


def test_nothing_is_active_before_the_text_that_has_it_was_adopted():
    made = a_trial(amended(from_on=date(2025, 12, 1)))
    act = ActivateAmendment(amendment="A1", site="01")
    assert made.codes(act, on=OPENED - timedelta(days=1)) == ["amendment.before-adoption"]


def test_a_day_is_put_right_with_a_reason_unless_a_consent_rests_on_it(made):
    activate(made)
    activate(made, on=DAY + timedelta(days=2), reason="the board agreed later")
    someone = made.enter(on=DAY + timedelta(days=3))
    made.do(GiveConsent(version="2"), someone, on=DAY + timedelta(days=3))
    again = ActivateAmendment(amendment="A1", site="01", reason="later still")
    assert made.codes(again, on=DAY + timedelta(days=4)) == ["amendment.signed"]
    assert made.codes(TakeBackActivation(amendment="A1", site="01", reason="not agreed")) == [
        "amendment.signed"
    ]
    activate(made, on=DAY, reason="the first day was right")


def test_a_later_print_of_an_amendments_version_waits_for_the_amendment_as_that_does():
    blocks = amended_blocks()
    reprint = {**blocks["consent"]["versions"][1], "version": "2b"}
    blocks["consent"] = {"versions": [*blocks["consent"]["versions"], reprint]}
    made = a_trial(a_study(**blocks))
    someone, version = made.enter(), GiveConsent(version="2b")
    assert made.codes(version, someone) == ["consent.not-active"]
    activate(made)
    made.do(version, someone)
    back = TakeBackActivation(amendment="A1", site="01", reason="not agreed")
    assert made.codes(back) == ["amendment.signed"]


def test_two_who_ask_with_other_activations_at_one_moment_each_get_their_own():
    """As a frame as of a moment before, beside the page of today; they share one study."""
    study, at = amended(), noon(DAY)
    here, there = ({site: {"A1": Activation(DAY, at)}} for site in ("01", "02"))

    class Interrupted(dict[str, Any]):
        def __ne__(self, other: object) -> bool:
            study.activated(there)  # what another thread does at this very moment
            return super().__ne__(other)

    study.activated(here)
    assert study.activated(Interrupted(here)).active == here


def test_nobody_records_anything_while_an_amendment_is_activated_or_taken_back():
    """A save that was judged before it would stand in the record as if it came after."""
    for act in (ActivateAmendment, TakeBackActivation):
        assert EVERYTHING in act.holds


def test_an_activation_that_is_taken_back_asks_nothing_and_what_was_answered_stays(made):
    someone = made.randomised()
    activate(made, amendment="A2")
    assert planned(made, someone)["weeks.1"] == ("pressure",)
    back = TakeBackActivation(amendment="A2", site="01", reason="of another hospital")
    assert made.codes(TakeBackActivation(amendment="A2", site="02", reason="x")) == [
        "amendment.not-active"
    ]
    made.do(back)
    assert planned(made, someone)["weeks.1"] == ("pressure", "cups")


def test_an_activation_of_a_day_of_before_asks_of_forms_since_but_for_those_that_were_locked(made):
    open_form, locked = made.enter(), made.enter()
    for someone in (open_form, locked):
        made.do(pressure("screening"), someone)
    made.do(LockForm(form="pressure", visit="screening", grade="freeze", reason="done"), locked)
    activate(made, on=DAY, at=noon(DAY + timedelta(days=5)))
    assert asked(made, open_form, "pulse", "pressure@screening#1") is Truth.TRUE
    assert asked(made, locked, "pulse", "pressure@screening#1") is Truth.FALSE


def test_a_form_that_was_signed_is_asked_nothing_more_until_it_is_changed(made):
    """Whether it is the activation or the new consent that is recorded late."""
    someone = made.randomised()
    key = "pressure@weeks.1#1"
    made.do(pressure("weeks.1"), someone, on=DAY + timedelta(days=28))
    digest = digest_of_form(made.subject(someone).forms.records[key])
    sign = SignForm(form="pressure", visit="weeks.1", digest=digest)
    made.do(sign, someone, on=DAY + timedelta(days=29))
    activate(made, on=DAY + timedelta(days=1), at=noon(DAY + timedelta(days=40)))
    again_signed = {"on": DAY + timedelta(days=2), "at": noon(DAY + timedelta(days=41))}
    made.do(GiveConsent(version="2"), someone, **again_signed)
    assert asked(made, someone, "pulse", key) is Truth.FALSE
    corrected = msgspec.structs.replace(
        with_pulse("weeks.1", "71"), values={"systolic": "141", "pulse": "71"}, reason="misread"
    )
    late = {"on": DAY + timedelta(days=28), "at": noon(DAY + timedelta(days=42))}
    made.do(corrected, someone, **late)
    assert asked(made, someone, "pulse", key) is Truth.TRUE


def test_a_table_as_of_a_moment_is_of_the_amendments_that_were_active_then(made):
    someone = made.enter()
    made.do(pressure("screening"), someone, on=DAY)
    activate(made, on=DAY, at=noon(DAY + timedelta(days=5)))

    def active_on(moment: str) -> list[str]:
        study = folding.as_active(made.study, made.ledger, moment)
        return [str(row[1]) for row in AMENDMENTS.rows(study, made.subject(someone), DAY)]

    assert active_on("") == ["A1"]
    assert active_on(trial.moment(noon(DAY + timedelta(days=4)))) == []


def test_questions_are_asked_of_days_of_before_where_the_amendment_says_so():
    made = a_trial(amended(also_past=True))
    someone = made.randomised()
    activate(made, on=DAY + timedelta(days=20))
    assert asked(made, someone, "pulse", "pressure@screening#1") is Truth.FALSE
    made.do(GiveConsent(version="2"), someone, on=DAY + timedelta(days=21))
    assert asked(made, someone, "pulse", "pressure@screening#1") is Truth.TRUE
    assert "I4" not in criteria(made, someone)


def test_what_an_activated_amendment_asks_stays_in_every_later_text():
    """What no hospital works by yet may be mended; an amendment never goes, nor its place."""
    made, blocks = a_trial(amended()), amended_blocks()
    amendments = list(blocks["amendments"])

    def codes(**changed: Any) -> list[str]:
        new = a_study(**{**blocks, **changed})
        find = {made.study.digest: made.study}.get
        trial_state = made.folds.trial_state()
        return sorted(
            {one.code for one in keeps_out(trial_state, new.knowing(find), stated_lost=False)}
        )

    third = {**amendments[1], "id": "A3"}
    earlier = [form for form in blocks["forms"] if form["id"] != "pressure"]
    pressure_form = next(form for form in blocks["forms"] if form["id"] == "pressure")
    later = [*earlier, asked_since(pressure_form, "pulse", "A2")]
    old = [*earlier, asked_since(pressure_form, "systolic", "A2")]
    assert codes(amendments=[*amendments, third]) == []
    assert codes(amendments=[third, *amendments]) == ["study.amendments-order"]
    assert codes(amendments=amendments[1:], forms=later)[-1] == "study.removed"
    assert codes(forms=old) == ["study.period-changed"]
    assert codes(forms=later) == []
    columned = copy.deepcopy(blocks["forms"])
    medicines = next(i for f in columned for i in f["items"] if i["id"] == "medicines")
    medicines["columns"] = [one | {"since": "A2"} for one in medicines["columns"]]
    assert codes(forms=columned) == ["study.period-changed"]
    activate(made)
    assert codes(forms=later) == ["study.active-changed"]
    assert codes(amendments=[{**amendments[0], "also_past": True}, amendments[1]]) == [
        "study.active-changed"
    ]


def asked_since(form: dict[str, Any], item: str, since: str) -> dict[str, Any]:
    items = [{**one, "since": since} if one["id"] == item else one for one in form["items"]]
    return {**form, "items": items}


def test_the_public_is_told_what_the_hospital_that_is_furthest_asks(made):
    def shown(on: date) -> tuple[set[str], set[str]]:
        study = as_published(known(made), on)
        found = {criterion.id for _, criterion in study.criteria.leaves()}
        assert study.items_of_criterion.keys() == found and precheck(study, on).lines
        return found, set(study.visit_of)

    assert shown(DAY) == ({"I1", "I2", "I3", "E1", "E2"}, {"screening", "weeks"})
    activate(made, "02")
    activate(made, "02", amendment="A2")
    assert shown(DAY) == ({"I1", "I2", "I3", "I4", "E1"}, {"screening", "weeks", "call"})
    assert shown(DAY - timedelta(days=1))[1] == {"screening", "weeks"}
