"""What one reader may see of what is kept from most; web knows their roles and openings."""

from dataclasses import dataclass

__all__ = ["EVERYTHING", "Sight"]


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


EVERYTHING = Sight(all_votes=True, draws=True, arms=True, everywhere=True)
"""What the trial itself sees, such as one that is rehearsed."""
