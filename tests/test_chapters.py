"""What every chapter of the protocol promises, over both lists: no chapter is silently left out."""

import re
import typing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from equipoise.analysis.frames import frame, tables
from equipoise.conduct import chapters
from equipoise.conduct.act import Act, Stamp
from equipoise.conduct.audit_reviews import ReviewAudit
from equipoise.conduct.chapters import ACTS, CHAPTERS, agenda, course
from equipoise.conduct.digests import entries
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.folding import FreshFolds
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.persons import ErasePerson, ResetSecondFactor
from equipoise.conduct.sight import EVERYTHING, Sight
from equipoise.conduct.state.done import Done, FactQuery, State
from equipoise.conduct.subject import STATES
from equipoise.conduct.table import visible_rows
from equipoise.conduct.trial import subject_ids
from equipoise.conduct.trial_state import SHARED
from equipoise.conduct.verification import ALONE
from equipoise.conduct.voiding import VoidEntry
from equipoise.conduct.words import asks, visits_of
from equipoise.ledger import MemoryLedger
from equipoise.study import vocabulary
from equipoise.study.sections.messages import MessageRule
from tests import support
from tests.chapters import falls
from tests.chapters.reach import not_reached
from tests.fixtures.make_fold import golden, golden_text
from tests.support import a_study, a_trial, carried_study

DAY = date(2026, 11, 28)
NO_CONTACT = {
    "screening": "nobody need have seen them when they were entered, or screening failed",
    "consent": "whoever withdraws may do so by a letter or by somebody else",
    "panel": "the panel reads scans",
    "randomisation": "an error of the draw is found in the file",
    "follow_up": "whoever is dead is not alive",
    "forms": "what was not done shows nobody",
    "voiding": "an error is found in the file",
    "redaction": "what must not stand there is found in the file",
    "queries": "a query is of the record",
    "verification": "values are compared with the file",
    "signatures": "a form is signed, and nobody seen",
    "locks": "the record is locked, and nobody seen",
}
"""Why days that a state keeps do not show the participant alive, where some do not."""

IN_NO_TABLE = {
    "screening": {
        "Failure.on Failure.criteria Failure.note": "the flow of participants counts who failed",
        "ScreenedBefore.on": "the day on which the link was found; the audit tells it",
    },
    "consent": {
        "ConsentGiven.version": "a matter of the participant's own record",
        "Withdrawal.reason": "nobody has to give one",
    },
    "forms": {
        "NotDone.visit NotDone.form NotDone.on NotDone.why NotDone.reason": (
            "what was not done is told among the deviations"
        ),
        "Done.on": "what a form was dated by before; the audit tells it",
        "Save.confirmed Save.reasons Save.first Save.checks": (
            "told with each value; in the golden ledger nothing is confirmed, and no check asks"
        ),
    },
    "panel": {
        "Review.number Review.scan_on Review.drawn Review.votes "
        "Done.on Vote.on Vote.category Vote.reasons Vote.remark Conclusion.on "
        "Conclusion.category Conclusion.rule Conclusion.advice": "votes are sealed; see the audit"
    },
    "randomisation": {
        "Allocation.stream Allocation.study": "told as the version of the text",
        "DrawError.on DrawError.reason": "among the deviations",
    },
    "safety": {
        "ReportTold.version Assessed.on Submitted.report": (
            "which entry each was about; the course and the audit tell it"
        ),
        "Assessed.first_known": "only an earlier day moves day 0",
    },
    "treatment": {
        "Plan.acknowledged": "told with each dose planned; in the golden ledger nothing warns"
    },
    "voiding": {
        "VoidingState.voided Voided.on Voided.entry Voided.voids Voided.reason": (
            "what no longer counts is no data; the audit tells it"
        )
    },
    "redaction": {
        "RedactionState.redacted Redacted.on Redacted.entry Redacted.redacts Redacted.fields "
        "Redacted.reason": "of the record and no data; the audit tells it"
    },
}
"""What of a chapter's state reaches no table, with the reason."""

OF_A_PERSON = {ErasePerson, ResetSecondFactor}
"""Acts of which the ledger tells, and that the doors carry out where names and keys are kept."""
OF_THE_LEDGER = {ReviewAudit}
"""Acts that say something of the ledger itself, on which nothing in the trial rests."""

