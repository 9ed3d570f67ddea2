"""The hazard ratio: Cox's proportional hazards model, within strata if there are any.

Ties are handled by Efron's approximation (as R does unless told otherwise) or
by Breslow's. The fit is Newton's method with step halving, on covariates that
are centred and scaled; what is given back is for one more of each one's own unit.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analysis.follow_up import (
    Days,
    FollowUp,
    Numbers,
    Unusable,
    missing_problems,
    read_only,
    sorted_codes,
)
from equipoise.analysis.probability import normal_quantile, two_sided

Ties = Literal["efron", "breslow"]

_STEPS = 50
_LARGEST = math.log(np.finfo(np.float64).max)


class NoFiniteEstimate(Unusable):
    """The likelihood keeps rising towards an infinite coefficient: no event in an arm, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One covariate: `coefficient` is the log hazard ratio for one more of its unit."""

    name: str
    coefficient: float
    se: float
    hazard_ratio: float
    lower: float
    upper: float
    z: float
    p: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cox:
    """A fitted model: effects in the order given, and the covariance of their coefficients."""

    effects: tuple[Effect, ...]
    covariance: Numbers
    log_likelihood_null: float
    log_likelihood: float
    score_test: float
    subjects: int
    events: int
    steps: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Stratum:
    """One stratum by rising day; `first` and `tied` describe the day of each event."""

    x: Numbers
    event_rows: Days
    first: Days  # the first row still at risk on that day
    tied: Days  # which of the days with events it is
    done: Numbers  # the part of that day's events already taken out (Efron), or 0 (Breslow)


def cox(
    follow_up: FollowUp,
    covariates: Mapping[str, ArrayLike],
    ties: Ties = "efron",
    strata: ArrayLike | Sequence[Hashable] | None = None,
    confidence: float = 0.95,
) -> Cox:
    """Fit the model; each covariate gives one number per participant.

    For the hazard ratio of one arm give {"arm": 1 in that arm, 0 in the other}.
    Raises Unusable when lengths differ, a value is missing, there is no event,
    or covariates do not vary apart; NoFiniteEstimate when there is no maximum.
    """
    names = tuple(covariates)
    x = _matrix(follow_up, covariates)
    if not 0 < confidence < 1:
        raise Unusable(f"confidence: {confidence} is not between 0 and 1")
    scaled, size = _scaled(x)
    parts = _split(follow_up, scaled, ties, strata)
    null, score, information = _likelihood(parts, np.zeros(len(names)))
    _refuse_singular(names, information)
    coefficient, covariance, fitted, steps = _climb(parts, names, scaled.std(axis=0))
    coefficient, errors = coefficient / size, np.sqrt(np.diag(covariance)) / size
    with np.errstate(all="ignore"):  # a unit of 1e-200 has a covariance beyond what numbers hold
        covariance = covariance / size / size[:, None]
    z = normal_quantile((1 + confidence) / 2)
    return Cox(
        effects=tuple(
            _effect(name, float(beta), float(error), z)
            for name, beta, error in zip(names, coefficient, errors, strict=True)
        ),
        covariance=read_only(covariance),
        log_likelihood_null=null,
        log_likelihood=fitted,
        score_test=float(score @ np.linalg.solve(information, score)),
        subjects=len(follow_up),
        events=int(follow_up.events.sum()),
        steps=steps,
    )


def _climb(
    parts: list[_Stratum], names: tuple[str, ...], spread: Numbers
) -> tuple[Numbers, Numbers, float, int]:
    """Newton's method from 0: coefficients, covariance, log likelihood, steps taken."""
    beta = np.zeros(len(names))
    height, score, information = _likelihood(parts, beta)
    for taken in range(1, _STEPS + 1):
        step = np.linalg.solve(information, score)
        after = _likelihood(parts, beta + step)
        while not after[0] >= height - 1e-12 * abs(height):
            step = step / 2
            after = _likelihood(parts, beta + step)
        gain, beta = after[0] - height, beta + step
        height, score, information = after
        # A step in units of the covariate's spread, while the likelihood has come to rest.
        infinite = np.abs(step) * spread > 0.1
        if gain < 1e-9 * (1 + abs(height)) and infinite.any():
            raise NoFiniteEstimate(
                *(
                    f"{name}: the hazard ratio is zero or infinite; has a group no events?"
                    for name, endless in zip(names, infinite, strict=True)
                    if endless
                )
            )
        if (np.abs(step) <= 1e-10 * (1 + np.abs(beta))).all():
            covariance: Numbers = np.asarray(np.linalg.inv(information), np.float64)
            return beta, covariance, height, taken
    raise NoFiniteEstimate(f"{', '.join(names)}: no maximum was found in {_STEPS} steps")


def _likelihood(parts: list[_Stratum], beta: Numbers) -> tuple[float, Numbers, Numbers]:
    """Partial log likelihood, its slope, and minus its curvature, at `beta`."""
    height, score = 0.0, np.zeros(beta.size)
    information = np.zeros((beta.size, beta.size))
    for part in parts:
        linear = part.x @ beta
        with np.errstate(over="ignore"):
            risk = np.exp(linear)
        weighted = risk[:, None] * part.x
        squared = weighted[:, :, None] * part.x[:, None, :]
        s0, s1, s2 = (_sums(values, part) for values in (risk, weighted, squared))
        mean = s1 / s0[:, None]
        height += float(linear[part.event_rows].sum() - np.log(s0).sum())
        score += (part.x[part.event_rows] - mean).sum(axis=0)
        information += (s2 / s0[:, None, None]).sum(axis=0) - mean.T @ mean
    return height, score, information


