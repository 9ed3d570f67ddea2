"""A hospital's limits of normal: set once from a day on, and filled in beside a value left open."""

from datetime import date, timedelta

import pytest

from equipoise.conduct.forms import SaveForm
from equipoise.conduct.laboratory import SetLimits, units_of
from equipoise.logic.figures import unit_text
from tests.support import DAY, Trial, a_study, a_trial, noon, rows


def limited() -> Trial:
    """First steps, whose blood pressure is asked with limits, and whose doctors may set them."""
    study = a_study()
    forms = [form.model_dump() for form in study.forms]
    for form in forms:
        for item in form["items"]:
            if item["id"] == "systolic":
                item["limits"] = True
    roles = [role.model_dump() for role in study.roles]
    for role in roles:
        if role["scope"] == "site":
            role["may"] = (*role["may"], "laboratory.limits")
    return a_trial(a_study(forms=forms, roles=roles))


@pytest.fixture
def made() -> Trial:
    return limited()


def limits(site: str = "01", uln: str = "140", **more: str) -> SetLimits:
    return SetLimits(site=site, item="systolic", unit="mm[Hg]", uln=uln, **more)


def saved(made: Trial, site: str, on: date = DAY, **more: str) -> tuple[object, object]:
    someone = made.enter(site)
    values = {"systolic": "135", **{name.replace("__", "."): text for name, text in more.items()}}
    act = SaveForm(form="pressure", visit="screening", values=values)
    made.do(act, someone, on=on, at=noon(DAY))
    record = made.subject(someone).forms.records["pressure@screening#1"]
    return record.now("systolic.lln"), record.now("systolic.uln")


def test_a_limit_left_open_is_the_hospitals_own_of_the_day_of_the_sample(made):
    made.do(limits(uln="140"), on=DAY - timedelta(days=30))
    made.do(limits(uln="145.0", lln="90"), on=DAY - timedelta(days=5))
    assert saved(made, "01", DAY - timedelta(days=40)) == (None, None)
    assert saved(made, "01", DAY - timedelta(days=6)) == (None, "140")
    assert saved(made, "01", DAY - timedelta(days=5)) == ("90", "145")


def test_a_limit_that_was_typed_and_another_hospital_are_left_alone(made):
    made.do(limits(), on=DAY - timedelta(days=30))
    assert saved(made, "01", systolic__uln="138") == (None, "138")
    assert saved(made, "02") == (None, None)


def test_limits_recorded_last_for_one_day_count(made):
    made.do(limits(uln="140"))
    made.do(limits(uln="141"))
    assert saved(made, "01") == (None, "141")


def put_right(made: Trial, someone: str, on: date = DAY, **values: str) -> tuple[object, object]:
    values = {name.replace("__", "."): text for name, text in values.items()}
    act = SaveForm(form="pressure", visit="screening", values=values, reason="mistyped")
    made.do(act, someone, on=on, at=noon(DAY))
    record = made.subject(someone).forms.records["pressure@screening#1"]
    return record.now("systolic.lln"), record.now("systolic.uln")


def sampled(made: Trial, on: date, **more: str) -> str:
    someone = made.enter()
    values = {"systolic": "135", **{name.replace("__", "."): text for name, text in more.items()}}
    made.do(SaveForm(form="pressure", visit="screening", values=values), someone, on=on)
    return someone


def test_limits_that_were_filled_in_follow_a_sample_that_gets_another_day(made):
    made.do(limits(uln="140"), on=DAY - timedelta(days=30))
    made.do(limits(uln="145", lln="90"), on=DAY - timedelta(days=5))
    someone = sampled(made, DAY - timedelta(days=6))
    assert put_right(made, someone, DAY - timedelta(days=5)) == ("90", "145")
    assert put_right(made, someone, DAY - timedelta(days=7), systolic="136") == (None, "140")
    assert put_right(made, someone, DAY - timedelta(days=40)) == (None, None)
    assert put_right(made, someone, DAY - timedelta(days=6), systolic="137") == (None, "140")


def test_limits_that_were_filled_in_are_not_read_in_another_unit(made):
    made.do(limits(uln="140"), on=DAY - timedelta(days=30))
    someone = sampled(made, DAY)
    assert put_right(made, someone, systolic="18", systolic__unit="kPa") == (None, None)
    back = put_right(made, someone, systolic="135", systolic__unit="mm[Hg]")
    assert back == (None, "140")


def test_a_limit_that_the_hospital_gives_in_the_new_unit_is_not_asked_of_anybody(made):
    made.do(limits(uln="140"), on=DAY - timedelta(days=30))
    in_kpa = SetLimits(site="01", item="systolic", unit="kPa", uln="18.5")
    given, typed = sampled(made, DAY), sampled(made, DAY, systolic__uln="139")
    made.do(in_kpa, on=DAY - timedelta(days=10))
    assert put_right(made, given, systolic="18", systolic__unit="kPa") == (None, "18.5")
    # What somebody typed is theirs to give or to take back; taken back, it is left open.
    new = {"systolic": "18", "systolic.unit": "kPa"}
    act = SaveForm(form="pressure", visit="screening", values=new, reason="mistyped")
    assert made.codes(act, typed) == ["item.limit-left"]
    emptied = put_right(made, typed, systolic="18", systolic__unit="kPa", systolic__uln="")
    assert emptied == (None, "18.5")