# The chapter of falls is of these tests alone, and keeps every promise with the others.
EVERY_CHAPTER = pytest.mark.parametrize("chapter", [*CHAPTERS, falls.CHAPTER], ids=lambda c: c.name)
EVERY_ACT = pytest.mark.parametrize("act", [*ACTS.values(), falls.RecordFall], ids=lambda a: a.kind)
EVERY_STATE = pytest.mark.parametrize("name", [*STATES, "falls"])


@pytest.fixture(autouse=True)
def _falls(monkeypatch):
    falls.entered(monkeypatch)


def test_every_fact_that_a_section_declares_is_read_from_one_state_and_no_other_fact_is():
    read, declared = [f for state in STATES.values() for f in state.facts], vocabulary.CONDUCT_FACTS
    assert sorted(fact.name for fact in read) == sorted(fact.name for fact in declared)
    assert set(read) == set(declared)


@EVERY_STATE
def test_a_state_in_which_nothing_was_left_is_read_without_an_error(name: str):
    study = carried_study("pump-it")
    state = STATES[name]()
    for read in state.facts.values():
        assert isinstance(list(read(state, FactQuery(study=study, on=DAY))), list)
    assert list(state.contacts(study)) == [] and state.ends() is None


@EVERY_ACT
def test_an_act_is_of_one_chapter_and_writes_one_state_or_the_whole_trial(act: type[Act]):
    assert sum(act in chapter.acts for chapter in chapters.CHAPTERS) == 1
    leaves = act.apply is not Act.apply
    assert bool(act.writes) is leaves
    if leaves:
        hint = typing.get_type_hints(act.apply)["state"]
        assert hint is STATES[act.writes]
    shared = act.apply_to_trial is not Act.apply_to_trial
    assert bool(act.writes_trial) is shared
    if shared:
        hint = typing.get_type_hints(act.apply_to_trial)["state"]
        assert hint is SHARED[act.writes_trial]
    assert leaves or shared or act in OF_A_PERSON | OF_THE_LEDGER


def test_every_state_of_the_whole_trial_is_written_by_the_acts_of_one_chapter():
    writers = {
        name: {c.name for c in CHAPTERS if any(act.writes_trial == name for act in c.acts)}
        for name in SHARED
    }
    assert all(len(chapters) == 1 for chapters in writers.values()), writers


def test_a_chapter_is_one_place_and_enters_the_product_with_ten_lines():
    """Counted of adverse events: six for any chapter, two for its facts, one for its deviations,
    one for a page of its own.

    Its own modules, schemas and catalogues stand apart.
    """
    own = re.compile(r"(/|^)safety(/|\.py$)")
    naming = re.compile(r"\bsafety\b|Safety|adverse|\bae\.|CorrectEvent|RecordEvent", re.IGNORECASE)
    src = Path("src/equipoise")
    files = [p for form in ("py", "jinja", "html", "js", "css") for p in src.rglob(f"*.{form}")]
    lines = [
        f"{path.relative_to(src)}: {line.strip()}"
        for path in files
        if "vendor" not in path.parts and not own.search(path.relative_to(src).as_posix())
        for line in path.read_text(encoding="utf-8").splitlines()
        if naming.search(line)
    ]
    assert 0 < len(lines) <= 10, "\n".join(lines)


@EVERY_CHAPTER
def test_what_is_sealed_is_a_field_of_the_chapters_own_acts_by_name(chapter):
    sealed = chapter.seals.fields if chapter.seals else {}
    for act, fields in sealed.items():
        assert act in chapter.acts and set(fields) <= set(act.__struct_fields__), act
        assert (chapter.seals, fields) in list(chapters.seals_of(act.kind))


@EVERY_ACT
def test_an_act_is_told_in_words_and_not_by_its_kind(act: type[Act]):
    assert act.words.name and act.words.title and act.kind not in (act.words.name, act.words.line)
    fields = {field.name for field in msgspec.structs.fields(act)}
    assert fields == set(asks(act))


@EVERY_STATE
def test_a_state_that_keeps_days_shows_them_alive_or_says_why_not(name: str):
    """Last known alive is asked of every state, so that none is forgotten."""
    state = STATES[name]
    shown = state.contacts is not State.contacts
    assert shown or name in NO_CONTACT