def _sums(values: Numbers, part: _Stratum) -> Numbers:
    """For each event: the sum over those at risk, less the part of that day's events now done."""
    at_risk = values[::-1].cumsum(axis=0)[::-1][part.first]
    own = np.zeros((int(part.tied.max()) + 1, *values.shape[1:]))
    np.add.at(own, part.tied, values[part.event_rows])
    done = part.done.reshape(-1, *([1] * (values.ndim - 1)))
    return np.asarray(at_risk - done * own[part.tied])


def _split(
    follow_up: FollowUp,
    x: Numbers,
    ties: Ties,
    strata: ArrayLike | Sequence[Hashable] | None,
) -> list[_Stratum]:
    if ties not in ("efron", "breslow"):
        raise Unusable(f"ties: {ties!r} is not known; give 'efron' or 'breslow'")
    alike = np.zeros(len(follow_up), np.int64)
    _, stratum = sorted_codes(alike if strata is None else strata, "strata")
    if stratum.size != len(follow_up):
        raise Unusable(f"strata: {stratum.size} labels for {len(follow_up)} participants")
    inside = [stratum == one for one in np.unique(stratum)]
    # A stratum without events says nothing of the hazards in it.
    return [
        _stratum(follow_up.of(chosen), x[chosen], ties)
        for chosen in inside
        if follow_up.events[chosen].any()
    ]


def _stratum(follow_up: FollowUp, x: Numbers, ties: Ties) -> _Stratum:
    order = np.argsort(follow_up.days, kind="stable")
    days, events = follow_up.days[order], follow_up.events[order]
    event_rows = np.flatnonzero(events)
    of_events = days[event_rows]
    _, tied, many = np.unique(of_events, return_inverse=True, return_counts=True)
    rank = np.arange(of_events.size) - np.searchsorted(of_events, of_events)
    return _Stratum(
        x=x[order],
        event_rows=event_rows,
        first=np.searchsorted(days, of_events),
        tied=tied,
        done=rank / many[tied] if ties == "efron" else np.zeros(of_events.size),
    )


def _matrix(follow_up: FollowUp, covariates: Mapping[str, ArrayLike]) -> Numbers:
    columns: dict[str, Numbers] = {}
    problems = [] if covariates else ["covariates: at least one is needed"]
    for name, given in covariates.items():
        values = list(np.ma.asanyarray(given).tolist()) if np.ndim(given) else []
        missing = missing_problems(name, values)
        if len(values) != len(follow_up):
            problems.append(f"{name}: {len(values)} values for {len(follow_up)} participants")
        elif missing:
            problems += missing
        else:
            columns[name] = _numbers(name, values, problems)
    if not follow_up.events.any():
        problems.append("events: there are none, so there is no hazard to compare")
    if problems:
        raise Unusable(*problems)
    return np.column_stack(list(columns.values()))


def _numbers(name: str, values: list[Any], problems: list[str]) -> Numbers:
    """The values as numbers; what is none is told."""
    none = [value for value in values if not isinstance(value, int | float | Decimal)]
    if none:
        problems.append(
            f"{name}: numbers are needed, not {none[0]!r}; give 1 in that group, else 0"
        )
        return np.zeros(len(values))
    column = np.asarray([float(value) for value in values], np.float64)
    endless = int((~np.isfinite(column)).sum())
    if endless:
        problems.append(f"{name}: {endless} of {len(values)} are infinite")
    return column


def _scaled(x: Numbers) -> tuple[Numbers, Numbers]:
    """Each column about 0 and of size 1, and its size; a column that is constant stays 0."""
    centred = x - x.mean(axis=0)
    size = np.abs(centred).max(axis=0)
    constant = size <= 8 * np.finfo(np.float64).eps * np.abs(x).max(axis=0)
    size = np.where(constant, 1.0, size)
    return np.where(constant, 0.0, centred) / size, size


def _refuse_singular(names: tuple[str, ...], information: Numbers) -> None:
    spread = np.sqrt(np.maximum(np.diag(information), 0))
    constant = [name for name, own in zip(names, spread, strict=True) if own < 1e-10]
    if constant:
        raise Unusable(*(f"{name}: is the same for all who are compared" for name in constant))
    correlation = information / np.outer(spread, spread)
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise Unusable(f"{', '.join(names)}: one follows from the others; leave it out")


def _effect(name: str, beta: float, se: float, z: float) -> Effect:
    return Effect(
        name=name,
        coefficient=beta,
        se=se,
        hazard_ratio=_exp(beta),
        lower=_exp(beta - z * se),
        upper=_exp(beta + z * se),
        z=beta / se,
        p=two_sided(beta / se),
    )


def _exp(power: float) -> float:
    """Infinite where it is more than a number holds: for one more of a very large unit."""
    return math.exp(power) if power < _LARGEST else math.inf
