"""Sweeps: one design simulated under many scenarios, until each power is known well enough.

`settings` is one scenario, in a trialist's words; `question` what is asked, `question_text` how
that is read; `run` the work, in chunks, from a `checkpoint` that a killed sweep goes on from;
`outcome` the frames that come of it.
"""
