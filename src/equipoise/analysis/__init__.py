"""What it means: frames as of any moment, survival on whole days, and figures of the trial."""
