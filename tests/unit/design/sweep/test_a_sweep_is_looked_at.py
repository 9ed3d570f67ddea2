"""How far a sweep is can be seen at any time, and whoever finds its folder can go on with it."""

import json
import threading
from pathlib import Path

import pytest

from equipoise.cli.design import run as ask_design
from equipoise.design.sweep import checkpoint
from equipoise.design.sweep.checkpoint import (
    LOCK,
    STOP,
    Held,
    Progress,
    hold,
    is_held,
    read_progress,
)
from equipoise.design.sweep.chunk import simulate_chunk
from equipoise.design.sweep.manifest import read_manifest, write_manifest
from equipoise.design.sweep.outcome import looks_frame, points_frame
from equipoise.design.sweep.question import BadSweep, Sweep
from equipoise.design.sweep.question_text import read
from equipoise.design.sweep.run import Found, Stopped, run_sweep, so_far
from equipoise.design.sweep.workers import threads
from tests.patience import HANG

FIXED = {
    "participants": 60, "events": 40, "looks": [0.5, 1], "accrual": 12, "ratio": "2:1",
    "factors": [{"name": "side", "prevalences": [0.5, 0.5], "hazard_ratios": [1, 1.5]}],
}  # fmt: skip


def a_sweep(**changed: object) -> Sweep:
    said = {"fixed": FIXED, "vary": {"hazard_ratio": [0.5, 0.8, 1.0]}, "error": 0.003}
    return read({**said, "most": 200_000, **changed})


def done(sweep: Sweep, folder: Path) -> tuple[Found, ...]:
    with threads(2) as workers:
        return run_sweep(sweep, folder, workers)


def same(found: tuple[Found, ...], other: tuple[Found, ...]) -> bool:
    both = zip((points_frame, looks_frame), (points_frame, looks_frame), strict=True)
    return all(one(found).equals(two(other)) for one, two in both)


def test_a_finished_sweep_is_seen_as_it_was_found(tmp_path):
    found = done(a_sweep(), tmp_path)
    seen = so_far(a_sweep(), tmp_path)
    assert same(seen.found, found)
    assert (seen.progress.points, seen.progress.points_done) == (3, 3)
    assert seen.progress.trials == sum(one.result.trials for one in found)


def test_what_a_version_before_kept_chunk_by_chunk_is_seen_and_gone_on_with(tmp_path):
    """Sums under their number of trials, and after the last of them each chunk by itself."""
    sweep = a_sweep(error=0.0015)
    found, again = done(sweep, tmp_path), tmp_path / "again"
    (again / "sums").mkdir(parents=True)
    (again / "parts").mkdir()
    for point in sweep.points():
        for number in range(6):
            made = simulate_chunk(point.scenario, 1, number * 10_000, 10_000)
            path = again / "sums" / "new.parquet"
            checkpoint._frame(made.result).write_parquet(path)
            path.rename(again / "parts" / f"point-{point.number:05d}-part-{number:05d}.parquet")
        two = simulate_chunk(point.scenario, 1, 0, 20_000)
        checkpoint._frame(two.result).write_parquet(
            again / "sums" / f"point-{point.number:05d}-trials-20000.parquet"
        )
    (again / "parts" / "point-00001-part-00004.parquet").write_bytes(b"damaged")
    seen = so_far(sweep, again)
    assert [one.result.trials for one in seen.found] == [60_000, 40_000, 20_000]
    assert same(done(sweep, again), found)


def test_what_is_seen_while_it_runs_is_what_is_counted_then(tmp_path):
    seen: list[tuple[Progress, Progress]] = []

    def look(told: Progress) -> None:
        assert read_progress(tmp_path, a_sweep(error=0.0015)) == told
        seen.append((told, so_far(a_sweep(error=0.0015), tmp_path).progress))

    with threads(2) as workers:
        run_sweep(a_sweep(error=0.0015), tmp_path, workers, look)
    assert len(seen) > 3 and seen[-1][0].chunks_done > 16  # more than one word a part is not owed
    assert all(told == read for told, read in seen)


def test_looking_changes_nothing_and_a_damaged_sum_is_not_believed(tmp_path):
    found = done(a_sweep(), tmp_path)
    damaged, torn = sorted((tmp_path / "sums").iterdir())[:2]
    damaged.write_bytes(b"not a sum")
    torn.write_bytes(torn.read_bytes()[:-9])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert same(so_far(a_sweep(), tmp_path).found, found[2:])
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_folder_without_a_checkpoint_has_nothing_yet(tmp_path):
    write_manifest(tmp_path, a_sweep())
    seen = so_far(a_sweep(), tmp_path)
    assert seen.found == () and seen.progress.points_done == seen.progress.trials == 0


