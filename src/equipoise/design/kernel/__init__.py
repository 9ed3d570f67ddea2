"""The simulation kernel: a whole trial drawn, looked at and tested, 100,000 times a second.

`scenario` says what is simulated, `simulate` does it. See docs/reference/design-kernel.md.
"""
