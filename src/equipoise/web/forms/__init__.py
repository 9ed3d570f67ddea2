"""Pages on which a form is filled in, corrected and read, and marked as not done."""
