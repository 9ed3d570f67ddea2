"""Frames and endpoints: what is known as of any moment, of whom, and who may see which part."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime

import polars as pl
import pytest

from equipoise.analysis.endpoints import follow_up, last_seen_on
from equipoise.analysis.frames import (
    SUBJECTS,
    csv_of,
    day_in,
    frame,
    manifest,
    subjects_as_of,
    tables,
    write_frames,
)
from equipoise.analysis.progress import curves_by_arm, flow, months, pooled_curve, primary
from equipoise.analysis.progress_words import flow_words
from equipoise.analysis.standing import Standings
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.follow_up import RecordAlive, RecordDeath, RecordProgression
from equipoise.conduct.form_values import VALUES
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.screening import FailScreening
from equipoise.conduct.sight import Sight
from equipoise.logic.translator import ENGLISH
from equipoise.study.sections.endpoints import Endpoint
from tests.support import DAY, a_panel_study, a_study, a_trial, days, noon, person


def lived():
    """One who died, one who left, one who is followed, one in screening."""
    made = a_trial(a_panel_study())
    died, left, followed = made.randomised(), made.randomised(), made.randomised()
    made.enter()
    made.do(RecordProgression(place="liver"), died, on=DAY + days(30))
    made.do(RecordDeath(cause="disease"), died, on=DAY + days(60))
    made.do(WithdrawConsent(scope="follow-up"), left, on=DAY + days(40))
    made.do(RecordAlive(), followed, on=DAY + days(90))
    return made


def endpoint(*events, origin="randomisation"):
    return Endpoint(
        id="x", label="x", origin=origin, events=events, definition="x", source="assumed: x"
    )


def test_a_subject_is_one_row_with_its_days():
    made = lived()
    known = frame(SUBJECTS, subjects_as_of(made.ledger), made.study)
    rows = known.select("subject_id", "status", "death_on", "withdrawn_on", "last_seen_on").rows()
    assert rows == [
        ("TEA-01-0001", "died", DAY + days(60), None, DAY + days(60)),
        ("TEA-01-0002", "off study", None, DAY + days(40), DAY),
        ("TEA-01-0003", "on study", None, None, DAY + days(90)),
        ("TEA-01-0004", "in screening", None, None, None),
    ]


def test_who_may_not_see_arms_sees_none():
    made = lived()
    subjects = subjects_as_of(made.ledger)
    assert frame(SUBJECTS, subjects, made.study, sight=Sight())["arm"].null_count() == 4
    assert frame(SUBJECTS, subjects, made.study)["arm"].null_count() == 1


def test_a_frame_answers_from_the_ledger_as_it_stood():
    made = lived()
    for count, randomised, died in ((-1, 0, 0), (0, 3, 0), (59, 3, 0), (60, 3, 1)):
        subjects = subjects_as_of(made.ledger, noon(DAY + days(count)))
        known = frame(SUBJECTS, subjects, made.study)
        assert known["randomised_on"].drop_nulls().len() == randomised
        assert known["death_on"].drop_nulls().len() == died


def test_what_is_recorded_late_is_not_in_an_earlier_cut_though_it_happened_before():
    made = a_trial()
    subject_id = made.randomised()
    made.do(RecordAlive(), subject_id, on=DAY + days(10), at=noon(DAY + days(20)))
    (then,) = subjects_as_of(made.ledger, noon(DAY + days(15)))
    (now,) = subjects_as_of(made.ledger)
    assert (last_seen_on(made.study, then), last_seen_on(made.study, now)) == (DAY, DAY + days(10))


def test_a_cut_names_the_heads_it_saw_and_is_made_again_the_same():
    made = lived()
    cut = manifest(made.ledger, made.study, noon(DAY))
    assert cut == manifest(made.ledger, made.study, noon(DAY))
    assert "TEA-01-0001" in cut["heads"]
    seen = [e for e in made.ledger.entries("TEA-01-0001") if e.happened <= DAY.isoformat()]
    assert cut["heads"]["TEA-01-0001"] == [seen[-1].seq, seen[-1].digest]
    # What is recorded later changes no earlier cut.
    made.do(RecordAlive(), "TEA-01-0003", on=DAY + days(99))
    assert cut == manifest(made.ledger, made.study, noon(DAY))
    assert manifest(made.ledger, made.study)["digest"] != cut["digest"]


def test_a_moment_without_its_zone_cuts_nothing():
    with pytest.raises(ValueError, match="time zone"):
        subjects_as_of(lived().ledger, noon(DAY).replace(tzinfo=None))


def test_every_version_of_every_value_is_a_row():
    made = a_trial()
    subject_id = made.enter()
    pills = [{"medicine": "a", "lowers_pressure": "no"}, {"medicine": "b"}]
    made.do(person(medicines=[]), subject_id)
    changed = SaveForm(
        form="person",
        visit="screening",
        values={"medicines": pills, "tea_unwise": ""},
        reason="told later",
    )
    made.do(changed, subject_id)
    known = frame(VALUES, subjects_as_of(made.ledger), made.study)
    told = known.filter(pl.col("item") != "birth_date")
    assert told.select("item", "row", "column", "value", "version", "reason").rows() == [
        ("medicines", 0, None, "", 1, ""),
        ("medicines", 1, "lowers_pressure", "no", 2, "told later"),
        ("medicines", 1, "medicine", "a", 2, "told later"),
        ("medicines", 2, "medicine", "b", 2, "told later"),
        ("tea_unwise", None, None, "no", 1, ""),
        ("tea_unwise", None, None, "", 2, "told later"),
    ]


def test_an_empty_trial_has_empty_frames_of_the_same_columns():
    empty, full = a_trial(), lived()
    for table in tables().values():
        none = frame(table, subjects_as_of(empty.ledger), full.study)
        assert none.height == 0
        assert none.schema == frame(table, subjects_as_of(full.ledger), full.study).schema


def test_frames_are_written_with_the_manifest_of_their_cut(tmp_path):
    made = lived()
    written = write_frames(made.study, made.ledger, tmp_path, noon(DAY))
    assert sorted(path.name for path in written) == sorted(p.name for p in tmp_path.iterdir())
    subjects = pl.read_parquet(tmp_path / "subjects.parquet")
    assert subjects.height == 4
    cut = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert cut["as_of"] == "2026-03-02T12:00:00.000000Z"


def test_an_endpoint_is_days_to_the_first_event_or_to_the_last_day_seen():
    subjects = subjects_as_of(lived().ledger)
    for events, found in (
        (("death",), [(60, True), (0, False), (90, False)]),
        (("death", "progression"), [(30, True), (0, False), (90, False)]),
        (("withdrawal",), [(60, False), (40, True), (90, False)]),
        (("resection",), [(60, False), (0, False), (90, False)]),
    ):
        followed = follow_up(a_study(), endpoint(*events), subjects)
        pairs = list(zip(followed.days.tolist(), followed.events.tolist(), strict=True))
        assert pairs == found, events


def test_the_clock_of_an_endpoint_starts_for_those_who_reached_its_origin():
    subjects = subjects_as_of(lived().ledger)
    counts = {"randomisation": 3, "registration": 3, "consent": 3, "screening": 4}
    for origin, count in counts.items():
        assert len(follow_up(a_study(), endpoint("death", origin=origin), subjects)) == count, (
            origin
        )


def test_progress_counts_by_month_and_draws_arms_only_when_asked():
    made = lived()
    subjects = subjects_as_of(made.ledger)
    progress = Standings.of(made.study, subjects)
    listed = months(made.study, progress, date(2026, 1, 5), date(2026, 4, 1), "en")
    assert [(m.label, m.randomised) for m in listed] == [
        ("Jan 2026", 0),
        ("Feb 2026", 0),
        ("Mar 2026", 3),
        ("Apr 2026", 0),
    ]
    first = primary(made.study)
    assert first.primary
    assert pooled_curve(progress, "all").name == "all"
    assert pooled_curve(Standings(), "all") is None
    arms = {s.randomisation.allocation.arm for s in subjects if s.randomisation.allocation}
    assert len(curves_by_arm(made.study, first, subjects, "en")) == len(arms)
    assert primary(a_study(endpoints=())) is None


def test_a_csv_runs_no_formula_and_gives_every_text_back():
    """A number of a participant, a code, a telephone number and formulas, as they were typed."""
    texts = [
        "0042",
        "1E5",
        "-",
        "=HYPERLINK(1)",
        "+31 20",
        "@x",
        "'=x",
        "''-",
        "-5",
        "'a",
        "",
        'a"b',
    ]
    written = csv_of(pl.DataFrame({"text": texts}))
    read = [row["text"] for row in csv.DictReader(io.StringIO(written))]
    assert not [text for text in read if text[:1] in tuple("=+@") or text == "-"]
    back = [re.sub(r"^'(?='*[=+\-@\t\r])", "", text) for text in read]
    assert back == texts


def test_a_list_has_a_row_for_each_that_was_told_and_none_for_who_was_not_asked():
    """Three people, of whom one takes two medicines, one takes none, and one was not asked."""
    made = a_trial()
    two, none, _ = made.enter(), made.enter(), made.enter()
    made.do(person(medicines=[{"medicine": "a"}, {"medicine": "b"}]), two)
    made.do(person(medicines=[]), none)
    known = frame(VALUES, subjects_as_of(made.ledger), made.study)
    told = known.filter(pl.col("item") == "medicines").select("subject_id", "row", "value").rows()
    assert told == [(two, 1, "a"), (two, 2, "b"), (none, 0, "")]
    back = pl.read_csv(io.StringIO(csv_of(known)), infer_schema=False)
    assert back.height == known.height


def test_in_the_flow_each_box_less_those_who_left_there_is_the_next_box():
    made = a_trial()
    for _ in range(2):
        made.randomised()
    late, withdrew, _waits = made.registered(), made.registered(), made.registered()
    made.do(FailScreening(criteria=["I1"]), late)
    made.do(WithdrawConsent(scope="everything"), withdrew)
    early, left, _here = made.eligible(), made.eligible(), made.enter()
    made.do(FailScreening(note="moved away"), early)
    made.do(WithdrawConsent(scope="everything"), left)
    subjects = subjects_as_of(made.ledger)
    steps, _ = flow(
        made.study, Standings.of(made.study, subjects), flow_words(ENGLISH), "en", by_arm=False
    )
    numbers = [step.box.count.number for step in steps]
    asides = [step.aside for step in steps if step.aside]
    assert numbers == [8, 5, 2]
    assert [aside.count.number for aside in asides] == [3, 3]
    for aside in asides:
        assert [part.number for part in aside.parts] == [1, 1, 1]
        assert aside.parts[1].label == "Withdrew"


def test_a_curve_from_screening_counts_who_entered_and_was_not_heard_of_again():
    made = a_trial(a_study(endpoints=(endpoint("death", origin="screening"),)))
    made.enter()
    made.randomised()
    subjects, [first] = subjects_as_of(made.ledger), made.study.endpoints
    assert len(follow_up(made.study, first, subjects)) == 2
    assert [arm.curve.subjects for arm in curves_by_arm(made.study, first, subjects, "en")] == [1]


def test_a_cut_just_after_midnight_is_of_the_day_it_is_where_the_trial_is_run():
    study = a_study()
    assert study.identity.timezone == "Europe/Amsterdam"
    assert day_in(study, datetime(2026, 3, 1, 23, 30, tzinfo=UTC)) == date(2026, 3, 2)
    assert day_in(study, datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)
    assert day_in(study, datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)
