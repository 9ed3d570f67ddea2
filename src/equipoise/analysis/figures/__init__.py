"""Figures of a trial, drawn as SVG with the same numbers in a table beside them.

All words come from the caller, in the reader's language. Lines differ in dashes
as well as colour, so that a figure prints in black and white.
"""
