"""How much is drawn, and of which seed, where nobody says otherwise: one for all doors."""

__all__ = ["DRAWS", "SEED", "WORLDS"]

SEED = 7
"""The same seed gives the same figures."""
DRAWS = 4000
"""Draws of what is still to come."""
WORLDS = 200
"""Of these draws, those in which power is simulated again."""
