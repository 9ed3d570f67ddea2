"""Pages of the trial for anyone: for participants, for doctors, and the private pre-check."""