@pytest.mark.parametrize(
    "said", ["", "[" * 400, "[]", '{"points": 3}', '{"a": 1}', " " * 2000, "\x00"]
)
def test_how_far_it_is_is_not_told_when_what_is_written_down_is_not_that(tmp_path, said):
    assert read_progress(tmp_path, a_sweep()) == so_far(a_sweep(), tmp_path).progress
    done(a_sweep(), tmp_path)
    path = tmp_path / "sums" / "progress.json"
    whole = path.read_text()
    path.write_text(said)
    assert read_progress(tmp_path, a_sweep()) is None
    path.write_text(whole.replace('"points": 3', '"points": 4'))
    assert read_progress(tmp_path, a_sweep()) is None
    path.unlink()
    assert read_progress(tmp_path, a_sweep()) is None
    done(a_sweep(), tmp_path)
    assert read_progress(tmp_path, a_sweep()) == so_far(a_sweep(), tmp_path).progress


def test_the_question_is_read_back_from_its_folder(tmp_path):
    """Whatever the axis stood on before it was varied: the digest is the same."""
    for number, sweep in enumerate((
        a_sweep(title="Ünlikely"),
        read({"fixed": {"events": 100}, "vary": {"looks": [[1], [0.5, 1]], "test": ["wald"]}}),
        read({"vary": {"hazard_ratio": [0.6]}}, read({"fixed": {"hazard_ratio": 0.9}}).fixed),
    )):  # fmt: skip
        folder = tmp_path / str(number)
        folder.mkdir()
        write_manifest(folder, sweep)
        assert read_manifest(folder).sweep == sweep
        assert read_manifest(folder).same_kernel


def test_a_title_may_change_and_the_question_may_not(tmp_path):
    write_manifest(tmp_path, a_sweep(title="first"))
    write_manifest(tmp_path, a_sweep(title="second"))
    assert read_manifest(tmp_path).sweep.title == "second"
    with pytest.raises(BadSweep, match="another sweep was begun here"):
        write_manifest(tmp_path, a_sweep(seed=5))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be read"),
        ("[1]", "does not tell whose folder"),
        ("[" * 100_000, "cannot be read"),
        ('{"digest": "1", "kernel": 1}', "its question is not written down"),
        ('{"digest": "1", "question": 5}', "does not hold the question"),
        ('{"digest": "1", "question": {"start": {"participants": "many"}}}', "a whole number"),
        ('{"digest": "1", "question": {"start": {}}}', "not the one that was begun here"),
        ('{"digest": "1", "question": {"start": [], "title": 5}}', "title: it is text"),
        ('{"digest": "1", "question": {"start": {"looks": [1e999]}}}', "looks"),
    ],
)
def test_a_folder_that_tells_nonsense_is_refused_with_a_sentence(tmp_path, text, sentence):
    (tmp_path / "sweep.json").write_text(text)
    with pytest.raises(BadSweep, match=sentence):
        read_manifest(tmp_path)


def test_a_question_is_not_read_through_a_link(tmp_path):
    write_manifest(tmp_path, a_sweep())
    other = tmp_path / "other"
    other.mkdir()
    (other / "sweep.json").symlink_to(tmp_path / "sweep.json")
    with pytest.raises(BadSweep, match="no sweep was begun here"):
        read_manifest(other)


def test_a_sweep_that_is_asked_to_stop_stops_and_goes_on_to_the_same_numbers(tmp_path, capsys):
    stopped, whole = tmp_path / "stopped", tmp_path / "whole"
    with pytest.raises(Stopped), threads(2) as workers:
        run_sweep(a_sweep(), stopped, workers, lambda told: (stopped / STOP).touch())
    assert 0 < so_far(a_sweep(), stopped).progress.chunks_done < 6
    assert ask_design(["sweep", "--resume", "--out", str(stopped)]) == 0
    assert "3 points" in capsys.readouterr().out
    assert not (stopped / STOP).exists()
    assert same(so_far(a_sweep(), stopped).found, done(a_sweep(), whole))


