"""Pages on which a participant is randomised, and the arm is told."""
