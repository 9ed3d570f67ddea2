"""A trial that goes on from a copy: what was recorded after the copy was made is on paper alone.

Participants' numbers and draws that were given then must never be given again. Nothing here can
know them, so nobody is entered and nobody drawn until the trial office states the last number
that each hospital gave and the last draw that was made; both go on after these. Draws that are
lost are not made again, and are not counted where the arms are balanced.
"""

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from equipoise.conduct.act import Act, Scene, Stamp, StreamName
from equipoise.conduct.reason import Reason, Refusal
from equipoise.conduct.whole import Whole
from equipoise.conduct.words import Ask, Words

__all__ = ["SayRestored"]

NOT_A_COPY = Reason(
    "restored.not-a-copy",
    "",
    "this installation was not restored from a copy, or it was stated before; there is nothing to "
    "state",
)
NO_REASON = Reason("restored.no-reason", "because", "say how the last numbers are known")
NO_LINE = Reason(
    "restored.no-line",
    "numbers",
    "'{line}' is not a hospital and its last number, such as 01 0007",
)
NO_SITE = Reason("restored.no-site", "numbers", "there is no hospital '{site}' in the study file")
NOT_SAID = Reason(
    "restored.not-said", "numbers", "state the last number that was given at {hospital}; 0 for none"
)
NO_DRAW = Reason(
    "restored.draw-known", "last_draw", "the last draw is not below {number}, which is recorded"
)

_LINE = re.compile(r"(\S+)\s+([0-9]{1,6})")


class SayRestored(Act, frozen=True, kw_only=True):
    """Which numbers had been given when the trial went on from a copy."""

    kind: ClassVar[str] = "study.restored"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Restored from a copy",
        title="State which numbers were given before a copy was restored",
        line="Restored from a copy: the last draw was {last_draw}",
        intro="State this only after a copy was put back. What was recorded since the copy was "
        "made is not in it; take the numbers from paper, at every hospital. New numbers and draws "
        "go on after these.",
        happened="Day of the statement",
        button="State these numbers",
        done="The numbers are stated; participants are taken again",
        address="restored",
    )
    numbers: Annotated[
        str,
        Ask(
            "What is the last number that was given at each hospital?",
            label="Last numbers",
            kind="area",
            hint="A line for each hospital: its code and the number, such as 01 0007. 0 for none.",
            needed="State the last number of each hospital",
        ),
    ]
    last_draw: Annotated[
        int, Ask("What is the number of the last draw?", label="Last draw", hint="0 for none")
    ]
    because: Annotated[
        str, Ask("How is it known?", label="Reason", kind="area", needed="Say how it is known")
    ]

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        if not scene.waits_for_numbers:
            yield NOT_A_COPY()
        if not self.because.strip():
            yield NO_REASON()
        yield from self._numbers(scene)
        if self.last_draw < (known := scene.whole.draws[-1].number if scene.whole.draws else 0):
            yield NO_DRAW(number=known)

    def apply_to_whole(self, whole: Whole, stamp: Stamp, subject_id: str) -> None:
        for site, number in _lines(self.numbers):
            whole.numbers[site] = max(number, whole.numbers.get(site, 0))
        whole.last_draws.append(self.last_draw)
        whole.restated = stamp.seq

    def _numbers(self, scene: Scene) -> Iterator[Refusal]:
        lines = [line.strip() for line in self.numbers.splitlines() if line.strip()]
        for line in lines:
            if not _LINE.fullmatch(line):
                yield NO_LINE(line=line)
        said = dict(_lines(self.numbers))
        for site in sorted(said.keys() - scene.study.site_of.keys()):
            yield NO_SITE(site=site)
        for site in sorted(scene.whole.sites.keys() - said.keys()):
            known = scene.study.site_of.get(site)
            yield NOT_SAID(hospital=known.name if known else site)


def _lines(numbers: str) -> Iterator[tuple[str, int]]:
    for line in numbers.splitlines():
        if found := _LINE.fullmatch(line.strip()):
            yield found[1], int(found[2])