@pytest.mark.parametrize("how", [RuntimeError, KeyboardInterrupt, Stopped])
def test_what_is_at_work_when_a_sweep_is_interrupted_is_kept(tmp_path, monkeypatch, how):
    """By a pause of whoever does the jobs, by Ctrl-C, or by a file that asks it to stop."""
    interrupted, begun = threading.Event(), []

    def first_alone(scenario, seed, first, trials):
        begun.append(threading.get_ident())
        if begun[0] != threading.get_ident():  # the others are at work for as long as it takes
            assert interrupted.wait(HANG)
        return simulate_chunk(scenario, seed, first, trials)

    def interrupt(told):
        if interrupted.is_set():
            return
        (tmp_path / STOP).touch()
        interrupted.set()
        if how is not Stopped:
            raise how

    monkeypatch.setattr("equipoise.design.sweep.run.simulate_chunk", first_alone)
    with pytest.raises(how), threads(2) as workers:
        run_sweep(a_sweep(error=0.0015), tmp_path, workers, interrupt)
    kept = so_far(a_sweep(error=0.0015), tmp_path).progress.chunks_done
    assert kept == len(begun) >= 2


def test_a_chunk_that_cannot_be_kept_leaves_its_reason_and_the_others(tmp_path, monkeypatch):
    def second_fails(scenario, seed, first, trials):
        if scenario == a_sweep().points()[1].scenario:
            raise OSError("no room")
        return simulate_chunk(scenario, seed, first, trials)

    monkeypatch.setattr("equipoise.design.sweep.run.simulate_chunk", second_fails)
    with pytest.raises(OSError, match="no room"), threads(1) as workers:
        run_sweep(a_sweep(), tmp_path, workers)
    assert so_far(a_sweep(), tmp_path).found[0].point.number == 0


def test_how_far_it_is_is_told_while_a_chunk_takes_long(tmp_path, monkeypatch):
    """Whoever holds the sweep for a time holds it for longer then."""
    told = threading.Event()

    def long(scenario, seed, first, trials):
        assert told.wait(HANG), "nothing is told until a chunk is done"
        return simulate_chunk(scenario, seed, first, trials)

    monkeypatch.setattr("equipoise.design.sweep.run.simulate_chunk", long)
    monkeypatch.setattr("equipoise.design.sweep.run.BEAT", 0.01, raising=False)
    with threads(2) as workers:
        found = run_sweep(a_sweep(), tmp_path, workers, lambda progress: told.set())
    assert len(found) == 3


def test_a_stop_that_is_asked_before_the_first_part_is_heeded_and_an_older_one_is_not(
    tmp_path, capsys
):
    write_manifest(tmp_path, a_sweep())
    (tmp_path / STOP).touch()
    words = ["sweep", "--resume", "--no-report", "--out", str(tmp_path)]
    assert ask_design([*words, "--heed-stop"]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert so_far(a_sweep(), tmp_path).progress.trials == 0
    with hold(tmp_path / LOCK):
        assert ask_design(words) == 1
    assert (tmp_path / STOP).exists(), "it is meant for whoever works there"
    assert ask_design(words) == 0
    assert not (tmp_path / STOP).exists()


def test_to_resume_asks_for_nothing_else_and_for_a_folder_that_was_begun(tmp_path, capsys):
    words = ["sweep", "--resume", "--out", str(tmp_path)]
    assert ask_design([*words, "--seed", "3", "--set", "accrual=12"]) == 1
    assert "leave out: set, seed" in capsys.readouterr().err
    assert ask_design(words) == 1
    assert "no sweep was begun here" in capsys.readouterr().err


def test_a_sweep_is_kept_in_the_installation_by_its_name(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path))
    words = ["sweep", "--no-report", "--error", "0.2", "--vary", "hazard_ratio=0.6,1"]
    assert ask_design([*words, "--keep", "late-effect-2"]) == 0
    assert (tmp_path / "sweeps/late-effect-2/points.parquet").is_file()
    for name in ("../late", "Late", "", "new", ".a", "a/b", "a" * 73):
        assert ask_design([*words, "--keep", name]) == 1
        assert "is no name such as" in capsys.readouterr().err


def test_a_lock_is_one_processs_until_it_is_gone(tmp_path):
    path = tmp_path / "lock"
    assert not is_held(path)
    with hold(path):
        assert is_held(path)
        with pytest.raises(Held), hold(path):
            pass
        assert is_held(path)
    assert not is_held(path)


def test_looking_at_a_lock_does_not_keep_anybody_from_taking_it(tmp_path):
    path, ended = tmp_path / "lock", threading.Event()
    with hold(path):
        pass
    looker = threading.Thread(target=lambda: [is_held(path) for _ in iter(ended.is_set, True)])
    looker.start()
    try:
        for _ in range(200):
            with hold(path):
                assert is_held(path)
    finally:
        ended.set()
        looker.join()


def test_the_manifest_holds_the_whole_question(tmp_path):
    write_manifest(tmp_path, a_sweep())
    said = json.loads((tmp_path / "sweep.json").read_text())
    assert said["question"]["vary"] == {"hazard_ratio": [0.5, 0.8, 1.0]}
    assert said["question"]["start"]["participants"] == 60