@EVERY_CHAPTER
def test_a_chapter_answers_for_someone_of_whom_nothing_is_known(chapter):
    study, nobody = carried_study("pump-it"), FreshFolds(MemoryLedger()).subject("PIT-01-0001")
    for hook in (chapter.keeps_out, chapter.agenda):
        assert isinstance(list(hook(study, nobody, DAY)), list)
    assert list(chapter.course(study, nobody)) == []


def test_what_comes_next_and_what_happened_are_of_acts_that_there_are():
    study, nobody = carried_study("pump-it"), FreshFolds(MemoryLedger()).subject("PIT-01-0001")
    nobody.screening.entered = Done(by="nurse", at=datetime(2026, 11, 28, tzinfo=UTC), on=DAY)
    known = set(ACTS.values())
    assert {one.act for one in course(study, nobody)} <= known
    assert {due.where for due in agenda(study, nobody, DAY) if isinstance(due.where, type)} <= known


@EVERY_CHAPTER
def test_every_kind_of_act_stands_in_the_reference(chapter):
    told = Path("docs/reference/rest-api.md").read_text(encoding="utf-8")
    for act in chapter.acts if chapter is not falls.CHAPTER else ():
        assert act.by_trial or f"`{act.kind}`" in told, act.kind


@EVERY_STATE
def test_every_field_of_a_state_reaches_a_table_or_is_excused_by_name(name: str):
    """What nobody can take out for analysis is left out on purpose, and not by oversight."""
    folds = FreshFolds(golden())
    subjects = [folds.subject(subject_id) for subject_id in subject_ids(golden())]
    falls.RecordFall(hurt="no").leave(subjects[0], Stamp(by="nurse", at=support.noon(DAY)))
    excused = {field for fields in IN_NO_TABLE.get(name, {}) for field in fields.split()}
    assert not_reached(golden_text(), subjects, name) == excused


def test_the_rows_of_a_listed_table_are_the_same_on_every_day():
    """They are kept as they were recorded, and asked for by page."""
    folds, study = FreshFolds(golden()), golden_text()
    for table in (table for chapter in CHAPTERS for table in chapter.tables if table.listed):
        for name in subject_ids(golden()):
            subject = folds.subject(name)
            days = (date(2000, 1, 1), DAY, date(2100, 1, 1))
            first, *others = (list(table.rows(study, subject, on)) for on in days)
            assert all(rows == first for rows in others), (table.name, name)


def test_what_a_table_tells_of_arms_is_closed_to_whom_results_by_arm_are():
    made = a_trial()
    subject = made.subject(made.randomised())
    falls.RecordFall(hurt="yes").leave(subject, Stamp(by="nurse", at=support.noon(DAY)))
    assert list(tables()) == [
        "subjects",
        "amendments",
        "values",
        "derived",
        "strata",
        "follow_up",
        "tumour_responses",
        "best_responses",
        "cycles_planned",
        "doses",
        "planned_doses",
        "cycles_not_given",
        "tablet_counts",
        "tablets",
        "dose_intensity",
        "adverse_events",
        "surgical_grades",
        "serious_events",
        "safety_submissions",
        "serious_reactions",
        "safety_reports",
        "declined_events",
        "pumps",
        "pump_fillings",
        "pump_scans",
        "queries",
        "verification",
        "signatures",
        "locks",
        "falls",
    ]
    open_to = frame(tables()["falls"], [subject], made.study, DAY).rows()
    closed = frame(tables()["falls"], [subject], made.study, DAY, Sight(everywhere=True)).rows()
    assert open_to == [(subject.subject_id, DAY, "yes")]
    assert closed == [(subject.subject_id, DAY, None)]


def test_no_table_gives_a_row_of_a_visit_of_one_arm_to_who_could_count_arms():
    """Also one that a chapter brings tomorrow: a column `visit` is all that it takes."""
    study, someone = carried_study("pump-it"), support.Subject(subject_id="x")
    (visit, *_) = sorted(study.visits_of_an_arm)
    named = {name: [one.name for one in table.columns] for name, table in tables().items()}
    found = {name: columns for name, columns in named.items() if "visit" in columns}
    assert {"values", "derived", "queries", "signatures", "tumour_responses"} <= set(found)
    for name, columns in found.items():
        row = tuple(visit if column == "visit" else None for column in columns)
        table = replace(tables()[name], rows=lambda study, subject, on, row=row: [row])
        for sight, count in ((Sight(everywhere=True), 0), (Sight(), 1), (EVERYTHING, 1)):
            rows = list(visible_rows(table, study, [someone], DAY, sight))
            assert len(rows) == count, (name, sight)
    of_visits = [one for table in tables().values() for one in table.columns]
    assert {one.name for one in of_visits if one.choices is visits_of} == {"visit"}


