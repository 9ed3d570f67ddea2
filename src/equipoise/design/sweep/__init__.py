"""Sweeps: one design simulated under many scenarios, until each power is known well enough.

`settings` is one world, in a trialist's words; `ask` what is asked; `run` the work, in `parts` that
a killed sweep finds again; `outcome` the frames that come of it.
"""
