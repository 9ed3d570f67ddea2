"""What comes in and goes out: the records of trial registries, so far."""
