"""Pages on which a design is computed, simulated and searched."""
