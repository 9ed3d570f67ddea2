"""Two study texts side by side: what is otherwise, what it means for whom, what is refused of it.

One comparison for the command line, for the page of two adopted texts, and for programs.
"""

from dataclasses import dataclass
from typing import Any

from equipoise.conduct.adoption import broken_promises
from equipoise.conduct.consequences import Consequence, consequences
from equipoise.conduct.differences import Difference, differences
from equipoise.conduct.draw_rules import DrawRule, draw_rules
from equipoise.study.model import Study
from equipoise.study.reason import Reader, Refusal

__all__ = ["Comparison", "as_values", "compared"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One text after another: nothing of it needs a trial."""

    before: Study
    now: Study
    consequences: tuple[Consequence, ...]
    draws: tuple[DrawRule, ...]
    changes: tuple[Difference, ...]
    against: tuple[Refusal, ...]
    """What keeps the second from being adopted after the first, whatever was recorded."""


def compared(before: Study, now: Study) -> Comparison:
    """What a text says otherwise than one before it, all of it."""
    return Comparison(
        before=before,
        now=now,
        consequences=tuple(consequences(before, now)),
        draws=tuple(draw_rules(before, now)),
        changes=tuple(differences(before, now)),
        against=tuple(broken_promises([before], now)),
    )


def as_values(found: Comparison, reader: Reader) -> dict[str, Any]:
    """The same for programs, with its sentences as this reader reads them."""
    return {
        "old": {"version": found.before.version, "digest": found.before.digest},
        "new": {"version": found.now.version, "digest": found.now.digest},
        "consequences": [
            {
                "about": one.about,
                "id": one.id,
                "what": reader.written(one.wording),
                "whom": reader.written(one.whom),
            }
            for one in found.consequences
        ],
        "draws": [
            {
                "change": rule.code,
                "what": reader.written(rule.change),
                "rule": reader.written(rule.rule),
                "begins_anew": rule.anew,
            }
            for rule in found.draws
        ],
        "changes": [
            {"chapter": one.chapter, "id": one.id, "what": reader.written(one.wording)}
            for one in found.changes
        ],
        "refused": [
            {"code": refusal.code, "because": refusal.wording(reader)} for refusal in found.against
        ],
    }
