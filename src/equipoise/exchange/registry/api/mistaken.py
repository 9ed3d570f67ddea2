"""What a caller of the API wrote that cannot be answered."""

__all__ = ["Mistaken"]


class Mistaken(ValueError):
    """A parameter or an expression that is not understood; programs read it, in English."""
