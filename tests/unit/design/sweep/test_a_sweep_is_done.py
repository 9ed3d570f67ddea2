"""A sweep stops when it knows enough, goes on after a kill, and gives the same numbers anywhere."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import polars as pl
import pytest

from equipoise.design.kernel.scenario import Factor
from equipoise.design.kernel.simulate import simulate
from equipoise.design.parameters import SCHEMES, TESTS
from equipoise.design.sweep.checkpoint import held
from equipoise.design.sweep.chunk import simulate_chunk
from equipoise.design.sweep.estimate import Estimate, error_of
from equipoise.design.sweep.outcome import looks_frame, points_frame, write_frames
from equipoise.design.sweep.question import BadSweep, Sweep
from equipoise.design.sweep.question_text import read
from equipoise.design.sweep.run import Found, run_sweep, so_far
from equipoise.design.sweep.settings import Settings, scenario_of
from equipoise.design.sweep.workers import Workers, cluster, threads
from tests.patience import HANG


def a_sweep(**changed: object) -> Sweep:
    said = {
        "fixed": {"participants": 60, "events": 40, "looks": [0.5, 1], "accrual": 12},
        "vary": {"hazard_ratio": [0.5, 0.8, 1.0]},
        "error": 0.003,
        "most": 100_000,
    }
    return read({**said, **changed})


def done(sweep: Sweep, folder: Path, workers: int = 2) -> tuple[Found, ...]:
    with threads(workers) as workers:
        return run_sweep(sweep, folder, workers)


def the_bytes(found: tuple[Found, ...], folder: Path) -> tuple[bytes, bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    points, looks = write_frames(found, folder)
    return points.read_bytes(), looks.read_bytes()


def test_a_point_stops_at_the_wanted_error_and_not_before(tmp_path):
    for one in done(a_sweep(), tmp_path):
        result, part = one.result, 10_000
        assert error_of(result.power * result.trials, result.trials) <= 0.003
        if result.trials > part:
            before = simulate(one.point.scenario, result.trials - part, 1)
            assert error_of(before.power * before.trials, before.trials) > 0.003


def test_a_point_stops_at_the_most_trials(tmp_path):
    found = done(a_sweep(error=0.0001, most=25_000), tmp_path)
    assert [one.result.trials for one in found] == [25_000] * 3


def test_a_point_is_what_one_run_of_the_kernel_gives(tmp_path):
    for one in done(a_sweep(), tmp_path):
        whole = simulate(one.point.scenario, one.result.trials, 1)
        assert one.result.sums == whole.sums
        assert (one.result.weeks == whole.weeks).all()


def test_a_power_of_one_is_not_believed_after_a_few_trials():
    assert error_of(1000, 1000) > 0
    assert error_of(500, 1000) == pytest.approx((0.25 / 1004) ** 0.5)


def test_the_order_in_which_chunks_come_does_not_matter():
    """Chunks that come early wait for their turn; those after the stop do not count."""
    sweep = a_sweep(error=0.0025)
    point = sweep.points()[1]
    parts = [(n, simulate_chunk(point.scenario, 1, n * 10_000, 10_000)) for n in range(6)]
    results = []
    for seed in range(4):
        mixed = parts[:]
        random.Random(seed).shuffle(mixed)
        estimate = Estimate(sweep, point)
        for number, part in mixed:
            estimate.add(number, part.result)
        assert estimate.enough
        results.append((estimate.trials, estimate.result.sums))
    assert all(result == results[0] for result in results)
    assert results[0][0] < 60_000


def test_workers_do_not_change_a_byte(tmp_path):
    one, four = (done(a_sweep(), tmp_path / str(n), n) for n in (1, 4))
    assert the_bytes(one, tmp_path / "a") == the_bytes(four, tmp_path / "b")


def test_a_finished_sweep_is_not_simulated_again(tmp_path, monkeypatch):
    first = done(a_sweep(), tmp_path)
    monkeypatch.setattr("equipoise.design.sweep.run.simulate_chunk", None)
    again = done(a_sweep(), tmp_path)
    assert points_frame(again).equals(points_frame(first))


def test_a_killed_sweep_goes_on_and_gives_the_same_bytes(tmp_path):
    """Killed with SIGKILL again and again, at whatever moment; the last run finishes it."""
    words = [
        sys.executable, "-c", "from equipoise.cli import main; main()",
        "design", "sweep", "--no-report", "--out",
        str(tmp_path / "killed"), "--set", "participants=60", "--set", "events=40",
        "--set", "looks=0.5+1", "--set", "accrual=12", "--vary", "hazard_ratio=0.5,0.8,1",
        "--error", "0.0015", "--most", "100000",
    ]  # fmt: skip
    sums, kills = tmp_path / "killed" / "sums", 0
    for wanted in (1, 2):
        sweeping = subprocess.Popen(words, stdout=subprocess.DEVNULL, env=os.environ)
        until = time.monotonic() + HANG
        while sweeping.poll() is None and time.monotonic() < until:
            if len(list(sums.glob("point-*"))) >= wanted:
                break
            time.sleep(0.005)
        if sweeping.poll() is None:
            sweeping.send_signal(signal.SIGKILL)
            kills += 1
        sweeping.wait()
    (sums / ".point-00002.parquet.new").write_bytes(b"torn")
    found = subprocess.run(words, stdout=subprocess.PIPE, check=True, env=os.environ)
    assert b"3 points" in found.stdout
    assert kills >= 1
    assert not list(sums.glob(".*"))
    whole = done(a_sweep(error=0.0015), tmp_path / "whole")
    points, looks = the_bytes(whole, tmp_path / "whole")
    assert (tmp_path / "killed" / "points.parquet").read_bytes() == points
    assert (tmp_path / "killed" / "looks.parquet").read_bytes() == looks


def test_a_point_whose_file_is_damaged_is_done_again(tmp_path):
    first = done(a_sweep(), tmp_path)
    next((tmp_path / "sums").glob("point-00001*")).write_bytes(b"not a point")
    assert points_frame(done(a_sweep(), tmp_path)).equals(points_frame(first))


def test_a_folder_belongs_to_one_sweep(tmp_path):
    done(a_sweep(), tmp_path)
    with pytest.raises(BadSweep, match="another sweep was begun here"):
        done(a_sweep(seed=2), tmp_path)


def test_two_processes_do_not_share_a_folder(tmp_path):
    with (
        held(tmp_path, a_sweep()),
        pytest.raises(BadSweep, match="another sweep is at work"),
    ):
        done(a_sweep(), tmp_path)


def test_trials_of_two_kernels_are_not_mixed(tmp_path):
    done(a_sweep(), tmp_path)
    claim = tmp_path / "sweep.json"
    claim.write_text(json.dumps({**json.loads(claim.read_text()), "kernel": 1}))
    with pytest.raises(BadSweep, match="another version of the simulation kernel"):
        done(a_sweep(), tmp_path)


FACTORS = (Factor(name="side", prevalences=(0.4, 0.6), hazard_ratios=(1.0, 1.5)),)
ALL_AT_ONCE = {
    "participants": 60, "accrual": 12.0, "ramp": 3.0, "follow_up": 24.0, "events": 40,
    "looks": (0.5, 1.0), "futility": 0.0, "delay": 3.0, "early_ratio": 1.1, "cured": 0.1,
    "shape": 1.2, "drop_out": 0.05, "other_progression": 0.1, "other_counts": True,
    "factors": FACTORS, "tau": 18.0,
}  # fmt: skip
OF_BEFORE = "8a924915d22a516157e03765543db4b60ada99812e0219ddbff16f43001f4e8f"


def test_the_kernels_whose_sweeps_are_gone_on_with_drew_the_very_same_trials():
    """The figure was made by the kernel of `SAME_TRIALS`: it had other names, and no other draw."""
    every = [{"scheme": scheme} for scheme in SCHEMES] + [{"test": test} for test in TESTS]
    more = [{"spacing": "even"}, {"scheme": "minimisation", "measure": "variance", "ratio": "2:1"}]
    digest = hashlib.sha256()
    for changed in (*every, *more):
        result = simulate(scenario_of(Settings(**(ALL_AT_ONCE | changed))), 400, 7, 100)
        digest.update(repr([tuple(map(int, row)) for row in result.sums]).encode())
        for counts in (result.weeks, result.ratios):
            digest.update(np.ascontiguousarray(counts, np.int64).tobytes())
    assert digest.hexdigest() == OF_BEFORE


def interrupted_once(folder: Path, workers: Workers) -> None:
    """All that was handed out is kept: nobody here knows what of it is begun there."""
    handed_out, tell = (
        Mock(wraps=workers.executor),
        Mock(side_effect=[KeyboardInterrupt, *range(9)]),
    )
    with pytest.raises(KeyboardInterrupt):
        run_sweep(a_sweep(), folder, replace(workers, executor=handed_out), tell)
    assert so_far(a_sweep(), folder).progress.chunks_done == handed_out.submit.call_count > 1


def test_a_dask_cluster_gives_the_very_same_bytes_though_it_is_interrupted(tmp_path):
    from distributed import LocalCluster

    here = done(a_sweep(), tmp_path / "here")
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as there,
        cluster(there.scheduler_address) as workers,
    ):
        interrupted_once(tmp_path / "there", workers)
        found = run_sweep(a_sweep(), tmp_path / "there", workers)
    assert the_bytes(found, tmp_path / "a") == the_bytes(here, tmp_path / "b")


def test_an_address_where_no_cluster_answers_gets_a_sentence(monkeypatch):
    # Nobody listens there, however long one asks.
    monkeypatch.setattr("equipoise.design.sweep.workers.PATIENCE", "100ms")
    with pytest.raises(BadSweep, match="no scheduler answers"), cluster("tcp://127.0.0.1:1"):
        pass


def test_the_frames_tell_every_setting_and_every_look(tmp_path):
    found = done(a_sweep(), tmp_path)
    points, looks = points_frame(found), looks_frame(found)
    assert points["hazard_ratio"].to_list() == [0.5, 0.8, 1.0]
    assert points["power"].is_sorted(descending=True)
    assert looks.height == 6
    stopped = looks.group_by("point").agg(pl.col("stopped_for_efficacy").sum()).sort("point")
    assert stopped["stopped_for_efficacy"].to_list() == pytest.approx(points["power"].to_list())
