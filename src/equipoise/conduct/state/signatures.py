"""What was reviewed and signed, and by which digest."""

from equipoise.conduct.state.done import Done, State

__all__ = ["SignaturesState", "Signed"]


class Signed(Done, frozen=True, kw_only=True):
    """One review or signature, bound to what was recorded then."""

    form: str = ""
    """Empty where it is of the whole participant."""
    visit: str = ""
    number: int = 1
    digest: str
    meaning: str = ""


class SignaturesState(State, kw_only=True):
    """Every review and signature, in the order of recording."""

    reviews: list[Signed] = []
    signatures: list[Signed] = []
