"""Group-sequential designs: looking at the data before the end, at a stated price."""
