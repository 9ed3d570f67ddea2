"""An interim look as the study file says it in words: by which rule, and at which share of events.

`one O'Brien-Fleming look at half of the events`, `Pocock looks at 1/3 and 2/3 of the events`,
`Lan-DeMets look at 60 % of the events`, `none`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from equipoise.design.parameters import RULES
from equipoise.design.problems import BadDesign, Problem
from equipoise.design.sequential.problems import fraction_problems
from equipoise.design.sequential.spending import Efficacy

__all__ = ["Interim", "Sourced", "read_interim"]

SAID = (
    (r"lan.?demets.*pocock|pocock.*(type|spending)", "lan-demets-pocock"),
    (r"lan.?demets|o.?brien.?fleming.*(type|spending)", "lan-demets-of"),
    (r"o.?brien.?fleming", "obrien-fleming"),
    (r"pocock", "pocock"),
    (r"haybittle|peto", "haybittle-peto"),
)
SHARES = {
    "two thirds": "2/3", "three quarters": "3/4", "a third": "1/3", "one third": "1/3",
    "a quarter": "1/4", "one quarter": "1/4", "half": "1/2",
}  # fmt: skip


class Sourced:
    """What a study file gives, and how far it can be trusted."""

    __slots__ = ()
    tag: str
    where: str

    @property
    def unverified(self) -> bool:
        """Whether the sponsor still has to confirm it."""
        return self.tag in ("recalled", "assumed")

    @property
    def provenance(self) -> str:
        """Where it comes from, and whether that can be held to."""
        source = f"{self.tag}: {self.where}" if self.where else self.tag
        return f"{source} [unverified]" if self.unverified else source


@dataclass(frozen=True, slots=True, kw_only=True)
class Interim(Sourced):
    """Looks before the last, at these shares of the events, and the rule of stopping."""

    rule: Efficacy
    shares: tuple[float, ...]
    said: str
    tag: str = "assumed"
    where: str = ""

    @property
    def fractions(self) -> tuple[float, ...]:
        """The shares of all looks, the last of them 1."""
        return (*self.shares, 1.0)


def read_interim(said: str, tag: str = "assumed", where: str = "") -> Interim | None:
    """The looks that these words ask for; None when they say `none`. Raises BadDesign."""
    words = said.lower().replace("’", "'")
    if words.strip() in ("none", "no", "no interim look", ""):
        return None
    rule = next((RULES[code] for pattern, code in SAID if re.search(pattern, words)), None)
    shares = tuple(_shares(words))
    wrong = list(_problems(said, rule, shares))
    if wrong or rule is None:
        raise BadDesign(wrong)
    return Interim(rule=rule, shares=shares, said=said, tag=tag, where=where)


def _problems(said: str, rule: Efficacy | None, shares: tuple[float, ...]) -> Iterator[Problem]:
    place = "design.interim"
    if rule is None:
        remedy = "Name O'Brien-Fleming, Pocock, Lan-DeMets or Haybittle-Peto, or write none."
        yield Problem(place, "it names no rule that is known", said, remedy)
    if not shares:
        remedy = "Say at which share of the events, as in: at half of the events, or at 60 %."
        yield Problem(place, "it does not say when", said, remedy)
    if re.search(r"\d,\d", said):
        remedy = "Write decimals with a point, as 33.3 %, and several looks as 33 % and 67 %."
        yield Problem(place, "a comma between digits may mean two things", said, remedy)
    for wrong in fraction_problems((*shares, 1.0)) if shares else ():
        yield Problem(place, wrong.because, said, "Name shares that rise and stay below 1.")


def _shares(words: str) -> Iterator[float]:
    for name, written in SHARES.items():
        words = words.replace(name, written)
    for match in re.finditer(r"(\d+)\s*/\s*(\d+)|(\d+(?:\.\d+)?)\s*%|(0?\.\d+)", words):
        over, under, hundredths, plain = match.groups()
        if over:
            yield float(Fraction(int(over), int(under))) if int(under) else 0.0
        else:
            yield float(hundredths) / 100 if hundredths else float(plain)
