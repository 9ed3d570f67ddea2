"""An amendment half-way through a rehearsal: hospital by hospital, and consent again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from equipoise.conduct import folding
from equipoise.conduct.amendments import ActivateAmendment
from equipoise.conduct.coverage import again, coverage
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.trial import subject_ids
from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.plan_values import ValuePlan
from equipoise.design.rehearsal.run import rehearse
from equipoise.ledger import MemoryLedger, verify
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from tests.amended import amended
from tests.support import STUDIES, a_study, carried_study

NUMBERS = {"pulse": ("72", "80"), "slept": ("7", "8")}


def amended_pump_it(from_on: date) -> Study:
    """The pump trial with one new question of its vital signs, and a second consent form."""
    plain = carried_study("pump-it").model_dump(exclude={"digest"})
    vital = next(form for form in plain["forms"] if form["id"] == FORM["pump-it"])
    pulse = {"id": "slept", "label": "Hours of sleep", "kind": "number", "required": True}
    vital["items"] = [*vital["items"], {**pulse, "since": "A1"}]
    first = plain["consent"]["versions"][-1]
    second = {**first, "version": "amended", "from_on": from_on}
    plain["consent"] = {**plain["consent"], "versions": [*plain["consent"]["versions"], second]}
    told = {"id": "A1", "title": "Sleep", "from_on": from_on, "consent": "amended"}
    amendments = [{**told, "source": "assumed: for tests"}]
    return a_study("pump-it", **{**plain, "amendments": amendments})


FORM, ITEM = (
    {"first-steps": "pressure", "pump-it": "vital_signs"},
    {
        "first-steps": "pulse",
        "pump-it": "slept",
    },
)


@pytest.fixture(
    scope="module", params=["first-steps", pytest.param("pump-it", marks=pytest.mark.slow)]
)
def played(request: pytest.FixtureRequest) -> tuple[str, Study, MemoryLedger]:
    """A trial with an amendment of its fourth month; one in three does not consent again."""
    name, ledger, plan = request.param, MemoryLedger(), load_plan(STUDIES / request.param)
    day = plan.start + timedelta(days=90)
    study = amended(from_on=day) if name == "first-steps" else amended_pump_it(day)
    values = {one: ValuePlan(choice=dict.fromkeys(those, 1)) for one, those in NUMBERS.items()}
    told = {
        "values": {**plan.values, **values},
        "amendments": {"A1": {"within": (0, 60), "signs_again": Decimal("0.67")}},
    }
    plan = type(plan).model_validate({**plan.model_dump(exclude={"habits"}), **told})
    plan = plan.model_copy(update={"habits": load_plan(STUDIES / name).habits})
    rehearse(study, plan, ledger, 40, 7, plan.start + timedelta(days=500))
    return name, folding.as_active(study, ledger), ledger


def test_hospitals_take_it_up_on_days_of_their_own_and_people_consent_again(played):
    name, study, ledger = played
    assert verify(ledger.everything()) == []
    entries = list(ledger.everything())
    days = [one.happened for one in entries if one.kind == ActivateAmendment.kind]
    assert len(days) == len(study.sites_taking) * len(study.amendments) and len(set(days)) > 2
    people = [folding.FreshFolds(ledger).subject(number) for number in subject_ids(ledger)]
    twice = [one for one in people if len(one.consent.given) == 2]
    assert len(twice) > 5 and any(again(study, one) for one in people)


def test_every_form_of_a_day_that_the_amendment_covers_answers_what_it_asks(played):
    name, study, ledger = played
    asked, item = 0, study.items[ITEM[name]]
    for number in subject_ids(ledger):
        subject = folding.FreshFolds(ledger).subject(number)
        covered, facts = coverage(study, subject, "A1"), SubjectFacts(study, subject, date.max)
        for record in subject.forms.of(FORM[name]):
            follows = covered is not None and record.on >= covered.on
            assert record.answers(item.id) is follows, (number, record)
            is_asked = facts.asks(item, record)
            assert is_asked is (Truth.TRUE if follows else Truth.FALSE)
            asked += follows
    assert asked > 20
