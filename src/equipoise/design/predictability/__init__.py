"""Randomisation before it is chosen: how even the arms will be, and how well they can be guessed.

In an open trial a centre sees its own allocations. Whoever can guess the next one can, knowingly or
not, choose whom to enter next (Blackwell and Hodges, Ann Math Statist 1957;28:449).
"""
