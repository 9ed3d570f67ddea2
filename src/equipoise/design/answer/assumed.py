"""What the design of a study rests on: its figures, each with its unit and where it comes from.

Lengths are kept in months. What the study file does not say is either filled in, and then marked as
our assumption, or asked for; all that is missing or wrong is said at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from equipoise.design.answer.interim import Interim, Sourced, read_interim
from equipoise.design.parameters import IN_FILE, PARAMETERS
from equipoise.design.problems import BadDesign, Problem, is_finite, refuse
from equipoise.design.two_arms import TwoArmTest
from equipoise.study.model import Study
from equipoise.study.parts import Figure

__all__ = ["Assumed", "Assumptions", "assumptions_of"]

MONTHS = {"mo": 1.0, "a": 12.0, "wk": 84 / 365.25, "d": 12 / 365.25}
FIGURES = (*IN_FILE, "interim")
ABSENT = "not in the study file; taken here"


@dataclass(frozen=True, slots=True)
class Assumed(Sourced):
    """One figure: its value, the unit it is kept in, and its provenance."""

    value: float
    unit: str = ""
    tag: str = "assumed"
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Everything the answer follows from. `ratio` is experimental : control, lengths in months.

    `lost` is the share of the participants who bring nothing to the count of events.
    """

    participants: Assumed
    ratio: Assumed
    alpha: Assumed
    sided: int
    power: Assumed
    hazard_ratio: Assumed
    control_median: Assumed
    accrual: Assumed
    follow_up: Assumed
    lost: Assumed
    control_median_mixture: Assumed | None = None
    interim: Interim | None = None

    @property
    def duration(self) -> float:
        """Months from the first participant to the analysis."""
        return self.accrual.value + self.follow_up.value

    def with_values(self, **values: float) -> "Assumptions":
        """The same with these figures changed, each in its unit."""
        return replace(
            self,
            **{name: replace(getattr(self, name), value=value) for name, value in values.items()},
        )

    @property
    def test(self) -> TwoArmTest:
        """The log-rank test that is assumed."""
        return TwoArmTest(
            alpha=self.alpha.value,
            sided=self.sided,
            power=self.power.value,
            ratio=self.ratio.value,
        )

    def figure(self, name: str) -> Assumed | None:
        """The figure that a parameter is, or follows from; None when the file gives none."""
        figure = PARAMETERS[name].figure
        found: Assumed | None = getattr(self, figure) if figure else None
        return found

    def listed(self) -> tuple[tuple[str, Assumed], ...]:
        """Every figure under its name, in the order in which they are printed."""
        named = {name: PARAMETERS[name].words for name in IN_FILE}
        named["alpha"] = f"{'Two' if self.sided == 2 else 'One'}-sided alpha"
        figures = ((words, self.figure(name)) for name, words in named.items())
        return tuple((words, figure) for words, figure in figures if figure is not None)


def assumptions_of(study: Study, changed: Mapping[str, str] | None = None) -> Assumptions:
    """The figures of the study file's `design`; `changed` replaces some of them, in their units.

    Raises BadDesign with every figure that is missing or cannot be read.
    """
    told = changed or {}
    unknown = [
        Problem(f"design.{name}", "no such figure", name, f"Choose one of: {', '.join(FIGURES)}.")
        for name in told
        if name not in FIGURES
    ]
    refuse(unknown)
    replaced = {name: _given(value, study.design.get(name)) for name, value in told.items()}
    return _Reader(study, {**study.design, **replaced}).read()


def _given(value: str, before: Figure | None) -> Figure:
    """A figure told by whoever asks, instead of the one in the study file and in its unit."""
    number = _decimal(value)
    told: Decimal | str = value if number is None else number
    source = {"tag": "assumed", "where": "given with the question"}
    unit = before.unit if before else ""
    return Figure.model_validate({"value": told, "unit": unit, "source": source})


