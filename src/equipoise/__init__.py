"""Equipoise runs a randomised clinical trial end to end from one study file."""

__version__ = "0.1.0"
