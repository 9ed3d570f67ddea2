"""A kept row is no ground for an act that cannot be undone, and `verify` finds a row that lies."""

import msgspec
import pytest

from equipoise.cli import main
from equipoise.conduct.act import Refused
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.panel import AskPanel
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.screening import Register
from equipoise.conduct.subject import Subject
from equipoise.web import adopted, home, kept_faults, read_model, write_service
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger
from tests import web_trial

pytestmark = [pytest.mark.database]


@pytest.fixture
def drawn(db, fresh_home) -> Subject:
    web_trial.open_house()
    return web_trial.randomised()


def falsify(subject: Subject, **fields: object) -> None:
    """Change the kept row, as whoever may write to the database can."""
    for name, value in fields.items():
        if isinstance(value, dict):  # a part of a chapter's state
            fields[name] = msgspec.structs.replace(getattr(subject, name), **value)
    state = msgspec.msgpack.encode(msgspec.structs.replace(subject, **fields))
    assert SubjectRow.objects.filter(subject_id=subject.subject_id).update(state=state) == 1


def codes(act, subject: Subject, by: str = "doctor-01") -> set[str]:
    with pytest.raises(Refused) as refused:
        write_service.perform(
            act, by, write_service.today(), subject.subject_id, how=web_trial.PROVED
        )
    return {refusal.code for refusal in refused.value.refusals}


def test_nobody_is_drawn_twice_whatever_the_kept_row_says(drawn):
    again = Randomise(strata=strata_of(adopted.study(), drawn, write_service.today()))
    falsify(drawn, randomisation={"allocation": None})
    assert codes(again, drawn) == {"randomisation.before"}
    # Not even where the row also hides that it fell behind, or is gone.
    falsify(drawn, randomisation={"allocation": None}, seq=drawn.seq + 5, elsewhere=9)
    assert codes(again, drawn) == {"randomisation.before"}
    SubjectRow.objects.all().delete()
    assert codes(again, drawn) == {"randomisation.before"}
    assert len(list(DatabaseLedger().entries("allocation"))) == 1


def test_what_cannot_be_undone_is_judged_on_the_ledger_and_not_on_a_kept_row(drawn):
    falsify(drawn, screening={"registered": None})
    assert "registration.before" in codes(Register(), drawn)
    write_service.perform(
        RecordDeath(cause="other"), "doctor-01", write_service.today(), drawn.subject_id
    )
    falsify(web_trial.again(drawn), follow_up={"death": None})
    assert "event.died-before" in codes(RecordDeath(cause="other"), drawn)
    open_question = web_trial.asked()
    falsify(open_question, panel={"reviews": []})
    asked = AskPanel(scan_on=write_service.today())
    assert "panel.asked-before" in codes(asked, open_question)


def test_the_act_leaves_a_row_that_is_folded_from_the_ledger(db, fresh_home):
    web_trial.open_house()
    subject = web_trial.registered()
    falsify(subject, screening={"site": "06"})
    strata = strata_of(adopted.study(), subject, write_service.today())
    write_service.perform(
        Randomise(strata=strata),
        "doctor-01",
        write_service.today(),
        subject.subject_id,
        how=web_trial.PROVED,
    )
    row = SubjectRow.objects.get(subject_id=subject.subject_id)
    assert read_model.decoded(row).site == row.site == "01"


def test_verify_finds_a_row_that_shows_the_other_arm(drawn, capsys):
    (home.folder() / "equipoise.sqlite3").touch()  # `verify` looks whether there is one
    assert main(["verify"]) == 0
    assert capsys.readouterr().out.endswith(": 0 faults\n")
    other = next(a.id for a in adopted.study().arms if a.id != drawn.randomisation.allocation.arm)
    swapped = msgspec.structs.replace(drawn.randomisation.allocation, arm=other)
    falsify(drawn, randomisation={"allocation": swapped})
    assert main(["verify"]) == 1
    said = capsys.readouterr()
    assert f"{drawn.subject_id} {drawn.seq}: row-differs" in said.err and "allocation" in said.err
    assert said.out.endswith(": 1 faults\n")


def test_verify_finds_a_column_a_missing_row_and_a_row_of_nobody(drawn, study):
    ledger, number = DatabaseLedger(), drawn.subject_id
    other = web_trial.screened()
    SubjectRow.objects.filter(subject_id=number).update(status="died")
    row = SubjectRow.objects.get(subject_id=other.subject_id)
    SubjectRow.objects.filter(subject_id=other.subject_id).delete()
    row.subject_id = "PIT-01-0009"
    row.save()
    found = {fault.stream: fault for fault in kept_faults.faults_of_rows(study, ledger)}
    assert set(found) == {number, other.subject_id, "PIT-01-0009"}
    assert {fault.code for fault in found.values()} == {"row-differs"}
    assert ": status;" in found[number].sentence
    assert "no row" in found[other.subject_id].sentence
    read_model.rebuild(study, ledger, write_service.today())
    assert kept_faults.faults_of_rows(study, ledger) == []
