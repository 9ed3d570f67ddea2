"""What the monitoring board watches: whom a rule counts, from when on, and of which arm."""

from decimal import Decimal

import pytest

from equipoise.analysis.stopping import Count, watched_now
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.safety import RecordEvent
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.spec.conduct.pump.pumps import KINDS, PUMP, explant, implant, later, scan
from tests.spec.conduct.safety.test_adverse_event_rules import SAFETY
from tests.support import DAY, a_study, a_trial, carried_study

SOURCE = "assumed: for tests"
EXACT = {"exact": {"alpha": Decimal("0.05"), "source": SOURCE}}
RULE = {"id": "w", "label": "W", "among": "consent is known", "counts": "death_on is known"}
RULES = {rule.id: rule for rule in carried_study("pump-it").stopping.rules}
ASKS = ("counts", "complete")
TERMS = [{"id": "biliary-sclerosis", "label": "Biliary sclerosis"}]
SALINE = implant(substance="saline", dose="")
SCLEROSIS = RecordEvent(
    term="Stricture",
    code="biliary-sclerosis",
    grade="3",
    serious="no",
    related="no",
    begin="2026-03",
    outcome="recovering",
)


def a_text(**blocks):
    plain = a_study()
    may = (*KINDS, "ae.record", "event.death")
    roles = [role.model_dump() for role in plain.roles]
    roles = [{**role, "may": tuple(dict.fromkeys((*role["may"], *may)))} for role in roles]
    return a_study(roles=roles, pump=PUMP, safety=SAFETY | {"terms": TERMS}, **blocks)


def stands(rule, *acts, on):
    """How a rule of PUMP-IT stands for one person of the arm, to whom these acts were done."""
    made = a_trial(a_text())
    someone = made.randomised()
    for act, day in acts:
        made.do(act, someone, on=day)
    subject = made.subject(someone)
    drug = {name: one.replace("floxuridine", "drug") for name, one in RULES[rule] if name in ASKS}
    mine = RULES[rule].model_copy(update={"arm": subject.arm, **drug})
    found = watched_now(made.study, mine, [subject], on)
    other = mine.model_copy(update={"arm": "another"})
    assert watched_now(made.study, other, [subject], on) == Count(people=0, events=0, waiting=0)
    return found.events, found.people, found.waiting


DIED, OPERATED = RecordDeath(cause="disease"), (implant(), DAY)
CASES = [
    ("deaths", [], 100, (0, 0, 0)),  # not operated: not among them
    ("deaths", [OPERATED], 90, (0, 0, 1)),  # the 90th day is not over
    ("deaths", [OPERATED], 91, (0, 1, 0)),
    ("deaths", [OPERATED, (DIED, later(10))], 10, (1, 1, 0)),  # counts at once
    ("deaths", [OPERATED, (DIED, later(90))], 200, (1, 1, 0)),
    ("deaths", [OPERATED, (DIED, later(91))], 200, (0, 1, 0)),
    ("sclerosis", [OPERATED], 180, (0, 0, 1)),
    ("sclerosis", [OPERATED], 181, (0, 1, 0)),
    ("sclerosis", [OPERATED, (SCLEROSIS, later(30))], 30, (1, 1, 0)),
    ("never-started", [(SALINE, DAY)], 90, (0, 0, 1)),
    ("never-started", [(SALINE, DAY)], 91, (1, 1, 0)),
    ("never-started", [OPERATED], 0, (0, 1, 0)),  # the drug went in at the operation
    ("never-started", [(SALINE, DAY), (explant(), later(5))], 100, (1, 1, 0)),
    ("outside", [OPERATED], 50, (0, 0, 1)),
    ("outside", [OPERATED, (scan(), later(3))], 3, (0, 1, 0)),
    ("outside", [OPERATED, (scan(extrahepatic="yes", because="stomach"), later(3))], 3, (1, 1, 0)),
    (
        "outside",  # a later scan without it does not undo that it was there
        [OPERATED, (scan(extrahepatic="yes", because="stomach"), later(3)), (scan(), later(9))],
        9,
        (1, 1, 0),
    ),
]


@pytest.mark.parametrize(("rule", "acts", "days", "expected"), CASES)
def test_whom_a_rule_counts_and_from_when_on(rule, acts, days, expected):
    assert stands(rule, *acts, on=later(days)) == expected


def test_the_order_of_people_does_not_matter():
    made = a_trial(a_text())
    people = [made.randomised() for _ in range(4)]
    made.do(implant(), people[0])
    made.do(implant(), people[2])
    made.do(DIED, people[2], on=later(3))
    everyone = [made.subject(one) for one in people]
    mine = [RULES["deaths"].model_copy(update={"arm": arm}) for arm in made.study.arm_of]
    forward = [watched_now(made.study, rule, everyone, later(120)) for rule in mine]
    assert forward == [watched_now(made.study, rule, everyone[::-1], later(120)) for rule in mine]
    assert sum(one.people for one in forward) == 2 and sum(one.events for one in forward) == 1


@pytest.mark.parametrize(
    ("told", "because"),
    [
        ({"arm": "nobody", **EXACT}, "no arm named 'nobody'"),
        ({}, "it is judged by one of `exact` and `posterior`"),
        ({"counts": "deth_on is known", **EXACT}, "deth_on"),
        ({"counts": "death_on", **EXACT}, "yes or no"),
    ],
)
def test_a_rule_that_cannot_be_judged_is_an_error_of_the_study(told, because):
    arm = next(iter(a_study().arm_of))
    rule = {**RULE, "arm": arm, "limit": 10, "source": SOURCE, **told}
    study = a_text(stopping={"rules": [rule]})
    found = consistency(study, Places({}), [*KINDS, *(k for r in study.roles for k in r.may)])
    assert any(because in problem.message for problem in found), found


def test_two_rules_of_one_name_are_an_error_of_the_study():
    rule = {**RULE, "arm": next(iter(a_study().arm_of)), "limit": 10, "source": SOURCE, **EXACT}
    found = consistency(a_text(stopping={"rules": [rule, rule]}), Places({}), KINDS)
    assert any(problem.message == "'w' stands twice" for problem in found)