class _Reader:
    """Reads figure after figure and keeps what is wrong."""

    def __init__(self, study: Study, figures: Mapping[str, Figure]) -> None:
        self.study, self.figures = study, figures
        self.problems: list[Problem] = []

    def read(self) -> Assumptions:
        enrolment = self.figures.get("participants", self.study.identity.enrolment)
        read = Assumptions(
            participants=self._plain(enrolment, "participants"),
            ratio=self._ratio(),
            alpha=self._number("alpha", 0.05),
            sided=self._sided(),
            power=self._number("power", 0.8),
            hazard_ratio=self._number("hazard_ratio"),
            control_median=self._months("control_median"),
            accrual=self._months("accrual"),
            follow_up=self._months("follow_up"),
            lost=self._share("lost"),
            control_median_mixture=self._other_median(),
            interim=self._interim(),
        )
        if self.problems:
            raise BadDesign(self.problems)
        return read

    def _number(self, name: str, otherwise: float | None = None) -> Assumed:
        figure = self.figures.get(name)
        if figure is not None:
            return self._plain(figure, name)
        if otherwise is None:
            remedy = f"Give `{name}: {{value: …, source: …}}` under `design:` in the study file."
            self.problems.append(Problem(f"design.{name}", "it is not given", None, remedy))
        return Assumed(otherwise or 1.0, where=ABSENT)

    def _plain(self, figure: Figure, name: str) -> Assumed:
        number = _decimal(figure.value)
        if number is None or not is_finite(float(number)):
            remedy = "Give a number such as 0.8."
            self.problems.append(
                Problem(f"design.{name}", "it is no number", str(figure.value), remedy)
            )
            number = Decimal(1)
        return Assumed(float(number), figure.unit, figure.source.tag, figure.source.where)

    def _months(self, name: str) -> Assumed:
        read = self._number(name)
        unit = read.unit or "mo"
        if unit not in MONTHS:
            remedy = f"Give it in one of: {', '.join(MONTHS)}."
            self.problems.append(Problem(f"design.{name}", "no unit of time", unit, remedy))
        return replace(read, value=read.value * MONTHS.get(unit, 1.0), unit="mo")

    def _share(self, name: str) -> Assumed:
        read = self._number(name, 0.0) if name in self.figures else Assumed(0.0, where=ABSENT)
        share = replace(read, value=read.value / 100, unit="") if read.unit == "%" else read
        if not 0 <= share.value < 1:
            remedy = 'Give a share from 0 up to 1, such as 0.05, or 5 with unit: "%".'
            self.problems.append(Problem(f"design.{name}", "it is no share", read.value, remedy))
        return share

    def _other_median(self) -> Assumed | None:
        name = "control_median_mixture"
        return self._months(name) if name in self.figures else None

    def _sided(self) -> int:
        figure = self.figures.get("alpha")
        unit = figure.unit if figure else ""
        words = {"": 2, "two-sided": 2, "one-sided": 1}
        if unit not in words:
            remedy = "Write `unit: two-sided` or `unit: one-sided`."
            self.problems.append(Problem("design.alpha", "how many sides?", unit, remedy))
        return words.get(unit, 2)

    def _ratio(self) -> Assumed:
        """Experimental : control, from the file's text (in the order of its arms) or its arms."""
        arms = self.study.arms
        shares, figure = [arm.ratio for arm in arms], self.figures.get("ratio")
        tested = [k for k, arm in enumerate(arms) if arm.kind == "experimental"]
        if len(arms) != 2 or len(tested) != 1:
            kinds = [arm.kind for arm in arms]
            remedy = "The design layer compares one experimental arm with one other."
            self.problems.append(Problem("arms", "not one of each kind", kinds, remedy))
            return Assumed(1.0)
        said = _whole_parts(str(figure.value)) if figure else shares
        if len(said) != 2 or said[0] * shares[1] != said[1] * shares[0]:
            told = ":".join(map(str, shares))
            because = f"it is not the ratio of the arms, {told}"
            value = str(figure.value) if figure else told
            self.problems.append(
                Problem("design.ratio", because, value, "Let the arms and the design agree.")
            )
            return Assumed(1.0)
        ratio = said[tested[0]] / said[1 - tested[0]]
        source = figure.source if figure else arms[0].source
        return Assumed(ratio, "", source.tag, source.where)

    def _interim(self) -> Interim | None:
        figure = self.figures.get("interim")
        if figure is None:
            return None
        try:
            return read_interim(str(figure.value), figure.source.tag, figure.source.where)
        except BadDesign as wrong:
            self.problems.extend(wrong.problems)
            return None


def _decimal(value: object) -> Decimal | None:
    text = str(value)
    if isinstance(value, bool) or "_" in text or not text.isascii():  # Decimal takes 1_0 for 10
        return None
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _whole_parts(text: str) -> list[int]:
    """The terms of a ratio; none where one of them is no whole number above 0."""
    parts = text.split(":")
    sound = all(part.strip().isdecimal() and int(part) >= 1 for part in parts)
    return [int(part) for part in parts] if sound else []
