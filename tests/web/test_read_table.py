"""What is derived can be dropped at any time: it is made again, the same, from the ledger."""

import pytest
from django.db import connection

from equipoise.conduct import folding, trial
from equipoise.conduct.follow_up import RecordAlive
from equipoise.conduct.subject import Subject
from equipoise.ledger import MemoryLedger, verify
from equipoise.web import bootstrap, home, read_model, write_service
from equipoise.web.models import Account, SubjectRow
from equipoise.web.people import name_of
from equipoise.web.store import DatabaseLedger, NotEmpty

pytestmark = [pytest.mark.database]


def rows():
    return {row["subject_id"]: _comparable(row) for row in SubjectRow.objects.values()}


def _comparable(row):
    return {**row, "state": bytes(row["state"])}


def test_a_rehearsed_ledger_comes_in_letter_by_letter_and_whole(trial_here, rehearsed):
    assert list(DatabaseLedger().everything()) == list(rehearsed.everything())
    assert verify(DatabaseLedger().everything()) == []


def test_every_row_is_what_a_fresh_fold_gives(trial_here):
    ledger, kept = DatabaseLedger(), SubjectRow.objects.all()
    assert len(kept) == len(trial.subject_ids(ledger)) > 10
    for row in kept:
        fresh = folding.catch_up_subject(Subject(subject_id=row.subject_id), ledger)
        assert read_model.decoded(row) == fresh == write_service.folds().subject(row.subject_id)
        assert (row.site, row.randomised_on) == (fresh.site, fresh.randomised_on)


def test_rebuilding_gives_the_same_rows_that_the_acts_left(trial_here, study):
    row = SubjectRow.objects.filter(status="on study").first()
    write_service.perform(
        RecordAlive(),
        "nurse-01-1" if row.site == "01" else f"nurse-{row.site}-1",
        None,
        row.subject_id,
    )
    entered = write_service.enter_screening("nurse-01-1", "01")
    before = rows()
    assert entered.subject_id in before
    SubjectRow.objects.filter(site="01").delete()
    SubjectRow.objects.update(state=b"", status="nonsense")
    assert read_model.rebuild(study, DatabaseLedger(), write_service.today()) == len(before)
    assert rows() == before


def test_a_row_that_fell_behind_is_never_believed_beyond_what_it_holds(trial_here):
    row = SubjectRow.objects.filter(status="on study").first()
    person = f"nurse-{row.site}-1"
    write_service.perform(RecordAlive(), person, None, row.subject_id)
    after = write_service.folds().subject(row.subject_id)
    row.save()  # as it stood before the act
    assert write_service.folds().subject(row.subject_id) == after
    SubjectRow.objects.all().delete()
    assert write_service.folds().subject(row.subject_id) == after


def test_a_ledger_is_not_brought_into_a_database_that_holds_one(trial_here, rehearsed):
    with pytest.raises(NotEmpty):
        bootstrap.load_ledger(rehearsed, b"s" * 32)


def test_a_rehearsed_seed_never_replaces_a_real_one(db, fresh_home):
    kept = home.secret("seed")
    with pytest.raises(home.SeedKept):
        bootstrap.load_ledger(MemoryLedger(), b"s" * 32)
    assert home.secret("seed") == kept and not home.is_demonstration()


def test_everyone_in_the_demonstration_has_a_name_and_one_password(trial_here, study):
    listed = bootstrap.demo_people(study)
    assert {person.label for person in listed} == {role.label["en"] for role in study.roles}
    for person in listed:
        assert any(held for held in trial_here.people[person.person_id].roles)
        account = Account.objects.get(person_id=person.person_id)
        assert account.check_password(bootstrap.DEMO_PASSWORD)
        assert name_of(account) != person.person_id


def test_names_are_sealed_in_the_database(trial_here):
    account = Account.objects.get(person_id="nurse-01-1")
    given, family = name_of(account).encode().split()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM account")
        kept = repr(
            [
                [bytes(v) if isinstance(v, memoryview) else v for v in row]
                for row in cursor.fetchall()
            ]
        ).encode()
    assert given not in kept and family not in kept


def test_a_trial_is_opened_by_its_office_with_its_sites_and_first_people(
    db, fresh_home, stopped_clock, study
):
    bootstrap.open_trial(study, "office-9", ["01"], [("nurse-9", "nurse", "01")])
    whole = write_service.folds().trial_state()
    assert set(whole.sites) == {"01"} and set(whole.people) == {"office-9", "nurse-9"}
    assert whole.study_digest == study.digest
    assert write_service.enter_screening("nurse-9", "01").subject_id.endswith("-0001")
