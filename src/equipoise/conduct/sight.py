"""What one reader may see of what is kept from most; web knows their roles and openings."""

from dataclasses import dataclass

from equipoise.study.model import Study

__all__ = ["EVERYTHING", "Sight", "closed_visits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is open to one reader; without anything said, nothing that is closed to most."""

    person_id: str = ""
    all_votes: bool = False
    """Whether they see every vote of the panel, once none is awaited."""
    draws: bool = False
    """Whether they see what an arm was drawn from."""
    arms: bool = False
    """Whether results by arm are open to them."""
    everywhere: bool = False
    """Whether they see the participants of all hospitals, and so could count."""

    @property
    def could_count_arms(self) -> bool:
        """Whether they see enough to count arms, though results by arm are closed to them."""
        return self.everywhere and not self.arms


EVERYTHING = Sight(all_votes=True, draws=True, arms=True, everywhere=True)
"""What the trial itself sees, such as one that is rehearsed."""


def closed_visits(study: Study, sight: Sight) -> frozenset[str]:
    """The visits of which no list tells this reader, by key: by them arms could be counted."""
    return study.visits_of_an_arm if sight.could_count_arms else frozenset()