def test_a_limit_that_was_typed_stays_with_its_sample(made):
    made.do(limits(uln="140"), on=DAY - timedelta(days=30))
    made.do(limits(uln="145"), on=DAY - timedelta(days=5))
    someone = sampled(made, DAY - timedelta(days=6), systolic__uln="138")
    assert put_right(made, someone, DAY - timedelta(days=4)) == (None, "138")
    assert put_right(made, someone, DAY - timedelta(days=4), systolic="137") == (None, "138")
    assert put_right(made, someone, DAY - timedelta(days=4), systolic__uln="139") == (None, "139")


def told_apart() -> Trial:
    """The same, where limits may differ by sex and by age."""
    made = limited()
    study = made.study
    forms = [form.model_dump() for form in study.forms]
    items = forms[0]["items"]
    known = {item["id"] for item in items}
    sex = {"f": {"en": "Female", "nl": "Vrouw"}, "m": {"en": "Male", "nl": "Man"}}
    new = [
        {
            "id": "sex_of",
            "label": {"en": "Sex", "nl": "Geslacht"},
            "kind": "choice",
            "choices": sex,
        },
        {"id": "born", "label": {"en": "Born", "nl": "Geboren"}, "kind": "partial-date"},
    ]
    forms[0]["items"] = [*items, *(one for one in new if one["id"] not in known)]
    named = {"sex": "sex_of", "birth": "born", "source": {"tag": "assumed", "where": "a test"}}
    roles = [role.model_dump() for role in study.roles]
    return a_trial(a_study(forms=forms, roles=roles, laboratory=named))


def limit_of(made: Trial, on: date = DAY, **who: str) -> object:
    """The upper limit that stands beside the pressure of someone of this sex and birth."""
    someone = made.enter("01")
    if who:
        made.do(SaveForm(form="person", visit="screening", values=who), someone, on=on)
    values = {"systolic": "135"}
    made.do(
        SaveForm(form="pressure", visit="screening", values=values), someone, on=on, at=noon(DAY)
    )
    return made.subject(someone).forms.records["pressure@screening#1"].now("systolic.uln")


def test_limits_are_those_of_ones_sex_and_age_on_the_day_of_the_sample_or_none():
    made = told_apart()
    made.do(limits(uln="140"))
    made.do(limits(uln="150", sex="f"))
    made.do(limits(uln="160", sex="f", from_age="65"))
    made.do(limits(uln="130", sex="m", below_age="40"))
    table = """
        sex_of | born       | uln
        -------+------------+-----
        f      | 1980       | 150
        f      | 1950       | 160
        m      | 1950       | 140
        m      | 2000       | 130
        m      |            |
        f      |            |
               | 1980       |
    """
    for row in rows(table):
        who = {name: row[name] for name in ("sex_of", "born") if row[name]}
        assert limit_of(made, **who) == (row["uln"] or None), row
    turns = str(DAY.year - 65)
    assert limit_of(made, sex_of="f", born=turns) is None, "64 or 65, by the year of birth"
    assert limit_of(made, sex_of="f", born=f"{turns}-{DAY:%m-%d}") == "160", "65 today"
    later = DAY + timedelta(days=1)
    assert limit_of(made, sex_of="f", born=f"{turns}-{later:%m-%d}") == "150", "65 tomorrow"


def test_where_limits_by_sex_and_limits_by_age_both_fit_none_is_guessed():
    made = told_apart()
    made.do(limits(uln="150", sex="f"))
    made.do(limits(uln="160", from_age="65"))
    assert limit_of(made, sex_of="f", born="1950") is None
    assert limit_of(made, sex_of="m", born="1950") == "160"


def test_limits_of_nobody_are_refused():
    made = told_apart()
    table = """
        sex | from_age | below_age | code
        ----+----------+-----------+----------------
        x   |          |           | limits.no-sex
        f   | 65       | 40        | limits.ages
            | 40       | 40        | limits.ages
            | 6.5      |           | limits.age
            | old      |           | limits.age
            | -1       |           | limits.age
            | 151      |           | limits.age
            |          | <5        | limits.age
    """
    for row in rows(table):
        asked = {name: row[name] for name in ("sex", "from_age", "below_age")}
        assert made.codes(limits(**asked)) == [row["code"]], row
    assert limited().codes(limits(sex="f", from_age="65")) == ["limits.no-sex", "limits.no-age"]


def test_limits_that_cannot_be_are_refused_and_only_ones_own_hospital_may_be_set(made):
    table = """
        site | item      | unit   | lln | uln  | code
        -----+-----------+--------+-----+------+-----------------
        01   | systolic  | mm[Hg] |     |      | limits.none
        01   | systolic  | mg     |     | 19   | item.unit
        01   | systolic  | mm[Hg] | 150 | 140  | item.limits
        01   | systolic  | mm[Hg] |     | many | item.limit
        01   | diastolic | mm[Hg] |     | 90   | limits.no-item
    """
    for row in rows(table):
        asked = {name: row[name] for name in ("site", "item", "unit", "lln", "uln")}
        assert made.codes(SetLimits(**asked)) == [row["code"]], row
    assert made.codes(limits(site="02"), by="doctor-01") == ["role.may-not"]


def test_a_unit_of_limits_is_offered_as_a_laboratory_writes_it():
    offered = units_of(a_study("pump-it"))
    assert offered["umol/L"] == {"en": "µmol/L", "nl": "µmol/L"}
    assert offered["1"]["en"] == "no unit"
    assert offered["ukat/L"] == {"en": "µkat/L", "nl": "µkat/L"}
    assert [unit_text(code) for code in ("/uL", "10*3/uL", "ug/L", "U/L", "mm[Hg]")] == [
        "/µL",
        "×10³/µL",
        "µg/L",
        "U/L",
        "mmHg",
    ]
