"""Whatever is activated, signed and filled in, and in whichever order: what is asked follows."""

from datetime import date, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct import folding
from equipoise.conduct.act import Refused
from equipoise.conduct.amendments import ActivateAmendment, TakeBackActivation
from equipoise.conduct.chapters import outlook
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.eligibility import checklist
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import MemoryLedger
from equipoise.logic.truth import Truth
from tests.amended import amended
from tests.sampled import examples
from tests.support import DAY, Trial, a_trial, noon, pressure

END = DAY + timedelta(days=120)
STEPS = st.tuples(
    st.sampled_from(["activate", "activate", "take back", "sign", "sign", "void", "fill", "fill"]),
    st.sampled_from(["01", "01", "02"]),
    st.sampled_from(["A1", "A1", "A2"]),
    st.integers(0, 8),
)


def begun() -> tuple[list[object], dict[str, str]]:
    """Somebody drawn at each hospital, before any amendment."""
    made = a_trial(amended())
    numbers = {site: made.randomised(site) for site in ("01", "02")}
    return list(made.ledger.everything()), numbers


BEGUN, NUMBERS = begun()


def done(made: Trial, step: tuple[str, str, str, int], last: int) -> None:
    """One step; what is refused is no part of the history."""
    what, site, amendment, n = step
    visit, pulse = f"weeks.{n % 3 + 1}", {"pulse": "70"} if n % 2 else {}
    filled = pressure(visit)
    act = {
        "activate": ActivateAmendment(amendment=amendment, site=site, reason="x" * (n % 2)),
        "take back": TakeBackActivation(amendment=amendment, site=site, reason="in error"),
        "sign": GiveConsent(version="2"),
        "void": VoidEntry(entry=last, reason="in error"),
        "fill": msgspec.structs.replace(filled, values={**filled.values, **pulse}),
    }[what]
    whom = NUMBERS[site] if act.stream == "subject" else ""
    try:
        made.do(act, whom, on=DAY + timedelta(days=10 * n), at=noon(END))
    except Refused:
        return


def told(made: Trial, site: str) -> tuple[object, ...]:
    """What is asked of the one at a hospital, by all that knows of amendments."""
    study = made.study.activated(made.folds.trial_state().amendments.active)
    subject = made.subject(NUMBERS[site])
    facts, pulse = SubjectFacts(study, subject, END), study.items["pulse"]
    asked = {
        key: facts.asks(pulse, record)
        for key, record in subject.forms.records.items()
        if record.form == "pressure"
    }
    lines = [(line.criterion.id, line.satisfied) for line in checklist(study, subject, END)]
    return asked, lines, msgspec.json.encode(outlook(study, subject, END))


def covered_from(made: Trial, site: str) -> date | None:
    """By hand, from the ledger alone: the day of the activation, or of the new version if later."""
    active = None
    for entry in made.ledger.entries("study"):
        said = msgspec.json.decode(entry.payload)
        if entry.kind.startswith("amendment.") and (said["site"], said["amendment"]) == (
            site,
            "A1",
        ):
            activated = entry.kind == ActivateAmendment.kind
            active = date.fromisoformat(entry.happened) if activated else None
    own = list(made.ledger.entries(NUMBERS[site]))
    voided = {msgspec.json.decode(one.payload)["entry"] for one in own if one.kind == "entry.void"}
    versions = {
        msgspec.json.decode(one.payload)["version"]: date.fromisoformat(one.happened)
        for one in own
        if one.kind == GiveConsent.kind and one.seq not in voided
    }
    signed = versions.get("2")
    if active is None or "1" not in versions:
        return active
    return max(active, signed) if signed else None


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=12))
def test_what_is_asked_follows_from_activation_and_consent_and_of_no_other_hospital(steps):
    made = Trial(amended(), MemoryLedger.of(BEGUN))
    for step in steps:
        other = "02" if step[1] == "01" else "01"
        last = made.subject(NUMBERS[step[1]]).seq
        before = told(made, other)
        done(made, step, last)
        assert told(made, other) == before
        covered = covered_from(made, step[1])
        asked = told(made, step[1])[0]
        for key, record in made.subject(NUMBERS[step[1]]).forms.records.items():
            if key in asked:
                follows = covered is not None and record.on >= covered
                assert asked[key] is (Truth.TRUE if follows else Truth.FALSE), (key, covered)
    anew = folding.FreshFolds(made.ledger)
    assert anew.trial_state() == made.folds.trial_state()
    assert [anew.subject(n) for n in NUMBERS.values()] == [*map(made.subject, NUMBERS.values())]
