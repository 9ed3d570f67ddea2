"""Why trajectories stopped before their end, and what kept people out of the trial."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from equipoise.conduct.act import Act, Refusal
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.screening import FailScreening

__all__ = ["Stop", "Stops"]


@dataclass(frozen=True, slots=True, order=True)
class Stop:
    """One cause: the refusal's code, the act that was refused, and where it was to be mended."""

    code: str
    act: str
    form: str
    item: str


@dataclass(slots=True)
class Stops:
    """The causes of all that stopped, counted by trajectory, and an example in words for each."""

    trajectories: int = 0
    causes: Counter[Stop] = field(default_factory=Counter)
    examples: dict[Stop, str] = field(default_factory=dict)
    kept_out: Counter[str] = field(default_factory=Counter)

    def stopped(self, act: Act, refusals: tuple[Refusal, ...]) -> None:
        """A trajectory stopped at this act, for all of these reasons."""
        self.trajectories += 1
        form = act.form if isinstance(act, SaveForm) else ""
        found = {Stop(r.code, act.kind, form, r.where): r.because for r in reversed(refusals)}
        self.causes.update(found.keys())
        for stop, words in found.items():
            self.examples.setdefault(stop, words)

    def done(self, act: Act) -> None:
        """An act was done; a failure of screening names what kept the person out."""
        if isinstance(act, FailScreening):
            self.kept_out.update(act.criteria or [act.note])

    def lines(self) -> list[str]:
        """Every cause with its count, the most frequent first, for a screen without colours."""
        told = []
        for stop, count in sorted(self.causes.items(), key=lambda pair: (-pair[1], pair[0])):
            where = ".".join(part for part in (stop.form, stop.item) if part)
            at = f" at {where}" if where else ""
            told.append(f"{count} × {stop.code}{at} ({stop.act}): {self.examples[stop]}")
        return told

    def told(self) -> Iterator[str]:
        """What kept people out, and why lives stopped; nothing where neither was."""
        if who := self.who():
            yield f"kept out by {who}"
        if self.trajectories:
            yield f"{self.trajectories} lives stopped before their end:"
            yield from (f"  {line}" for line in self.lines())

    def who(self) -> str:
        """What kept people out, with counts, the most frequent first; empty: nothing."""
        ordered = sorted(self.kept_out.items(), key=lambda pair: (-pair[1], pair[0]))
        return ", ".join(f"{name} ({count})" for name, count in ordered)