def test_no_table_of_doses_or_pumps_gives_a_row_to_who_could_count_arms():
    """How many doses a day has, and how far apart the days are, tell the regimen."""
    study, someone = carried_study("pump-it"), support.Subject(subject_id="x")
    told = {one.name for one in CHAPTERS if one.tells_arm(study)}
    assert told == {"pump", "treatment"}
    found = [table for one in CHAPTERS if one.name in told for table in one.tables]
    for one in found:
        row = tuple(None for _ in one.columns)
        table = replace(one, rows=lambda study, subject, on, row=row: [row])
        for sight, count in ((Sight(everywhere=True), 0), (Sight(), 1), (EVERYTHING, 1)):
            rows = list(visible_rows(table, study, [someone], DAY, sight))
            assert len(rows) == count, (one.name, sight)
    assert len(found) == 10


def test_whatever_is_done_of_a_participant_is_among_what_a_signature_over_everything_covers():
    """All but votes, which nobody sees before all are cast, and what tells of the record alone.

    Answers and adverse events are covered as they stand, and not by each entry.
    """
    ledger, kinds = golden(), set()
    of_record = ("queries", "verification", "signatures", "locks", "voiding", "redaction")
    as_they_stand = ("forms.save", "ae.record", "ae.correct", "panel.vote")
    of_sponsor = ("ae.code", "sae.assess", "sae.submitted")  # which no hospital signs for
    for number in subject_ids(ledger):
        subject = FreshFolds(ledger).subject(number)
        covered, voided = set(entries(subject)), {one.entry for one in subject.voiding.voided}
        for entry in (*ledger.entries(number), *ledger.concerning(number)):
            passed_over = not entry.subject and entry.seq in voided
            if not (
                ACTS[entry.kind].writes in of_record
                or entry.kind in (*as_they_stand, *of_sponsor)
                or passed_over
            ):
                kinds.add(entry.kind)
                assert (entry.kind, entry.seq) in covered, (number, entry.kind, entry.seq)
    assert kinds | {"ae.record"} == set(ALONE)


def test_a_chapter_that_entered_the_lists_is_asked_wherever_all_are():
    """Recorded, told, alive on that day, a fact for criteria, what comes next; and voided."""
    may = ("fall.record", "entry.void")
    roles = [role.model_dump() for role in a_study().roles]
    roles = [{**role, "may": (*role["may"], *may)} for role in roles]
    made = a_trial(a_study(roles=roles))
    someone, later = made.randomised(), support.DAY + timedelta(days=9)
    fell = made.do(falls.RecordFall(hurt="yes"), someone, on=later)
    subject = made.subject(someone)
    assert subject.last_known_alive(made.study) == later
    death, before = RecordDeath(cause="disease"), later - timedelta(days=4)
    assert made.codes(death, someone, on=before) == ["event.alive-later"]
    ((seals, fields),) = chapters.seals_of(fell.kind)
    assert fields == ("hurt",) and seals.open_to(made.study, EVERYTHING, subject, fell)
    assert not seals.open_to(made.study, Sight(), subject, fell)
    (observed,) = SubjectFacts(made.study, subject, later).observations("fell_on")
    assert observed.value == later and "fell_on" in a_study(roles=roles).vocabulary
    assert [one.act for one in course(made.study, subject)][-1] is falls.RecordFall
    assert falls.LOOK(day=later) in [due.what for due in agenda(made.study, subject, later)]
    made.do(VoidEntry(entry=fell.seq, reason="of another"), someone, on=later)
    assert made.subject(someone).last_known_alive(made.study) < later
    assert "fall.not-entered" in made.codes(falls.RecordFall(hurt="no"), "TEA-01-0099")


def test_every_message_reaches_somebody_by_itself_or_may_be_told_to_roles():
    """A message that no study file can name would be told to nobody."""
    named = set(typing.get_args(MessageRule.model_fields["about"].annotation))
    for message in chapters.messages():
        assert message.name in named or message.to.__name__ != "_nobody", message.name
