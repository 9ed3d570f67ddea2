"""How fast designs are simulated, beside rpact, lifelines and NumPy."""
