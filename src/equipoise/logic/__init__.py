"""True, false, or not known: rules over recorded facts, with units, windows and reasons."""
