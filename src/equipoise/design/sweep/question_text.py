"""A question of a sweep as it is read from YAML, or from words that somebody typed.

Everything that is wrong with a question is told at once, each with its place and what would do.
"""

import dataclasses
import difflib
import math
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from equipoise.design.kernel.scenario import Factor
from equipoise.design.kernel.simulate import MOST_TRIALS
from equipoise.design.parameters import PARAMETERS
from equipoise.design.sweep.question import BadSweep, Sweep, trials_of_a_point
from equipoise.design.sweep.settings import Settings, can_hold
from equipoise.study.places import Places, Unparsable, read_text

__all__ = ["LONGEST_TITLE", "MOST_POINTS", "read", "read_yaml", "takes_decimals"]

MOST_POINTS = 10_000
MOST_IN_ALL = 10_000_000_000
LONGEST_TITLE = 200

SETTINGS = {one.name: PARAMETERS[one.name] for one in dataclasses.fields(Settings)}
VARIED = {name: one for name, one in SETTINGS.items() if one.kind != "factors"}


def takes_decimals(name: str) -> bool:
    """Whether a setting takes numbers that are not whole."""
    return name in SETTINGS and SETTINGS[name].kind in ("number", "looks")


def read_yaml(text: str, place: str) -> dict[str, Any]:
    """The parts of a sweep file, not yet checked. Raises BadSweep when it is no mapping."""
    try:
        given = _plain(read_text(text, place, Places()))
    except Unparsable as error:
        raise BadSweep([str(problem) for problem in error.problems]) from error
    if not isinstance(given, dict):
        raise BadSweep([f"{place}: a sweep file has `fixed:` and `vary:`"])
    return given


def _plain(given: object) -> object:
    """The same with numbers as the kernel takes them."""
    match given:
        case dict():
            return {str(name): _plain(value) for name, value in given.items()}
        case list():
            return [_plain(value) for value in given]
        case Decimal():
            return float(given)
    return given


def read(given: Mapping[str, Any], start: Settings | None = None) -> Sweep:
    """A sweep from the parts of a file: fixed, vary, seed, error, most, title.

    Blocks that only `start` gives follow the ratio where they cannot hold one that is asked.
    Raises BadSweep with everything that is wrong.
    """
    problems: list[str] = []
    known = {"fixed", "vary", "seed", "error", "most", "title"}
    problems += [f"{name}: {_unknown(name, known)}" for name in given if name not in known]
    fixed = dict(_checked("fixed", given.get("fixed") or {}, problems))
    vary = dict(_checked("vary", given.get("vary") or {}, problems, many=True))
    problems += _title_problems(given)
    problems += [f"{name}: it cannot both be fixed and vary" for name in fixed if name in vary]
    problems += list(_precision_problems(given))
    points = math.prod(len(values) for values in vary.values())
    if points > MOST_POINTS:
        problems.append(f"vary: {points:,} points are more than {MOST_POINTS:,}; vary fewer values")
    problems += _size_problems(points, given)
    if problems:
        raise BadSweep(problems)
    return Sweep(
        fixed=dataclasses.replace(_start(start or Settings(), fixed, vary), **fixed),
        vary=tuple(vary.items()),
        **{name: given[name] for name in ("seed", "error", "most", "title") if name in given},
    )


def _start(start: Settings, fixed: Mapping[str, Any], vary: Mapping[str, Any]) -> Settings:
    """The start, without its sizes of blocks where they cannot hold a ratio that is asked."""
    if "block_sizes" in {*fixed, *vary} or not {"ratio"} & {*fixed, *vary}:
        return start
    ratios = vary.get("ratio", (fixed.get("ratio", start.ratio),))
    try:
        if all(can_hold(start.block_sizes, ratio) for ratio in ratios):
            return start
    except ValueError:
        return start  # no ratio at all: its point says so
    return dataclasses.replace(start, block_sizes=())


