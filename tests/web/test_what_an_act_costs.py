"""What an act costs is counted, never timed: questions to the database, entries read, digests.

A new chapter that has the database asked once more by every act, or folds what is not its own, is
told so here; `make bench` tells what it takes.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from equipoise.conduct import folding
from equipoise.conduct.act import Act
from equipoise.conduct.administration import GiveRole
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import (
    CheckPlan,
    DelayCycle,
    GiveDose,
    PlanCycle,
    ReleasePreparation,
    digest_of_plan,
    propose,
)
from equipoise.conduct.trial import ACTS
from equipoise.ledger import entry as ledger_entry
from equipoise.web import adopted, write_service
from equipoise.web.models import SubjectRow
from equipoise.web.witness import sequencer
from tests import web_trial
from tests.web.refused_pumps import FILLING, IMPLANT

pytestmark = [pytest.mark.database]
FREE = ("SAVEPOINT", "RELEASE SAVEPOINT", "SELECT pg_advisory_xact_lock")
"""What holds the streams, and is no question."""
EVERY_ACT = 9
"""The text that is adopted, the newest moment, the participant's row, what is new, the head, the
entry, what is new now, and the row once more: read, and written."""
BESIDE = {
    "screening.enter": (2, "the copy that was put back, and the counts of participants"),
    "panel.ask": (1, "to whom a letter goes"),
    "panel.vote": (1, "to whom a letter goes"),
    "panel.conclude": (1, "to whom a letter goes"),
    "randomisation.randomise": (5, "the copy, the counts, to whom a letter goes, and a job"),
    "ae.record": (3, "the counts, and the rows of the list: taken out, and put in"),
    "treatment.plan": (3, "the counts, and the rows of the lists"),
    "treatment.check": (2, "the rows of the lists"),
    "treatment.release": (2, "the rows of the lists"),
    "treatment.delay": (3, "the counts, and the rows of the lists"),
    "pump.implant": (4, "the counts, the rows of the lists, and a job"),
    "pump.refill": (4, "the counts, the rows of the lists, and a job"),
    "treatment.give": (7, "the counts, the lists, the deviations, and to whom a letter goes"),
    "query.ask": (5, "the same, and to whom a letter goes"),
    "query.assign": (5, "the counts, the rows of the list, and to whom a letter goes"),
    "query.answer": (5, "the counts, the rows of the list, and to whom a letter goes"),
    "consent.withdraw": (3, "the counts, and the rows of the lists"),
    "event.death": (4, "the rows of the lists, and the deviations"),
}
"""What some kinds ask beside that, and why."""
AGAIN = {kind for kind, act in ACTS.items() if act.irreversible}
"""These are judged on the ledger alone: all of it that concerns them is read."""
GIVEN = "folfox-folinic-acid"
WHERE = {"form": "demography", "visit": "screening", "item": "height"}
FURTHER: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("contact.alive", "doctor-01", {}),
    (
        "ae.record",
        "doctor-01",
        {
            "term": "Broken wrist",
            "grade": "2",
            "serious": "no",
            "related": "no",
            "begin": "{today}",
            "outcome": "unknown",
        },
    ),
    ("query.ask", "monitor", {**WHERE, "text": "Is this right?", "to": "nurse"}),
    ("query.assign", "monitor", {"query": "{seq}", "to": "investigator"}),
    ("query.answer", "doctor-01", {"query": "{seq}", "text": "It is"}),
    ("consent.withdraw", "doctor-01", {"scope": "treatment", "reason": ""}),
    (
        "treatment.give",
        "doctor-01",
        {"regimen": "folfox", "cycle": 1, "doses": {"folfox-infusion": "4400"}},
    ),
    ("event.death", "doctor-01", {"cause": "disease"}),
)
"""What is done to the participant once they are drawn: which kind, by whom, and its fields."""


class Cost:
    """What was asked, read and made while something was done."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.did: Counter[str] = Counter()

    def told(self, what: str, most: int, why: str = "") -> str:
        """The sentence for whoever made it dearer."""
        asked = "\n  ".join(sql[:150] for sql in self.asked)
        more = f" ({why} among them)" if why else ""
        return f"{what} asks the database {len(self.asked)} times, at most {most}{more}:\n  {asked}"


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cost]:
    """Count until the block ends."""
    cost = Cost()

    def ask(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith(FREE):
            cost.asked.append(" ".join(sql.split()))
        return execute(sql, *rest)

    def count(owner: Any, name: str, told: str) -> None:
        before = getattr(owner, name)

        def again(*args: Any, **kwargs: Any) -> Any:
            cost.did[told] += 1
            return before(*args, **kwargs)

        patch.setattr(owner, name, again)

    with monkeypatch.context() as patch, connection.execute_wrapper(ask):
        count(folding, "stamp_of", "entries folded")
        count(ledger_entry, "digest_of", "digests")
        count(sequencer, "signed", "signatures")
        yield cost


def treat(drawn: Subject) -> None:
    """A dose is planned, checked, prepared and given, a cycle put off; a pump put in and filled."""

    def do(act: Act, by: str) -> int:
        how = web_trial.PROVED if act.step_up else PLAINLY
        return write_service.perform(act, by, None, drawn.subject_id, how=how).seq

    do(SaveForm(form="vital_signs", visit="", values={"weight_now": "70"}), "nurse-01")
    cycle: dict[str, Any] = {"regimen": "folfox", "cycle": 1}
    treatment, subject = adopted.study().treatment, web_trial.again(drawn)
    assert treatment
    parts = propose(adopted.study(), subject, treatment.regimen_of["folfox"], write_service.today())
    doses = {one.part.id: one.text for one in parts if one.part.id == GIVEN}
    why = {one.part.id: "not now" for one in parts if one.part.id != GIVEN}
    told = {"doses": doses, "prescribed": doses, "reasons": why}
    plan = do(PlanCycle(**cycle, day=write_service.today(), **told), "doctor-01")
    (made,) = web_trial.again(drawn).treatment.plans
    do(CheckPlan(plan=plan, digest=digest_of_plan(made)), "pharmacist")
    until = (write_service.today() + timedelta(days=30)).isoformat()
    do(ReleasePreparation(plan=plan, lots={GIVEN: "A"}, expiries={GIVEN: until}), "pharmacist")
    do(GiveDose(**cycle, doses=doses), "nurse-01")
    off = {"until": write_service.today() + timedelta(days=7), "why": "blood"}
    do(DelayCycle(regimen="folfox", cycle=2, **off), "doctor-01")
    do(ACTS["pump.implant"](**IMPLANT), "doctor-01")
    do(ACTS["pump.refill"](**FILLING | {"time": "00:01", "withdrawn": "29.9"}), "nurse-01")


@pytest.fixture
def costs(db, fresh_home, monkeypatch) -> dict[str, list[Cost]]:
    """What each act cost in the life of one participant, by its kind."""
    found: dict[str, list[Cost]] = {}
    perform = write_service.perform

    def counted(act: Any, *args: Any, **kwargs: Any) -> Any:
        write_service.folds().trial_state()  # what others added to the trial is known
        with counting(monkeypatch) as cost:
            entry = perform(act, *args, **kwargs)
        found.setdefault(act.kind, []).append(cost)
        return entry

    web_trial.open_house()
    write_service.perform(GiveRole(person="pharmacist", role="pharmacist", site="01"), "office")
    monkeypatch.setattr(write_service, "perform", counted)
    drawn, seq = web_trial.randomised(), 0
    for kind, by, fields in FURTHER:
        known = {"seq": seq, "today": write_service.today()}
        named = {
            name: told.format_map(known) if isinstance(told, str) else told
            for name, told in fields.items()
        }
        entry = write_service.perform(ACTS[kind](**named), by, None, drawn.subject_id)
        seq = entry.seq if kind == "query.ask" else seq
    treat(web_trial.randomised())
    return found


def test_an_act_asks_folds_and_signs_no_more_than_its_kind_needs(costs):
    for kind, found in costs.items():
        more, why = BESIDE.get(kind, (0, ""))
        for cost in found:
            assert len(cost.asked) <= EVERY_ACT + more, cost.told(kind, EVERY_ACT + more, why)
            folded, digests = cost.did["entries folded"], cost.did["digests"]
            assert folded == 1 or kind in AGAIN, f"{kind} folds {folded} entries: its own is enough"
            # One as it is made, and one as it is checked before it is recorded.
            assert digests == 2, f"{kind} makes {digests} digests, and two are enough"
            assert not cost.did["signatures"], f"{kind} waits for a signature, which is a job's"
    most = {kind: max(len(cost.asked) for cost in found) for kind, found in costs.items()}
    spare = {kind: EVERY_ACT + BESIDE.get(kind, (0, ""))[0] - asked for kind, asked in most.items()}
    assert not any(spare.values()), f"these ask less than they may, so lower it: {spare}"


def test_a_request_for_an_act_asks_little_beside_the_act_itself(db, fresh_home, ask, monkeypatch):
    """Whose key it is, the text and the trial as they see it; a page also whose session."""
    web_trial.open_house()
    number = web_trial.consented().subject_id
    program, person = ask("doctor-01"), web_trial.signed_in("doctor-01")
    here = reverse("form", args=[number, "fitness", "screening", 1])

    def by_program(client: Client, ecog: str) -> int:
        fields = {"form": "fitness", "visit": "screening", "values": {"ecog": ecog}, "reason": "x"}
        body = {"subject_id": number, "fields": fields}
        address = "/api/acts/forms.save"
        return client.post(address, body, content_type="application/json").status_code

    def by_hand(client: Client, ecog: str) -> int:
        on = write_service.today()
        dated = {"happened.day": on.day, "happened.month": on.month, "happened.year": on.year}
        typed = {"ecog": ecog, **dated, "reason": "again", "then": "next"}
        sent = typed | {"seen": SubjectRow.objects.values_list("seq", flat=True).get(pk=number)}
        return client.post(here, sent).status_code

    asks = ((by_program, program, 200, 3), (by_hand, person, 302, 10))
    for done, client, status, more in asks:
        assert done(client, "0") == status  # what is noted once a day is noted
        with counting(monkeypatch) as cost:
            assert done(client, "1") == status
        assert len(cost.asked) <= EVERY_ACT + more, cost.told(done.__name__, EVERY_ACT + more)
    with counting(monkeypatch) as cost:
        assert person.get(here).status_code == 200
    assert len(cost.asked) <= 12, cost.told("the page of a form", 12)
