"""The same seed gives the same ledger, byte for byte, whatever is moved about in the code.

The study is kept here as it stood, so that a change of the trial's own text changes nothing. If
this fails and the rules of conduct or of invented people were meant to change, say so in the commit
and write the new digest; if the code was only moved, something else moved too.
"""

import hashlib
from pathlib import Path

from equipoise.conduct.folding import CHECKPOINT
from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import rehearse
from equipoise.ledger import MemoryLedger
from equipoise.study.load import load
from tests.support import STUDIES

FROZEN = Path(__file__).parents[2] / "fixtures" / "house" / "pump-it"
ENTRIES, DIGEST = 2358, "126f543ecd5681a22813b5e37fc9407de1b249c74943cc61f3bbc63b7814a2cc"


def test_the_rehearsed_ledger_of_a_study_that_stands_still_stands_still():
    ledger = MemoryLedger()
    rehearse(load(FROZEN), load_plan(FROZEN), ledger, 20, 7)
    digest, entries = hashlib.sha256(), list(ledger.everything())
    for entry in entries:
        digest.update(entry.digest.encode())
    assert (len(entries), digest.hexdigest()) == (ENTRIES, DIGEST)


def at_no_visit(entry):
    return entry.kind == "forms.save" and '"visit":""' in entry.payload


def test_what_befalls_people_in_one_chapter_moves_nothing_that_others_record():
    """Rehearsed with habits and without: every other entry says the same, on its day.

    Whether somebody has a pump is told by the form of the operation too, so that all have theirs;
    and blood values follow from treatment, which is left out.
    """
    study, plan = load(STUDIES / "pump-it"), load_plan(STUDIES / "pump-it")
    told = []
    values = {name: one.model_copy(update={"again": ()}) for name, one in plan.values.items()}
    others = {name: one for name, one in plan.habits.items() if name != "treatment"}
    for habits in ({"pump": plan.habits["pump"]}, others):
        ledger = MemoryLedger()
        alike = plan.model_copy(update={"habits": habits, "values": values, "locked": False})
        rehearse(study, alike, ledger, 8, 7)
        entries = [e for e in ledger.everything() if e.kind != CHECKPOINT]
        told.append([e for e in entries if not e.kind.startswith("pump.")])
    kinds = {entry.kind for entry in told[0]}  # what no habit does
    assert not any(at_no_visit(entry) for entry in told[0])
    own = [entry for entry in told[1] if entry.kind not in kinds or at_no_visit(entry)]
    assert {entry.kind for entry in own} > {"ae.record", "ae.correct"}
    others = [entry for entry in told[1] if entry not in own]
    said = [
        sorted((e.stream, e.kind, e.payload, e.happened, e.by) for e in entries)
        for entries in (told[0], others)
    ]
    assert said[0] == said[1]