def _checked(
    place: str, given: Mapping[str, Any], problems: list[str], many: bool = False
) -> Iterator[tuple[str, Any]]:
    if not isinstance(given, Mapping):
        problems.append(f"{place}: it gives settings by their names, not {given!r}")
        return
    for name, value in given.items():
        if name not in (known := VARIED if many else SETTINGS):
            problems.append(f"{place}.{name}: {_unknown(name, set(known))}")
            continue
        listed = value if many and isinstance(value, list) else [value]
        try:
            read_values = tuple(_read(name, one) for one in listed)
        except (ValueError, TypeError, OverflowError) as error:
            problems.append(f"{place}.{name}: {error}")
            continue
        if many and len(set(read_values)) < len(read_values):
            problems.append(f"{place}.{name}: a value stands there twice: {value}")
        if not read_values:
            problems.append(f"{place}.{name}: there is no value")
        yield name, read_values if many else read_values[0]


def _read(name: str, value: Any) -> Any:
    """One value as its setting takes it. Raises ValueError with what would do."""
    kind, each = SETTINGS[name].kind, value if isinstance(value, list) else [value]
    if value is None and SETTINGS[name].empty:
        return None
    if kind == "factors":
        return tuple(map(_factor, value))
    if kind == "list":
        return tuple(_taken("whole", one) for one in each)
    return tuple(_taken("number", one) for one in each) if kind == "looks" else _taken(kind, value)


def _taken(kind: str, value: Any) -> Any:
    sound, made, what = TAKEN[kind]
    if not sound(value):
        raise ValueError(f"it is {what}, not {value!r}")
    if kind == "number" and not math.isfinite(value):
        raise ValueError(f"it is a finite number, not {value!r}")
    return made(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_word(value: object) -> bool:
    return isinstance(value, str)


TAKEN: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any], str]] = {
    "number": (_is_number, float, "a number"),
    "whole": (lambda v: _is_number(v) and float(v) == int(v), int, "a whole number"),
    "truth": (lambda v: isinstance(v, bool), bool, "true or false"),
    "choice": (_is_word, str, "a word"),
    "ratio": (_is_word, str, "a word"),
}
"""What a value of each kind must be, what it is kept as, and what it is called."""


def _factor(given: Any) -> Factor:
    if not isinstance(given, dict) or not {"name", "prevalences"} <= set(given):
        raise ValueError("a factor has a name, prevalences and perhaps hazard_ratios")
    ratios = tuple(_taken("number", one) for one in given.get("hazard_ratios", ()))
    shares = tuple(_taken("number", one) for one in given["prevalences"])
    return Factor(name=str(given["name"]), prevalences=shares, hazard_ratios=ratios)


def _title_problems(given: Mapping[str, Any]) -> list[str]:
    title = given.get("title", "")
    if not isinstance(title, str):
        return [f"title: it is text, not {title!r}"]
    if len(title) > LONGEST_TITLE:
        return [f"title: {len(title)} characters are too many; give at most {LONGEST_TITLE}"]
    return []


def _precision_problems(given: Mapping[str, Any]) -> Iterator[str]:
    error, most, seed = given.get("error", 0.002), given.get("most", 1), given.get("seed", 1)
    if not isinstance(error, int | float) or not 0 < error < 0.5:
        yield f"error: the wanted Monte-Carlo error lies between 0 and 0.5, not {error!r}"
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        yield f"most: the most trials of a point are a whole number above 0, not {most!r}"
    elif most > MOST_TRIALS:
        finest = 0.4 / math.sqrt(MOST_TRIALS)
        yield (
            f"most: {most:,} trials of one design are refused: {MOST_TRIALS:,} already bring the "
            f"Monte-Carlo error of a power of 80 % down to {finest:.5f}; ask for fewer"
        )
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**63:
        yield f"seed: a seed is a whole number from 0 to 2 ** 63 - 1, not {seed!r}"


def _size_problems(points: int, given: Mapping[str, Any]) -> list[str]:
    error, most = given.get("error", 0.002), given.get("most", 1_000_000)
    if not isinstance(most, int) or not isinstance(error, int | float) or not 0 < error < 0.5:
        return []
    if not 1 <= most <= MOST_TRIALS:
        return []  # it is among the problems
    trials = points * trials_of_a_point(error, most)
    if trials <= MOST_IN_ALL:
        return []
    return [
        f"{points:,} points to an error of {error} may need {trials:,} trials, "
        f"{trials / 3.6e8:,.0f} hours of one core; stay below {MOST_IN_ALL:,}: "
        "take fewer points or a larger error"
    ]


def _unknown(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(str(name), sorted(known), n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sorted(known))}"
    return f"there is no such setting; {hint}"
