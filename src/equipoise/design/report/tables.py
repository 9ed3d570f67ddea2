"""The tables of a sweep: operating characteristics of each point, and of each of its looks."""

from collections.abc import Iterator, Sequence

from equipoise.analysis.figures.figure import Table
from equipoise.design.report.wording import ENGLISH, Words
from equipoise.design.sweep.question import Sweep
from equipoise.design.sweep.run import Found
from equipoise.logic.days import DAYS_PER_MONTH

__all__ = ["characteristics", "looks_table", "markdown_of"]


def characteristics(sweep: Sweep, found: Sequence[Found], words: Words = ENGLISH) -> Table:
    """The operating characteristics: one row a point. A power without an effect is type I error."""
    null = any(one.point.settings.without_effect for one in found)
    headers = (
        *(words.heading(name) for name, _ in sweep.vary),
        *map(words, ("trials", "power", *(("type_one",) if null else ()), "error", "months")),
        *map(words, ("events", "participants", "stopped_early", "never_came")),
    )
    rows = tuple((*_axes(sweep, one, words), *_row(one, null, words)) for one in found)
    return Table(headers=headers, rows=rows)


def looks_table(sweep: Sweep, found: Sequence[Found], words: Words = ENGLISH) -> Table:
    """One row a look of a point: its bounds, and how often it is reached and stops the trial."""
    headers = (
        *(words.heading(name) for name, _ in sweep.vary),
        *map(words, ("look", "events", "efficacy_bound", "futility_bound", "reached")),
        *map(words, ("stops_efficacy", "stops_futility", "mean_month", "median_ratio")),
    )
    rows = tuple(
        (*_axes(sweep, one, words), *row) for one in found for row in _look_rows(one, words)
    )
    return Table(headers=headers, rows=rows)


def markdown_of(table: Table) -> str:
    """A table as Markdown."""
    lines = (table.headers, ["---:"] * len(table.headers), *table.rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _axes(sweep: Sweep, one: Found, words: Words) -> tuple[str, ...]:
    return tuple(words.value(name, one.point.values[name]) for name, _ in sweep.vary)


def _row(one: Found, null: bool, words: Words) -> tuple[str, ...]:
    result, last = one.result, one.result.looks[-1]
    power, alarm = words.percent(result.power), "–"
    if one.point.settings.without_effect:
        power, alarm = alarm, power
    return (
        words.integer(result.trials),
        power,
        *((alarm,) if null else ()),
        words.exact_percent(result.standard_error, 3),
        words.number(result.expected_day / DAYS_PER_MONTH),
        words.number(result.expected_events),
        words.number(result.expected_entered),
        words.percent(1.0 - last.stopped / result.trials),
        words.percent(last.short_of_events / result.trials),
    )


def _look_rows(one: Found, words: Words) -> Iterator[tuple[str, ...]]:
    trials = one.result.trials
    pairs = zip(one.point.scenario.looks, one.result.looks, strict=True)
    for number, (plan, seen) in enumerate(pairs, start=1):
        yield (
            str(number),
            words.number(seen.mean_events),
            words.number(plan.efficacy, 3),
            words.number(plan.futility, 3),
            words.percent(seen.reached / trials),
            words.percent(seen.stopped_for_efficacy / trials),
            words.percent(seen.futility / trials),
            words.number(seen.mean_day / DAYS_PER_MONTH),
            words.number(seen.median_hazard_ratio, 3),
        )
