"""What a sweep found, as frames: a row for each point, and a row for each of its looks."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from equipoise.design.sweep.manifest import write_whole
from equipoise.design.sweep.run import Found
from equipoise.logic.days import DAYS_PER_MONTH

__all__ = ["looks_frame", "points_frame", "write_frames"]


def points_frame(found: Sequence[Found]) -> pl.DataFrame:
    """One row a point: every setting, then what came of it. Lengths are months."""
    rows = []
    for one in found:
        settings = dataclasses.asdict(one.point.settings)
        settings["looks"] = " + ".join(f"{look:g}" for look in settings["looks"])
        settings["factors"] = ", ".join(factor["name"] for factor in settings["factors"])
        result = one.result
        last = result.looks[-1]
        rows.append(
            {
                "point": one.point.number,
                **settings,
                "trials": result.trials,
                "power": result.power,
                "monte_carlo_error": result.standard_error,
                "months": result.expected_day / DAYS_PER_MONTH,
                "mean_events": result.expected_events,
                "mean_participants": result.expected_entered,
                "stopped_early": 1.0 - last.stopped / result.trials,
                "short_of_events": last.short_of_events / result.trials,
            }
        )
    whole = {"events": pl.Int64, "futility": pl.Float64}
    return pl.DataFrame(rows, schema_overrides=whole, infer_schema_length=None)


def looks_frame(found: Sequence[Found]) -> pl.DataFrame:
    """One row a look of a point; shares are of all trials of the point."""
    rows = []
    for one in found:
        trials = one.result.trials
        for number, look in enumerate(one.result.looks, start=1):
            planned = one.point.scenario.looks[number - 1]
            rows.append(
                {
                    "point": one.point.number,
                    "look": number,
                    "efficacy_bound": planned.efficacy,
                    "futility_bound": planned.futility,
                    "reached": look.reached / trials,
                    "stopped_for_efficacy": look.stopped_for_efficacy / trials,
                    "stopped_for_futility": look.futility / trials,
                    "mean_months": look.mean_day / DAYS_PER_MONTH,
                    "sd_months": look.sd_day / DAYS_PER_MONTH,
                    "mean_events": look.mean_events,
                    "mean_participants": look.mean_entered,
                    "mean_z": look.mean_statistic,
                    "sd_z": look.sd_statistic,
                    "median_hazard_ratio": look.median_hazard_ratio,
                    "sd_log_hazard_ratio": look.sd_log_hazard_ratio,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def write_frames(found: Sequence[Found], folder: Path) -> tuple[Path, Path]:
    """Write points.parquet and looks.parquet; the same sweep gives the same bytes."""
    paths = []
    for name, frame in (("points", points_frame(found)), ("looks", looks_frame(found))):
        path = folder / f"{name}.parquet"
        write_whole(path, frame.write_parquet)
        paths.append(path)
    return paths[0], paths[1]
