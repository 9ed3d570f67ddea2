"""How fast records of the registry are taken in, and found among many."""
