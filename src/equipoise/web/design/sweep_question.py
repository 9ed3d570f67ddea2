"""The sweep that a filled-in form asks for, or all that is wrong with it, each at its field."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext

from equipoise.design.sweep.question import BadSweep, Sweep
from equipoise.design.sweep.question_text import LONGEST_TITLE, read
from equipoise.design.sweep.settings import Settings
from equipoise.web.design.sweep_fields import AXES, KNOBS, changed, value, values
from equipoise.web.design.words import Wrong, plain, thousands, typed_number

__all__ = [
    "MOST_BOUNDS",
    "MOST_DRAWN",
    "MOST_POINTS",
    "MOST_TRIALS",
    "InputError",
    "Question",
    "question",
]

MOST_POINTS = 400  # so many are still read on one page
MOST_TRIALS = 20_000_000  # of all points together: some minutes of one processor
MOST_BOUNDS = 24  # plans of more than one look, whose bounds take a moment to solve
MOST_DRAWN = 20_000_000_000  # participants in all these trials
_ORDER = (
    *("title", *(f"{what}{axis}" for axis in range(1, AXES + 1) for what in ("axis", "values"))),
    *("error", "most", "seed", *KNOBS),
)  # as they stand on the page
ABOUT = {"subjects": "participants", "events": "events", "efficacy": "spending"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputError:
    """One thing to mend, and at which field; `english` when it is told in English only."""

    because: str
    where: str
    english: bool = False


@dataclass(slots=True)
class Question:
    """What was typed, what is wrong with it, and the sweep that it asks for when nothing is."""

    form_data: Mapping[str, str]
    wrong: list[InputError] = field(default_factory=list)
    sweep: Sweep | None = None

    def at(self, where: str) -> list[InputError]:
        """What is wrong at one field."""
        return [error for error in self.wrong if error.where == where]

    def add(self, where: str, because: str, *, english: bool = False) -> None:
        """Something else that is wrong."""
        error = InputError(because=because, where=where, english=english)
        if error not in self.wrong:
            self.wrong.append(error)

    def take(self, where: str, how: Callable[[], Any]) -> Any:
        """What is read there; None, with the mistake noted, when it is nothing that can be."""
        try:
            return how()
        except Wrong as wrong:
            self.add(where, str(wrong))
            return None


def question(form_data: Mapping[str, str], start: Settings) -> Question:
    """What the form asks for: from `start`, with what was typed in its place."""
    form = Question(form_data)
    given: dict[str, Any] = {
        "fixed": {
            name: form.take(name, partial(value, name, form_data[name]))
            for name in changed(form_data, start)
        },
        "vary": dict(_axes(form)),
        "error": form.take("error", lambda: typed_number(form_data["error"], 0.0005, 0.1)),
        "most": form.take(
            "most", lambda: typed_number(form_data["most"], 1000, MOST_TRIALS, integer=True)
        ),
        "seed": form.take("seed", lambda: typed_number(form_data["seed"], 0, 2**53, integer=True)),
        "title": _title(form),
    }
    for name in set(given["fixed"]) & set(given["vary"]):
        form.add(_field_of(form, name), gettext("It is changed below too: vary it, or fix it."))
    if not form.wrong:
        _look_at_all(form, given, start)
    if not form.wrong:
        _read(form, given, start)
    form.wrong.sort(key=lambda error: _ORDER.index(error.where))
    return form


def _title(form: Question) -> str:
    title = " ".join(form.form_data["title"].split())
    if not title:
        form.add("title", gettext("Give a title, by which the sweep is found again."))
    elif len(title) > LONGEST_TITLE:
        named = {"most": LONGEST_TITLE}
        form.add("title", gettext("Give at most %(most)s characters.") % named)
    return title


def _axes(form: Question) -> Iterator[tuple[str, list[Any]]]:
    """Each axis that is filled in."""
    chosen: set[str] = set()
    for number_ in range(1, AXES + 1):
        place, name = f"values{number_}", form.form_data[f"axis{number_}"]
        text = form.form_data[place].strip()
        if not name and not text:
            continue
        if name not in KNOBS:
            form.add(f"axis{number_}", gettext("Choose what varies."))
        elif name in chosen:
            form.add(f"axis{number_}", gettext("This varies above already."))
        elif not text:
            form.add(place, gettext("Give its values, such as 0.6, 0.7 or 0.5..0.9/0.1."))
        elif found := form.take(place, partial(values, name, text)):
            chosen.add(name)
            yield name, found


def _look_at_all(form: Question, given: Mapping[str, Any], start: Settings) -> None:
    """What does not go together, whichever of its values each setting has."""

    def every(name: str) -> list[Any]:
        fixed = given["fixed"].get(name, getattr(start, name))
        return list(given["vary"].get(name, [fixed]))

    events, fewest = every("events"), min(every("participants"))
    if any(len(looks) > 1 for looks in every("looks")) and None in events:
        because = gettext(
            "Interim looks are shares of the events: give the events at the last look."
        )
        form.add(_field_of(form, "events"), because)
    if (most := max((many for many in events if many), default=0)) > fewest:
        named = {"events": most, "participants": fewest}
        because = gettext("%(events)s events cannot come from %(participants)s participants.")
        form.add(_field_of(form, "events"), because % named)
    if max(every("ramp")) >= (shortest := min(every("accrual"))):
        because = gettext("It must be shorter than the accrual of %(accrual)s months.")
        form.add(_field_of(form, "ramp"), because % {"accrual": plain(shortest)})


def _read(form: Question, given: Mapping[str, Any], start: Settings) -> None:
    """The sweep itself, unless it is impossible or too much work."""
    try:
        sweep = read(given, start)
        if _is_too_much(form, sweep) or _has_too_many_bounds(form, sweep):
            return
        sweep.points()
    except BadSweep as wrong:
        for problem in wrong.problems:
            form.add(_place(form, problem), problem, english=True)
        return
    form.sweep = sweep


def _is_too_much(form: Question, sweep: Sweep) -> bool:
    points = 1
    for _, varied in sweep.vary:
        points *= len(varied)
    if points > MOST_POINTS:
        named = {"points": thousands(points), "most": MOST_POINTS}
        form.add(
            "values1", gettext("%(points)s points are too many; give at most %(most)s.") % named
        )
        return True
    sizes = dict(sweep.vary).get("participants", (sweep.fixed.participants,))
    trials = sweep.trials_at_most
    if trials > MOST_TRIALS or trials * max(sizes) > MOST_DRAWN:
        most = min(MOST_TRIALS, MOST_DRAWN // max(sizes))
        named = {"trials": thousands(trials), "most": thousands(most)}
        form.add(
            "error",
            gettext(
                "It may take %(trials)s trials; from here at most %(most)s of this size are done. "
                "Take a larger error, fewer trials or fewer points."
            )
            % named,
        )
        return True
    return False


def _has_too_many_bounds(form: Question, sweep: Sweep) -> bool:
    """Bounds are solved for each plan of looks, before anything can be simulated or shown."""
    axes = dict(sweep.vary)
    what = ("looks", "alpha", "sided", "spending")
    every = {name: axes.get(name, (getattr(sweep.fixed, name),)) for name in what}
    plans = {
        (looks, alpha / sided, spending)
        for looks, alpha, sided, spending in itertools.product(*every.values())
        if len(looks) > 1
    }
    if len(plans) <= MOST_BOUNDS:
        return False
    named = {"plans": len(plans), "most": MOST_BOUNDS}
    because = gettext(
        "Looks, alpha, sides and spending make %(plans)s plans with interim looks; give at most "
        "%(most)s."
    )
    longest = max(every, key=lambda name: len(every[name]))
    form.add(_field_of(form, longest), because % named)
    return True


def _place(form: Question, problem: str) -> str:
    """The field that a sentence of the sweep is about."""
    for name in re.findall(r"(?:^|[.:] ?|; )(\w+):", problem):
        if name in KNOBS:
            return _field_of(form, name)
    for name in (*KNOBS, *ABOUT):
        if re.search(rf"\b{name}\b", problem.partition(": ")[2] or problem):
            return _field_of(form, ABOUT.get(name, name))
    return "values1"


def _field_of(form: Question, name: str) -> str:
    """Where a setting is typed: among the axes, or below."""
    for number_ in range(1, AXES + 1):
        if form.form_data[f"axis{number_}"] == name:
            return f"values{number_}"
    return name
