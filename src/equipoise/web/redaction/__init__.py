"""Taking out of the record what must not stand there."""
